import API
import Domain
import Foundation
import Postgres
import Service

/// How long the audit log keeps its lines: the county's rule, with its history.
struct RetentionStore: Sendable {
  let postgres: PostgresClient

  /// Lines taken out in one transaction: those who write wait for no more than that.
  static let step = 5000

  func retention(for caller: Caller) async throws -> AuditRetention {
    try await postgres.withTransaction(as: caller) { try await Self.read(in: $0) }
  }

  private static func read(in transaction: Transaction) async throws -> AuditRetention {
    struct Stored: Decodable, Sendable {
      let version: Int
      let months: Int
      let validFrom: Date
      let authorName: String?
    }
    let rules = try await transaction.query(
      """
      select version, months, valid_from, author_name from identity.audit_retention order by version desc limit 50
      """, as: Stored.self)
    let removals = try await transaction.query(
      """
      select (at at time zone \(Calendar.france.timeZone.identifier))::date as day, sum(removed)::int as lines, max(until) as until
      from identity.audit_anchor group by 1 order by 1 desc limit 30
      """, as: AuditRetention.Removal.self)
    let oldest = try await transaction.first(
      "select at from identity.audit_entry order by position limit 1", as: Date.self)
    return AuditRetention(
      months: rules.first?.months ?? 12, oldest: oldest,
      rules: rules.map { .init(months: $0.months, validFrom: $0.validFrom, authorName: $0.authorName) },
      removals: removals, version: rules.first?.version ?? 0)
  }

  /// Another duration from now on; what is too old for it goes within the hour. The same again changes nothing.
  /// - Throws: 412 with what is current.
  func change(
    _ draft: AuditRetentionDraft, version: Int, for caller: Caller, at moment: Date
  ) async throws -> AuditRetention {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute("select pg_advisory_xact_lock(hashtext('jalons.audit-retention'))")
      let before = try await Self.read(in: transaction).held(version: version)
      if before.months == draft.months { return before }
      try await transaction.execute(
        """
        insert into identity.audit_retention (version, months, valid_from, author, author_name)
        values (\(version + 1), \(draft.months), \(moment), \(caller.account), \(caller.name))
        """)
      return try await Self.read(in: transaction)
    }
  }

  /// Takes out what is older than the county keeps, a part at a time.
  /// - Returns: how many lines.
  func trim(at moment: Date) async throws -> Int {
    var removed = 0
    while true {
      let part = try await postgres.withTransaction(as: .system("audit")) { transaction in
        try await transaction.first(
          """
          select identity.trim_audit(\(moment)::timestamptz - make_interval(months => months), \(Self.step))
          from identity.audit_retention order by version desc limit 1
          """, as: Int.self)
      }
      removed += part ?? 0
      if (part ?? 0) < Self.step { return removed }
    }
  }
}

func addRetentionRoutes(to routes: Routes, store: RetentionStore) {
  routes.handle(IdentityAPI.showAuditRetention) { _, request in try await store.retention(for: request.caller) }
  routes.handle(IdentityAPI.changeAuditRetention) { draft, request in
    try await store.change(draft, version: request.version, for: request.caller, at: request.now)
  }
}
