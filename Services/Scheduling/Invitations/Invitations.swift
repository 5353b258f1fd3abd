import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// Tells the person's own calendar by e-mail of an appointment that is booked, moved or given up, where the county has decided
/// so and the dossier has an address (rule M15).
struct Invitations: Sendable {
  let mails: MailStore

  var handling: Consumer.Handling {
    .on(AppointmentChanged.self) { event, envelope, transaction in
      try await tell(event.appointment, of: event.dossier, at: envelope.time, in: transaction)
    }
  }

  private struct Known: Decodable, Sendable {
    let startsAt: Date
    let endsAt: Date
    let outcome: AppointmentOutcome
    let place: String?
    let agentName: String
    let email: String?
  }

  private struct Told: Decodable, Sendable {
    let address: String
    let sequence: Int
    let startsAt: Date
    let endsAt: Date
    let place: String?
    let cancelled: Bool
  }

  /// Compares what the calendar was last told with the appointment as it is now: events that come late or twice tell nothing.
  private func tell(
    _ id: ID<Appointment>, of dossier: ID<Dossier>, at moment: Date, in transaction: Transaction
  ) async throws {
    let told = try await transaction.first(
      """
      select address, sequence, starts_at, ends_at, place, cancelled from scheduling.calendar_invitation
      where appointment = \(id) for update
      """, as: Told.self)
    let isAsked = try await transaction.value(of: .calendarInvitation) == 1
    guard told != nil || isAsked else { return }
    let county = try await transaction.county()
    guard let sender = county.mailSender else { return }
    let known = try await transaction.first(
      """
      select a.starts_at, a.ends_at, a.outcome, a.place_name || coalesce(', ' || nullif(p.address, ''), '') as place,
        a.agent_name, d.email
      from scheduling.appointment a join dossiers.v1_dossier d on d.id = a.dossier
        left join scheduling.place p on p.id = a.place
      where a.id = \(id)
      """, as: Known.self)
    let organizer = (name: county.name ?? "Département", address: MailFormat.address(in: sender))
    let sequence = told.map { $0.sequence + 1 } ?? 0
    if let known, known.outcome == .planned {
      guard known.startsAt > moment, let address = known.email, !address.isEmpty else { return }
      if let told, !told.cancelled, told.address == address, told.startsAt == known.startsAt,
        told.endsAt == known.endsAt, told.place == known.place
      {
        return
      }
      let message = CalendarMessage(
        id: id, sequence: sequence, startsAt: known.startsAt, endsAt: known.endsAt, place: known.place,
        isCancelled: false, organizer: organizer, attendee: address)
      try await send(message, of: dossier, with: known.agentName, at: moment, in: transaction)
    } else if let told, !told.cancelled, known?.outcome.takesTime != true, known?.outcome != .absent {
      let message = CalendarMessage(
        id: id, sequence: sequence, startsAt: told.startsAt, endsAt: told.endsAt, place: told.place,
        isCancelled: true, organizer: organizer, attendee: told.address)
      try await send(message, of: dossier, with: nil, at: moment, in: transaction)
    }
  }

  private func send(
    _ message: CalendarMessage, of dossier: ID<Dossier>, with agent: String?, at moment: Date,
    in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      insert into scheduling.calendar_invitation
        (appointment, dossier, address, sequence, starts_at, ends_at, place, cancelled)
      values (\(message.id), \(dossier), \(message.attendee), \(message.sequence), \(message.startsAt), \(message.endsAt),
        \(message.place), \(message.isCancelled))
      on conflict (appointment) do update set address = excluded.address, sequence = excluded.sequence,
        starts_at = excluded.starts_at, ends_at = excluded.ends_at, place = excluded.place, cancelled = excluded.cancelled
      """)
    let when = French.moment(message.startsAt)
    let place = message.place.map { "Lieu : \($0)\n" } ?? ""
    let body =
      message.isCancelled
      ? "Bonjour,\n\nVotre rendez-vous du \(when) est annulé.\n\n\(message.organizer.name)\n"
      : """
      Bonjour,

      Vous avez rendez-vous le \(when)\(agent.map { " avec \($0)" } ?? "").
      \(place)
      L’invitation jointe l’ajoute à votre agenda.

      \(message.organizer.name)

      """
    let text = MailText(
      address: message.attendee,
      subject: message.isCancelled ? "Rendez-vous du \(when) annulé" : "Rendez-vous du \(when)", body: body,
      calendar: MailCalendar(method: message.method, text: message.text(at: moment)))
    try await mails.queue(
      text, about: dossier, kind: .appointment, name: "rendez-vous-\(message.id)-\(message.sequence)", at: moment,
      in: transaction)
  }
}
