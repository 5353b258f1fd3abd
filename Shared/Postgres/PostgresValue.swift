import Domain
import Foundation

/// What can be bound as a parameter. Values travel as text without a type, so that the server takes the column's own:
/// enums, jsonb, domains and dates need no cast (measured: binary saves little where a request runs a few statements).
public protocol PostgresEncodable: Sendable {
  /// The value as Postgres reads it; nil is NULL.
  var postgresText: String? { get }
}

/// What can be read from a cell's text without a detour through `Decodable`.
public protocol PostgresDecodable {
  static func fromPostgres(_ text: String) -> Self?
}

public typealias PostgresValue = PostgresEncodable & PostgresDecodable

extension String: PostgresValue {
  /// A NUL cannot stand in a Postgres text: it is taken out.
  public var postgresText: String? { utf8.contains(0) ? replacingOccurrences(of: "\0", with: "") : self }
  public static func fromPostgres(_ text: String) -> String? { text }
}
extension Int: PostgresValue {
  public var postgresText: String? { String(self) }
  public static func fromPostgres(_ text: String) -> Int? { Int(text) }
}
extension Int64: PostgresValue {
  public var postgresText: String? { String(self) }
  public static func fromPostgres(_ text: String) -> Int64? { Int64(text) }
}
extension Double: PostgresValue {
  public var postgresText: String? { String(self) }
  public static func fromPostgres(_ text: String) -> Double? { Double(text) }
}
extension Bool: PostgresValue {
  public var postgresText: String? { self ? "t" : "f" }
  public static func fromPostgres(_ text: String) -> Bool? { text == "t" ? true : text == "f" ? false : nil }
}
extension UUID: PostgresValue {
  public var postgresText: String? { text }
  public static func fromPostgres(_ text: String) -> UUID? { UUID(uuidString: text) }
}
extension ID: PostgresValue {
  public var postgresText: String? { description }
  public static func fromPostgres(_ text: String) -> ID? { ID(text) }
}
extension Date: PostgresValue {
  public var postgresText: String? { Moment.text(self) }
  public static func fromPostgres(_ text: String) -> Date? { Moment.parse(text) }
}
extension CalendarDate: PostgresValue {
  public var postgresText: String? { description }
  public static func fromPostgres(_ text: String) -> CalendarDate? { CalendarDate(text) }
}
extension Data: PostgresValue {
  public var postgresText: String? { "\\x" + hexadecimal }

  public static func fromPostgres(_ text: String) -> Data? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 2, bytes[0] == UInt8(ascii: "\\"), bytes[1] == UInt8(ascii: "x"), bytes.count % 2 == 0 else {
      return nil
    }
    func nibble(_ byte: UInt8) -> UInt8? {
      switch byte {
      case 48...57: byte - 48
      case 97...102: byte - 87
      case 65...70: byte - 55
      default: nil
      }
    }
    var read: [UInt8] = []
    read.reserveCapacity(bytes.count / 2)
    for index in stride(from: 2, to: bytes.count, by: 2) {
      guard let high = nibble(bytes[index]), let low = nibble(bytes[index + 1]) else { return nil }
      read.append(high << 4 | low)
    }
    return Data(read)
  }
}

/// One-dimensional arrays in Postgres's text form: `{a,"b c",NULL}`. Read and written byte by byte, as the server does:
/// to Swift a quote with an accent over it is one character, and no quote.
enum PostgresArray {
  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")

  static func text(_ elements: [String?]) -> String {
    var bytes = [UInt8(ascii: "{")]
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      guard let element else {
        bytes += "NULL".utf8
        continue
      }
      bytes.append(quote)
      for byte in element.utf8 {
        if byte == quote || byte == backslash { bytes.append(backslash) }
        bytes.append(byte)
      }
      bytes.append(quote)
    }
    bytes.append(UInt8(ascii: "}"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The elements of a one-dimensional array; nil when the text is not one.
  static func parse(_ text: String) -> [String?]? {
    let bytes = text.utf8
    guard bytes.count >= 2, bytes.first == UInt8(ascii: "{"), bytes.last == UInt8(ascii: "}") else { return nil }
    if bytes.count == 2 { return [] }
    var elements: [String?] = []
    var current: [UInt8] = []
    var (isQuoted, isInQuotes, isEscaped) = (false, false, false)
    func end() {
      let element = String(decoding: current, as: UTF8.self)
      elements.append(!isQuoted && element == "NULL" ? nil : element)
      current.removeAll(keepingCapacity: true)
      isQuoted = false
    }
    for byte in bytes.dropFirst().dropLast() {
      switch byte {
      case _ where isEscaped:
        current.append(byte)
        isEscaped = false
      case backslash: isEscaped = true
      case quote:
        isInQuotes.toggle()
        isQuoted = true
      case UInt8(ascii: ",") where !isInQuotes: end()
      case UInt8(ascii: "{") where !isInQuotes: return nil
      default: current.append(byte)
      }
    }
    end()
    return elements
  }
}

/// JSON as `jsonb` takes it.
public enum PostgresJSON {
  /// A NUL cannot stand in `jsonb` either: it is taken out, as of any text.
  public static func text(_ value: some Encodable) throws -> String {
    let bytes = Array(try JSONEncoder.jalons.encode(value))
    let nul = Array(#"\u0000"#.utf8)
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      guard bytes[index] == nul[0] else {
        kept.append(bytes[index])
        index += 1
        continue
      }
      if bytes[index...].starts(with: nul) {
        index += nul.count
      } else {
        // A backslash and what it escapes go together: `\\u0000` is a backslash and five letters.
        kept += bytes[index..<min(index + 2, bytes.count)]
        index += 2
      }
    }
    return String(decoding: kept, as: UTF8.self)
  }
}

extension PostgresEncodable where Self: FixedWidthInteger {
  public var postgresText: String? { String(self) }
}
extension PostgresDecodable where Self: FixedWidthInteger {
  public static func fromPostgres(_ text: String) -> Self? { Self(text, radix: 10) }
}
extension Int32: PostgresValue {}
extension Int16: PostgresValue {}
extension Int8: PostgresValue {}
extension UInt: PostgresValue {}
extension UInt64: PostgresValue {}
extension UInt32: PostgresValue {}
extension UInt16: PostgresValue {}
extension UInt8: PostgresValue {}
extension Float: PostgresValue {
  public var postgresText: String? { String(self) }
  public static func fromPostgres(_ text: String) -> Float? { Float(text) }
}
