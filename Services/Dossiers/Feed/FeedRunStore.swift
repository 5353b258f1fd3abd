import API
import Domain
import Foundation
import Postgres

/// The runs of the feed and what each did.
struct FeedRunStore: Sendable {
  let postgres: PostgresClient

  /// A run as the table has it: flat.
  private struct Stored: Decodable, Sendable {
    let id: UUID
    let mode: FeedRun.Mode
    let status: FeedRun.Status
    let origin: String
    let format: FeedRun.Format
    let fileName: String?
    let stock: Bool?
    let referenceDate: CalendarDate?
    let startedAt: Date
    let endedAt: Date?
    let read: Int
    let created: Int
    let updated: Int
    let unchanged: Int
    let ignored: Int
    let quarantined: Int
    let moved: Int
    let exits: Int
    let phase: FeedRun.Progress.Phase?
    let bytes: Int?
    let bytesRead: Int
    let expected: Int?
    let toldAt: Date?
    let basis: UUID?
    let mapping: UUID?
    let mappingVersion: Int?
    let mappingName: String?
    let isApplicable: Bool
    let isRestartable: Bool
    let isDateWithdrawable: Bool
    let dateWithdrawnAt: Date?
    let refusal: String?
    let refusalCode: String?
    let notes: [String]

    var run: FeedRun {
      FeedRun(
        id: id, mode: mode, status: status, origin: origin, format: format, fileName: fileName, stock: stock,
        referenceDate: referenceDate, startedAt: startedAt, endedAt: endedAt,
        counts: .init(
          read: read, created: created, updated: updated, unchanged: unchanged, ignored: ignored,
          quarantined: quarantined, moved: moved, exits: exits), progress: progress, basis: basis,
        mapping: mapping.map { .init(id: $0, name: mappingName, version: mappingVersion ?? 1) },
        isApplicable: mode == .dryRun ? isApplicable : nil, isRestartable: isRestartable,
        isDateWithdrawable: isDateWithdrawable,
        dateWithdrawnAt: dateWithdrawnAt, refusal: refusal, refusalCode: refusalCode, notes: notes)
    }

    private var progress: FeedRun.Progress? {
      guard status == .running, let phase else { return nil }
      let seconds = toldAt.map { $0.timeIntervalSince(startedAt) } ?? 0
      return FeedRun.Progress(
        phase: phase, bytes: bytes, bytesRead: bytesRead, expected: expected,
        rate: read >= 1000 && seconds > 0 ? Int(Double(read) / seconds) : nil)
    }
  }

  private static let columns: SQL = """
    id, mode, status, origin, format, file_name, stock, reference_date, started_at, ended_at, read, created, updated, unchanged,
    ignored, quarantined, moved, exits, phase, bytes, bytes_read, expected, told_at, basis, mapping, mapping_version,
    (select e.name from dossiers.feed_mapping_edition e
      where e.mapping = feed_run.mapping and e.version = feed_run.mapping_version) as mapping_name,
    is_kept and not exists (select from dossiers.feed_run a
      where a.status = 'applied' and a.ended_at >= feed_run.started_at) as is_applicable,
    status = 'failed' and is_kept as is_restartable,
    id is not distinct from (select n.id from dossiers.feed_run n where n.status = 'applied' and n.format = feed_run.format
      and n.origin <> 'correction' and n.date_withdrawn_at is null
      order by n.reference_date desc nulls last, n.ended_at desc limit 1) as is_date_withdrawable,
    date_withdrawn_at, refusal, refusal_code, notes
    """

