import Domain
import Foundation

/// What a run did, in sums: how often each field changed, and how many were set aside for each reason.
public struct FeedEffects: Payload {
  public struct Tally: Payload {
    /// A field as `FeedRow.changes` names it, or a reason's stable code.
    public var name: String
    public var count: Int

    public init(name: String, count: Int) {
      self.name = name
      self.count = count
    }
  }
  public var fields: [Tally]
  public var problems: [Tally]
  /// Référents whose persons Genesis and Jalons do not count alike, and how many persons that makes.
  public var gaps: Int
  public var gapPersons: Int

  public init(fields: [Tally], problems: [Tally], gaps: Int, gapPersons: Int) {
    self.fields = fields
    self.problems = problems
    self.gaps = gaps
    self.gapPersons = gapPersons
  }
}

/// A référent as a full feed and Jalons see their caseload (rule F15: the truth is Genesis's).
public struct FeedGap: Payload {
  public var account: ID<Account>
  public var name: String
  public var organisation: String?
  /// Persons that the feed gives this référent, including persons set aside.
  public var inFeed: Int
  public var inJalons: Int
  public var setAside: Int

  public init(
    account: ID<Account>, name: String, organisation: String? = nil, inFeed: Int, inJalons: Int, setAside: Int
  ) {
    self.account = account
    self.name = name
    self.organisation = organisation
    self.inFeed = inFeed
    self.inJalons = inJalons
    self.setAside = setAside
  }
}

public struct FeedGapQuery: PageQuery, Constrained {
  /// Those without a difference too.
  public var all: Bool?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = ["limit": .range(1...200), "after": .cursor]

  public init(all: Bool? = nil, limit: Int? = nil, after: String? = nil) {
    self.all = all
    self.limit = limit
    self.after = after
  }
}

/// A person who has a référent in Jalons and is missing from the newest full feed.
public struct FeedAbsentee: Payload {
  public var dossier: ID<Dossier>
  public var familyName: String
  public var givenName: String
  public var genesisId: String
  public var entitlement: EntitlementState
  public var refreshedOn: CalendarDate?
  /// The exit that waits for the référent's answer.
  public var exitOn: CalendarDate?

  public init(
    dossier: ID<Dossier>, familyName: String, givenName: String, genesisId: String, entitlement: EntitlementState,
    refreshedOn: CalendarDate? = nil, exitOn: CalendarDate? = nil
  ) {
    self.dossier = dossier
    self.familyName = familyName
    self.givenName = givenName
    self.genesisId = genesisId
    self.entitlement = entitlement
    self.refreshedOn = refreshedOn
    self.exitOn = exitOn
  }
}

public struct FeedAbsenteeQuery: PageQuery, Constrained {
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = ["limit": .range(1...200), "after": .cursor]

  public init(limit: Int? = nil, after: String? = nil) {
    self.limit = limit
    self.after = after
  }
}

public struct FeedApplication: Payload {
  /// False: the answer comes at once and the run goes on; otherwise it comes with the end of the run.
  public var wait: Bool?

  public init(wait: Bool? = nil) { self.wait = wait }
}

extension DossiersAPI {
  public static let applyFeed = Endpoint<FeedApplication, FeedRun>(
    .dossiers, "applyFeed", .post, "feeds/{feed}/application", allow: .having(.importFeed),
    summary: "Apply the very file that a dry run tried, unless a newer one was applied since.")
  public static let restartFeed = Endpoint<FeedApplication, FeedRun>(
    .dossiers, "restartFeed", .post, "feeds/{feed}/restart", allow: .having(.importFeed),
    summary: "Read the file of an interrupted run again, as it was to be read; it is kept for a day.")
  public static let exportFeedRows = Endpoint<FeedRowQuery, FileOutput>(
    .dossiers, "exportFeedRows", .get, "feeds/{feed}/export", allow: .having(.importFeed),
    summary: "Export what a run changed, one line a field, as CSV; narrowed as the list is.", audit: .export)
  public static let showFeedEffects = Endpoint<NoInput, FeedEffects>(
    .dossiers, "showFeedEffects", .get, "feeds/{feed}/effects", allow: .having(.readFeedRuns),
    summary: "Show what a run changed, field by field, and why it set persons aside.")
  public static let listFeedGaps = Endpoint<FeedGapQuery, Page<FeedGap>>(
    .dossiers, "listFeedGaps", .get, "feeds/{feed}/gaps", allow: .having(.importFeed),
    summary: "List the référents whose caseload differs between a full feed and Jalons, largest difference first.")
  public static let listAbsentees = Endpoint<FeedAbsenteeQuery, Page<FeedAbsentee>>(
    .dossiers, "listAbsentees", .get, "referents/{account}/absentees", allow: .having(.importFeed),
    summary: "List whom a référent still follows though the newest full feed no longer holds them.", audit: .read)
}
