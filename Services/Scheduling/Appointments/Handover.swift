import API
import Domain
import Foundation
import Messaging
import Postgres

/// Appointments follow the dossier: to its new référent, to its new territory.
enum Handover {
  static let handlers: [Consumer.Handling] = [
    .territoryFollows,
    .on(ReferentChanged.self) { event, envelope, transaction in
      try await handOver(event, at: envelope.time, in: transaction)
    },
  ]

  private struct Planned: Decodable, Sendable {
    let id: ID<Appointment>
    let startsAt: Date
    let kind: String
  }

  /// Hands the former référent's coming appointments to the new one, hour by hour. Where the new one is busy the
  /// appointment keeps its hour and its agent, and waits for somebody to settle it.
  private static func handOver(_ event: ReferentChanged, at moment: Date, in transaction: Transaction) async throws {
    var moved: [AppointmentChanged] = []
    var refused = 0
    if let former = event.former, former != event.lead {
      let name = try await transaction.first(
        "select name from identity.v1_account where id = \(event.lead)", as: String.self)
      try await AgendaStore.takeTurn(agent: event.lead, dossier: event.dossier, in: transaction)
      let planned = try await transaction.query(
        """
        select a.id, a.starts_at, k.label as kind
        from scheduling.appointment a join scheduling.appointment_kind k on k.code = a.kind
        where a.dossier = \(event.dossier)
          and (a.agent = \(former)
            or (a.agent = a.booked_by and a.agent <> \(event.lead) and \(OutOfReach.after(event.on.adding(days: -1)))))
          and a.outcome = 'planned'
          and a.starts_at > \(max(event.on.moment(), moment))
        order by a.starts_at for update of a
        """, as: Planned.self)
      for appointment in planned {
        if try await give(appointment.id, to: event.lead, name: name ?? "", in: transaction) {
          moved.append(
            AppointmentChanged(
              appointment: appointment.id, dossier: event.dossier, agent: event.lead, change: .handedOver,
              startsAt: appointment.startsAt, kind: appointment.kind, outcome: AppointmentOutcome.planned.rawValue))
        } else {
          refused += 1
        }
      }
    }
    try await tell(event, moved: moved.count, refused: refused, at: moment, in: transaction)
    try await transaction.announce(moved, at: moment)
  }

  /// Whether the appointment could be given; otherwise it is marked.
  static func give(
    _ appointment: ID<Appointment>, to lead: ID<Account>, name: String, in transaction: Transaction
  ) async throws -> Bool {
    do {
      try await transaction.savepoint { part in
        _ = try await part.execute(
          """
          update scheduling.appointment set agent = \(lead), agent_name = \(name), meeting = id,
            needs_attention = false, version = version + 1
          where id = \(appointment)
          """)
      }
      return true
    } catch let error as PostgresError where error.kind == .exclusionViolation {
      try await transaction.execute(
        "update scheduling.appointment set needs_attention = true, version = version + 1 where id = \(appointment)")
      return false
    }
  }

  private static func tell(
    _ event: ReferentChanged, moved: Int, refused: Int, at moment: Date, in transaction: Transaction
  ) async throws {
    // Of a whole caseload both sides are told once (`NoticeEvents`).
    if event.batch == nil, let former = event.former, former != event.lead {
      let until = event.accessUntil.map { " ; vous le voyez jusqu’au \(French.long($0))" } ?? ""
      try await transaction.notify(
        [former],
        NoticeDraft(kind: .former, title: "Dossier confié à un autre référent\(until)", dossier: event.dossier),
        at: moment)
    }
    if event.batch == nil {
      let with = moved == 0 ? "" : ", avec \(French.count(moved, "rendez-vous", "rendez-vous"))"
      try await transaction.notify(
        [event.lead], NoticeDraft(kind: .lead, title: "Un dossier vous est confié\(with)", dossier: event.dossier),
        at: moment)
    }
    if refused > 0 {
      try await transaction.notify(
        [event.lead],
        NoticeDraft(
          kind: .appointment,
          title: "\(French.count(refused, "rendez-vous", "rendez-vous")) à replacer : vous êtes déjà pris",
          dossier: event.dossier),
        at: moment)
    }
  }
}
