import API
import Domain
import Foundation
import Messaging
import Postgres

/// What the caseload's events mean for steps and participations: a territory is carried along; a change of référent or
/// an exit proposes an end and asks for the exit form, and ends nothing by itself.
enum CaseloadConsumer {
  static let name = "caseload"

  static let handlers: [Consumer.Handling] = [
    .territoryFollows,
    .on(ReferentChanged.self) { event, envelope, transaction in
      guard event.former != nil else { return }
      if event.takenBack == true {
        try await transaction.execute(
          """
          update fse.form_due set resolved_at = \(envelope.time)
          where dossier = \(event.dossier) and reason = 'referent_changed' and resolved_at is null
            and proposed_at >= \(event.on.moment())
          """)
        return
      }
      try await propose(
        end: event.on.adding(days: -1), of: event.dossier, because: "referent_changed", in: transaction,
        at: envelope.time)
    },
    .on(ExitRecorded.self) { event, envelope, transaction in
      guard let until = event.until else {
        try await transaction.execute(
          """
          update fse.form_due set resolved_at = \(envelope.time)
          where dossier = \(event.dossier) and reason = 'exit_recorded' and resolved_at is null
          """)
        return
      }
      try await propose(
        end: until, of: event.dossier, because: "exit_recorded", in: transaction, at: envelope.time)
    },
  ]

  /// Proposes an end for the participations that go on past that day; one proposal at a time, the first one standing.
  private static func propose(
    end: CalendarDate, of dossier: ID<Dossier>, because reason: String, in transaction: Transaction, at moment: Date
  ) async throws {
    let proposed = try await transaction.query(
      """
      insert into fse.form_due (id, dossier, territory, participation, form, reason, proposed_until, due_on,
        proposed_at)
      select gen_random_uuid(), p.dossier, p.territory, p.id, 'exit', \(reason), greatest(\(end)::date, p.from_date),
        greatest(\(end)::date, p.from_date) + o.exit_days, \(moment)
      from fse.participation p join fse.operation o on o.id = p.operation
      where p.dossier = \(dossier) and p.exit_completed_at is null and p.until_date > \(end)
      on conflict (participation, form) where resolved_at is null do nothing
      returning participation
      """, as: ID<Participation>.self)
    try await transaction.announce(
      proposed.map {
        FormChanged(participation: $0, dossier: dossier, form: .exit, status: .due)
      }, at: moment)
  }
}
