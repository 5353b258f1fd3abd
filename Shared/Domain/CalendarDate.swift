import Foundation
import Synchronization

/// A day of the calendar, without hour or zone: `2026-03-12`. Rights, contracts and steps are counted in such days.
public struct CalendarDate: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  public let year: Int
  public let month: Int
  public let day: Int

  /// Nil when there is no such day (30 February, month 13, a year outside 1 to 9999).
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= CalendarDate.days(inMonth: month, of: year)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Reads `YYYY-MM-DD` and nothing else.
  public init?(_ text: some StringProtocol) {
    guard let date = Digits.withBytes(of: text, { CalendarDate($0) }) else { return nil }
    self = date
  }

  /// Reads the ten bytes of `YYYY-MM-DD`.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = Digits.read(4, from: bytes, at: 0), let month = Digits.read(2, from: bytes, at: 5),
      let day = Digits.read(2, from: bytes, at: 8)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// The day that `moment` falls on in France.
  public init(_ moment: Date) {
    self = countyCalendar.withLock { county in
      if let known = county.known, known.moments.contains(moment) { return known.date }
      let parts = county.calendar.dateComponents([.year, .month, .day], from: moment)
      let date = CalendarDate(valid: parts.year ?? 1970, parts.month ?? 1, parts.day ?? 1)
      county.known = county.calendar.dateInterval(of: .day, for: moment).map { ($0.start..<$0.end, date) }
      return date
    }
  }

  private init(valid year: Int, _ month: Int, _ day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  public static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days since 1 January 1970, by the civil calendar (negative before).
  public var dayNumber: Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  public init(dayNumber: Int) {
    let z = dayNumber + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    self.day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
    self.month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    self.year = yearOfEra + era * 400 + (monthIndex < 10 ? 0 : 1)
  }

  public func adding(days: Int) -> CalendarDate { CalendarDate(dayNumber: dayNumber + days) }

  /// The same day `months` later, or the last of that month where it has none (31 January + 1 month: 28 February).
  public func adding(months: Int) -> CalendarDate {
    let index = year * 12 + (month - 1) + months
    let newYear = Int((Double(index) / 12).rounded(.down))
    let newMonth = index - newYear * 12 + 1
    let last = CalendarDate.days(inMonth: newMonth, of: newYear)
    return CalendarDate(year: newYear, month: newMonth, day: min(day, last)) ?? self
  }

  /// The last day of this month, or of a later one: exits are proposed on it (rule C2).
  public func endOfMonth(adding months: Int = 0) -> CalendarDate {
    let first = CalendarDate(year: year, month: month, day: 1) ?? self
    return first.adding(months: months + 1).adding(days: -1)
  }

  public var firstOfNextMonth: CalendarDate { endOfMonth().adding(days: 1) }

  /// 1 for Monday to 7 for Sunday.
  public var weekday: Int { ((dayNumber + 3) % 7 + 7) % 7 + 1 }

  /// Whole years from this day to `other`, as an age is counted.
  public func years(to other: CalendarDate) -> Int {
    other.year - year - ((other.month, other.day) < (month, day) ? 1 : 0)
  }

  public func days(to other: CalendarDate) -> Int { other.dayNumber - dayNumber }

  /// The moment at which this day has the given hour and minute in France.
  public func moment(hour: Int = 0, minute: Int = 0) -> Date {
    let parts = DateComponents(year: year, month: month, day: day, hour: hour, minute: minute)
    return Calendar.france.date(from: parts) ?? Date(timeIntervalSince1970: Double(dayNumber) * 86_400)
  }

  /// `2026-03-12`
  public var description: String {
    // Only arithmetic leads to a year that has not four digits.
    guard (0...9999).contains(year) else { return "\(year)-\(month.twoDigits)-\(day.twoDigits)" }
    return String(unsafeUninitializedCapacity: 10) { buffer in
      Digits.write(year, width: 4, into: buffer, at: 0)
      buffer[4] = UInt8(ascii: "-")
      Digits.write(month, width: 2, into: buffer, at: 5)
      buffer[7] = UInt8(ascii: "-")
      Digits.write(day, width: 2, into: buffer, at: 8)
      return 10
    }
  }

  public static func < (a: CalendarDate, b: CalendarDate) -> Bool {
    (a.year, a.month, a.day) < (b.year, b.month, b.day)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let date = CalendarDate(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a date of the form YYYY-MM-DD")
    }
    self = date
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Calendar {
  /// The Gregorian calendar with the county's hours, of mainland France unless it says otherwise: what every hour on a
  /// screen or in a letter is read in.
  public static var france: Calendar { countyCalendar.withLock(\.calendar) }

  /// - Parameter zone: `Indian/Reunion`; one that does not exist changes nothing.
  public static func show(hoursOf zone: String) {
    guard zone != france.timeZone.identifier, let timeZone = TimeZone(identifier: zone) else { return }
    countyCalendar.withLock { county in
      county.calendar.timeZone = timeZone
      county.known = nil
    }
  }
}

/// The calendar with the county's hours.
private struct CountyCalendar {
  var calendar: Calendar
  /// The day that was last asked for: each request asks which day it is, and asking the calendar costs more than the rest
  /// of its sign-in.
  var known: (moments: Range<Date>, date: CalendarDate)?
}

private let countyCalendar = Mutex(
  CountyCalendar(
    calendar: {
      var calendar = Calendar(identifier: .gregorian)
      calendar.timeZone = TimeZone(identifier: "Europe/Paris") ?? .gmt
      calendar.locale = Locale(identifier: "fr_FR")
      calendar.firstWeekday = 2
      return calendar
    }()))
