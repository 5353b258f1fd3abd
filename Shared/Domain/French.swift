import Foundation

/// How dates, times and names are written for people (rule M9: `12 mars 2026`, `14 h 30`, `MARTIN Léa`).
public enum French {
  public static let months = [
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
  ]
  public static let weekdays = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]

  /// `12 mars 2026`, and `1er mars 2026` for the first of a month.
  public static func long(_ date: CalendarDate) -> String {
    "\(date.day == 1 ? "1er" : String(date.day)) \(months[date.month - 1]) \(date.year)"
  }

  /// `jeudi 12 mars 2026`
  public static func full(_ date: CalendarDate) -> String { "\(weekdays[date.weekday - 1]) \(long(date))" }

  /// `12/03/2026`
  public static func short(_ date: CalendarDate) -> String {
    let text = date.description
    return "\(text.suffix(2))/\(text.dropLast(3).suffix(2))/\(text.dropLast(6))"
  }

  /// `14 h 30`
  public static func time(_ moment: Date) -> String {
    let parts = Calendar.france.dateComponents([.hour, .minute], from: moment)
    return "\(parts.hour ?? 0) h \((parts.minute ?? 0).twoDigits)"
  }

  /// `12 mars 2026 à 14 h 30`
  public static func moment(_ moment: Date) -> String { "\(long(CalendarDate(moment))) à \(time(moment))" }

  /// `MARTIN Léa`: the family name in capitals, accents kept.
  public static func name(_ family: String, _ given: String) -> String {
    given.isEmpty ? family.uppercased() : "\(family.uppercased()) \(given)"
  }

  /// Whether a name comes before another in a French list: É beside E, whatever the server's locale.
  public static func isBefore(_ name: String, _ other: String) -> Bool {
    name.compare(other, options: [.caseInsensitive], locale: Locale(identifier: "fr_FR")) == .orderedAscending
  }

  /// `110 257`: thousands apart, never cut at the end of a line.
  public static func number(_ number: Int) -> String {
    var digits = String(number.magnitude)
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.insert(digits.suffix(3), at: 0)
      digits.removeLast(3)
    }
    return (number < 0 ? "\u{2212}" : "") + ([digits[...]] + groups).joined(separator: "\u{202F}")
  }

  /// `3 rendez-vous`, `1 contrat`, `2 contrats`: the plural form from 2 on, as French has it.
  public static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(number) \(number < 2 ? one : many ?? one + "s")"
  }
}
