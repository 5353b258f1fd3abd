import Domain
import Foundation
import Synchronization

/// A transaction lent to a store: statements run in order on its one connection.
public struct Transaction: Sendable {
  let connection: PostgresConnection
  public let caller: Caller
  let rolePrefix: String?
  /// The schema that this process owns, where its outbox is.
  public var schema: String { rolePrefix ?? "public" }
  let news = News()

  /// Something was written that others take up: `afterCommit` is called once it is kept.
  public func tellAfterCommit() { news.isThere.store(true, ordering: .relaxed) }

  /// Wakes what this process has waiting for `topic`, once what was written is kept.
  public func wakeAfterCommit(_ topic: String) { news.topics.withLock { _ = $0.insert(topic) } }

  /// Leaves something to be written with the commit. A savepoint that is undone takes back what was left in it.
  public func leave(_ statements: [any ClosingStatement]) {
    news.left.withLock { $0 += statements }
    tellAfterCommit()
  }

  /// The rows of a statement, decoded column by property (`written_at` into `writtenAt`), or as single values.
  /// - Throws: `PostgresError`; `DecodingError` when a row is not what the type says.
  public func query<T: Decodable & Sendable>(_ sql: SQL, as type: T.Type) async throws -> [T] {
    try await connection.execute(sql).decode(type)
  }

  /// The first row, or nil when there is none.
  public func first<T: Decodable & Sendable>(_ sql: SQL, as type: T.Type) async throws -> T? {
    try await connection.execute(sql).decode(type).first
  }

  /// The rows of a statement, sent in one round trip after others whose rows nobody reads.
  public func query<T: Decodable & Sendable>(
    _ sql: SQL, after statements: [SQL], as type: T.Type
  ) async throws -> [T] {
    try await connection.pipeline(statements + [sql]).last?.decode(type) ?? []
  }

  /// Runs a statement and gives the number of rows it changed.
  @discardableResult
  public func execute(_ sql: SQL) async throws -> Int {
    try await connection.execute(sql).affected
  }

  /// Whether a statement gives a row to somebody else, under the role and the policies of their scope.
  public func gives(_ sql: SQL, to other: Caller) async throws -> Bool {
    guard let rolePrefix else { return try await connection.execute(sql).count > 0 }
    try await connection.simple(other.introduction(rolePrefix: rolePrefix))
    let count = try await connection.execute(sql).count
    try await connection.simple(caller.introduction(rolePrefix: rolePrefix))
    return count > 0
  }

  /// Runs statements in one round trip; gives the number of rows each changed. At most a few hundred at once.
  @discardableResult
  public func batch(_ statements: [SQL]) async throws -> [Int] {
    statements.isEmpty ? [] : try await connection.pipeline(statements).map(\.affected)
  }

  /// The program's own text: several statements, as a migration has them.
  public func script(_ text: String) async throws { try await connection.simple(text) }

  /// Undoes what `body` did when it throws, and goes on with the transaction.
  public func savepoint<R: Sendable>(_ body: @Sendable (Transaction) async throws -> R) async throws -> R {
    let leftBefore = news.left.withLock { $0.count }
    try await connection.simple("savepoint part")
    do {
      let result = try await body(self)
      try await connection.simple("release savepoint part")
      return result
    } catch {
      news.left.withLock { $0.removeSubrange(leftBefore...) }
      try await connection.simple("rollback to savepoint part; release savepoint part")
      throw error
    }
  }

  /// Streams rows into a table: `body` is given a writer and sends as many rows as it likes.
  /// - Returns: the number of rows taken.
  public func copy(
    into table: String, columns: [String], _ body: @Sendable (inout CopyWriter) async throws -> Void
  ) async throws -> Int {
    try await connection.startCopy("copy \(table) (\(columns.joined(separator: ", "))) from stdin")
    var writer = CopyWriter(connection: connection)
    do {
      try await body(&writer)
      try await writer.flush()
    } catch {
      _ = try? await connection.endCopy(failing: "given up")
      throw error
    }
    return try await connection.endCopy(failing: nil)
  }
}

/// What a transaction writes once, with its commit: locks that two transactions would otherwise take in different orders
/// are then taken together.
public protocol ClosingStatement: Sendable {
  /// The statements for all that one transaction left, in the order in which it was left.
  static func statements(for left: [any ClosingStatement], schema: String) throws -> [SQL]
}

/// Whether a transaction wrote something that others wait for, and what it left for its end. Its copies share it.
final class News: Sendable {
  let isThere = Atomic<Bool>(false)
  let left = Mutex<[any ClosingStatement]>([])
  let topics = Mutex<Set<String>>([])
}

/// Writes rows in COPY's text format, 64 KiB at a time: cell after cell, then the end of the row.
public struct CopyWriter: Sendable {
  let connection: PostgresConnection
  private var buffer: [UInt8] = []
  private var isAtStart = true

  init(connection: PostgresConnection) {
    self.connection = connection
    buffer.reserveCapacity(80 * 1024)
  }

  /// The next cell of the row; nil is NULL.
  public mutating func cell(_ text: String?) {
    guard let text else { return nulls(1) }
    separate()
    append(text)
  }

  public mutating func cell(_ isTrue: Bool) {
    separate()
    buffer.append(UInt8(ascii: isTrue ? "t" : "f"))
  }

  public mutating func cell(_ bytes: Data?) {
    guard let bytes else { return nulls(1) }
    separate()
    buffer += Self.bytesMark
    for byte in bytes {
      buffer.append(Self.digits[Int(byte >> 4)])
      buffer.append(Self.digits[Int(byte & 15)])
    }
  }

  /// So many cells that are NULL.
  public mutating func nulls(_ count: Int) {
    for _ in 0..<count {
      separate()
      buffer += Self.null
    }
  }

  /// Sends what has come together, now and then.
  public mutating func endRow() async throws {
    isAtStart = true
    buffer.append(UInt8(ascii: "\n"))
    if buffer.count >= 64 * 1024 { try await flush() }
  }

  private static let null = Array("\\N".utf8)
  private static let bytesMark = Array("\\\\x".utf8)
  private static let digits = Array("0123456789abcdef".utf8)

  private mutating func separate() {
    if !isAtStart { buffer.append(UInt8(ascii: "\t")) }
    isAtStart = false
  }

  private mutating func append(_ cell: String) {
    var cell = cell
    cell.withUTF8 { bytes in
      // What stands between two marks is taken at once: nearly all cells have none.
      var start = 0
      for index in bytes.indices where bytes[index] < 0x20 || bytes[index] == UInt8(ascii: "\\") {
        buffer.append(contentsOf: bytes[start..<index])
        start = index + 1
        switch bytes[index] {
        case UInt8(ascii: "\\"): buffer += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
        case UInt8(ascii: "\t"): buffer += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
        case UInt8(ascii: "\n"): buffer += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
        case UInt8(ascii: "\r"): buffer += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
        case 0: break
        default: buffer.append(bytes[index])
        }
      }
      buffer.append(contentsOf: bytes[start...])
    }
  }

  mutating func flush() async throws {
    guard !buffer.isEmpty else { return }
    try await connection.copy(buffer)
    buffer.removeAll(keepingCapacity: true)
  }
}
