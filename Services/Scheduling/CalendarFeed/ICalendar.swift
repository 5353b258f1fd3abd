import API
import Domain
import Foundation

/// An appointment as a calendar program shows it.
struct CalendarEvent: Sendable, Equatable {
  let id: ID<Appointment>
  let startsAt: Date
  let endsAt: Date
  let title: String
  let place: String?
  /// How often the appointment was changed since it was booked.
  let sequence: Int
}

/// A calendar as text (RFC 5545). Hours are given in UTC, so that no program has to know when French clocks change.
enum ICalendar {
  static func text(_ events: [CalendarEvent], named name: String, at moment: Date) -> String {
    let head = [
      "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Jalons//Agenda//FR", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
      "X-WR-CALNAME:\(escaped(name))", "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M",
    ]
    let lines = head + events.flatMap { Self.lines(of: $0, at: moment) } + ["END:VCALENDAR"]
    return lines.map { folded($0) + "\r\n" }.joined()
  }

  private static func lines(of event: CalendarEvent, at moment: Date) -> [String] {
    var lines = [
      "BEGIN:VEVENT", "UID:\(event.id)@jalons", "DTSTAMP:\(time(moment))", "DTSTART:\(time(event.startsAt))",
      "DTEND:\(time(event.endsAt))", "SUMMARY:\(escaped(event.title))",
    ]
    if let place = event.place { lines.append("LOCATION:\(escaped(place))") }
    lines += ["SEQUENCE:\(event.sequence)", "STATUS:CONFIRMED", "TRANSP:OPAQUE", "CLASS:PRIVATE", "END:VEVENT"]
    return lines
  }

  /// `20260312T080000Z`
  static func time(_ moment: Date) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: moment)
    func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
    let day = "\(parts.year ?? 0)\(two(parts.month))\(two(parts.day))"
    return "\(day)T\(two(parts.hour))\(two(parts.minute))\(two(parts.second))Z"
  }

  /// RFC 5545, 3.3.11.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\", ";", ",": result += "\\\(character)"
      case "\n", "\r\n", "\r": result += "\\n"
      default: result.append(character)
      }
    }
    return result
  }

  /// At most 75 bytes a line, the next ones begin with a space (RFC 5545, 3.1); no letter is cut in two.
  static func folded(_ line: String) -> String {
    var (result, length) = ("", 0)
    for scalar in line.unicodeScalars {
      let bytes = String(scalar).utf8.count
      if length + bytes > 75 {
        result += "\r\n "
        length = 1
      }
      result.unicodeScalars.append(scalar)
      length += bytes
    }
    return result
  }
}
