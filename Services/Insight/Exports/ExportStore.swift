import API
import Documents
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// A report that is to be written as a file.
struct ExportTask: Codable, Sendable {
  let report: String
  let query: ReportQuery
}

typealias ExportRunner = JobRunner<ExportTask>

/// The files of reports: asked for by a request, written by a job in the name of who asked, kept for a week.
struct ExportStore: Sendable {
  let queue: JobQueue
  let files: any FileStore

  init(postgres: PostgresClient, files: any FileStore) {
    queue = JobQueue(postgres: postgres, schema: "insight", name: "export_job")
    self.files = files
  }

  /// What a spreadsheet holds, but for its head.
  static let mostRows = 1_000_000
  static let keptDays = 7

  private struct Kept: Decodable, Sendable {
    let id: ID<ReportExport>
    let report: String
    let askedAt: Date
    let endedAt: Date?
    let outcome: JobQueue.Outcome?
    let reason: String?
    let name: String?
    let rows: Int?

    var shown: ReportExport {
      ReportExport(
        id: id, report: report, label: ReportKind(rawValue: report)?.label ?? report, askedAt: askedAt,
        state: name != nil ? .ready : outcome == .refused || endedAt != nil ? .refused : .writing, name: name,
        rows: rows,
        reason: reason)
    }
  }

  private static let kept: SQL = """
    select j.id, j.kind as report, j.created_at as asked_at, j.ended_at, r.outcome, r.reason, e.name, e.rows
    from insight.export_job j left join insight.export_job_row r on r.export_job = j.id and r.position = 1
    left join insight.export e on e.id = j.id
    """

  /// Keeps what is asked for.
  /// - Throws: as `ReportRun`; 409 when there is nothing to export or too much.
  func ask(_ code: String, _ query: ReportQuery, for caller: Caller, at now: Date) async throws -> ID<ReportExport> {
    var query = query
    (query.after, query.limit) = (nil, nil)
    let asked = query
    return try await queue.postgres.withTransaction(as: caller) { transaction in
      let run = try await ReportRun(code, asked, in: transaction, at: now)
      guard try await transaction.count(run.dataset, atMost: 1) > 0 else {
        throw Problem.conflict(
          "export-vide", "Il n’y a rien à exporter.", detail: "Élargissez les filtres, puis recommencez.")
      }
      let id = ID<ReportExport>.new(at: now)
      try await queue.add(
        id.value, kind: run.kind.rawValue, task: ExportTask(report: code, query: run.query),
        to: "select null::uuid as dossier, null::text as name, \(id)::uuid as target, 1 as place", in: transaction,
        at: now)
      return id
    }
  }

  /// - Throws: 404 for another person's.
  func export(_ id: ID<ReportExport>, for caller: Caller) async throws -> ReportExport {
    let found = try await queue.postgres.withTransaction(as: caller.looking) { transaction in
      try await transaction.first("\(Self.kept) where j.id = \(id)", as: Kept.self)
    }
    guard let found else { throw Problem.notFound("Cet export") }
    return found.shown
  }

  func exports(_ query: InsightPageQuery, for caller: Caller) async throws -> Page<ReportExport> {
    let limit = query.limit ?? 50
    let after = try query.place(as: ID<ReportExport>.self)
    return try await queue.postgres.withTransaction(as: caller) { transaction in
      let rows = try await transaction.query(
        """
        \(Self.kept) where (\(after)::uuid is null or j.id < \(after)::uuid)
        order by j.id desc limit \(limit + 1)
        """, as: Kept.self)
      return try Page(rows, limit: limit, place: \.id, item: \.shown)
    }
  }

  private struct KeptFile: Decodable, Sendable {
    let name: String
    let mediaType: String
    let digest: String?
  }

  /// - Throws: 404 for another person's, and while it is being written; 409 once it is no longer kept.
  func file(_ id: ID<ReportExport>, for caller: Caller) async throws -> FileOutput {
    let found = try await queue.postgres.withTransaction(as: caller) { transaction in
      try await transaction.first(
        "select name, media_type, digest from insight.export where id = \(id) and name is not null", as: KeptFile.self)
    }
    guard let found else { throw Problem.notFound("Cet export") }
    guard let digest = found.digest else {
      throw Problem.conflict(
        "export-efface", "Ce fichier n’est plus gardé.", detail: "Ouvrez le rapport et exportez-le de nouveau.")
    }
    return FileOutput(
      name: found.name, contentType: found.mediaType, bytes: try await files.data(digest, limit: 256 << 20))
  }
}

func addExportRoutes(to routes: Routes, store: ExportStore, runner: ExportRunner) {
  routes.handle(InsightAPI.exportReport) { query, request in
    let id = try await store.ask(request.word("report"), query, for: request.caller, at: request.now)
    // Nothing is written before the answer: only the runner is woken.
    await runner.begin(id.value, atMost: 0)
    return try await store.export(id, for: request.caller)
  }
  routes.handle(InsightAPI.listExports) { query, request in try await store.exports(query, for: request.caller) }
  routes.handle(InsightAPI.showExport) { _, request in
    try await store.export(request.id("export"), for: request.caller)
  }
  routes.handle(InsightAPI.downloadExport) { _, request in
    try await store.file(request.id("export"), for: request.caller)
  }
}
