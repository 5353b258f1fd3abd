import Foundation

/// Moments as text: RFC 3339 in UTC with milliseconds, the one form in JSON, events and SQL.
public enum Moment {
  /// `2026-03-12T08:15:00.123Z`
  public static func text(_ moment: Date) -> String {
    let milliseconds = Int((moment.timeIntervalSince1970 * 1000).rounded())
    let (days, rest) = milliseconds.flooredDivision(by: 86_400_000)
    let clock = String(unsafeUninitializedCapacity: 14) { buffer in
      buffer[0] = UInt8(ascii: "T")
      Digits.write(rest / 3_600_000, width: 2, into: buffer, at: 1)
      buffer[3] = UInt8(ascii: ":")
      Digits.write(rest / 60_000 % 60, width: 2, into: buffer, at: 4)
      buffer[6] = UInt8(ascii: ":")
      Digits.write(rest / 1000 % 60, width: 2, into: buffer, at: 7)
      buffer[9] = UInt8(ascii: ".")
      Digits.write(rest % 1000, width: 3, into: buffer, at: 10)
      buffer[13] = UInt8(ascii: "Z")
      return 14
    }
    return CalendarDate(dayNumber: days).description + clock
  }

  /// Reads RFC 3339 and what Postgres writes (`2026-03-12 08:15:00.123456+00`); nil for anything else.
  public static func parse(_ text: some StringProtocol) -> Date? { Digits.withBytes(of: text, parse) }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Date? {
    guard bytes.count >= 20, let date = CalendarDate(UnsafeBufferPointer(rebasing: bytes[0..<10])),
      bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "), bytes[13] == UInt8(ascii: ":"),
      bytes[16] == UInt8(ascii: ":"), let hour = Digits.read(2, from: bytes, at: 11),
      let minute = Digits.read(2, from: bytes, at: 14), let second = Digits.read(2, from: bytes, at: 17),
      hour < 24, minute < 60, second < 61
    else { return nil }
    var index = 19
    let fraction = fraction(bytes, &index)
    guard let offset = offset(bytes, &index), index == bytes.count else { return nil }
    let seconds = date.dayNumber * 86_400 + hour * 3600 + minute * 60 + second - offset
    return Date(timeIntervalSince1970: Double(seconds) + fraction)
  }

  /// The part of a second after its point, if there is one. Digits past the ninth are passed over.
  private static func fraction(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Double {
    guard index < bytes.count, bytes[index] == UInt8(ascii: ".") else { return 0 }
    index += 1
    var (number, scale) = (0, 1)
    while index < bytes.count, let digit = Digits.digit(bytes[index]) {
      if scale < 1_000_000_000 { (number, scale) = (number * 10 + digit, scale * 10) }
      index += 1
    }
    return Double(number) / Double(scale)
  }

  /// The seconds that the zone is ahead of UTC: `Z`, `+02:00`, `+0200` or `+02`.
  private static func offset(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Int? {
    guard index < bytes.count else { return nil }
    let mark = bytes[index]
    index += 1
    if mark == UInt8(ascii: "Z") { return 0 }
    guard mark == UInt8(ascii: "+") || mark == UInt8(ascii: "-"), let hours = Digits.read(2, from: bytes, at: index)
    else { return nil }
    index += 2
    var minutes = 0
    if index < bytes.count {
      if bytes[index] == UInt8(ascii: ":") { index += 1 }
      guard let read = Digits.read(2, from: bytes, at: index) else { return nil }
      minutes = read
      index += 2
    }
    return (mark == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}

extension Int {
  fileprivate func flooredDivision(by divisor: Int) -> (quotient: Int, remainder: Int) {
    let quotient = self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
    return (quotient, self - quotient * divisor)
  }
}

extension JSONDecoder {
  /// Reads what `JSONEncoder.jalons` writes.
  public static let jalons: JSONDecoder = {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      let container = try decoder.singleValueContainer()
      guard let date = Moment.parse(try container.decode(String.self)) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 moment")
      }
      return date
    }
    return decoder
  }()
}
