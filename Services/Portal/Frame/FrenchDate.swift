import Domain
import Foundation

/// Reads a day as people write it: `12/3`, `12/03/2026`, `12 mars`, `1er mars 2026`, `+15j`, `demain`.
///
/// The same grammar as `readDate` in `Assets/jalons.js`, which shows at once what will be understood here.
enum FrenchDate {
  private static let months = [
    "janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec",
  ]

  private static let weekdays = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]

  /// Which year a day without one is in: the current one, or the first in which it is still to come.
  enum Leaning: Sendable {
    case thisYear, coming
  }

  /// - Parameter today: what a date without a year, and a number of days, are counted from.
  /// - Returns: nil for what is not a day, 30 February included, and for a weekday that is not that day's.
  static func read(_ text: String, today: CalendarDate, leaning: Leaning = .thisYear) -> CalendarDate? {
    let asked = text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: Locale(identifier: "fr_FR"))
      .replacingOccurrences(of: "’", with: "'").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard let named = weekdays.firstIndex(where: { asked.hasPrefix("\($0) ") }) else {
      return day(asked, today: today, leaning: leaning)
    }
    // As a page of ours writes it: « jeudi 14 janvier 2027 ».
    let date = day(String(asked.dropFirst(weekdays[named].count + 1)), today: today, leaning: leaning)
    return date?.weekday == named + 1 ? date : nil
  }

  /// What is said of a text that is no day.
  static func fault(_ text: String) -> String {
    "« \(text) » n’est pas une date. Écrivez par exemple 12/3, 12 mars ou +15j."
  }

  private static func day(_ asked: String, today: CalendarDate, leaning: Leaning) -> CalendarDate? {
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
      return date(day, month, match.3, today, leaning)
    }
    if let match = asked.wholeMatch(of: /(\d{1,2})(?:er)?\s+([a-z]{3,9})\.?(?:\s+(\d{4}|\d{2}))?/) {
      let name = match.2
      guard let day = Int(match.1),
        let month = months.firstIndex(where: { name.hasPrefix($0) || $0.hasPrefix(name) })
      else { return nil }
      return date(day, month + 1, match.3, today, leaning)
    }
    return nil
  }

  private static func date(
    _ day: Int, _ month: Int, _ year: Substring?, _ today: CalendarDate, _ leaning: Leaning
  ) -> CalendarDate? {
    if let year, let number = Int(year) {
      return CalendarDate(year: year.count == 2 ? 2000 + number : number, month: month, day: day)
    }
    let date = CalendarDate(year: today.year, month: month, day: day)
    guard leaning == .coming, date.map({ $0 < today }) ?? true else { return date }
    return CalendarDate(year: today.year + 1, month: month, day: day)
  }
}