  /// Opens a run, in the name of whoever brought the file.
  /// - Parameter id: where the run has its identifier already.
  func open(
    _ id: UUID? = nil, mode: FeedRun.Mode, origin: String, fileName: String?, digest: String, extent: FeedExtent,
    basis: UUID? = nil, mapping: FeedRun.Mapping? = nil, for caller: Caller, at moment: Date
  ) async throws -> FeedRun {
    let run = FeedRun(
      id: id ?? .version7(at: moment), mode: mode, status: .running, origin: origin, fileName: fileName, stock: nil,
      referenceDate: nil, startedAt: moment, endedAt: nil, counts: .init(),
      progress: .init(phase: .waiting, bytes: extent.bytes, bytesRead: 0, expected: extent.expected, rate: nil),
      basis: basis, mapping: mapping, refusal: nil, refusalCode: nil, notes: [])
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await transaction.execute(
        """
        insert into dossiers.feed_run (id, mode, status, origin, file_name, digest, started_at, phase, bytes, expected,
          basis, mapping, mapping_version)
        values (\(run.id), \(mode), 'running', \(origin), \(fileName), \(digest), \(moment), 'waiting',
          \(extent.bytes), \(extent.expected), \(basis), \(mapping?.id), \(mapping?.version))
        """)
    }
    return run
  }

  /// How far a running import is; in a transaction of its own, so that it is seen while the import's is open.
  func tell(
    _ phase: FeedRun.Progress.Phase, read: Int? = nil, bytes: Int? = nil, of run: UUID, at moment: Date
  ) async throws {
    try await postgres.withTransaction(as: .system("feed")) { transaction in
      _ = try await transaction.execute(
        """
        update dossiers.feed_run set phase = \(phase), read = coalesce(\(read), read),
          bytes_read = coalesce(\(bytes), bytes_read), told_at = \(moment)
        where id = \(run)
        """)
    }
  }

  func close(_ run: FeedRun) async throws {
    try await postgres.withTransaction(as: .system("feed")) { try await close(run, in: $0) }
  }

  func close(_ run: FeedRun, in transaction: Transaction) async throws {
    try await transaction.execute(
      """
      update dossiers.feed_run set status = \(run.status), format = \(run.format),
        mapping = \(run.mapping?.id), mapping_version = \(run.mapping?.version), stock = \(run.stock), reference_date = \(run.referenceDate),
        ended_at = \(run.endedAt), read = \(run.counts.read), created = \(run.counts.created),
        updated = \(run.counts.updated), unchanged = \(run.counts.unchanged), ignored = \(run.counts.ignored),
        quarantined = \(run.counts.quarantined), moved = \(run.counts.moved), exits = \(run.counts.exits), phase = null,
        refusal = \(run.refusal), refusal_code = \(run.refusalCode),
        notes = \(json: run.notes)
      where id = \(run.id)
      """)
  }

  /// Runs that wait their turn in a process that lives.
  func tellWaiting(_ waiting: [UUID], at moment: Date) async throws {
    guard !waiting.isEmpty else { return }
    try await postgres.withTransaction(as: .system("feed")) { transaction in
      _ = try await transaction.execute(
        """
        update dossiers.feed_run set told_at = \(moment)
        where id = any(\(waiting)) and status = 'running' and phase = 'waiting'
        """)
    }
  }

  /// Runs that were under way, or waited, when their process died: they did nothing, and say so.
  func closeAbandoned(startedBefore moment: Date) async throws {
    let left: SQL =
      "status = 'running' and coalesce(told_at, started_at) < \(moment.addingTimeInterval(-60))"
    try await postgres.withTransaction(as: .system("feed")) { transaction in
      // Only the run that holds the lock is alive; who merely looks does not take it from one that is about to start.
      guard
        try await transaction.first("select exists (select from dossiers.feed_run where \(left))", as: Bool.self)
          == true,
        try await transaction.first("select pg_try_advisory_xact_lock(hashtext('dossiers.feed'))", as: Bool.self)
          == true
      else { return }
      _ = try await transaction.execute(
        """
        update dossiers.feed_run set status = 'failed', ended_at = \(moment), phase = null, refusal_code = 'interrompu',
          refusal = 'L’import s’est interrompu ; rien n’a été modifié. Relancez-le.'
        where \(left)
        """)
    }
  }

  private struct Standing: Decodable, Sendable {
    let status: FeedRun.Status
    let interruptions: Int
  }

  /// What became of a run, and how often its file was interrupted in the watched folder; nil when there is no such run.
  func standing(of run: UUID) async throws -> (status: FeedRun.Status, interruptions: Int)? {
    try await postgres.withTransaction(as: .system("feed")) { transaction in
      try await transaction.first(
        """
        select r.status, (select count(*)::int from dossiers.feed_run o
          where o.digest = r.digest and o.origin = 'folder' and o.refusal_code = 'interrompu') as interruptions
        from dossiers.feed_run r where r.id = \(run)
        """, as: Standing.self)
    }.map { ($0.status, $0.interruptions) }
  }

  func list(for caller: Caller) async throws -> [FeedRun] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        "select \(Self.columns) from dossiers.feed_run order by started_at desc limit 60", as: Stored.self)
    }.map(\.run)
  }

  func run(_ id: UUID, for caller: Caller) async throws -> FeedRun {
    let stored = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.first("select \(Self.columns) from dossiers.feed_run where id = \(id)", as: Stored.self)
    }
    guard let stored else { throw Problem.notFound("Ce flux") }
    return stored.run
  }

  /// Leaves a wrong reference date out of what later files are compared with. What the run did stays. Withdrawing twice is
  /// withdrawing once.
  /// - Throws: 404; 409 for a run whose date no file is compared with.
  func withdrawDate(of id: UUID, for caller: Caller, at moment: Date) async throws -> FeedRun {
    try await postgres.withTransaction(as: caller) { transaction in
      guard
        try await transaction.first(
          "select pg_try_advisory_xact_lock(hashtext('dossiers.feed'))", as: Bool.self) == true
      else { throw FeedImporter.busy }
      guard
        let stored = try await transaction.first(
          "select \(Self.columns) from dossiers.feed_run where id = \(id)", as: Stored.self)
      else { throw Problem.notFound("Ce flux") }
      guard stored.dateWithdrawnAt == nil else { return stored.run }
      guard stored.isDateWithdrawable else {
        throw Problem.conflict(
          "date-sans-effet", "La date de ce déversement n’arrête aucun fichier.",
          detail: "Seule celle du dernier flux intégré peut être écartée.")
      }
      try await transaction.execute(
        """
        update dossiers.feed_run set date_withdrawn_at = \(moment), date_withdrawn_by = \(caller.account) where id = \(id)
        """)
      try await transaction.execute(
        """
        update dossiers.latest_stock set reference_date = r.reference_date
        from (select max(reference_date) as reference_date from dossiers.feed_run where status = 'applied' and stock
          and format = 'genesis' and origin <> 'correction' and date_withdrawn_at is null) r
        where r.reference_date is not null
        """)
      return try await transaction.first(
        "select \(Self.columns) from dossiers.feed_run where id = \(id)", as: Stored.self)?.run ?? stored.run
    }
  }

  /// Of the file, whatever its name: SHA-256 in hexadecimal.
  func digest(of id: UUID, for caller: Caller) async throws -> String {
    let digest = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.first("select digest from dossiers.feed_run where id = \(id)", as: String.self)
    }
    guard let digest else { throw Problem.notFound("Ce flux") }
    return digest
  }

  func rows(of run: UUID, _ query: FeedRowQuery, for caller: Caller) async throws -> Page<FeedRow> {
    let limit = query.limit ?? 50
    let after = try query.place(as: Int.self) ?? 0
    let kind: SQL = query.outcome.map { "and outcome = \($0)" } ?? ""
    // The référent has an index of his own: a literal is what the planner can match with it.
    let field: SQL = query.field.map { $0 == "lead" ? "and changes ? 'lead'" : "and changes ? \($0)" } ?? ""
    let problem: SQL = try query.problem.map { try "and problems @> \(json: [["code": $0]])" } ?? ""
    let narrowing: SQL = "\(kind) \(field) \(problem)"
    return try await postgres.withTransaction(as: caller) { transaction in
      let rows = try await transaction.query(
        """
        select position, genesis_id, name, outcome, dossier, changes, problems, aside from dossiers.feed_row
        where run = \(run) and position > \(after) \(narrowing) order by position limit \(limit + 1)
        """, as: FeedRow.self)
      return try Page(rows, limit: limit, place: \.position)
    }
  }
}
