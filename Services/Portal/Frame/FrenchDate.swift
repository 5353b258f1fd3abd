import Domain
import Foundation

/// Reads a day as people write it: `12/3`, `12/03/2026`, `12 mars`, `1er mars 2026`, `+15j`, `demain`.
///
/// The same grammar as `readDate` in `Assets/jalons.js`, which shows at once what will be understood here.
enum FrenchDate {
  private static let months = [
    "janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec",
  ]

  /// - Parameter today: what a date without a year, and a number of days, are counted from.
  /// - Returns: nil for what is not a day, 30 February included.
  static func read(_ text: String, today: CalendarDate) -> CalendarDate? {
    let asked = text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: Locale(identifier: "fr_FR"))
      .replacingOccurrences(of: "’", with: "'").trimmingCharacters(in: .whitespaces)
    switch asked {
    case "aujourd'hui": return today
    case "demain": return today.adding(days: 1)
    case "hier": return today.adding(days: -1)
    default: break
    }
    if let date = CalendarDate(asked) { return date }
    if let match = asked.wholeMatch(of: /([+-])\s*(\d{1,3})\s*(j|jours?|s|semaines?|m|mois)/) {
      let count = (Int(match.2) ?? 0) * (match.1 == "-" ? -1 : 1)
      if match.3.hasPrefix("m") { return today.adding(months: count) }
      return today.adding(days: match.3.hasPrefix("s") ? count * 7 : count)
    }
    if let match = asked.wholeMatch(of: /(\d{1,2})[\/. -](\d{1,2})(?:[\/. -](\d{4}|\d{2}))?/) {
      guard let day = Int(match.1), let month = Int(match.2) else { return nil }
      return CalendarDate(year: year(match.3, today), month: month, day: day)
    }
    if let match = asked.wholeMatch(of: /(\d{1,2})(?:er)?\s+([a-z]{3,9})\.?(?:\s+(\d{4}|\d{2}))?/) {
      let name = match.2
      guard let day = Int(match.1),
        let month = months.firstIndex(where: { name.hasPrefix($0) || $0.hasPrefix(name) })
      else { return nil }
      return CalendarDate(year: year(match.3, today), month: month + 1, day: day)
    }
    return nil
  }

  private static func year(_ text: Substring?, _ today: CalendarDate) -> Int {
    guard let text, let number = Int(text) else { return today.year }
    return text.count == 2 ? 2000 + number : number
  }
}
