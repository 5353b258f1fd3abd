import Domain
import Foundation

/// Learns a type's fields by letting it decode itself: each key it asks for is noted and answered with a value that
/// will do. So the schema derives from the Codable type and cannot drift from it.
struct SchemaRecorder {
  static func schema(of type: any Decodable.Type, within outer: [String]) -> Schema {
    switch type {
    case is String.Type: return .text
    case is Bool.Type: return .boolean
    case is Int.Type, is Int64.Type, is Int32.Type: return .integer(minimum: -1_000_000_000, maximum: 1_000_000_000)
    case is Double.Type, is Float.Type: return .number
    case let choices as any (RawRepresentable & CaseIterable).Type:
      if let values = rawValues(choices) { return .choice(values) }
    case let providing as any SchemaProviding.Type: return providing.schema
    default: break
    }
    let name = typeName(type)
    if outer.contains(name) { return .reference(name) }
    let fields = Fields()
    let decoder = RecordingDecoder(fields: fields, outer: outer + [name], codingPath: [])
    // Types that refuse the made-up values have already told their keys by then.
    _ = try? type.init(from: decoder)
    guard fields.asked else { return .any }
    let constraints = (type as? any Constrained.Type)?.constraints ?? [:]
    let properties = fields.properties.map { property in
      Schema.Property(
        name: property.name, schema: constraints[property.name]?.applied(to: property.schema) ?? property.schema,
        required: property.required)
    }
    return .object(name: name, properties: properties)
  }

  private static func rawValues(_ type: any (RawRepresentable & CaseIterable).Type) -> [String]? {
    func values<T: RawRepresentable & CaseIterable>(_: T.Type) -> [String]? {
      let raws = T.allCases.compactMap { $0.rawValue as? String }
      return raws.count == T.allCases.count ? raws : nil
    }
    return values(type)
  }

  /// `Page<DossierRow>` is `PageOfDossierRow`: OpenAPI names have no brackets. A type within another carries its name:
  /// `FeedDeadline.Rule` is `FeedDeadlineRule`, as other types may have a `Rule`, too.
  static func typeName(_ type: any Any.Type) -> String {
    let full = String(reflecting: type)
    // What a function declares for itself has no path that could be written.
    let path =
      full.contains("(") ? String(describing: type) : full.replacing(/\b[A-Za-z_]\w*((?:\.\w+)+)/) { String($0.1) }
    return path.replacingOccurrences(of: ".", with: "").replacingOccurrences(of: "<", with: "Of")
      .replacingOccurrences(of: ">", with: "").replacingOccurrences(of: ", ", with: "And")
  }

  final class Fields {
    var asked = false
    var properties: [Schema.Property] = []

    func note(_ name: String, _ schema: Schema, required: Bool) {
      if !properties.contains(where: { $0.name == name }) {
        properties.append(.init(name: name, schema: schema, required: required))
      }
    }
  }
}

/// Answers every question with something that will do.
private struct RecordingDecoder: Decoder {
  let fields: SchemaRecorder.Fields
  let outer: [String]
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    fields.asked = true
    return KeyedDecodingContainer(RecordingContainer<Key>(fields: fields, outer: outer))
  }
  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { EmptyArray(codingPath: codingPath) }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { SampleValue(outer: outer) }
}

private struct RecordingContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let fields: SchemaRecorder.Fields
  let outer: [String]
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { [] }

  func contains(_ key: Key) -> Bool { true }
  func decodeNil(forKey key: Key) throws -> Bool { false }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    fields.note(key.stringValue, SchemaRecorder.schema(of: type, within: outer), required: true)
    return try Sample.value(of: type, outer: outer)
  }

  // Every kind of `decodeIfPresent` is a requirement of its own; each marks the field as one that may be absent.
  private func optional<T: Decodable>(_ type: T.Type, _ key: Key) -> T? {
    fields.note(key.stringValue, SchemaRecorder.schema(of: type, within: outer), required: false)
    return nil
  }
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { optional(type, key) }
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { optional(type, key) }
  func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { optional(type, key) }
  func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? { optional(type, key) }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { optional(type, key) }
  func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? { optional(type, key) }
  func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? { optional(type, key) }
  func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { optional(type, key) }
  func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { optional(type, key) }
  func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? { optional(type, key) }
  func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? { optional(type, key) }
  func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? { optional(type, key) }
  func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? { optional(type, key) }
  func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? { optional(type, key) }
  func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? { optional(type, key) }

  func nestedContainer<N: CodingKey>(keyedBy type: N.Type, forKey key: Key) throws -> KeyedDecodingContainer<N> {
    KeyedDecodingContainer(RecordingContainer<N>(fields: SchemaRecorder.Fields(), outer: outer))
  }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { EmptyArray(codingPath: []) }
  func superDecoder() throws -> any Decoder {
    RecordingDecoder(fields: SchemaRecorder.Fields(), outer: outer, codingPath: [])
  }
  func superDecoder(forKey key: Key) throws -> any Decoder { try superDecoder() }
}

private struct EmptyArray: UnkeyedDecodingContainer {
  let codingPath: [any CodingKey]
  var count: Int? { 0 }
  var isAtEnd: Bool { true }
  var currentIndex: Int { 0 }
  private var end: DecodingError {
    .valueNotFound(String.self, .init(codingPath: codingPath, debugDescription: "the list is empty"))
  }
  mutating func decodeNil() throws -> Bool { throw end }
  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { throw end }
  mutating func nestedContainer<N: CodingKey>(keyedBy type: N.Type) throws -> KeyedDecodingContainer<N> { throw end }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { throw end }
  mutating func superDecoder() throws -> any Decoder { throw end }
}

private struct SampleValue: SingleValueDecodingContainer {
  let outer: [String]
  var codingPath: [any CodingKey] { [] }
  func decodeNil() -> Bool { false }
  func decode<T: Decodable>(_ type: T.Type) throws -> T { try Sample.value(of: type, outer: outer) }
}

private enum Sample {
  private static func firstCase<C: CaseIterable>(_ type: C.Type) -> Any? { type.allCases.first }

  static func value<T: Decodable>(of type: T.Type, outer: [String]) throws -> T {
    let made: Any?
    switch type {
    case is String.Type: made = ""
    case is Bool.Type: made = false
    case is Int.Type: made = 0
    case is Int64.Type: made = Int64(0)
    case is Int32.Type: made = Int32(0)
    case is Double.Type: made = 0.0
    case is Float.Type: made = Float(0)
    case is Date.Type: made = Date(timeIntervalSince1970: 0)
    case is UUID.Type: made = UUID.zero
    case is CalendarDate.Type: made = CalendarDate(dayNumber: 0)
    case is Data.Type: made = Data()
    case is JSONValue.Type: made = JSONValue.null
    case let choices as any CaseIterable.Type: made = firstCase(choices)
    case let identifier as any IdentifierSample.Type: made = identifier.sample
    default: made = nil
    }
    if let made = made as? T { return made }
    return try T(from: RecordingDecoder(fields: SchemaRecorder.Fields(), outer: outer, codingPath: []))
  }
}

private protocol IdentifierSample { static var sample: Any { get } }
extension ID: IdentifierSample {
  fileprivate static var sample: Any { ID(.zero) }
}
