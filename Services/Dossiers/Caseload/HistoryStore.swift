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

  /// A step is told of under its offer's name of today, so that an offer is renamed everywhere at once.
  func timeline(of dossier: ID<Dossier>, for caller: Caller) async throws -> DossierTimeline {
    try await postgres.withTransaction(as: caller) { transaction in
      let items = try await transaction.query(
        """
        select e.event, e.at, e.kind, e.detail, e.actor_name,
          case when s.id is null then e.title
            when e.detail ? 'contract' then '« ' || s.offer_name || coalesce(substring(e.title from ' » répond .*'), ' »')
            else split_part(e.title, ' : ', 1) || ' : ' || s.offer_name end as title
        from dossiers.timeline_entry e
        left join fse.v1_step s on e.kind = 'step' and s.dossier = e.dossier and s.id = (e.detail ->> 'step')::uuid
        where e.dossier = \(dossier) order by e.at desc, e.event desc limit 300
        """, as: TimelineEntry.self)
      let blocks = try await transaction.query(
        """
        select b.kind, b.subject, case when b.kind in ('step', 'positioning') then coalesce(s.offer_name, b.title) else b.title end
            as title,
          case when b.kind = 'operation' then coalesce(s.offer_name, b.detail) else b.detail end as detail,
          b.from_date as "from", b.until_date as until, b.at, b.lasts
        from dossiers.timeline_block b
        left join fse.v1_step s on b.kind in ('step', 'positioning', 'operation') and s.dossier = b.dossier
          and s.id::text = b.subject
        where b.dossier = \(dossier) order by b.from_date desc, b.kind, b.subject limit 500
        """, as: TimelineBlock.self)
      return DossierTimeline(items: items, blocks: blocks)
    }
  }
}
