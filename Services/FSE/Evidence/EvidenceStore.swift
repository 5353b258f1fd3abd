import API
import Documents
import Domain
import Foundation
import Postgres
import Service

/// The papers that prove a step (rule S19).
struct EvidenceStore: Sendable {
  let postgres: PostgresClient
  let files: any FileStore

  private static let columns: SQL = "id, step, kind, file_name, bytes, added_at, added_by_name"

  /// - Throws: 404.
  func all(of step: ID<Step>, for caller: Caller) async throws -> Page<Evidence> {
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await StepStore.find(step, in: transaction)
      let items = try await transaction.query(
        "select \(Self.columns) from fse.evidence where step = \(step) order by added_at desc, id desc limit 200",
        as: Evidence.self)
      return Page(items: items)
    }
  }

  /// Keeps a paper, once however often it is sent.
  /// - Throws: 404; 422 for a file that is neither PDF nor picture.
  func add(
    _ bytes: Data, _ query: EvidenceQuery, to step: ID<Step>, for caller: Caller, at moment: Date
  ) async throws -> Evidence {
    guard let type = ScanType(bytes) else {
      throw Problem.invalid([Fault("file", "format", "Déposez la pièce en PDF, ou une photo JPEG ou PNG.")])
    }
    // Nothing is kept for a step out of reach.
    _ = try await postgres.withTransaction(as: caller.looking) { try await StepStore.find(step, in: $0) }
    let kind = query.kind ?? .attendance
    let given = String(String.UnicodeScalarView((query.name ?? "").unicodeScalars.prefix(200)))
    let fileName = given.isEmpty ? "\(kind.label).\(type.ending)" : given
    let digest = try await files.put(bytes).digest
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute(
        """
        insert into fse.evidence (id, step, dossier, territory, kind, file_name, content_type, digest, bytes, added_at,
          added_by, added_by_name)
        select \(ID<Evidence>.new(at: moment))::uuid, s.id, s.dossier, s.territory, \(kind), \(fileName),
          \(type.contentType), \(digest), \(bytes.count)::int, \(moment)::timestamptz, \(caller.account)::uuid,
          \(caller.name)
        from fse.step s where s.id = \(step)
        on conflict (step, digest) do nothing
        """)
      let kept = try await transaction.first(
        "select \(Self.columns) from fse.evidence where step = \(step) and digest = \(digest)", as: Evidence.self)
      guard let kept else { throw Problem.notFound("Cette pièce") }
      return kept
    }
  }

  private struct Kept: Decodable, Sendable {
    let fileName: String
    let contentType: String
    let digest: String
  }

  /// - Throws: 404 for one of another step too.
  func file(_ id: ID<Evidence>, of step: ID<Step>, for caller: Caller) async throws -> FileOutput {
    let kept = try await postgres.withTransaction(as: caller) {
      try await $0.first(
        "select file_name, content_type, digest from fse.evidence where id = \(id) and step = \(step)", as: Kept.self)
    }
    guard let kept else { throw Problem.notFound("Cette pièce") }
    return FileOutput(name: kept.fileName, contentType: kept.contentType, bytes: try await files.data(kept.digest))
  }

  /// - Throws: 404. The content stays in the store until no service's row can mean it.
  func delete(_ id: ID<Evidence>, of step: ID<Step>, for caller: Caller) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      let gone = try await transaction.execute("delete from fse.evidence where id = \(id) and step = \(step)")
      guard gone == 1 else { throw Problem.notFound("Cette pièce") }
    }
  }
}

func addEvidenceRoutes(to routes: Routes, store: EvidenceStore) {
  routes.handle(FSEAPI.listEvidence) { _, request in
    try await store.all(of: request.id("step"), for: request.caller)
  }
  routes.handle(FSEAPI.addEvidence) { query, request in
    try await store.add(
      request.small(FSEAPI.addEvidence.limit), query, to: request.id("step"), for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.downloadEvidence) { _, request in
    try await store.file(request.id("evidence"), of: request.id("step"), for: request.caller)
  }
  routes.handle(FSEAPI.deleteEvidence) { _, request in
    try await store.delete(request.id("evidence"), of: request.id("step"), for: request.caller)
    return NoOutput()
  }
}
