import API
import Domain
import Foundation
import Postgres
import Service

/// How the county's own files are read: by name, with every former way.
struct MappingStore: Sendable {
  let postgres: PostgresClient

  private struct Stored: Decodable, Sendable {
    let mapping: UUID
    let version: Int
    let name: String
    let pattern: String?
    let isActive: Bool
    let dialect: FeedDialect
    let validFrom: Date
    let authorName: String

    var edition: FeedMapping.Edition {
      .init(
        version: version, name: name, pattern: pattern, isActive: isActive, dialect: dialect, validFrom: validFrom,
        authorName: authorName)
    }
  }

  private static let columns: SQL = """
    mapping, version, name, pattern, is_active, dialect, valid_from, author_name
    """

  /// The editions that hold, by name.
  private func current(in transaction: Transaction) async throws -> [FeedMapping] {
    try await transaction.query(
      """
      select \(Self.columns) from (select distinct on (mapping) * from dossiers.feed_mapping_edition
        order by mapping, version desc) e order by lower(name), mapping limit 200
      """, as: Stored.self
    ).compactMap { FeedMapping(id: $0.mapping, editions: [$0.edition]) }
  }

  func list(for caller: Caller) async throws -> [FeedMapping] {
    try await postgres.withTransaction(as: caller) { try await current(in: $0) }
  }

  /// - Throws: 404 when there is none.
  func mapping(_ id: UUID, for caller: Caller) async throws -> FeedMapping {
    try await postgres.withTransaction(as: caller) { try await read(id, in: $0) }
  }

  private func read(_ id: UUID, in transaction: Transaction) async throws -> FeedMapping {
    let editions = try await transaction.query(
      """
      select \(Self.columns) from dossiers.feed_mapping_edition where mapping = \(id) order by version desc limit 50
      """, as: Stored.self)
    guard let mapping = FeedMapping(id: id, editions: editions.map(\.edition)) else {
      throw Problem.notFound("Cette correspondance")
    }
    return mapping
  }

  func add(_ draft: FeedMappingDraft, for caller: Caller, at moment: Date) async throws -> FeedMapping {
    try await postgres.withTransaction(as: caller) { transaction in
      try await check(draft, besides: nil, in: transaction)
      let id = UUID.version7(at: moment)
      try await transaction.execute("insert into dossiers.feed_mapping (id) values (\(id))")
      try await write(draft, as: 1, of: id, for: caller, at: moment, in: transaction)
      return try await read(id, in: transaction)
    }
  }

  /// Another way to read from now on; the former is kept, and a dry run that used it is still applied as it was shown.
  /// - Throws: 412 with what is current, 404.
  func change(
    _ id: UUID, _ draft: FeedMappingDraft, version: Int, for caller: Caller, at moment: Date
  ) async throws -> FeedMapping {
    try await postgres.withTransaction(as: caller) { transaction in
      try await check(draft, besides: id, in: transaction)
      _ = try await read(id, in: transaction).held(version: version)
      try await write(draft, as: version + 1, of: id, for: caller, at: moment, in: transaction)
      return try await read(id, in: transaction)
    }
  }

