import CPostgres
import Domain
import Foundation

/// The rows of one answer, read where libpq keeps them. A `PGresult` never changes once given, so it may be shared.
final class PostgresRows: @unchecked Sendable {
  private let result: OpaquePointer
  let count: Int
  /// The columns by the name that a Swift property has: `written_at` is `writtenAt`.
  let columns: [String: Int32]

  init(_ result: OpaquePointer) {
    self.result = result
    self.count = Int(PQntuples(result))
    var columns: [String: Int32] = [:]
    for index in 0..<PQnfields(result) {
      if let name = PQfname(result, index) { columns[PostgresRows.property(String(cString: name))] = index }
    }
    self.columns = columns
  }

  deinit { PQclear(result) }

  /// How many rows the statement changed.
  var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

  /// The command that the server says it carried out: `COMMIT`, or `ROLLBACK` where a refused transaction was committed.
  var command: String { String(cString: PQcmdStatus(result)) }

  func isNull(_ row: Int, _ column: Int32) -> Bool { PQgetisnull(result, Int32(row), column) == 1 }

  func text(_ row: Int, _ column: Int32) -> String? {
    if isNull(row, column) { return nil }
    let length = Int(PQgetlength(result, Int32(row), column))
    guard let start = PQgetvalue(result, Int32(row), column) else { return nil }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
  }

  /// `json` and `jsonb` cells hold any Codable value.
  func isJSON(_ column: Int32) -> Bool {
    let type = PQftype(result, column)
    return type == 114 || type == 3802
  }

  private static func property(_ column: String) -> String {
    guard column.utf8.contains(UInt8(ascii: "_")) else { return column }
    let parts = column.split(separator: "_")
    return parts.dropFirst().reduce(String(parts.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
  }

  func decode<T: Decodable>(_ type: T.Type) throws -> [T] {
    guard let direct = T.self as? any PostgresDecodable.Type else {
      return try (0..<count).map { try T(from: RowDecoder(rows: self, row: $0)) }
    }
    return try (0..<count).map { try Cell(rows: self, row: $0, column: 0, key: nil).direct(direct) as! T }
  }
}

/// One row as a `Decoder`: keys are columns.
struct RowDecoder: Decoder {
  let rows: PostgresRows
  let row: Int
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(RowContainer<Key>(rows: rows, row: row))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try Cell(rows: rows, row: row, column: 0, key: nil).unkeyedContainer()
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    Cell(rows: rows, row: row, column: 0, key: nil)
  }
}

struct RowContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let rows: PostgresRows
  let row: Int
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { rows.columns.keys.compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { rows.columns[key.stringValue] != nil }

  private func column(_ key: Key) throws -> Int32 {
    guard let column = rows.columns[key.stringValue] else {
      throw DecodingError.keyNotFound(key, .init(codingPath: [key], debugDescription: "no such column in the answer"))
    }
    return column
  }

  private func cell(_ key: Key) throws -> Cell { Cell(rows: rows, row: row, column: try column(key), key: key) }

  func decodeNil(forKey key: Key) throws -> Bool { rows.isNull(row, try column(key)) }
  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try cell(key).decode(type) }

  // What most columns are is read without asking a type what it can do. An optional one is looked up once: by default it
  // would be three times, for its being there, for its being null and for itself.
  func decode(_ type: String.Type, forKey key: Key) throws -> String { try cell(key).required() }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try cell(key).value() }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try cell(key).value() }
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { present(key)?.text }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try present(key)?.value() }
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try present(key)?.value() }
  func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? { try present(key)?.decode(type) }

  /// The cell, where there is one that is not null.
  private func present(_ key: Key) -> Cell? {
    guard let column = rows.columns[key.stringValue], !rows.isNull(row, column) else { return nil }
    return Cell(rows: rows, row: row, column: column, key: key)
  }

  // A nested value keeps its columns in the same row, so that a row can be made of smaller parts.
  func nestedContainer<N: CodingKey>(keyedBy type: N.Type, forKey key: Key) throws -> KeyedDecodingContainer<N> {
    try RowDecoder(rows: rows, row: row).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try cell(key).unkeyedContainer()
  }
  func superDecoder() throws -> any Decoder { RowDecoder(rows: rows, row: row) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try cell(key) }
}

