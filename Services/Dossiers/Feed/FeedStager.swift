import API
import Domain
import Foundation
import Postgres
import Service

/// What was streamed into the staging table, as a whole.
struct StagedFeed: Sendable {
  /// The whole county, rather than what changed.
  let isStock: Bool
  /// `YYYY-MM-DD`.
  let referenceDate: String
  /// When the file was made, `YYYY-MM-DD`; nil for what is no file.
  let createdOn: String?
  let format: FeedRun.Format
  /// What the file does not say, and of which what Jalons has stands.
  let unsaid: Set<FeedField>
  /// Whether a county's mapping said how it is read.
  let isMapped: Bool
  /// What whoever brought the file should know about it.
  let notes: [String]
  /// The households in which reading found a fault.
  nonisolated(unsafe) let spool: AsideSpool
}

/// Streams a feed into the staging table, and says how far it is.
struct FeedStager: Sendable {
  let department: String
  let seal: NIRSeal
  let runs: FeedRunStore
  let now: Now

  /// - Throws: `FeedRefusal` when the file as a whole is not what it should be.
  ///
  /// - Parameter county: how a county's own file is read.
  func stage(
    _ source: FeedSource, of run: FeedRun, county: CountyCSV?, in transaction: Transaction
  ) async throws -> StagedFeed {
    let staged: StagedFeed
    switch source {
    case .file(let file), .tried(let file, _): staged = try await stage(file, of: run, county: county, in: transaction)
    case .household(let people, let aside):
      staged = StagedFeed(
        isStock: false, referenceDate: aside.referenceDate, createdOn: nil, format: aside.format, unsaid: aside.unsaid,
        isMapped: false,
        notes: [], spool: try AsideSpool())
      _ = try await transaction.copy(into: FeedStaging.table, columns: FeedStaging.columns) { writer in
        var staging = FeedStaging(department: department, seal: seal)
        for (index, person) in people.enumerated() {
          try await staging.write(person, position: index + 1, to: &writer)
        }
      }
    }
    try await transaction.script(FeedStaging.analyze)
    return staged
  }

  private func stage(
    _ file: URL, of run: FeedRun, county: CountyCSV?, in transaction: Transaction
  ) async throws -> StagedFeed {
    let reading = try FeedReading(file, department: department, county: county)
    let aside = Aside(try AsideSpool(suspects: try await suspects(in: transaction)))
    let said = try await FeedDigest.all(in: transaction)
    _ = try await transaction.copy(into: FeedStaging.table, columns: FeedStaging.columns) { writer in
      var staging = FeedStaging(department: department, seal: seal, said: said)
      var (position, bytes) = (0, 0)
      var told = ContinuousClock.now
      try await runs.tell(.reading, read: 0, bytes: 0, of: run.id, at: now())
      var chunk = try await reading.next()
      while let some = chunk {
        // Read on beside, while these are written: two processors' work, and two chunks held.
        async let following = reading.next()
        for person in some.people {
          position += 1
          try aside.spool.take(person, at: position)
          try await staging.write(person, position: position, to: &writer)
        }
        bytes += some.bytes
        if ContinuousClock.now - told > .milliseconds(500) {
          told = .now
          try await runs.tell(.reading, read: position, bytes: bytes, of: run.id, at: now())
        }
        chunk = try await following
      }
      try aside.spool.settle()
    }
    let summary = try await reading.summary()
    return StagedFeed(
      isStock: summary.header.nature == .stock, referenceDate: summary.header.referenceDate,
      createdOn: String(summary.header.createdAt.prefix(10)), format: summary.format,
      unsaid: summary.unsaid, isMapped: summary.isMapped, notes: summary.notes, spool: aside.spool)
  }

  /// Whom an earlier feed set aside for what the file shows only as a whole, such as a NIR borne by two: most are in the
  /// next one as well, which then need not be read again for them.
  private func suspects(in transaction: Transaction) async throws -> Set<String> {
    let found = try await transaction.query(
      """
      select distinct unnest(genesis_ids) from dossiers.feed_aside where state in ('open', 'dismissed')
      limit \(4 * AsideSpool.most)
      """, as: String.self)
    return Set(found)
  }

  /// Carries the spool into the copy's closure, which alone uses it until it has ended.
  private final class Aside: @unchecked Sendable {
    let spool: AsideSpool
    init(_ spool: AsideSpool) { self.spool = spool }
  }
}
