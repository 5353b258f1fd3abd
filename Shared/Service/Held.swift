import API
import Postgres

extension Versioned where Self: Payload {
  /// The value, if it is the one that the caller saw. It must be held by then: read `for update`, or behind a lock.
  /// - Throws: 412 with the value as it is.
  public func held(version: Int) throws -> Self {
    guard self.version == version else { throw Problem.stale(try JSONValue(encoding: self), version: self.version) }
    return self
  }
}

extension Transaction {
  /// The row of a statement that ends in `for update`, which nobody else changes until the end of the transaction.
  /// - Parameter missing: what does not exist: « Cette note ».
  /// - Throws: 404; 412 with the row as it is.
  public func held<Row: Payload & Versioned>(
    _ row: SQL, as type: Row.Type, version: Int, missing: String
  ) async throws -> Row {
    try await held(row, as: type, missing: missing).held(version: version)
  }

  /// The row of a statement that ends in `for update`, whatever its version: for what may be done twice.
  /// - Throws: 404.
  public func held<Row: Decodable & Sendable>(_ row: SQL, as type: Row.Type, missing: String) async throws -> Row {
    guard let found = try await first(row, as: type) else { throw Problem.notFound(missing) }
    return found
  }
}
