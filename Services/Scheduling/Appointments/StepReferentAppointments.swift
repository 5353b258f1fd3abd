import API
import Domain
import Foundation
import Messaging
import Postgres

/// When a step référent no longer reaches a dossier, their appointments with its person go to the référent de parcours, at
/// the same hours: none stays in an agenda whose owner cannot open it.
enum StepReferentAppointments {
  static let handling: Consumer.Handling = .on(StepReferentChanged.self) { event, envelope, transaction in
    try await handOver(event, at: envelope.time, in: transaction)
  }

  private struct Lead: Decodable, Sendable {
    let lead: ID<Account>?
    let name: String?
  }

  private struct Planned: Decodable, Sendable {
    let id: ID<Appointment>
    let startsAt: Date
    let kind: String
  }

  /// After the lead's last day, what the step référent planned does not take place.
  private static func cancel(
    _ event: StepReferentChanged, after end: Date, at moment: Date, in transaction: Transaction
  ) async throws {
    let left = try await transaction.first(
      "select state = 'left' from dossiers.v1_dossier where id = \(event.dossier)", as: Bool.self)
    guard left == true else { return }
    let planned = try await transaction.query(
      """
      select a.id, a.starts_at, k.label as kind
      from scheduling.appointment a join scheduling.appointment_kind k on k.code = a.kind
      where a.dossier = \(event.dossier) and a.agent = \(event.account) and a.outcome = 'planned'
        and a.starts_at > \(end) and a.kept_for is null
      order by a.starts_at for update of a
      """, as: Planned.self)
    let outcome = AppointmentOutcome.cancelledReferent
    for appointment in planned {
      try await transaction.execute(
        """
        update scheduling.appointment set outcome = \(outcome), exit_cancelled = true, version = version + 1
        where id = \(appointment.id)
        """)
      try await ReminderStore.withdraw(for: appointment.id, because: .cancelled, at: moment, in: transaction)
    }
    try await transaction.announce(
      planned.map {
        AppointmentChanged(
          appointment: $0.id, dossier: event.dossier, agent: event.account, change: .outcome, startsAt: $0.startsAt,
          kind: $0.kind, outcome: outcome.rawValue)
      }, at: moment)
  }

  private static func handOver(_ event: StepReferentChanged, at moment: Date, in transaction: Transaction) async throws
  {
    let end = event.ended ? moment : max(event.until.adding(days: 1).moment(), moment)
    let found = try await transaction.first(
      """
      select d.lead, a.name from dossiers.v1_dossier d left join identity.v1_account a on a.id = d.lead
      where d.id = \(event.dossier)
      """, as: Lead.self)
    guard let lead = found?.lead, lead != event.account else {
      return try await cancel(event, after: end, at: moment, in: transaction)
    }
    try await AgendaStore.takeTurn(agent: lead, dossier: event.dossier, in: transaction)
    let planned = try await transaction.query(
      """
      select a.id, a.starts_at, k.label as kind
      from scheduling.appointment a join scheduling.appointment_kind k on k.code = a.kind
      where a.dossier = \(event.dossier) and a.agent = \(event.account) and a.outcome = 'planned'
        and a.starts_at > \(end)
      order by a.starts_at for update of a
      """, as: Planned.self)
    guard !planned.isEmpty else { return }
    var changes: [AppointmentChanged] = []
    for appointment in planned
    where try await Handover.give(appointment.id, to: lead, name: found?.name ?? "", in: transaction) {
      changes.append(
        AppointmentChanged(
          appointment: appointment.id, dossier: event.dossier, agent: lead, change: .handedOver,
          startsAt: appointment.startsAt, kind: appointment.kind, outcome: AppointmentOutcome.planned.rawValue))
    }
    let refused = planned.count - changes.count
    let given =
      changes.isEmpty ? nil : "\(French.count(changes.count, "rendez-vous", "rendez-vous")) du référent d’étape"
    let waiting = refused == 0 ? nil : "\(French.count(refused, "rendez-vous", "rendez-vous")) à replacer"
    let title = [given.map { "Vous reprenez \($0)" }, waiting].compactMap(\.self).joined(separator: " ; ")
    try await transaction.notify(
      [lead], NoticeDraft(kind: .appointment, title: title, dossier: event.dossier), at: moment)
    try await transaction.announce(changes, at: moment)
  }
}
