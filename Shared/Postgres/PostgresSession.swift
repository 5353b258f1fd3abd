import Foundation

/// A connection outside the pool, for what lasts as long as a session does: advisory locks. Each statement is a
/// transaction of its own.
public struct PostgresSession: Sendable {
  let connection: PostgresConnection

  public func query<T: Decodable & Sendable>(_ sql: SQL, as type: T.Type) async throws -> [T] {
    try await connection.execute(sql).decode(type)
  }
}

extension PostgresClient {
  /// Opens a connection for `body` alone, and closes it when `body` is done.
  /// - Parameter silence: the server ends the session, and frees its locks, when it hears nothing for so long: a process
  ///   that is frozen, or whose machine has gone, holds up the others no longer than that.
  /// - Throws: `PostgresError` when it cannot be opened, and what `body` throws.
  public func withSession<R: Sendable>(
    silence: Duration, _ body: @Sendable (PostgresSession) async throws -> R
  ) async throws -> R {
    let connection = PostgresConnection(name: "session")
    do {
      try await connection.open(configuration.attempts)
      try await connection.simple("set idle_session_timeout = \(silence.milliseconds)")
      let result = try await body(PostgresSession(connection: connection))
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }
}
