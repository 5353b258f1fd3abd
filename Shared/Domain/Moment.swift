import Foundation

/// Moments as text: RFC 3339 in UTC with milliseconds, the one form in JSON, events and SQL.
public enum Moment {
  /// `2026-03-12T08:15:00.123Z`
  public static func text(_ moment: Date) -> String {
    let milliseconds = Int((moment.timeIntervalSince1970 * 1000).rounded())
    let (days, rest) = milliseconds.flooredDivision(by: 86_400_000)
    let date = CalendarDate(dayNumber: days)
    return String(
      format: "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", date.year, date.month, date.day, rest / 3_600_000,
      rest / 60_000 % 60, rest / 1000 % 60, rest % 1000)
  }

  /// Reads RFC 3339 and what Postgres writes (`2026-03-12 08:15:00.123456+00`); nil for anything else.
  public static func parse(_ text: some StringProtocol) -> Date? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 19, let date = CalendarDate(String(decoding: bytes[0..<10], as: UTF8.self)),
      bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "), bytes[13] == UInt8(ascii: ":"),
      bytes[16] == UInt8(ascii: ":")
    else { return nil }
    func two(_ at: Int) -> Int? {
      guard at + 1 < bytes.count, (48...57).contains(bytes[at]), (48...57).contains(bytes[at + 1]) else { return nil }
      return Int(bytes[at] - 48) * 10 + Int(bytes[at + 1] - 48)
    }
    guard let hour = two(11), let minute = two(14), let second = two(17), hour < 24, minute < 60, second < 61 else {
      return nil
    }
    var index = 19
    var fraction = 0.0
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      var scale = 0.1
      while index < bytes.count, (48...57).contains(bytes[index]) {
        fraction += Double(bytes[index] - 48) * scale
        scale /= 10
        index += 1
      }
    }
    var offset = 0
    if index < bytes.count, bytes[index] == UInt8(ascii: "Z") {
      index += 1
    } else if index < bytes.count, let hours = two(index + 1) {
      let sign = bytes[index] == UInt8(ascii: "-") ? -1 : bytes[index] == UInt8(ascii: "+") ? 1 : 0
      guard sign != 0 else { return nil }
      index += 3
      if index < bytes.count, bytes[index] == UInt8(ascii: ":") { index += 1 }
      let minutes = two(index) ?? 0
      if index < bytes.count { index += 2 }
      offset = sign * (hours * 3600 + minutes * 60)
    } else {
      return nil
    }
    guard index == bytes.count else { return nil }
    let seconds = date.dayNumber * 86_400 + hour * 3600 + minute * 60 + second - offset
    return Date(timeIntervalSince1970: Double(seconds) + fraction)
  }
}

extension Int {
  fileprivate func flooredDivision(by divisor: Int) -> (quotient: Int, remainder: Int) {
    let quotient = self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
    return (quotient, self - quotient * divisor)
  }
}

extension JSONEncoder {
  /// The suite's one way to write JSON: moments as in `Moment`, keys in order so that equal values are equal bytes.
  public static var jalons: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(Moment.text(date))
    }
    return encoder
  }
}

extension JSONDecoder {
  public static var jalons: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      let container = try decoder.singleValueContainer()
      guard let date = Moment.parse(try container.decode(String.self)) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 moment")
      }
      return date
    }
    return decoder
  }
}
