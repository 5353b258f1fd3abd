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
  public var postgresText: String? { uuidString }
  public static func fromPostgres(_ text: String) -> UUID? { UUID(uuidString: text) }
}
extension ID: PostgresValue {
  public var postgresText: String? { value.uuidString }
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
  public var postgresText: String? {
    let digits = Array("0123456789abcdef".utf8)
    var bytes: [UInt8] = [UInt8(ascii: "\\"), UInt8(ascii: "x")]
    bytes.reserveCapacity(count * 2 + 2)
    for byte in self {
      bytes.append(digits[Int(byte >> 4)])
      bytes.append(digits[Int(byte & 15)])
    }
    return String(decoding: bytes, as: UTF8.self)
  }

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
    var data = Data(capacity: bytes.count / 2)
    for index in stride(from: 2, to: bytes.count, by: 2) {
      guard let high = nibble(bytes[index]), let low = nibble(bytes[index + 1]) else { return nil }
      data.append(high << 4 | low)
    }
    return data
  }
}

/// One-dimensional arrays in Postgres's text form: `{a,"b c",NULL}`.
enum PostgresArray {
  static func text(_ elements: [String?]) -> String {
    var result = "{"
    for (index, element) in elements.enumerated() {
      if index > 0 { result += "," }
      guard let element else {
        result += "NULL"
        continue
      }
      result += "\""
      for character in element {
        if character == "\"" || character == "\\" { result += "\\" }
        result.append(character)
      }
      result += "\""
    }
    return result + "}"
  }

  /// The elements of a one-dimensional array; nil when the text is not one.
  static func parse(_ text: String) -> [String?]? {
    guard text.first == "{", text.last == "}" else { return nil }
    var elements: [String?] = []
    var current = ""
    var quoted = false
    var inQuotes = false
    var escaped = false
    for character in text.dropFirst().dropLast() {
      if escaped {
        current.append(character)
        escaped = false
      } else if character == "\\" {
        escaped = true
      } else if character == "\"" {
        inQuotes.toggle()
        quoted = true
      } else if character == ",", !inQuotes {
        elements.append(!quoted && current == "NULL" ? nil : current)
        current = ""
        quoted = false
      } else {
        current.append(character)
      }
    }
    if !elements.isEmpty || !current.isEmpty || quoted {
      elements.append(!quoted && current == "NULL" ? nil : current)
    }
    return elements
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
