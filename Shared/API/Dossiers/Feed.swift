import Domain
import Foundation

/// One reading of a feed file: what it was and what it did.
public struct FeedRun: Payload {
  public enum Mode: String, Payload, CaseIterable {
    case apply
    case dryRun = "dry_run"
  }
  /// Whose flow it is.
  public enum Format: String, Payload, CaseIterable {
    /// The county's own, as Genesis writes it: who follows whom, and everything else.
    case genesis
    /// CNAF's flow of RSA recipients (VRSB): who is entitled to what.
    case cnaf
  }
  public enum Status: String, Payload, CaseIterable { case running, applied, checked, refused, failed }
  public struct Counts: Payload {
    public var read: Int
    public var created: Int
    public var updated: Int
    public var unchanged: Int
    /// Persons without an open référent in Genesis, or named by CNAF and not followed in Jalons: they are not taken in.
    public var ignored: Int
    public var quarantined: Int
    /// Of those updated: who changes référent.
    public var moved: Int
    /// Exits newly proposed to référents.
    public var exits: Int

    public init(
      read: Int = 0, created: Int = 0, updated: Int = 0, unchanged: Int = 0, ignored: Int = 0, quarantined: Int = 0,
      moved: Int = 0, exits: Int = 0
    ) {
      self.read = read
      self.created = created
      self.updated = updated
      self.unchanged = unchanged
      self.ignored = ignored
      self.quarantined = quarantined
      self.moved = moved
      self.exits = exits
    }
  }
  /// How far a run is that has not ended.
  public struct Progress: Payload {
    public enum Phase: String, Payload, CaseIterable {
      case waiting, reading, comparing, writing, referents, exits, finishing
    }
    public var phase: Phase
    /// Of the file, packed or not as it came.
    public var bytes: Int?
    public var bytesRead: Int
    /// Persons of every role that the file announces in its trailer.
    public var expected: Int?
    /// Persons read a second since the start; nil before the first thousand.
    public var rate: Int?

    public init(phase: Phase, bytes: Int?, bytesRead: Int, expected: Int?, rate: Int?) {
      self.phase = phase
      self.bytes = bytes
      self.bytesRead = bytesRead
      self.expected = expected
      self.rate = rate
    }
  }
  /// By which a county's own file was read.
  public struct Mapping: Payload {
    public var id: UUID
    /// As it was then; nil for who may not see mappings.
    public var name: String?
    public var version: Int

    public init(id: UUID, name: String?, version: Int) {
      self.id = id
      self.name = name
      self.version = version
    }
  }
  public var id: UUID
  public var mode: Mode
  public var status: Status
  public var origin: String
  public var format: Format
  public var fileName: String?
  public var stock: Bool?
  public var referenceDate: CalendarDate?
  public var startedAt: Date
  public var endedAt: Date?
  public var counts: Counts
  /// Present while it runs.
  public var progress: Progress?
  /// The dry run whose file this run applied.
  public var basis: UUID?
  /// Absent where the file needed none.
  public var mapping: Mapping?
  /// Of a dry run: whether its file can still be applied as it was tried, nothing newer having come in between.
  public var isApplicable: Bool?
  /// Whether it was interrupted and its file is still there, to be started again.
  public var isRestartable: Bool
  /// Whether its reference date is the one that later files are compared with, so that it may be withdrawn.
  public var isDateWithdrawable: Bool
  /// When its reference date was withdrawn as wrong; later files are not compared with it.
  public var dateWithdrawnAt: Date?
  /// Why the whole file was refused, and what to do.
  public var refusal: String?
  public var refusalCode: String?
  public var notes: [String]

  public init(
    id: UUID, mode: Mode, status: Status, origin: String, format: Format = .genesis, fileName: String?, stock: Bool?,
    referenceDate: CalendarDate?, startedAt: Date, endedAt: Date?, counts: Counts, progress: Progress? = nil,
    basis: UUID? = nil, mapping: Mapping? = nil, isApplicable: Bool? = nil,
    isRestartable: Bool = false, isDateWithdrawable: Bool = false, dateWithdrawnAt: Date? = nil, refusal: String?,
    refusalCode: String?, notes: [String]
  ) {
    self.id = id
    self.mode = mode
    self.status = status
    self.origin = origin
    self.format = format
    self.fileName = fileName
    self.stock = stock
    self.referenceDate = referenceDate
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.counts = counts
    self.progress = progress
    self.basis = basis
    self.mapping = mapping
    self.isApplicable = isApplicable
    self.isRestartable = isRestartable
    self.isDateWithdrawable = isDateWithdrawable
    self.dateWithdrawnAt = dateWithdrawnAt
    self.refusal = refusal
    self.refusalCode = refusalCode
    self.notes = notes
  }
}

