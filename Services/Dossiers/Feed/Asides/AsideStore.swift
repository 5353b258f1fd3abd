import API
import Domain
import Foundation
import Postgres
import Service

/// The households that feeds set aside: looked through, corrected and tried again, or left with a reason.
struct AsideStore: Sendable {
  let postgres: PostgresClient
  let keeper: AsideKeeper
  let importer: FeedImporter
  let runs: FeedRunStore

  private struct Stored: Decodable, Sendable {
    let id: UUID
    let run: UUID
    let format: FeedRun.Format
    let name: String
    let codes: [String]
    let state: FeedAside.State
    let referenceDate: CalendarDate
    let receivedAt: Date
    let settledAt: Date?
    let settledByName: String?
    let comment: String?
    let version: Int

    var aside: FeedAside {
      FeedAside(
        id: id, run: run, name: name, problems: codes, state: state, referenceDate: referenceDate,
        receivedAt: receivedAt, settledAt: settledAt, settledBy: settledByName, comment: comment, version: version)
    }
  }

  private static let columns: SQL = """
    id, run, (select format from dossiers.feed_run r where r.id = run) as format, name, codes, state, reference_date,
    received_at, settled_at, settled_by_name, comment, version
    """

  /// Newest first.
  func list(_ query: FeedAsideQuery, for caller: Caller) async throws -> Page<FeedAside> {
    let limit = query.limit ?? 50
    let state: SQL = query.state.map { "and state = \($0)" } ?? ""
    let run: SQL = query.run.map { "and run = \($0)" } ?? ""
    let problem: SQL = query.problem.map { "and \($0)::text = any(codes)" } ?? ""
    let onwards: SQL = try query.place(as: UUID.self).map { "and id < \($0)" } ?? ""
    return try await postgres.withTransaction(as: caller) { transaction in
      // Identifiers are moments: the order of arrival.
      let rows = try await transaction.query(
        """
        select \(Self.columns) from dossiers.feed_aside where true \(state) \(run) \(problem) \(onwards)
        order by id desc limit \(limit + 1)
        """, as: Stored.self)
      let total = try await transaction.first(
        "select count(*)::int from dossiers.feed_aside where true \(state) \(run) \(problem)", as: Int.self)
      return try Page(rows, limit: limit, total: total, place: \.aside.id, item: \.aside)
    }
  }

  /// - Throws: 404 when there is none.
  func detail(_ id: UUID, for caller: Caller) async throws -> FeedAsideDetail {
    try await postgres.withTransaction(as: caller) { try await read(id, in: $0) }
  }

  private struct Entry: Decodable, Sendable {
    let at: Date
    let accountName: String
    let act: FeedAsideDetail.Entry.Kind
    let changes: [FeedAsideDetail.Entry.Change]
    let comment: String?
    let run: UUID?
  }

  private func read(_ id: UUID, in transaction: Transaction) async throws -> FeedAsideDetail {
    let (stored, household) = try await find(id, locking: false, in: transaction)
    let entries = try await transaction.query(
      """
      select at, account_name, act, changes, comment, run from dossiers.feed_correction where aside = \(id)
      order by place desc limit 100
      """, as: Entry.self)
    return FeedAsideDetail(
      aside: stored.aside,
      persons: household.persons.map { person in
        .init(values: person.values, problems: person.problems.map(\.issue))
      },
      fields: FeedField.allCases.map { field in
        .init(
          name: field.definition.column, isHousehold: field.isHousehold, isDate: field.kind.isDate,
          maximum: field.maximum)
      },
      history: entries.map {
        .init(
          at: $0.at, who: $0.accountName, kind: $0.act, changes: $0.changes, comment: $0.comment, run: $0.run)
      })
  }

  private func find(
    _ id: UUID, locking: Bool, in transaction: Transaction
  ) async throws -> (Stored, AsideHousehold) {
    let lock: SQL = locking ? "for update" : ""
    let stored = try await transaction.first(
      "select \(Self.columns) from dossiers.feed_aside where id = \(id) \(lock)", as: Stored.self)
    let sealed = try await transaction.first(
      "select household from dossiers.feed_aside where id = \(id)", as: Data.self)
    guard let stored, let sealed else { throw Problem.notFound("Ce foyer mis de côté") }
    return (stored, try keeper.household(sealed, of: id))
  }

  /// The household as `version` saw it, still to be settled.
  /// - Throws: 404, 412 with what is current, 409 when it is settled.
  private func open(
    _ id: UUID, version: Int, in transaction: Transaction
  ) async throws -> (Stored, AsideHousehold) {
    let found = try await find(id, locking: true, in: transaction)
    _ = try await read(id, in: transaction).held(version: version)
    switch found.0.state {
    case .open: return found
    case .corrected: throw Problem.conflict("deja-corrige", "Ce foyer a déjà été corrigé et repris.")
    case .dismissed:
      throw Problem.conflict(
        "laisse-de-cote", "Ce foyer est laissé de côté.", detail: "Reprenez-le d’abord, puis corrigez-le.")
    case .outdated:
      throw Problem.conflict(
        "depasse", "Un flux plus récent a parlé de ce foyer.",
        detail: "Ses données d’alors ne sont plus à reprendre : voyez le dernier déversement.")
    }
  }

