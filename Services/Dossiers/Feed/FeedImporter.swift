import API
import Domain
import Foundation
import Logging
import Messaging
import Postgres
import Service

/// Reads a feed file and makes the caseload agree with it, all or nothing: a crash in the middle leaves the day before.
struct FeedImporter: Sendable {
  let postgres: PostgresClient
  let runs: FeedRunStore
  let seal: NIRSeal
  let asides: AsideKeeper
  let files: TriedFile
  let mappings: MappingStore
  /// How long a former référent keeps step access after a réorientation, in days.
  let now: Now
  let logger: Logger

  /// Carries out a run that was opened for `source`.
  /// - Returns: the run as it ended: applied, checked, refused with the reason, or failed.
  func carryOut(_ run: FeedRun, source: FeedSource) async throws -> FeedRun {
    var ended = run
    do {
      ended = try await reconcile(run, source: source)
    } catch let refusal as FeedRefusal {
      ended.status = .refused
      ended.refusal = refusal.message
      ended.refusalCode = refusal.slug
    } catch let outcome as DryRunEnded {
      ended = outcome.run
      if case .file(let file) = source {
        try await files.keep(file, of: run.id)
        ended.isApplicable = true
      }
    } catch let problem as Problem {
      ended.status = .refused
      ended.refusal = [problem.title, problem.detail].compactMap { $0 }.joined(separator: " ")
      ended.refusalCode = String(problem.type.split(separator: "/").last ?? "")
    } catch {
      logger.error("a feed failed", metadata: ["run": "\(run.id)", "error": "\(String(reflecting: error))"])
      ended = run.interrupted(at: now())
    }
    ended.progress = nil
    ended.endedAt = now()
    if ended.status != .applied { try await runs.close(ended) }
    try await settleFile(of: &ended, source)
    return ended
  }

  /// The file of an interrupted run is kept, to be started again; a refused one has no use.
  private func settleFile(of run: inout FeedRun, _ source: FeedSource) async throws {
    switch (run.status, source) {
    case (.refused, .file): try await files.forget(run.id)
    case (.failed, .file(let file)) where run.origin != "folder":
      try await files.keep(file, of: run.id)
      run.isRestartable = true
    default: break
    }
  }

  /// Thrown out of a dry run's transaction, so that it leaves nothing behind.
  private struct DryRunEnded: Error {
    let run: FeedRun
  }

  private func reconcile(_ run: FeedRun, source: FeedSource) async throws -> FeedRun {
    let moment = now()
    let caller = Caller.system("feed", today: CalendarDate(moment))
    return try await postgres.withTransaction(as: caller, timeout: .seconds(1800)) { transaction in
      try await beAlone(in: transaction)
      var laps = Laps()
      // A tenth of the usual sample tells enough of tables that live a minute, and takes a tenth of the time. The database
      // waits while a file is read a second time for what was set aside.
      try await transaction.script(
        """
        set local work_mem = '128MB'; set local default_statistics_target = 10;
        set local idle_in_transaction_session_timeout = 0;
        """ + FeedStaging.create)
      let county = try await mappings.county(of: run, in: transaction)
      // A feed of another county is refused.
      let staged = try await FeedStager(department: transaction.department(), seal: seal, runs: runs, now: now)
        .stage(source, of: run, county: county, in: transaction)
      laps.end("reading")
      try await source.check(staged, in: transaction)
      try await settle(staged, run: run, at: moment, in: transaction)
      for (part, phase, statements) in Self.parts(of: staged) {
        try await runs.tell(phase, of: run.id, at: now())
        try await transaction.script(statements)
        laps.end(part)
      }
      try await runs.tell(.finishing, of: run.id, at: now())
      let ended = try await finish(run, staged: staged, source: source, county: county, at: moment, in: transaction)
      laps.end("rows")
      logger.info("a feed was reconciled", metadata: laps.metadata.merging(["run": "\(run.id)"]) { $1 })
      if run.mode == .dryRun { throw DryRunEnded(run: ended) }
      return ended
    }
  }

  /// - Throws: 409 while another feed is being imported.
  private func beAlone(in transaction: Transaction) async throws {
    // Whoever closes runs that were left behind holds it for an instant.
    for attempt in 0..<5 {
      if attempt > 0 { try await Task.sleep(for: .milliseconds(100)) }
      let alone = try await transaction.first(
        "select pg_try_advisory_xact_lock(hashtext('dossiers.feed'))", as: Bool.self)
      if alone == true { return }
    }
    throw Self.busy
  }

  static let busy = Problem.conflict(
    "flux-en-cours", "Un autre flux est en cours d’import.", detail: "Attendez sa fin, puis relancez.")

