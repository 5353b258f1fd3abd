import Foundation

/// Writes any `Encodable` value as JSON, straight into bytes: moments as in `Moment`, UUIDs in small letters, fields in
/// the order in which the type encodes them. `JSONEncoder` builds a tree of every value first and sorts its keys, which
/// was a quarter of the processor time of a list.
public struct JSONWriter: Sendable {
  /// - Throws: `EncodingError` for a number that JSON cannot hold; what the value's own `encode` throws.
  public func encode(_ value: some Encodable) throws -> Data {
    let output = JSONOutput()
    try output.write(value)
    return Data(output.bytes)
  }
}

extension JSONEncoder {
  /// The suite's one way to write JSON.
  public static let jalons = JSONWriter()
}

/// The bytes written so far, and which lists and objects are still open.
private final class JSONOutput {
  private(set) var bytes: [UInt8] = []
  /// The closing bracket of each open list or object, and whether something is in it.
  private var open: [(bracket: UInt8, isFilled: Bool)] = []

  init() { bytes.reserveCapacity(1024) }

  var depth: Int { open.count }

  func begin(_ bracket: StaticString) -> Int {
    bytes.append(bracket.utf8Start[0])
    open.append((bracket.utf8Start[1], false))
    return open.count
  }

  /// Closes what was opened within the `depth` outermost lists and objects.
  func close(to depth: Int) {
    while open.count > depth { bytes.append(open.removeLast().bracket) }
  }

  /// Makes room for the next element of the list or object at `depth`.
  func element(at depth: Int) {
    close(to: depth)
    if open[depth - 1].isFilled { bytes.append(UInt8(ascii: ",")) }
    open[depth - 1].isFilled = true
  }

  func key(_ key: some CodingKey, at depth: Int) {
    element(at: depth)
    write(key.stringValue)
    bytes.append(UInt8(ascii: ":"))
  }

  // MARK: Values

  func write<T: Encodable>(_ value: T) throws {
    // Types are compared rather than cast: this runs for every field of every row.
    if T.self == String.self { return write(unsafeBitCast(value, to: String.self)) }
    if T.self == Int.self { return write(unsafeBitCast(value, to: Int.self)) }
    if T.self == Bool.self { return write(unsafeBitCast(value, to: Bool.self)) }
    if T.self == Date.self { return write(Moment.text(unsafeBitCast(value, to: Date.self))) }
    if T.self == UUID.self { return write(unsafeBitCast(value, to: UUID.self).text) }
    if T.self == Double.self { return try write(unsafeBitCast(value, to: Double.self)) }
    switch value {
    case let value as Data: write(value.base64EncodedString())
    case let value as Float: try write(Double(value))
    case let value as any FixedWidthInteger: bytes.append(contentsOf: String(describing: value).utf8)
    default: try writeParts(of: value)
    }
  }

  private func writeParts(of value: some Encodable) throws {
    let (depth, start) = (open.count, bytes.count)
    try value.encode(to: JSONOutputEncoder(output: self, depth: depth))
    close(to: depth)
    // A type without fields is an empty object.
    if bytes.count == start { bytes.append(contentsOf: "{}".utf8) }
  }

  func write(_ number: Int) { bytes.append(contentsOf: String(number).utf8) }

  func write(_ isTrue: Bool) { bytes.append(contentsOf: (isTrue ? "true" : "false").utf8) }

  func writeNull() { bytes.append(contentsOf: "null".utf8) }

  func write(_ number: Double) throws {
    guard number.isFinite else {
      throw EncodingError.invalidValue(number, .init(codingPath: [], debugDescription: "JSON has no such number"))
    }
    let text = number.description
    bytes.append(contentsOf: text.hasSuffix(".0") ? text.utf8.dropLast(2) : text.utf8[...])
  }

  func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    Digits.withBytes(of: text) { utf8 in
      // What stands between two characters to be escaped is taken at once: nearly all texts have none.
      var start = 0
      for index in utf8.indices where Self.isEscaped(utf8[index]) {
        bytes.append(contentsOf: utf8[start..<index])
        start = index + 1
        escape(utf8[index])
      }
      bytes.append(contentsOf: utf8[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private func escape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    case UInt8(ascii: "\n"): bytes.append(UInt8(ascii: "n"))
    case UInt8(ascii: "\r"): bytes.append(UInt8(ascii: "r"))
    case UInt8(ascii: "\t"): bytes.append(UInt8(ascii: "t"))
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x0c: bytes.append(UInt8(ascii: "f"))
    default:
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(Digits.hexadecimal(byte >> 4))
      bytes.append(Digits.hexadecimal(byte & 15))
    }
  }
}

private struct JSONOutputEncoder: Encoder, SingleValueEncodingContainer {
  let output: JSONOutput
  /// How many lists and objects are open around the value.
  let depth: Int
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(ObjectOutput<Key>(output: output, depth: beginning("{}")))
  }
  func unkeyedContainer() -> any UnkeyedEncodingContainer { ListOutput(output: output, depth: beginning("[]")) }
  func singleValueContainer() -> any SingleValueEncodingContainer { self }

  /// A type may ask for its container more than once; it is the same one.
  private func beginning(_ bracket: StaticString) -> Int {
    output.depth > depth ? depth + 1 : output.begin(bracket)
  }

  func encodeNil() throws { output.writeNull() }
  func encode<T: Encodable>(_ value: T) throws { try output.write(value) }
}

private struct ObjectOutput<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let output: JSONOutput
  let depth: Int
  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) throws {
    output.key(key, at: depth)
    output.writeNull()
  }
  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    output.key(key, at: depth)
    try output.write(value)
  }
  func nestedContainer<N: CodingKey>(keyedBy type: N.Type, forKey key: Key) -> KeyedEncodingContainer<N> {
    output.key(key, at: depth)
    return KeyedEncodingContainer(ObjectOutput<N>(output: output, depth: output.begin("{}")))
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    output.key(key, at: depth)
    return ListOutput(output: output, depth: output.begin("[]"))
  }
  func superEncoder() -> any Encoder { superEncoder(named: SuperKey()) }
  func superEncoder(forKey key: Key) -> any Encoder { superEncoder(named: key) }
  private func superEncoder(named key: some CodingKey) -> any Encoder {
    output.key(key, at: depth)
    return JSONOutputEncoder(output: output, depth: depth)
  }
}

private struct SuperKey: CodingKey {
  var stringValue: String { "super" }
  var intValue: Int? { nil }
  init() {}
  init?(stringValue: String) {}
  init?(intValue: Int) { nil }
}

private struct ListOutput: UnkeyedEncodingContainer {
  let output: JSONOutput
  let depth: Int
  var count = 0
  var codingPath: [any CodingKey] { [] }

  init(output: JSONOutput, depth: Int) {
    self.output = output
    self.depth = depth
  }

  private mutating func next() {
    output.element(at: depth)
    count += 1
  }

  mutating func encodeNil() throws {
    next()
    output.writeNull()
  }
  mutating func encode<T: Encodable>(_ value: T) throws {
    next()
    try output.write(value)
  }
  mutating func nestedContainer<N: CodingKey>(keyedBy type: N.Type) -> KeyedEncodingContainer<N> {
    next()
    return KeyedEncodingContainer(ObjectOutput<N>(output: output, depth: output.begin("{}")))
  }
  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    next()
    return ListOutput(output: output, depth: output.begin("[]"))
  }
  mutating func superEncoder() -> any Encoder {
    next()
    return JSONOutputEncoder(output: output, depth: depth)
  }
}
