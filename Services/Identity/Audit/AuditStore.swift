import API
import Documents
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
      try await transaction.first("select id from dossiers.v1_number where number = \(number)", as: ID<Dossier>.self)
    }
  }

  /// The log, newest first.
  func entries(_ query: AuditQuery, for caller: Caller) async throws -> Page<AuditEntry> {
    try await entries(query, limit: query.limit ?? 50, for: caller)
  }

  private func entries(_ query: AuditQuery, limit: Int, for caller: Caller) async throws -> Page<AuditEntry> {
    var conditions: [SQL] = ["true"]
    if let dossier = query.dossier { conditions.append("dossier = \(dossier)") }
    if let kind = query.kind { conditions.append("kind = \(kind)") }
    if let from = query.from { conditions.append("at >= \(from.moment())") }
    if let until = query.until { conditions.append("at < \(until.adding(days: 1).moment())") }
    if let after = try query.place(as: Int.self) {
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
    var page = try Page(rows, limit: limit, place: \.position)
    page.items = try await numbered(page.items)
    return page
  }

  /// The most lines that one file takes away.
  static let mostExported = 100_000

  /// The log as a spreadsheet reads it, newest first, read a part at a time.
  /// - Throws: 409 when there is nothing, or too much.
  func file(_ query: AuditQuery, for caller: Caller) async throws -> FileOutput {
    var query = query
    // A hundred thousand lines are some twenty megabytes: on the disk, until they have left.
    let file = try PassingFile()
    try file.append(CSV.head(of: Self.sheet))
    var count = 0
    repeat {
      let page = try await entries(query, limit: 5000, for: caller.looking)
      try file.append(page.items.reduce(into: Data()) { $0 += CSV.line(Self.cells($1)) })
      count += page.items.count
      query.after = page.next
      guard count <= Self.mostExported else {
        throw Problem.conflict(
          "export-trop-long", "L’export dépasse \(French.number(Self.mostExported)) lignes.",
          detail: "Resserrez les dates ou ajoutez un filtre, puis recommencez.")
      }
    } while query.after != nil
    guard count > 0 else {
      throw Problem.conflict(
        "export-vide", "Il n’y a rien à exporter.", detail: "Élargissez les filtres, puis recommencez.")
    }
    // One trace, of what does leave.
    try await postgres.withTransaction(as: caller) { _ in }
    return FileOutput(
      name: "journal-audit-\(caller.today).csv", contentType: CSV.mediaType, size: file.size, passing: file)
  }

  private static let sheet = Sheet(
    name: "Journal d’audit",
    columns: [
      .init("Ligne"), .init("Quand"), .init("Qui"), .init("Profil"), .init("Acte"), .init("Code"), .init("Nature"),
      .init("Dossier"), .init("Objet"), .init("Depuis"),
    ])

  private static func cells(_ entry: AuditEntry) -> [Sheet.Cell] {
    [
      .integer(entry.position), .dateTime(entry.at), .text(entry.accountName),
      .text(entry.profile.map { Profile(rawValue: $0)?.label ?? $0 } ?? ""), .text(AuditWords.sentence(entry.act)),
      .text(entry.act), .text(entry.kind), entry.number.map { .integer($0) } ?? .empty, .text(entry.object ?? ""),
      .text(entry.address ?? ""),
    ]
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
        "select id, number from dossiers.v1_number where id = any(\(named)::uuid[])", as: Known.self)
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
    let (query, caller) = try await store.search(query, as: .read, request)
    return try await store.entries(query, for: caller)
  }
  routes.handle(IdentityAPI.exportAudit) { query, request in
    let (query, caller) = try await store.search(query, as: .export, request)
    return try await store.file(query, for: caller)
  }
}

extension AuditStore {
  /// Who looks has no dossiers, and still leaves a trace; what was looked for is its object, not a dossier opened.
  fileprivate func search(
    _ query: AuditQuery, as kind: Act.Kind, _ request: EndpointRequest
  ) async throws -> (AuditQuery, Caller) {
    var (query, caller) = (query, request.caller)
    if let number = query.number {
      // A number that no dossier has is looked for all the same, so that the search leaves its trace.
      query.dossier = try await dossier(number: number) ?? Self.noDossier
    }
    caller.act = Act(
      name: kind == .export ? "identity.exportAudit" : "identity.listAudit", kind: kind,
      object: query.dossier?.description ?? query.account?.description, address: request.headers[.clientAddress],
      trace: caller.act?.trace)
    return (query, caller)
  }
}
