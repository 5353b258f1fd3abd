import API
import Postgres

extension Transaction {
  /// One page of a table of changes, newest first.
  /// - Parameters:
  ///   - columns: what a change is made of, `position` among them.
  ///   - which: narrows the table.
  ///   - after: the position that the page before ended at.
  public func changes<Change: PlacedChange>(
    _ columns: SQL, of table: SQL, where which: SQL = "true", after: String?, limit: Int?
  ) async throws -> Page<Change> {
    let limit = limit ?? 50
    let older: SQL = after.flatMap { Int($0) }.map { "position < \($0)" } ?? "true"
    let rows = try await query(
      "select \(columns) from \(table) where \(which) and \(older) order by position desc limit \(limit + 1)",
      as: Change.self)
    let items = Array(rows.prefix(limit))
    return Page(items: items, next: rows.count > limit ? items.last.map { String($0.position) } : nil)
  }
}
