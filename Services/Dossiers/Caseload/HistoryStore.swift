import API
import Domain
import Postgres

/// What a dossier went through.
struct HistoryStore: Sendable {
  let postgres: PostgresClient

  /// The changes of the right and the duties, the one that holds first: in the order in which they were told, which a
  /// date in the past does not change.
  func entitlement(of dossier: ID<Dossier>, for caller: Caller) async throws -> [EntitlementRow] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select entitlement, duties, orientation, closure_reason, suspension_reason, from_date
        from dossiers.entitlement_event
        where dossier = \(dossier) order by recorded_at desc, from_date desc, id desc limit 200
        """, as: EntitlementRow.self)
    }
  }

  func timeline(of dossier: ID<Dossier>, for caller: Caller) async throws -> DossierTimeline {
    try await postgres.withTransaction(as: caller) { transaction in
      let items = try await transaction.query(
        """
        select event, at, kind, title, detail, actor_name from dossiers.timeline_entry
        where dossier = \(dossier) order by at desc, event desc limit 300
        """, as: TimelineEntry.self)
      let blocks = try await transaction.query(
        """
        select kind, subject, title, detail, from_date as "from", until_date as until, at, lasts
        from dossiers.timeline_block where dossier = \(dossier) order by from_date desc, kind, subject limit 500
        """, as: TimelineBlock.self)
      return DossierTimeline(items: items, blocks: blocks)
    }
  }
}