  private static func parts(of staged: StagedFeed) -> [(String, FeedRun.Progress.Phase, String)] {
    let isCNAF = staged.format == .cnaf
    return [
      ("duplicates", .comparing, FeedReconciliation.setAside),
      ("structures", .comparing, isCNAF ? CNAFReconciliation.structures : FeedReconciliation.structures),
      ("persons", .comparing, isCNAF ? CNAFReconciliation.persons : FeedReconciliation.persons),
      (
        "completion", .comparing,
        FeedCompletion.saidBefore + FeedCompletion.unread + FeedCompletion.statement(for: staged.unsaid)
      ),
      (
        "differences", .comparing,
        FeedDifferences.statements + (isCNAF ? "\n" + CNAFReconciliation.digests : "")
      ),
      ("dossiers", .writing, FeedReconciliation.dossiers), ("nirs", .writing, FeedReconciliation.nirs),
      ("referents", .referents, FeedFollowUp.referents),
      // Who is in CNAF's flow may be followed no longer.
      ("presence", .referents, isCNAF ? "" : FeedFollowUp.refreshed),
      ("notices", .exits, isCNAF ? "" : FeedFollowUp.notices),
      ("exits", .exits, FeedFollowUp.exits), ("events", .exits, FeedFollowUp.events),
      ("outcomes", .exits, FeedFollowUp.outcomes),
    ].filter { !$0.2.isEmpty }
  }

  /// What each part of an import took, in milliseconds, for the log: where a long night was spent.
  private struct Laps {
    private(set) var metadata: Logger.Metadata = [:]
    private var began = ContinuousClock.now

    mutating func end(_ part: String) {
      let end = ContinuousClock.now
      metadata[part] = "\(Int((end - began) / .milliseconds(1)))"
      began = end
    }
  }

  private func settle(
    _ staged: StagedFeed, run: FeedRun, at moment: Date, in transaction: Transaction
  ) async throws {
    _ = try await transaction.query(
      """
      select set_config('jalons.feed_date', \(staged.referenceDate), true)
        || set_config('jalons.feed_stock', \(staged.isStock ? "true" : "false"), true)
        || set_config('jalons.feed_format', \(staged.format.rawValue), true)
        || set_config('jalons.handover_days', (\(CountyDelay.handover.sql))::text, true)
        || set_config('jalons.feed_run', \(run.id.uuidString), true)
        || set_config('jalons.feed_now', \(Moment.text(moment)), true)
      """, as: String.self)
  }

  // MARK: Ending

  private struct Tally: Decodable, Sendable {
    let read: Int
    let created: Int
    let updated: Int
    let quarantined: Int
    let taken: Int
    let moved: Int
    let exits: Int
  }

  private func finish(
    _ run: FeedRun, staged: StagedFeed, source: FeedSource, county: CountyCSV?, at moment: Date,
    in transaction: Transaction
  ) async throws -> FeedRun {
    guard let tally = try await transaction.first(SQL(unsafeSQL: FeedFollowUp.counts), as: Tally.self) else {
      throw FeedRefusal.empty
    }
    var ended = run
    ended.status = run.mode == .dryRun ? .checked : .applied
    ended.stock = staged.isStock
    ended.referenceDate = CalendarDate(staged.referenceDate)
    ended.counts = FeedRun.Counts(
      read: tally.read, created: tally.created, updated: tally.updated,
      unchanged: tally.taken - tally.created - tally.updated,
      ignored: tally.read - tally.taken - tally.quarantined, quarantined: tally.quarantined,
      moved: tally.moved, exits: tally.exits)
    ended.format = staged.format
    // A file in a format that needs none was not read by the mapping that its name suggested.
    if !staged.isMapped { ended.mapping = nil }
    ended.notes = staged.notes
    ended.endedAt = now()
    guard run.mode == .apply else {
      try await transaction.script(
        TrialRecord.create + FeedFollowUp.rows(into: "trial_row")
          + FeedSums.tallies(of: "trial_row", into: "trial_tally") + FeedSums.gaps(into: "trial_gap"))
      try await TrialRecord(postgres: postgres).keep(run.id, from: transaction)
      return ended
    }
    try await transaction.script(
      FeedFollowUp.rows(into: "dossiers.feed_row")
        + FeedSums.tallies(of: "dossiers.feed_row", into: "dossiers.feed_tally")
        + FeedSums.gaps(into: "dossiers.feed_gap") + FeedSums.gapTotals(of: run.id) + TriedFile.forget)
    try await source.conclude(
      of: staged, run: run, county: county, importer: self, at: moment, in: transaction)
    try await runs.close(ended, in: transaction)
    try await lockKeys(in: transaction)
    try await transaction.script(FeedFollowUp.announce)
    try await transaction.announce(
      FeedApplied(run: run.id, created: tally.created, updated: tally.updated, quarantined: tally.quarantined),
      at: moment)
    return ended
  }

  /// The order of events about dossiers that others may be writing about at this moment; new ones are nobody else's.
  private func lockKeys(in transaction: Transaction) async throws {
    let keys = try await transaction.query(
      """
      select distinct e.key from feed_event e
      where not exists (select from feed_person p where p.known is null and p.dossier::text = e.key)
      """, as: String.self)
    let buckets = Set(keys.map { Outbox.bucket(of: $0) }).sorted()
    guard !buckets.isEmpty else { return }
    try await transaction.execute(
      "select pg_advisory_xact_lock(hashtext('dossiers'), bucket) from unnest(\(buckets)::int[]) bucket")
  }
}

extension FeedRun {
  /// The run as it ends when something other than the file stopped it.
  func interrupted(at moment: Date) -> FeedRun {
    var ended = self
    ended.status = .failed
    ended.progress = nil
    ended.endedAt = moment
    ended.refusal = "L’import s’est interrompu ; rien n’a été modifié. Relancez-le."
    ended.refusalCode = "interrompu"
    return ended
  }
}
