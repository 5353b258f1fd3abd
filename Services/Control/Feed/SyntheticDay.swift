/// A day of the civil calendar as a number of days, 0 being 1970-01-01: what arithmetic on two million dates needs.
struct SyntheticDay: Hashable, Comparable, Sendable {
  var number: Int

  init(number: Int) { self.number = number }

  init(year: Int, month: Int, day: Int) {
    // Years counted from March, so that the leap day comes last, in cycles of 400 years (146,097 days).
    let shifted = month <= 2 ? year - 1 : year
    let cycle = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfCycle = shifted - cycle * 400
    let monthFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
    number = cycle * 146_097 + dayOfCycle - 719_468
  }

  /// Reads a real `YYYY-MM-DD`; nil otherwise.
  init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard text.utf8.count == 10, parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2,
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
      (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    self.init(year: year, month: month, day: day)
    // The 31st of a short month would have become the 1st of the next.
    guard civil == (year, month, day) else { return nil }
  }

  var civil: (year: Int, month: Int, day: Int) {
    let shifted = number + 719_468
    let cycle = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfCycle = shifted - cycle * 146_097
    let yearOfCycle = (dayOfCycle - dayOfCycle / 1_460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
    let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  /// The first day of the same month.
  var startOfMonth: SyntheticDay { SyntheticDay(number: number - civil.day + 1) }

  static func < (left: Self, right: Self) -> Bool { left.number < right.number }
  static func + (day: Self, days: Int) -> Self { Self(number: day.number + days) }
  static func - (day: Self, days: Int) -> Self { Self(number: day.number - days) }
}
