import API
import Postgres

extension Transaction {
  /// One page of a table of changes, newest first.
  /// - Parameters:
  ///   - columns: what a change is made of, `position` among them.
  ///   - which: narrows the table.
  ///   - former: says where the page before ended; nil for the first.
  public func changes<Change: PlacedChange>(
    _ columns: SQL, of table: SQL, where which: SQL = "true", after former: (any PageQuery)?, limit: Int?
  ) async throws -> Page<Change> {
    let limit = limit ?? 50
    let older: SQL = try former?.place(as: Int.self).map { "position < \($0)" } ?? "true"
    let rows = try await query(
      "select \(columns) from \(table) where \(which) and \(older) order by position desc limit \(limit + 1)",
      as: Change.self)
    return try Page(rows, limit: limit, place: \.position)
  }
}
