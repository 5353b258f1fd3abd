import API
import Domain
import Foundation
import Postgres
import Service

extension FeedRun.Format {
  /// What a flow of this kind leaves unsaid of everybody or of some.
  var unsaid: Set<FeedField> { self == .cnaf ? VRSBSchema.unsaid.union(VRSBSchema.optional) : [] }
}

/// What a run reconciles the caseload with.
enum FeedSource: Sendable {
  /// A file, as Genesis wrote it.
  case file(URL)
  /// The file of a dry run, as it was tried.
  case tried(URL, trial: UUID)
  /// A household that a run had set aside and somebody has corrected since.
  case household([FeedPerson], Corrected)

  /// Where a corrected household comes from.
  struct Corrected: Sendable {
    let aside: UUID
    /// `YYYY-MM-DD`, as of its file.
    let referenceDate: String
    let format: FeedRun.Format
    /// What its file did not say, but for what was corrected.
    let unsaid: Set<FeedField>
  }

  private struct Aside: Decodable, Sendable {
    let problems: [FeedProblem]
  }

  /// Whether it may be applied now.
  /// - Throws: 409 when a newer feed was applied: an old photograph must not undo today's.
  func check(_ staged: StagedFeed, in transaction: Transaction) async throws {
    switch self {
    case .file: try await checkAge(of: staged, in: transaction)
    case .tried(_, let trial):
      let isOvertaken = try await transaction.first(
        """
        select exists (select from dossiers.feed_run a, dossiers.feed_run t
          where t.id = \(trial) and a.status = 'applied' and a.ended_at >= t.started_at)
        """, as: Bool.self)
      guard isOvertaken == false else { throw FeedRun.overtaken }
      try await checkAge(of: staged, in: transaction)
    case .household(_, let corrected):
      // Its own day is over, but nobody has spoken of these persons since.
      let state = try await transaction.first(
        "select state from dossiers.feed_aside where id = \(corrected.aside) for update", as: String.self)
      guard state == "open" else {
        throw Problem.conflict("depasse", "Ce foyer a été repris ou dépassé entre-temps.", detail: "Rechargez la page.")
      }
    }
  }

  /// - Throws: `FeedRefusal` for a day after tomorrow, 409 for one before that of the newest file.
  private func checkAge(of staged: StagedFeed, in transaction: Transaction) async throws {
    let tomorrow = transaction.caller.today.adding(days: 1)
    for day in [staged.referenceDate, staged.createdOn].compactMap({ $0.flatMap { CalendarDate($0) } }) {
      guard day <= tomorrow else { throw FeedRefusal.dateAhead(French.short(day)) }
    }
    let newest = try await transaction.first(
      """
      select max(reference_date) from dossiers.feed_run
      where status = 'applied' and format = \(staged.format) and origin <> 'correction' and date_withdrawn_at is null
      """, as: CalendarDate?.self)
    guard let newest = newest ?? nil, let reference = CalendarDate(staged.referenceDate), reference < newest else {
      return
    }
    throw Problem.conflict(
      "flux-ancien",
      "Ce flux (\(French.short(reference))) est plus ancien que le dernier intégré (\(French.short(newest))).",
      detail: "Rien n’a été modifié. Déposez le flux le plus récent ; si la date du dernier intégré est fausse, un "
        + "administrateur peut l’écarter depuis sa page.")
  }

  /// The file to delete once it has been read; nil for what is no file.
  var file: URL? {
    switch self {
    case .file(let file), .tried(let file, _): file
    case .household: nil
    }
  }

  /// What follows from its being applied. Of the households that were set aside, a file's are kept to be corrected; one that was corrected is
  /// settled, unless the caseload itself shows that something is still wrong.
  func conclude(
    of staged: StagedFeed, run: FeedRun, county: CountyCSV?, importer: FeedImporter, at moment: Date,
    in transaction: Transaction
  ) async throws {
    switch self {
    case .file(let file), .tried(let file, _):
      if staged.format == .genesis { try await FeedWatch.arrived(run, at: moment, in: transaction) }
      let department = try await transaction.department()
      try await importer.asides.keep(staged.spool, of: run, at: moment, in: transaction) { places in
        let spool = try AsideSpool(wanted: places)
        let reading = try FeedReading(file, department: department, county: county)
        var position = 0
        // Once the last of them has passed, the rest tells nothing.
        let last = places.max() ?? 0
        while position <= last, let chunk = try await reading.next() {
          for person in chunk.people {
            position += 1
            try spool.take(person, at: position)
          }
        }
        try spool.settle()
        return spool
      }
    case .household(_, let corrected):
      let left = try await transaction.query(
        """
        select s.problems from feed_outcome u join feed_staging s using (position) where u.outcome = 'quarantined'
        """, as: Aside.self)
      let sentences = left.flatMap(\.problems).filter { $0.severity == .quarantine }.map(\.message)
      guard sentences.isEmpty else {
        throw Problem.conflict(
          "encore-de-cote", "Ce foyer ne peut pas encore être repris.", detail: sentences.joined(separator: " "))
      }
      try await transaction.execute(
        """
        update dossiers.feed_aside set state = 'corrected', settled_at = \(moment), settled_by = c.account,
          settled_by_name = c.account_name, version = version + 1
        from (select account, account_name from dossiers.feed_correction where aside = \(corrected.aside)
          order by place desc limit 1) c
        where id = \(corrected.aside)
        """)
    }
  }
}
