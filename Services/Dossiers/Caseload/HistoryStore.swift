import API
import Domain
import Postgres

/// What a dossier went through.
struct HistoryStore: Sendable {
  let postgres: PostgresClient

  /// The changes of the right and the duties, newest first.
  func entitlement(of dossier: ID<Dossier>, for caller: Caller) async throws -> [EntitlementRow] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select entitlement, duties, orientation, closure_reason, from_date from dossiers.entitlement_event
        where dossier = \(dossier) order by from_date desc, recorded_at desc limit 200
        """, as: EntitlementRow.self)
    }
  }

  func timeline(of dossier: ID<Dossier>, for caller: Caller) async throws -> [TimelineEntry] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select event, at, kind, title, detail, actor_name from dossiers.timeline_entry
        where dossier = \(dossier) order by at desc, event desc limit 300
        """, as: TimelineEntry.self)
    }
  }
}
