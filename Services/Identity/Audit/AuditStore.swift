import API
import Domain
import Foundation
import HTTPTypes
import Postgres
import Service

struct AuditStore: Sendable {
  let postgres: PostgresClient

  static let noDossier = ID<Dossier>(.zero)

  /// The dossier of a number, which whoever reads the log may name without reaching it; nil when there is none.
  func dossier(number: Int) async throws -> ID<Dossier>? {
    try await postgres.withTransaction(as: .system("audit")) { transaction in
      try await transaction.first("select id from dossiers.v1_dossier where number = \(number)", as: ID<Dossier>.self)
    }
  }

  /// The log, newest first.
  func entries(_ query: AuditQuery, for caller: Caller) async throws -> Page<AuditEntry> {
    let limit = query.limit ?? 50
    var conditions: [SQL] = ["true"]
    if let dossier = query.dossier { conditions.append("dossier = \(dossier)") }
    if let kind = query.kind { conditions.append("kind = \(kind)") }
    if let from = query.from { conditions.append("at >= \(from.moment())") }
    if let until = query.until { conditions.append("at < \(until.adding(days: 1).moment())") }
    if let after = query.after {
      conditions.append(
        "(at, position) < ((select at from identity.audit_entry where position = \(after)), \(after)::bigint)")
    }
    let filter = conditions.joined(separator: " and ")
    // What an account did, and what was done in its place: each by its index.
    let who: [SQL] = query.account.map { ["account = \($0)", "replaces = \($0)"] } ?? ["true"]
    let newest: SQL = "order by at desc, position desc limit \(limit + 1)"
    let parts = who.map { (one: SQL) -> SQL in
      """
      (select position, event, at, account, account_name, replaces, profile, scope, act, kind, dossier, object, address
      from identity.audit_entry where \(filter) and \(one) \(newest))
      """
    }.joined(separator: " union all ")
    let rows = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query("select * from (\(parts)) found \(newest)", as: AuditEntry.self)
    }
    let items = try await numbered(Array(rows.prefix(limit)))
    return Page(items: items, next: rows.count > limit ? items.last.map { String($0.position) } : nil)
  }

  /// The lines with the numbers of their dossiers: a number says which dossier it is, and nothing of whose.
  private func numbered(_ entries: [AuditEntry]) async throws -> [AuditEntry] {
    struct Known: Decodable, Sendable {
      let id: ID<Dossier>
      let number: Int
    }
    let named = Array(Set(entries.compactMap(\.dossier)))
    guard !named.isEmpty else { return entries }
    let known = try await postgres.withTransaction(as: .system("audit")) { transaction in
      try await transaction.query(
        "select id, number from dossiers.v1_dossier where id = any(\(named)::uuid[])", as: Known.self)
    }
    let numbers = Dictionary(known.map { ($0.id, $0.number) }) { first, _ in first }
    return entries.map { entry in
      var entry = entry
      entry.number = entry.dossier.flatMap { numbers[$0] }
      return entry
    }
  }
}

func addAuditRoutes(to routes: Routes, store: AuditStore) {
  routes.handle(IdentityAPI.listAudit) { query, request in
    // Who looks has no dossiers, and still leaves a trace; what was looked for is its object, not a dossier opened.
    var (query, caller) = (query, request.caller)
    if let number = query.number {
      // A number that no dossier has is looked for all the same, so that the search leaves its trace.
      query.dossier = try await store.dossier(number: number) ?? AuditStore.noDossier
    }
    caller.act = Act(
      name: "identity.listAudit", kind: .read, object: query.dossier?.description ?? query.account?.description,
      address: request.headers[.clientAddress], trace: caller.act?.trace)
    return try await store.entries(query, for: caller)
  }
}