  private func write(
    _ draft: FeedMappingDraft, as version: Int, of id: UUID, for caller: Caller, at moment: Date,
    in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      insert into dossiers.feed_mapping_edition (mapping, version, name, pattern, is_active, dialect, valid_from,
        author, author_name)
      values (\(id), \(version), \(draft.name), \(draft.pattern), \(draft.isActive), \(json: draft.dialect), \(moment),
        \(caller.account), \(caller.name))
      """)
  }

  /// - Throws: 422 with every fault.
  private func check(
    _ draft: FeedMappingDraft, besides id: UUID?, in transaction: Transaction
  ) async throws {
    // Names are compared, and versions counted, by one at a time.
    try await transaction.execute("select pg_advisory_xact_lock(hashtext('dossiers.feed_mapping'))")
    var faults = MappingChecks.faults(of: draft)
    for other in try await current(in: transaction) where other.id != id {
      if FeedCodes.key(other.name) == FeedCodes.key(draft.name) {
        faults.append(Fault("name", "deja-pris", "Une autre correspondance porte déjà ce nom."))
      }
      if let pattern = draft.pattern, other.isActive, draft.isActive,
        other.pattern?.lowercased() == pattern.lowercased()
      {
        faults.append(Fault("pattern", "deja-pris", "« \(other.name) » lit déjà les fichiers de ce nom."))
      }
    }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
  }

  // MARK: Reading by one

  /// By which a file is to be read: the one that was asked for, else the one whose pattern says most of its name. A file in
  /// a format that Jalons knows needs none, whatever its name.
  /// - Throws: 422 when what was asked for is not there any more.
  func chosen(_ asked: UUID?, fileName: String?, for caller: Caller) async throws -> FeedRun.Mapping? {
    let all = try await list(for: caller).filter(\.isActive)
    if let asked {
      guard let mapping = all.first(where: { $0.id == asked }) else {
        throw Problem.invalid([
          Fault("mapping", "inconnue", "Cette correspondance n’existe pas, ou n’est plus en service.")
        ])
      }
      return FeedRun.Mapping(id: mapping.id, name: mapping.name, version: mapping.version)
    }
    guard let fileName else { return nil }
    let named = all.filter { $0.pattern.map { FilePattern.matches($0, fileName) } ?? false }
    return named.max { ($0.pattern ?? "").count < ($1.pattern ?? "").count }
      .map { FeedRun.Mapping(id: $0.id, name: $0.name, version: $0.version) }
  }

  /// What the file of a run did not say.
  func unsaid(in run: UUID, of format: FeedRun.Format) async throws -> Set<FeedField> {
    let stored = try await postgres.withTransaction(as: .system("feed")) { transaction in
      try await transaction.first(
        """
        select \(Self.columns) from dossiers.feed_mapping_edition
        where (mapping, version) = (select r.mapping, r.mapping_version from dossiers.feed_run r where r.id = \(run))
        """, as: Stored.self)
    }
    return stored.map { CountyCSV($0.dialect, referenceDate: CalendarDate($0.validFrom)).unsaid } ?? format.unsaid
  }

  /// How a run's file is read, as the mapping was when the run was opened; nil where it needs none.
  func county(of run: FeedRun, in transaction: Transaction) async throws -> CountyCSV? {
    guard let mapping = run.mapping else { return nil }
    let stored = try await transaction.first(
      """
      select \(Self.columns) from dossiers.feed_mapping_edition
      where mapping = \(mapping.id) and version = \(mapping.version)
      """, as: Stored.self)
    let day = run.fileName.flatMap(FilePattern.day).flatMap { CalendarDate($0) } ?? CalendarDate(run.startedAt)
    return stored.map { CountyCSV($0.dialect, referenceDate: day) }
  }
}

func addMappingRoutes(to routes: Routes, samples: SampleStore, mappings: MappingStore) {
  routes.handle(DossiersAPI.addFeedSample) { query, request in
    let upload = try await FeedUpload.receive(request.body, limit: DossiersAPI.addFeedSample.limit)
    defer { upload.discard() }
    return try await samples.add(
      upload.file, name: query.name.map { String($0.prefix(120)) }, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.showFeedSample) { query, request in
    try await samples.show(request.id("sample", of: FeedSample.self).value, query, for: request.caller)
  }
  routes.handle(DossiersAPI.checkFeedSample) { dialect, request in
    try await samples.check(request.id("sample", of: FeedSample.self).value, dialect, for: request.caller)
  }
  routes.handle(DossiersAPI.listFeedMappings) { _, request in
    Page(items: try await mappings.list(for: request.caller))
  }
  routes.handle(DossiersAPI.showFeedMapping) { _, request in
    try await mappings.mapping(request.id("mapping", of: FeedMapping.self).value, for: request.caller)
  }
  routes.handle(DossiersAPI.addFeedMapping) { draft, request in
    try await mappings.add(draft, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.changeFeedMapping) { draft, request in
    try await mappings.change(
      request.id("mapping", of: FeedMapping.self).value, draft, version: request.version, for: request.caller,
      at: request.now)
  }
}
