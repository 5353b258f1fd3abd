import API
import Documents
import Domain
import Foundation
import Messaging
import Postgres
import Service

typealias ListExportRunner = JobRunner<ListExportOrder>

/// Lists of dossiers as files: asked for by a request, written by a job in the asker's name and reach, kept for a week
/// (rule C24).
struct ListExportStore: Sendable {
  let documents: DocumentStore
  let queue: JobQueue

  init(postgres: PostgresClient, documents: DocumentStore) {
    self.documents = documents
    queue = JobQueue(postgres: postgres, schema: "dossiers", name: "list_export")
  }

  /// Beyond it a file is no list any more.
  static let mostRows = 50_000
  static let keptDays = 7

  func ask(_ order: ListExportOrder, for caller: Caller, at moment: Date) async throws -> ID<ListExport> {
    var order = order
    (order.search.limit, order.search.after) = (nil, nil)
    let asked = order
    return try await queue.postgres.withTransaction(as: caller) { transaction in
      _ = try await CriterionConditions.of(asked.search.criteria ?? [], in: transaction)
      let id = ID<ListExport>.new(at: moment)
      try await queue.add(
        id.value, kind: "list", task: asked,
        to: "select null::uuid as dossier, null::text as name, \(id)::uuid as target, 1 as place", in: transaction,
        at: moment)
      return id
    }
  }

  private struct Kept: Decodable, Sendable {
    let askedAt: Date
    let endedAt: Date?
    let reason: String?
    let fileName: String?
    let lines: Int?
    let result: String?
  }

  private func kept(_ id: ID<ListExport>, in transaction: Transaction) async throws -> Kept {
    let found = try await transaction.first(
      """
      select j.created_at as asked_at, j.ended_at, r.reason, j.file_name, j.lines, j.result
      from dossiers.list_export j left join dossiers.list_export_row r on r.list_export = j.id where j.id = \(id)
      """, as: Kept.self)
    guard let found else { throw Problem.notFound("Cet export") }
    return found
  }

  /// - Throws: 404 for another person's.
  func export(_ id: ID<ListExport>, for caller: Caller) async throws -> ListExport {
    let kept = try await queue.postgres.withTransaction(as: caller.looking) { try await self.kept(id, in: $0) }
    let state: ListExport.State = kept.result != nil ? .ready : kept.endedAt != nil ? .refused : .writing
    return ListExport(
      id: id, state: state, askedAt: kept.askedAt, name: kept.fileName, rows: kept.lines, reason: kept.reason)
  }

  /// - Throws: 404 for another person's, and while it is being written.
  func file(_ id: ID<ListExport>, for caller: Caller) async throws -> FileOutput {
    let kept = try await queue.postgres.withTransaction(as: caller) { try await self.kept(id, in: $0) }
    guard let digest = kept.result, let name = kept.fileName else { throw Problem.notFound("Ce fichier") }
    return FileOutput(
      name: name, contentType: name.hasSuffix(".csv") ? CSV.mediaType : Spreadsheet.mediaType,
      bytes: try await documents.files.data(digest, limit: 256 << 20))
  }

  // MARK: The work

  /// - Throws: a `Problem` that refuses it for good.
  func write(_ order: ListExportOrder, _ target: JobTarget, in transaction: Transaction, at moment: Date) async throws {
    let rows = try await CaseloadStore.all(order.search, atMost: Self.mostRows + 1, in: transaction)
    guard rows.count <= Self.mostRows else {
      throw Problem.conflict(
        "export-trop-long", "L’export dépasse \(French.number(Self.mostRows)) lignes.", detail: "Resserrez les filtres."
      )
    }
    let bytes = try await ListExportFile(order: order, rows: rows).bytes()
    let digest = try await documents.noted(bytes, for: transaction.caller)
    try await DocumentStore.hold(content: digest, in: transaction)
    try await documents.files.put(bytes)
    try await queue.keep(result: digest, of: target.job, in: transaction)
    let name = "Bénéficiaires - \(CalendarDate(moment)).\(order.format.rawValue)"
    try await transaction.execute(
      "update dossiers.list_export set file_name = \(name), lines = \(rows.count) where id = \(target.job)")
  }
}

func addListExportRoutes(to routes: Routes, store: ListExportStore, runner: ListExportRunner) {
  routes.handle(DossiersAPI.exportDossiers) { order, request in
    let id = try await store.ask(order, for: request.caller, at: request.now)
    // Nothing is written before the answer: only the runner is woken.
    await runner.begin(id.value, atMost: 0)
    return try await store.export(id, for: request.caller)
  }
  routes.handle(DossiersAPI.showListExport) { _, request in
    try await store.export(request.id("listExport"), for: request.caller)
  }
  routes.handle(DossiersAPI.downloadListExport) { _, request in
    try await store.file(request.id("listExport"), for: request.caller)
  }
}