  // MARK: Correcting

  /// Puts the values in place of the feed's own, checks the household by a file's rules and reconciles it.
  /// - Throws: 422 with every fault, in which case nothing is kept; 409 when the caseload itself refuses it.
  func correct(
    _ id: UUID, with correction: FeedCorrection, version: Int, for caller: Caller, at moment: Date
  ) async throws -> FeedAsideDetail {
    let (stored, people, changed) = try await postgres.withTransaction(as: caller) { transaction in
      let (stored, household) = try await open(id, version: version, in: transaction)
      let changes = try Self.changes(correction, of: household)
      let corrected = household.corrected(changes)
      let people = corrected.read(department: try await transaction.department(), format: stored.format)
      var faults = people.enumerated().flatMap { index, person in
        person.problems.filter { $0.severity == .quarantine }.map { Self.fault($0, person: index) }
      }
      faults += try await likenesses(of: corrected, aside: stored.id, run: stored.run, in: transaction)
      guard faults.isEmpty else { throw Problem.invalid(Self.once(faults)) }
      let sealed = try keeper.sealed(corrected, of: id)
      try await transaction.execute(
        """
        update dossiers.feed_aside set household = \(sealed), name = \(corrected.name),
          genesis_ids = \(corrected.genesisIDs), nir_hashes = \(keeper.hashes(of: corrected)), version = version + 1
        where id = \(id)
        """)
      try await record(
        id, .corrected, changes: try Self.entries(changes, of: household), comment: nil, run: nil, caller: caller,
        at: moment, in: transaction)
      return (stored, people, Set(changes.map(\.field)))
    }
    let run = try await runs.open(
      mode: .apply, origin: "correction", fileName: nil, digest: "", extent: .none, for: caller.looking, at: moment)
    let ended = try await importer.carryOut(
      run,
      source: .household(
        people,
        .init(
          aside: id, referenceDate: stored.referenceDate.description, format: stored.format,
          unsaid: try await importer.mappings.unsaid(in: stored.run, of: stored.format).subtracting(changed))))
    return try await postgres.withTransaction(as: caller.looking) { transaction in
      try await record(
        id, ended.status == .applied ? .taken : .refused, changes: [], comment: ended.refusal, run: ended.id,
        caller: caller, at: moment, in: transaction)
      return try await read(id, in: transaction)
    }
  }

  /// Leaves it aside, with the reason.
  func dismiss(
    _ id: UUID, because dismissal: FeedDismissal, version: Int, for caller: Caller, at moment: Date
  ) async throws -> FeedAsideDetail {
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await open(id, version: version, in: transaction)
      try await transaction.execute(
        """
        update dossiers.feed_aside set state = 'dismissed', settled_at = \(moment), settled_by = \(caller.account),
          settled_by_name = \(caller.name), comment = \(dismissal.reason), version = version + 1
        where id = \(id)
        """)
      try await record(
        id, .dismissed, changes: [], comment: dismissal.reason, run: nil, caller: caller, at: moment, in: transaction)
      return try await read(id, in: transaction)
    }
  }

  /// Takes it up again. Once is enough: an open one stays as it is.
  func reopen(_ id: UUID, version: Int, for caller: Caller, at moment: Date) async throws -> FeedAsideDetail {
    try await postgres.withTransaction(as: caller) { transaction in
      let (stored, _) = try await find(id, locking: true, in: transaction)
      _ = try await read(id, in: transaction).held(version: version)
      guard stored.state == .dismissed else {
        throw Problem.conflict("pas-laisse-de-cote", "Ce foyer n’est pas laissé de côté.")
      }
      try await transaction.execute(
        """
        update dossiers.feed_aside set state = 'open', settled_at = null, settled_by = null, settled_by_name = null,
          comment = null, version = version + 1
        where id = \(id)
        """)
      try await record(
        id, .reopened, changes: [], comment: nil, run: nil, caller: caller, at: moment, in: transaction)
      return try await read(id, in: transaction)
    }
  }

  private func record(
    _ aside: UUID, _ act: FeedAsideDetail.Entry.Kind, changes: [FeedAsideDetail.Entry.Change], comment: String?,
    run: UUID?, caller: Caller, at moment: Date, in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      insert into dossiers.feed_correction (id, aside, at, account, account_name, act, changes, comment, run)
      values (\(UUID.version7(at: moment)), \(aside), \(moment), \(caller.account), \(caller.name), \(act),
        \(json: changes), \(comment), \(run))
      """)
  }
}
