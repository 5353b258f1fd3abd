import API
import Domain
import Foundation
import HTTPTypes
import Postgres
import Service

struct AuditStore: Sendable {
  let postgres: PostgresClient

  /// The log, newest first.
  func entries(_ query: AuditQuery, for caller: Caller) async throws -> Page<AuditEntry> {
    let limit = query.limit ?? 50
    var conditions: [SQL] = ["true"]
    if let dossier = query.dossier { conditions.append("dossier = \(dossier)") }
    if let account = query.account { conditions.append("account = \(account)") }
    if let after = query.after { conditions.append("position < \(after)") }
    let filter = conditions.joined(separator: " and ")
    let rows = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select position, event, at, account, account_name, profile, scope, act, kind, dossier, object, address
        from identity.audit_entry where \(filter) order by position desc limit \(limit + 1)
        """, as: AuditEntry.self)
    }
    let items = Array(rows.prefix(limit))
    return Page(items: items, next: rows.count > limit ? items.last.map { String($0.position) } : nil)
  }
}

func addAuditRoutes(to routes: Routes, store: AuditStore) {
  routes.handle(IdentityAPI.listAudit) { query, request in
    // Who looks has no dossiers, and still leaves a trace; what was looked for is its object, not a dossier opened.
    var caller = request.caller
    caller.act = Act(
      name: "identity.listAudit", kind: .read, object: query.dossier?.description ?? query.account?.description,
      address: request.headers[.clientAddress], trace: caller.act?.trace)
    return try await store.entries(query, for: caller)
  }
}
