import API
import Domain
import Postgres
import Service

/// Documents by their names, across the dossiers that the caller reaches.
struct DocumentSearchStore: Sendable {
  let postgres: PostgresClient

  func documents(_ search: DocumentSearch, for caller: Caller) async throws -> [FoundDocument] {
    let words = PlainText.of(search.q ?? "").split(separator: " ").prefix(6).map(String.init)
    // Of two letters everything would be found, and no index serves.
    guard words.contains(where: { $0.count >= 3 }) else { return [] }
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select d.id, d.dossier, d.name, rtrim(upper(p.family_name) || ' ' || p.given_name) as person, d.deposited_at
        from dossiers.document d join dossiers.dossier p on p.id = d.dossier
        where d.id = any(array(select dossiers.documents_named(\(words)))) and d.removed_at is null
        order by d.id desc limit \(search.limit ?? 20)
        """, as: FoundDocument.self)
    }
  }
}

func addDocumentSearchRoutes(to routes: Routes, store: DocumentSearchStore) {
  routes.handle(DossiersAPI.findDocuments) { search, request in
    Page(items: try await store.documents(search, for: request.caller))
  }
}
