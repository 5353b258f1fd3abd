import API
import Domain
import Foundation

/// What a person's calendar is told of an appointment (RFC 5546, RFC 6047). It names neither the matter nor the service: others
/// see a calendar.
struct CalendarMessage: Sendable {
  let id: ID<Appointment>
  /// The same appointment has one identifier for ever; each message about it has a higher sequence.
  let sequence: Int
  let startsAt: Date
  let endsAt: Date
  let place: String?
  let isCancelled: Bool
  /// Who sends it: a name, and the address that the county's e-mails come from.
  let organizer: (name: String, address: String)
  let attendee: String

  var method: String { isCancelled ? "CANCEL" : "REQUEST" }

  func text(at moment: Date) -> String {
    var lines = [
      "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Jalons//Agenda//FR", "CALSCALE:GREGORIAN", "METHOD:\(method)",
      "BEGIN:VEVENT", "UID:\(id)@jalons", "DTSTAMP:\(ICalendar.time(moment))",
      "DTSTART:\(ICalendar.time(startsAt))", "DTEND:\(ICalendar.time(endsAt))", "SUMMARY:Rendez-vous",
      "ORGANIZER;CN=\"\(organizer.name.filter { $0 != "\"" && !$0.isNewline })\":mailto:\(organizer.address)",
      "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:\(attendee)",
    ]
    if let place { lines.append("LOCATION:\(ICalendar.escaped(place))") }
    lines += [
      "SEQUENCE:\(sequence)", "STATUS:\(isCancelled ? "CANCELLED" : "CONFIRMED")", "CLASS:PRIVATE", "END:VEVENT",
      "END:VCALENDAR",
    ]
    return lines.map { ICalendar.folded($0) + "\r\n" }.joined()
  }
}
