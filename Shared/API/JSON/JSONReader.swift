import Foundation

/// Reads JSON by the letter of RFC 8259, in UTF-8, without a detour through `Decodable`. A key given twice is refused:
/// of two readers one would take the first, the other the last.
public struct JSONReader {
  public enum Refusal: Error, Equatable {
    case notJSON
    case keyTwice(String)
  }

  /// How deep lists and objects may lie in one another.
  private static let deepest = 64

  private let bytes: UnsafeBufferPointer<UInt8>
  private var index = 0

  /// The value that the bytes are.
  /// - Throws: `Refusal`.
  public static func value(of bytes: some Sequence<UInt8>) throws -> JSONValue {
    if let value = try bytes.withContiguousStorageIfAvailable(value) { return value }
    return try Array(bytes).withUnsafeBufferPointer(value)
  }

  private static func value(of bytes: UnsafeBufferPointer<UInt8>) throws -> JSONValue {
    var reader = JSONReader(bytes: bytes)
    // Some clients put a byte order mark before their text; a parser may pass over it (section 8.1).
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.index = 3 }
    let value = try reader.value(at: 0)
    reader.skipSpace()
    guard reader.index == bytes.count else { throw Refusal.notJSON }
    return value
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    index += 1
    return true
  }

  private mutating func require(_ word: StaticString) throws {
    for offset in 0..<word.utf8CodeUnitCount where !take(word.utf8Start[offset]) { throw Refusal.notJSON }
  }

  private mutating func value(at depth: Int) throws -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(at: depth + 1)
    case UInt8(ascii: "["): return try array(at: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"):
      try require("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try require("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try require("null")
      return .null
    default: return try number()
    }
  }

  private mutating func object(at depth: Int) throws -> JSONValue {
    guard depth <= Self.deepest else { throw Refusal.notJSON }
    index += 1
    var fields: [String: JSONValue] = [:]
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object(fields) }
    repeat {
      skipSpace()
      let key = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw Refusal.notJSON }
      guard fields.updateValue(try value(at: depth), forKey: key) == nil else { throw Refusal.keyTwice(key) }
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw Refusal.notJSON }
    return .object(fields)
  }

  private mutating func array(at depth: Int) throws -> JSONValue {
    guard depth <= Self.deepest else { throw Refusal.notJSON }
    index += 1
    var items: [JSONValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array(items) }
    repeat {
      items.append(try value(at: depth))
      skipSpace()
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw Refusal.notJSON }
    return .array(items)
  }

  // MARK: Numbers

  private mutating func number() throws -> JSONValue {
    let start = index
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    var isWhole = true
    if take(UInt8(ascii: ".")) {
      isWhole = false
      try digits()
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isWhole = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if isWhole, let integer = Int(text) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else { throw Refusal.notJSON }
    // `2.0` and `2e0` are the whole number 2.
    return Int(exactly: number).map(JSONValue.integer) ?? .number(number)
  }

  private mutating func digits() throws {
    let start = index
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
    guard index > start else { throw Refusal.notJSON }
  }

  // MARK: Texts

  private mutating func string() throws -> String {
    guard take(UInt8(ascii: "\"")) else { throw Refusal.notJSON }
    let start = index
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
    guard next == UInt8(ascii: "\\") else {
      guard let text = String(validating: bytes[start..<index], as: UTF8.self), take(UInt8(ascii: "\"")) else {
        throw Refusal.notJSON
      }
      return text
    }
    return try escapedString(after: start)
  }

  /// A text in which something is escaped; what stands before it has been looked at.
  private mutating func escapedString(after start: Int) throws -> String {
    var text = Array(bytes[start..<index])
    while let byte = next, byte >= 0x20 {
      index += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: text, as: UTF8.self) else { throw Refusal.notJSON }
        return text
      case UInt8(ascii: "\\"): try escape(into: &text)
      default: text.append(byte)
      }
    }
    throw Refusal.notJSON
  }

  private mutating func escape(into text: inout [UInt8]) throws {
    guard let byte = next else { throw Refusal.notJSON }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text += UTF8.encode(try scalar()).map(Array.init) ?? []
    default: throw Refusal.notJSON
    }
  }

  /// The character of `\uXXXX`, or of the two halves of one beyond the first 65,536.
  private mutating func scalar() throws -> Unicode.Scalar {
    let first = try codeUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard (0xD800...0xDBFF).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
      throw Refusal.notJSON
    }
    let second = try codeUnit()
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
    else { throw Refusal.notJSON }
    return scalar
  }

  private mutating func codeUnit() throws -> UInt16 {
    guard index + 4 <= bytes.count else { throw Refusal.notJSON }
    var unit: UInt16 = 0
    for byte in bytes[index..<index + 4] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt16(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt16(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt16(byte - UInt8(ascii: "A") + 10)
      default: throw Refusal.notJSON
      }
    }
    index += 4
    return unit
  }
}