public struct FeedRow: Payload {
  public enum Outcome: String, Payload, CaseIterable { case created, updated, quarantined, exit }
  public var position: Int
  public var genesisId: String?
  public var name: String?
  public var outcome: Outcome
  public var dossier: ID<Dossier>?
  /// Field by field: what it was and what it is.
  public var changes: JSONValue
  public var problems: JSONValue
  /// The household kept to be corrected, of a person who was set aside.
  public var aside: UUID?

  public init(
    position: Int, genesisId: String? = nil, name: String? = nil, outcome: Outcome, dossier: ID<Dossier>? = nil,
    changes: JSONValue, problems: JSONValue, aside: UUID? = nil
  ) {
    self.position = position
    self.genesisId = genesisId
    self.name = name
    self.outcome = outcome
    self.dossier = dossier
    self.changes = changes
    self.problems = problems
    self.aside = aside
  }
}

public struct FeedRowQuery: PageQuery, Constrained {
  public var outcome: FeedRow.Outcome?
  /// Only those in whom this field changed; `lead` for who changes référent.
  public var field: String?
  /// Only those set aside for this reason.
  public var problem: String?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = [
    "field": .text(1...40), "problem": .text(1...60), "limit": .range(1...200), "after": .cursor,
  ]

  public init(
    outcome: FeedRow.Outcome? = nil, field: String? = nil, problem: String? = nil, limit: Int? = nil,
    after: String? = nil
  ) {
    self.outcome = outcome
    self.field = field
    self.problem = problem
    self.limit = limit
    self.after = after
  }
}

/// How a feed file is taken.
public struct FeedImportQuery: Payload {
  public enum Mode: String, Payload, CaseIterable {
    case apply
    case dryRun = "dry-run"
    /// As runs name it.
    case dryRunOfRun = "dry_run"

    public var ofRun: FeedRun.Mode { self == .apply ? .apply : .dryRun }
  }
  /// `apply` when absent.
  public var mode: Mode?
  public var name: String?
  /// By which a county's own CSV is read; when absent, by the one whose pattern the name matches.
  public var mapping: UUID?
  /// When false the answer comes once the file has arrived, and the run goes on: `showFeed` says how far it is.
  public var wait: Bool?

  public init(mode: Mode? = nil, name: String? = nil, mapping: UUID? = nil, wait: Bool? = nil) {
    self.mode = mode
    self.name = name
    self.mapping = mapping
    self.wait = wait
  }
}

extension DossiersAPI {
  /// The body is the file, XML or CSV of Genesis or CNAF's VRSB, gzip allowed; or a county's own CSV.
  public static let importFeed = Endpoint<Upload<FeedImportQuery>, FeedRun>(
    .dossiers, "importFeed", .post, "feeds", allow: .having(.importFeed),
    summary: "Reconcile the caseload with a feed file.", limit: 300 * 1024 * 1024)
  public static let listFeeds = Endpoint<NoInput, Page<FeedRun>>(
    .dossiers, "listFeeds", .get, "feeds", allow: .having(.readFeedRuns), summary: "List the newest runs of the feed.")
  public static let showFeed = Endpoint<NoInput, FeedRun>(
    .dossiers, "showFeed", .get, "feeds/{feed}", allow: .having(.readFeedRuns), summary: "Show a run of the feed.")
  public static let withdrawFeedDate = Endpoint<NoInput, FeedRun>(
    .dossiers, "withdrawFeedDate", .post, "feeds/{feed}/date-withdrawal", allow: .having(.importFeed),
    summary:
      "Withdraw the reference date of the newest applied feed, which is wrong: later files are compared with the "
      + "one before.")
  public static let listFeedRows = Endpoint<FeedRowQuery, Page<FeedRow>>(
    .dossiers, "listFeedRows", .get, "feeds/{feed}/rows", allow: .having(.importFeed),
    summary: "List what a run did, person by person.", audit: .read)
}
