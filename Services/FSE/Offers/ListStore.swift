import API
import Domain
import Postgres

struct ListStore: Sendable {
  let postgres: PostgresClient
  private static let lists: Set<String> = ["classification", "end_reason"]

  /// The choices of a list in their order, those no longer proposed included.
  func entries(of list: String, for caller: Caller) async throws -> Page<FSEListEntry> {
    guard Self.lists.contains(list) else { throw Problem.notFound("Cette liste") }
    let entries = try await postgres.withTransaction(as: caller) {
      try await $0.query(
        """
        select code, name, position, active from fse.list_entry where list = \(list)
        order by position, name limit 500
        """,
        as: FSEListEntry.self)
    }
    return Page(items: entries)
  }

  func write(
    _ entry: FSEListEntry, to list: String, code: String, for caller: Caller
  ) async throws -> FSEListEntry {
    guard Self.lists.contains(list) else { throw Problem.notFound("Cette liste") }
    guard entry.code == code else {
      throw Problem.invalid([Fault("code", "choix", "Le code ne peut pas changer : des fiches le portent.")])
    }
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await transaction.execute(
        """
        insert into fse.list_entry (list, code, name, position, active)
        values (\(list), \(code), \(entry.name), \(entry.position), \(entry.active))
        on conflict (list, code) do update set name = excluded.name, position = excluded.position,
          active = excluded.active
        """)
    }
    return entry
  }
}
