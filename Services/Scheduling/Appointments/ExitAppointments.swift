import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// A référent's appointments with somebody who leaves their caseload: what the exit says, or else the county, becomes of
/// those after the last day. Nothing stays planned in silence, and no SMS leaves for what will not take place.
enum ExitAppointments {
  static let handling: Consumer.Handling = .on(ExitRecorded.self) { event, envelope, transaction in
    try await settle(
      event, at: envelope.time, isOwn: envelope.actor?.lowercased() == event.account.description, transaction)
  }

  private struct Found: Decodable, Sendable {
    let id: ID<Appointment>
    let agent: ID<Account>
    let startsAt: Date
    let kind: String
    let reminder: Bool
  }

  /// - Parameter isOwn: the référent entered the exit, and is not told of what they chose.
  private static func settle(
    _ event: ExitRecorded, at moment: Date, isOwn: Bool, _ transaction: Transaction
  ) async throws {
    var changes = try await planAgain(event, at: moment, in: transaction)
    if let until = event.until {
      // A stand-in's and a référent d'étape's as well, who no longer reach the dossier either.
      let coming = try await appointments(
        of: event,
        """
        (a.agent = \(event.account) or \(OutOfReach.after(until)))
          and a.outcome = 'planned' and a.starts_at >= \(max(until.adding(days: 1).moment(), moment))
        """, in: transaction)
      let choice = try await fate(of: event, in: transaction)
      switch choice.fate {
      case .keep: try await keep(coming, of: event, in: transaction)
      case .cancel:
        for appointment in coming { changes.append(try await cancel(appointment, event, at: moment, in: transaction)) }
        for (agent, own) in Dictionary(grouping: coming, by: \.agent) where agent != event.account || !isOwn {
          try await tell(
            agent, "\(count(own)) annulé\(own.count > 1 ? "s" : "") par une sortie", nil, at: moment, in: transaction)
        }
      case .handOver:
        guard let colleague = choice.colleague, !coming.isEmpty else { break }
        changes += try await handOver(coming, to: colleague, event, at: moment, in: transaction)
      }
    }
    try await transaction.announce(changes, at: moment)
  }

  /// What the exit says, or else the county.
  private static func fate(of event: ExitRecorded, in transaction: Transaction) async throws -> ComingAppointments {
    if let said = event.appointments { return said }
    return ComingAppointments(try await transaction.value(of: .exitAppointments) == 0 ? .cancel : .keep)
  }

  private static func appointments(
    of event: ExitRecorded, _ which: SQL, in transaction: Transaction
  ) async throws -> [Found] {
    try await AgendaStore.takeTurn(agent: event.account, dossier: event.dossier, in: transaction)
    return try await transaction.query(
      """
      select a.id, a.agent, a.starts_at, k.label as kind, a.reminder
      from scheduling.appointment a join scheduling.appointment_kind k on k.code = a.kind
      where a.dossier = \(event.dossier) and \(which)
      order by a.starts_at for update of a
      """, as: Found.self)
  }

  private static func cancel(
    _ appointment: Found, _ event: ExitRecorded, at moment: Date, in transaction: Transaction
  ) async throws -> AppointmentChanged {
    try await transaction.execute(
      """
      update scheduling.appointment set outcome = \(AppointmentOutcome.cancelledReferent), exit_cancelled = true,
        version = version + 1
      where id = \(appointment.id)
      """)
    try await ReminderStore.withdraw(for: appointment.id, because: .cancelled, at: moment, in: transaction)
    return change(of: appointment, event, .outcome, .cancelledReferent, agent: appointment.agent)
  }

  /// They stay in the agenda of who will meet the person, under the person's name: the dossier cannot be opened from there.
  private static func keep(_ coming: [Found], of event: ExitRecorded, in transaction: Transaction) async throws {
    guard !coming.isEmpty else { return }
    try await transaction.execute(
      """
      update scheduling.appointment set kept_for = (
        select rtrim(upper(d.family_name) || ' ' || d.given_name) from dossiers.v1_dossier d where d.id = \(event.dossier))
      where id = any(\(coming.map(\.id)))
      """)
  }