/// One cell as a `Decoder` of a single value, of a Postgres array, or of JSON.
struct Cell: Decoder, SingleValueDecodingContainer {
  let rows: PostgresRows
  let row: Int
  let column: Int32
  /// The property that the cell is read for.
  let key: (any CodingKey)?

  var path: [any CodingKey] { key.map { [$0] } ?? [] }
  var codingPath: [any CodingKey] { path }
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  var text: String? { rows.text(row, column) }

  func required() throws -> String {
    guard let text else {
      throw DecodingError.valueNotFound(String.self, .init(codingPath: path, debugDescription: "the cell is null"))
    }
    return text
  }

  func direct(_ type: any PostgresDecodable.Type) throws -> any PostgresDecodable {
    func read<T: PostgresDecodable>(_ type: T.Type) throws -> T { try value() }
    return try read(type)
  }

  /// The value of a type that reads itself from text.
  func value<T: PostgresDecodable>() throws -> T {
    guard let value = T.fromPostgres(try required()) else {
      throw DecodingError.typeMismatch(
        T.self, .init(codingPath: path, debugDescription: "unreadable as \(T.self)"))
    }
    return value
  }

  func decodeNil() -> Bool { rows.isNull(row, column) }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    if let direct = T.self as? any PostgresDecodable.Type, let value = try self.direct(direct) as? T { return value }
    if rows.isJSON(column) { return try JSONDecoder.jalons.decode(T.self, from: Data(try required().utf8)) }
    return try T(from: self)
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    throw DecodingError.typeMismatch(
      [String: String].self, .init(codingPath: path, debugDescription: "only a json cell holds fields"))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let elements = PostgresArray.parse(try required()) else {
      throw DecodingError.typeMismatch([String].self, .init(codingPath: path, debugDescription: "not an array"))
    }
    return ArrayContainer(elements: elements, codingPath: path)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { self }
}

/// The elements of a Postgres array.
struct ArrayContainer: UnkeyedDecodingContainer {
  let elements: [String?]
  let codingPath: [any CodingKey]
  var currentIndex = 0
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  init(elements: [String?], codingPath: [any CodingKey]) {
    self.elements = elements
    self.codingPath = codingPath
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, elements[currentIndex] == nil else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    guard !isAtEnd else {
      throw DecodingError.valueNotFound(type, .init(codingPath: codingPath, debugDescription: "no such element"))
    }
    defer { currentIndex += 1 }
    return try ElementDecoder(text: elements[currentIndex], codingPath: codingPath).decode(type)
  }

  mutating func nestedContainer<N: CodingKey>(keyedBy type: N.Type) throws -> KeyedDecodingContainer<N> {
    throw DecodingError.typeMismatch(
      [String: String].self, .init(codingPath: codingPath, debugDescription: "arrays hold single values"))
  }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw DecodingError.typeMismatch(
      [String].self, .init(codingPath: codingPath, debugDescription: "arrays have one dimension"))
  }
  mutating func superDecoder() throws -> any Decoder { ElementDecoder(text: "", codingPath: codingPath) }
}

/// One element of an array, for enumerations and other single values.
struct ElementDecoder: Decoder, SingleValueDecodingContainer {
  let text: String?
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func decodeNil() -> Bool { text == nil }
  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    guard let direct = T.self as? any PostgresDecodable.Type else { return try T(from: self) }
    guard let text else {
      throw DecodingError.valueNotFound(type, .init(codingPath: codingPath, debugDescription: "the element is null"))
    }
    guard let value = direct.fromPostgres(text) as? T else {
      throw DecodingError.typeMismatch(type, .init(codingPath: codingPath, debugDescription: "unreadable as \(type)"))
    }
    return value
  }
  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    throw DecodingError.typeMismatch(
      [String: String].self, .init(codingPath: codingPath, debugDescription: "arrays hold single values"))
  }
  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw DecodingError.typeMismatch(
      [String].self, .init(codingPath: codingPath, debugDescription: "arrays have one dimension"))
  }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { self }
}
