import Domain
import Foundation
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

/// A pool on the running test's database, as its owner unless said otherwise.
func pool(
  user: String = "jalons", maximum: Int = 2, leaseTimeout: Duration = .seconds(60),
  statementTimeout: Duration = .seconds(60), rolePrefix: String? = nil, conninfo: String? = nil,
  opening: (@Sendable (Caller) -> PostgresClient.Opening?)? = nil
) throws -> PostgresClient {
  PostgresClient(
    configuration: .init(
      conninfo: try conninfo ?? TestDatabase.required().conninfo, user: user, maximum: maximum,
      leaseTimeout: leaseTimeout, statementTimeout: statementTimeout, rolePrefix: rolePrefix, opening: opening),
    logger: silent)
}

/// What the pools of these tests say is expected: connections are lost on purpose.
let silent = {
  var logger = Logger(label: "test")
  logger.logLevel = .critical
  return logger
}()

extension PostgresClient {
  /// A transaction whose caller does not matter.
  @discardableResult
  func transaction<R: Sendable>(
    timeout: Duration? = nil, _ body: @escaping @Sendable (Transaction) async throws -> R
  ) async throws -> R {
    try await withTransaction(as: .system("test"), timeout: timeout, body)
  }

  /// The first row's value.
  func value<T: Decodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
    try #require(try await transaction { try await $0.first(sql, as: T.self) })
  }

  /// What each connection to this database runs at this moment, this one apart. One that is still signing in has neither
  /// state nor query.
  func activity() async throws -> [Activity] {
    try await transaction { transaction in
      try await transaction.query(
        """
        select pid, coalesce(state, '') as state, coalesce(query, '') as query from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
        """, as: Activity.self)
    }
  }
}

struct Activity: Decodable, Sendable {
  let pid: Int
  let state: String
  let query: String

  func runs(_ text: String) -> Bool { state == "active" && query.contains(text) }
}

/// Tries again until `condition` gives a value.
func eventually<R>(
  within limit: Duration = .seconds(20), _ what: String, _ condition: () async throws -> R?,
  sourceLocation: SourceLocation = #_sourceLocation
) async throws -> R {
  let end = ContinuousClock.now + limit
  while true {
    if let value = try await condition() { return value }
    try #require(ContinuousClock.now < end, "not within \(limit): \(what)", sourceLocation: sourceLocation)
    try await Task.sleep(for: .milliseconds(20))
  }
}

/// Something that happened once, waited for by whoever has to come after it.
final class Signal: Sendable {
  private let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
  func happen() { continuation.yield() }
  func wait() async { for await _ in stream { return } }
}

/// A value that many tasks change.
final class Shared<Value: Sendable>: Sendable {
  private let value: Mutex<Value>
  init(_ value: Value) { self.value = Mutex(value) }
  func withLock<R: Sendable>(_ body: (inout Value) -> R) -> R { value.withLock { body(&$0) } }
}
