import Domain

/// Calendar dates of the feed, kept as `YYYY-MM-DD`.
enum FeedDate {
  /// The date as `YYYY-MM-DD` when the text is one, written that way or `jj/mm/aaaa`; nil otherwise.
  ///
  /// Years from 1850 to 2150: outside them it is a typing error, whatever the calendar says.
  static func iso(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.count == 10 else { return nil }
    if bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") {
      return isValid(bytes, year: 0..<4, month: 5..<7, day: 8..<10) ? text : nil
    }
    guard bytes[2] == UInt8(ascii: "/"), bytes[5] == UInt8(ascii: "/") else { return nil }
    guard isValid(bytes, year: 6..<10, month: 3..<5, day: 0..<2) else { return nil }
    let dash = [UInt8(ascii: "-")]
    return String(decoding: bytes[6..<10] + dash + bytes[3..<5] + dash + bytes[0..<2], as: UTF8.self)
  }

  /// What is known of a birth of which the day, or the month too, is written 00 or 99 or not at all: `1985-07`, `1985`. Nil for
  /// any other text.
  static func partial(_ text: String) -> String? {
    var parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Array($0.utf8) }
    if parts.count == 1 { parts = text.split(separator: "/").map { Array($0.utf8) }.reversed() }
    guard (1...3).contains(parts.count), parts[0].count == 4, let year = number(parts[0][...]),
      (1850...2150).contains(year), parts.dropFirst().allSatisfy({ $0.count == 2 })
    else { return nil }
    let numbers = parts.map { number($0[...]) }
    func isUnknown(_ index: Int) -> Bool { index >= parts.count || numbers[index] == 0 || numbers[index] == 99 }
    if isUnknown(1) { return String(decoding: parts[0], as: UTF8.self) }
    guard isUnknown(2), let month = numbers[1], (1...12).contains(month) else { return nil }
    return String(decoding: parts[0] + [UInt8(ascii: "-")] + parts[1], as: UTF8.self)
  }

  /// A birth as it is stored, with how much of it is known.
  static func stored(_ birth: String) -> (date: String, precision: String) {
    switch birth.utf8.count {
    case 4: ("\(birth)-01-01", BirthPrecision.year.rawValue)
    case 7: ("\(birth)-01", BirthPrecision.month.rawValue)
    default: (birth, BirthPrecision.day.rawValue)
    }
  }

  /// What management software writes for "no date": the first and the last day it can hold.
  static func isAbsence(_ text: String) -> Bool {
    ["0001-01-01", "9999-12-31", "0000-00-00", "01/01/0001", "31/12/9999", "00/00/0000"].contains(text)
  }

  /// Year and month of a birth, as far as they are known.
  static func yearAndMonth(_ birth: String) -> (year: Int, month: Int?)? {
    let bytes = Array(birth.utf8)
    guard bytes.count >= 4, let year = number(bytes[0..<4]) else { return nil }
    return (year, bytes.count >= 7 ? number(bytes[5..<7]) : nil)
  }

  private static func isValid(_ bytes: [UInt8], year: Range<Int>, month: Range<Int>, day: Range<Int>) -> Bool {
    guard let year = number(bytes[year]), let month = number(bytes[month]), let day = number(bytes[day]) else {
      return false
    }
    guard (1850...2150).contains(year), (1...12).contains(month) else { return false }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...lengths[month - 1]).contains(day)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      value = value * 10 + Int(digit) - 0x30
    }
    return value
  }
}
