import API
import Domain
import Foundation
import Postgres
import Service

/// How much each référent follows, and can follow.
struct CapacityStore: Sendable {
  let postgres: PostgresClient

  /// The caseloads of which a dossier exists for the caller, the fullest first.
  func list(_ query: CaseloadQuery, for caller: Caller) async throws -> Page<CaseloadRow> {
    try await postgres.withTransaction(as: caller) { transaction in
      let territory: SQL = query.territory.map { "and d.territory = \($0)" } ?? ""
      let rows = try await transaction.query(
        """
        \(Self.rows(among: "d.lead is not null \(territory)", of: "(select lead from mine)"))
        order by coalesce(t.load, 0)::float / coalesce(c.dossiers, 1000000) desc, t.load desc, a.name limit 500
        """, as: CaseloadRow.self)
      return Page(items: rows, total: rows.count)
    }
  }

  /// - Throws: 404 for an account that does not exist.
  func caseload(_ account: ID<Account>, for caller: Caller) async throws -> CaseloadRow {
    try await postgres.withTransaction(as: caller) { try await Self.row(account, in: $0) }
  }

  static func row(_ account: ID<Account>, in transaction: Transaction) async throws -> CaseloadRow {
    guard
      let row = try await transaction.first(
        rows(among: "d.lead = \(account)", of: "(select \(account)::uuid as lead)"), as: CaseloadRow.self)
    else { throw Problem.notFound("Ce collaborateur") }
    return row
  }

  /// The counts of some accounts: within reach, in one pass over the dossiers that are meant, and in the whole county.
  private static func rows(among dossiers: SQL, of leads: SQL) -> SQL {
    """
    with mine as materialized (
      select d.lead, count(*)::int as dossiers, count(*) filter (where d.state = 'standby')::int as standby
      from dossiers.dossier d where \(dossiers) group by d.lead),
    leaving as (
      select d.lead, count(*)::int as count from dossiers.referent r
      join dossiers.dossier d on d.id = r.dossier and d.lead = r.account
      where r.kind = 'lead' and r.until_date >= caller.today() and r.account in (select lead from mine)
        and \(dossiers) group by d.lead),
    proposed as (
      select d.lead, count(*)::int as count from dossiers.proposed_exit p
      join dossiers.dossier d on d.id = p.dossier where p.decision is null and \(dossiers) group by d.lead)
    select w.lead as account, a.name, o.name as organisation, coalesce(m.dossiers, 0) as dossiers,
      coalesce(m.standby, 0) as standby, coalesce(l.count, 0) as leaving, coalesce(p.count, 0) as proposed_exits,
      coalesce(t.load, 0) as load, c.dossiers as capacity, coalesce(c.version, 0) as version
    from \(leads) w join identity.v1_account a on a.id = w.lead
    left join identity.v1_organisation o on o.id = a.organisation
    left join mine m on m.lead = w.lead left join leaving l on l.lead = w.lead left join proposed p on p.lead = w.lead
    left join dossiers.loads(array(select lead from \(leads) n)) t on t.account = w.lead
    left join dossiers.capacity c on c.account = w.lead
    """
  }

  /// - Throws: 404; 412 with the caseload as it is now.
  func set(
    _ draft: CapacityDraft, of account: ID<Account>, version: Int, for caller: Caller, at moment: Date
  ) async throws -> CaseloadRow {
    try await postgres.withTransaction(as: caller) { transaction in
      // The first to say so waits for nobody; two at once are told apart by the version.
      try await transaction.execute("select pg_advisory_xact_lock(hashtext(\("capacity." + account.description)))")
      _ = try await Self.row(account, in: transaction).held(version: version)
      if let dossiers = draft.dossiers {
        try await transaction.execute(
          """
          insert into dossiers.capacity (account, dossiers, set_by, set_at)
          values (\(account), \(dossiers), \(caller.account), \(moment))
          on conflict (account) do update set dossiers = excluded.dossiers, set_by = excluded.set_by,
            set_at = excluded.set_at, version = dossiers.capacity.version + 1
          """)
      } else {
        try await transaction.execute("delete from dossiers.capacity where account = \(account)")
      }
      return try await Self.row(account, in: transaction)
    }
  }
}