  private static func handOver(
    _ coming: [Found], to colleague: ID<Account>, _ event: ExitRecorded, at moment: Date, in transaction: Transaction
  ) async throws -> [AppointmentChanged] {
    let name = try await transaction.first(
      "select name from identity.v1_account where id = \(colleague)", as: String.self)
    try await AgendaStore.takeTurn(agent: colleague, dossier: event.dossier, in: transaction)
    var changes: [AppointmentChanged] = []
    for appointment in coming
    where try await Handover.give(appointment.id, to: colleague, name: name ?? "", in: transaction) {
      changes.append(change(of: appointment, event, .handedOver, .planned, agent: colleague))
    }
    if !changes.isEmpty {
      let verb = changes.count > 1 ? "vous sont confiés" : "vous est confié"
      try await tell(
        colleague, "\(French.count(changes.count, "rendez-vous", "rendez-vous")) \(verb)", event.dossier, at: moment,
        in: transaction)
    }
    let refused = coming.count - changes.count
    if refused > 0 {
      try await tell(
        event.account,
        "\(French.count(refused, "rendez-vous", "rendez-vous")) à replacer : votre collègue est déjà pris",
        event.dossier,
        at: moment, in: transaction)
    }
    return changes
  }

  /// An exit that is taken back, or put off, plans again what it had cancelled and is still to come, hour by hour.
  private static func planAgain(
    _ event: ExitRecorded, at moment: Date, in transaction: Transaction
  ) async throws -> [AppointmentChanged] {
    try await transaction.execute(
      "update scheduling.appointment set kept_for = null where dossier = \(event.dossier) and kept_for is not null")
    let before: SQL = event.until.map { "and a.starts_at < \($0.adding(days: 1).moment())" } ?? ""
    let cancelled = try await appointments(
      of: event,
      "a.exit_cancelled and a.outcome = 'cancelled_referent' and a.starts_at > \(moment) \(before)", in: transaction)
    var changes: [AppointmentChanged] = []
    for appointment in cancelled where try await planAgain(appointment.id, in: transaction) {
      if appointment.reminder {
        try await ReminderStore.queue(
          for: appointment.id, of: event.dossier, startsAt: appointment.startsAt, at: moment, in: transaction)
      }
      changes.append(change(of: appointment, event, .outcome, .planned, agent: appointment.agent))
    }
    let lost = cancelled.count - changes.count
    if lost > 0 {
      try await tell(
        event.account,
        "\(French.count(lost, "rendez-vous", "rendez-vous")) à replacer : l’heure a été prise depuis la sortie",
        event.dossier, at: moment, in: transaction)
    }
    return changes
  }

  /// Whether the hour was still free.
  private static func planAgain(_ appointment: ID<Appointment>, in transaction: Transaction) async throws -> Bool {
    do {
      try await transaction.savepoint { part in
        _ = try await part.execute(
          """
          update scheduling.appointment set outcome = 'planned', exit_cancelled = false, version = version + 1
          where id = \(appointment)
          """)
      }
      return true
    } catch let error as PostgresError where error.kind == .exclusionViolation {
      return false
    }
  }

  private static func count(_ coming: [Found]) -> String { French.count(coming.count, "rendez-vous", "rendez-vous") }

  private static func tell(
    _ account: ID<Account>, _ title: String, _ dossier: ID<Dossier>?, at moment: Date, in transaction: Transaction
  ) async throws {
    try await transaction.notify(
      [account],
      NoticeDraft(
        kind: .appointment, title: title, dossier: dossier, about: dossier == nil ? NoticeSubject(.agenda) : nil),
      at: moment)
  }

  private static func change(
    of appointment: Found, _ event: ExitRecorded, _ change: AppointmentChanged.Change, _ outcome: AppointmentOutcome,
    agent: ID<Account>
  ) -> AppointmentChanged {
    AppointmentChanged(
      appointment: appointment.id, dossier: event.dossier, agent: agent, change: change,
      startsAt: appointment.startsAt, kind: appointment.kind, outcome: outcome.rawValue)
  }
}
