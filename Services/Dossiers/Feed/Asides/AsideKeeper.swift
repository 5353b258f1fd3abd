import API
import Domain
import Foundation
import Postgres

/// Keeps the households that a run set aside, in the run's own transaction.
struct AsideKeeper: Sendable {
  let seal: FeedSeal
  let nirs: NIRSeal

  private struct Line: Decodable, Sendable {
    let position: Int
    let problems: [FeedProblem]
  }

  /// - Parameters:
  ///   - spool: the households in which reading found a fault.
  ///   - again: reads the file once more for the households of these places: faults that only the whole file shows, such
  ///     as an identifier written twice, are known when it has been read.
  func keep(
    _ spool: AsideSpool, of run: FeedRun, at moment: Date, in transaction: Transaction,
    again: (Set<Int>) async throws -> AsideSpool
  ) async throws {
    let lines = try await transaction.query(
      """
      select position, s.problems from feed_outcome u join feed_staging s using (position)
      where u.outcome = 'quarantined' order by position limit \(2 * AsideSpool.most)
      """, as: Line.self)
    guard !lines.isEmpty else { return try await outdate(run, in: transaction) }
    let problems = Dictionary(lines.map { ($0.position, $0.problems) }) { first, _ in first }
    let identifiers = try await identifiers(in: transaction)
    var missing = Set(problems.keys)
    func insert(_ spool: AsideSpool) async throws {
      var statements: [SQL] = []
      try await spool.withEach { household in
        guard household.persons.contains(where: { problems[$0.position] != nil }) else { return }
        var household = household
        for index in household.persons.indices {
          let position = household.persons[index].position
          missing.remove(position)
          household.persons[index].problems = problems[position] ?? []
          if let identifier = identifiers[position] { household.persons[index].values["IDPERS"] = identifier }
        }
        statements.append(try self.insert(household, of: run, at: moment))
        if statements.count == 200 {
          _ = try await transaction.batch(statements)
          statements = []
        }
      }
      if !statements.isEmpty { _ = try await transaction.batch(statements) }
    }
    try await insert(spool)
    if !missing.isEmpty { try await insert(try await again(missing)) }
    try await transaction.execute(
      """
      update dossiers.feed_row r set aside = a.id from dossiers.feed_aside a
      where a.run = \(run.id) and r.run = \(run.id) and r.outcome = 'quarantined' and r.position = any(a.positions)
      """)
    // Somebody has already said why this household is left as it is.
    try await transaction.execute(
      """
      update dossiers.feed_aside a set state = 'dismissed', settled_at = d.settled_at, settled_by = d.settled_by,
        settled_by_name = d.settled_by_name, comment = d.comment
      from dossiers.feed_aside d
      where a.run = \(run.id) and d.run <> a.run and d.state = 'dismissed' and d.genesis_ids = a.genesis_ids
        and d.codes = a.codes
      """)
    try await outdate(run, in: transaction)
  }

  private struct Identified: Decodable, Sendable {
    let position: Int
    let genesisId: String
  }

  /// Whose dossier it is, where the file itself does not say (CNAF's): by it a correction finds the dossier again, and a
  /// newer flow the household.
  private func identifiers(in transaction: Transaction) async throws -> [Int: String] {
    let rows = try await transaction.query(
      """
      select position, genesis_id from feed_staging
      where current_setting('jalons.feed_format') = 'cnaf' and genesis_id is not null
        and number in (select number from feed_staging where quarantined or doubtful) limit \(4 * AsideSpool.most)
      """, as: Identified.self)
    return Dictionary(rows.map { ($0.position, $0.genesisId) }) { first, _ in first }
  }

  /// What earlier runs set aside and a newer feed has spoken of since: everybody after a full one, those it names after a
  /// day's changes.
  private func outdate(_ run: FeedRun, in transaction: Transaction) async throws {
    try await transaction.execute(
      """
      update dossiers.feed_aside a set state = 'outdated', version = version + 1
      where a.state = 'open' and a.run <> \(run.id)
        and (select r.format from dossiers.feed_run r where r.id = a.run) = current_setting('jalons.feed_format')
        and (current_setting('jalons.feed_stock') = 'true'
        or exists (select from feed_staging s where s.genesis_id = any(a.genesis_ids)))
      """)
  }

  private func insert(_ household: AsideHousehold, of run: FeedRun, at moment: Date) throws -> SQL {
    let id = UUID.version7(at: moment)
    let sealed = try sealed(household, of: id)
    return """
      insert into dossiers.feed_aside (id, run, positions, reference_date, household, name, codes, genesis_ids,
        nir_hashes, received_at)
      values (\(id), \(run.id), \(household.persons.map(\.position)), current_setting('jalons.feed_date')::date,
        \(sealed), \(household.name), \(household.codes), \(household.genesisIDs), \(hashes(of: household)), \(moment))
      """
  }

  func sealed(_ household: AsideHousehold, of aside: UUID) throws -> Data {
    try seal.seal(try JSONEncoder().encode(household), place: aside.uuidString)
  }

  func household(_ sealed: Data, of aside: UUID) throws -> AsideHousehold {
    try JSONDecoder().decode(AsideHousehold.self, from: try seal.open(sealed, place: aside.uuidString))
  }

  /// By which persons are known again without their NIR being written anywhere; one that is not a NIR has none.
  func hashes(of household: AsideHousehold) -> [Data] {
    household.persons.compactMap { person in
      guard let text = person.values["NIR"] else { return nil }
      do { return nirs.hash(try NIR(text)) } catch { return nil }
    }
  }
}
