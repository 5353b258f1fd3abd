import Domain
import Foundation

extension JSONValue {
  /// The value as a `Codable` type, in the forms that `JSONDecoder.jalons` reads.
  /// - Throws: `DecodingError` with the way to the field that does not fit.
  public func decoded<T: Decodable>(as type: T.Type) throws -> T {
    try JSONValueDecoder(value: self, codingPath: []).decode(type)
  }
}

/// A value that was read and checked as a `Decoder`, so that a body is read once.
private struct JSONValueDecoder: Decoder, SingleValueDecodingContainer {
  let value: JSONValue
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let fields) = value else { throw mismatch([String: JSONValue].self) }
    return KeyedDecodingContainer(ObjectContainer<Key>(fields: fields, codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let items) = value else { throw mismatch([JSONValue].self) }
    return ListContainer(items: items, codingPath: codingPath)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

  func decodeNil() -> Bool { value == .null }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let made: Any?
    switch type {
    case is String.Type: made = value.text
    case is Bool.Type: if case .bool(let value) = value { made = value } else { made = nil }
    case is Double.Type: made = number
    case is Float.Type: made = number.map { Float($0) }
    case let integer as any FixedWidthInteger.Type: made = value.int.flatMap { Self.exactly($0, integer) }
    case is Date.Type: made = value.text.flatMap(Moment.parse)
    case is Data.Type: made = value.text.flatMap { Data(base64Encoded: $0) }
    case is JSONValue.Type: made = value
    default: return try T(from: self)
    }
    guard let made = made as? T else { throw mismatch(type) }
    return made
  }

  private static func exactly<I: FixedWidthInteger>(_ value: Int, _ type: I.Type) -> Any? { I(exactly: value) }

  private var number: Double? {
    switch value {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  private func mismatch(_ type: Any.Type) -> DecodingError {
    .typeMismatch(type, .init(codingPath: codingPath, debugDescription: "the value is no \(type)"))
  }
}

private struct ObjectContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let fields: [String: JSONValue]
  let codingPath: [any CodingKey]
  var allKeys: [Key] { fields.keys.compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { fields[key.stringValue] != nil }

  private func field(_ key: some CodingKey) throws -> JSONValueDecoder {
    guard let value = fields[key.stringValue] else {
      throw DecodingError.keyNotFound(key, .init(codingPath: codingPath + [key], debugDescription: "no such field"))
    }
    return JSONValueDecoder(value: value, codingPath: codingPath + [key])
  }

  func decodeNil(forKey key: Key) throws -> Bool { try field(key).decodeNil() }
  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try field(key).decode(type) }
  func nestedContainer<N: CodingKey>(keyedBy type: N.Type, forKey key: Key) throws -> KeyedDecodingContainer<N> {
    try field(key).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try field(key).unkeyedContainer()
  }
  func superDecoder() throws -> any Decoder { try field(AnyKey("super")) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try field(key) }
}

private struct ListContainer: UnkeyedDecodingContainer {
  let items: [JSONValue]
  let codingPath: [any CodingKey]
  var currentIndex = 0
  var count: Int? { items.count }
  var isAtEnd: Bool { currentIndex >= items.count }

  init(items: [JSONValue], codingPath: [any CodingKey]) {
    self.items = items
    self.codingPath = codingPath
  }

  private func item() throws -> JSONValueDecoder {
    let path = codingPath + [AnyKey(String(currentIndex))]
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(
        JSONValue.self, .init(codingPath: path, debugDescription: "the list has no such element"))
    }
    return JSONValueDecoder(value: items[currentIndex], codingPath: path)
  }

  /// Goes past an element only once it was read.
  private mutating func taking<R>(_ body: (JSONValueDecoder) throws -> R) throws -> R {
    let result = try body(item())
    currentIndex += 1
    return result
  }

  mutating func decodeNil() throws -> Bool {
    guard try item().decodeNil() else { return false }
    currentIndex += 1
    return true
  }
  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try taking { try $0.decode(type) } }
  mutating func nestedContainer<N: CodingKey>(keyedBy type: N.Type) throws -> KeyedDecodingContainer<N> {
    try taking { try $0.container(keyedBy: type) }
  }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try taking { try $0.unkeyedContainer() }
  }
  mutating func superDecoder() throws -> any Decoder { try taking { $0 } }
}
