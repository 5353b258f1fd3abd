import Domain
import Foundation

/// A household that a run of the feed set aside, waiting for somebody to correct it, to leave it, or for a newer feed.
public struct FeedAside: Payload, Versioned {
  public enum State: String, Payload, CaseIterable { case open, corrected, dismissed, outdated }
  public var id: UUID
  public var run: UUID
  /// Its applicant and partner.
  public var name: String
  /// Why, by the stable codes of the problems.
  public var problems: [String]
  public var state: State
  public var referenceDate: CalendarDate
  public var receivedAt: Date
  public var settledAt: Date?
  public var settledBy: String?
  public var comment: String?
  public var version: Int

  public init(
    id: UUID, run: UUID, name: String, problems: [String], state: State, referenceDate: CalendarDate, receivedAt: Date,
    settledAt: Date? = nil, settledBy: String? = nil, comment: String? = nil, version: Int
  ) {
    self.id = id
    self.run = run
    self.name = name
    self.problems = problems
    self.state = state
    self.referenceDate = referenceDate
    self.receivedAt = receivedAt
    self.settledAt = settledAt
    self.settledBy = settledBy
    self.comment = comment
    self.version = version
  }
}

public struct FeedAsideQuery: PageQuery, Constrained {
  public var state: FeedAside.State?
  /// Only households of one run.
  public var run: UUID?
  /// Those with this problem.
  public var problem: String?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = [
    "problem": .text(1...60), "limit": .range(1...200), "after": .cursor,
  ]

  public init(
    state: FeedAside.State? = nil, run: UUID? = nil, problem: String? = nil, limit: Int? = nil, after: String? = nil
  ) {
    self.state = state
    self.run = run
    self.problem = problem
    self.limit = limit
    self.after = after
  }
}

/// The whole of a household that was set aside: every value as the feed wrote it or as it was corrected since.
public struct FeedAsideDetail: Payload, Versioned {
  public struct Person: Payload {
    /// By the feed's own names; empty ones are absent. What is the household's is the same for all.
    public var values: [String: String]
    public var problems: [Issue]

    public init(values: [String: String], problems: [Issue]) {
      self.values = values
      self.problems = problems
    }
  }
  public struct Issue: Payload {
    public var code: String
    /// The feed's name of the value at fault.
    public var field: String
    public var message: String
    /// Whether it sets the person aside; others are merely told.
    public var isGrave: Bool

    public init(code: String, field: String, message: String, isGrave: Bool) {
      self.code = code
      self.field = field
      self.message = message
      self.isGrave = isGrave
    }
  }
  /// What a value may be.
  public struct Field: Payload {
    public var name: String
    public var isHousehold: Bool
    public var isDate: Bool
    /// In characters.
    public var maximum: Int

    public init(name: String, isHousehold: Bool, isDate: Bool, maximum: Int) {
      self.name = name
      self.isHousehold = isHousehold
      self.isDate = isDate
      self.maximum = maximum
    }
  }
  public struct Entry: Payload {
    public enum Kind: String, Payload, CaseIterable { case corrected, taken, refused, dismissed, reopened }
    public struct Change: Payload {
      public var person: Int?
      public var field: String
      /// Both absent for a NIR.
      public var before: String?
      public var after: String?

      public init(person: Int? = nil, field: String, before: String? = nil, after: String? = nil) {
        self.person = person
        self.field = field
        self.before = before
        self.after = after
      }
    }
    public var at: Date
    public var who: String
    public var kind: Kind
    public var changes: [Change]
    public var comment: String?
    public var run: UUID?

    public init(at: Date, who: String, kind: Kind, changes: [Change], comment: String? = nil, run: UUID? = nil) {
      self.at = at
      self.who = who
      self.kind = kind
      self.changes = changes
      self.comment = comment
      self.run = run
    }
  }
  public var aside: FeedAside
  public var persons: [Person]
  /// Every value there may be, in the feed's order.
  public var fields: [Field]
  public var history: [Entry]
  public var version: Int

  public init(aside: FeedAside, persons: [Person], fields: [Field], history: [Entry]) {
    self.aside = aside
    self.persons = persons
    self.fields = fields
    self.history = history
    version = aside.version
  }
}

/// Values to put in place of the feed's own, before the household is tried again.
public struct FeedCorrection: Payload, Constrained {
  public struct Value: Payload, Constrained {
    /// Which person, from 0; absent for what is the household's.
    public var person: Int?
    public var field: String
    /// Empty or absent: none.
    public var value: String?
    public static let constraints: [String: Constraint] = [
      "person": .range(0...99), "field": .text(1...40), "value": .text(0...200),
    ]

    public init(person: Int? = nil, field: String, value: String? = nil) {
      self.person = person
      self.field = field
      self.value = value
    }
  }
  public var values: [Value]
  public static let constraints: [String: Constraint] = ["values": .items(500)]

  public init(values: [Value]) { self.values = values }
}

public struct FeedDismissal: Payload, Constrained {
  public var reason: String
  public static let constraints: [String: Constraint] = ["reason": .text(3...500)]

  public init(reason: String) { self.reason = reason }
}

extension DossiersAPI {
  public static let listFeedAsides = Endpoint<FeedAsideQuery, Page<FeedAside>>(
    .dossiers, "listFeedAsides", .get, "feed-asides", allow: .having(.importFeed),
    summary: "List the households that feeds set aside, newest first.", audit: .read)
  public static let showFeedAside = Endpoint<NoInput, FeedAsideDetail>(
    .dossiers, "showFeedAside", .get, "feed-asides/{aside}", allow: .having(.importFeed),
    summary: "Show a household that was set aside, with its NIRs and who corrected what.", audit: .read)
  public static let correctFeedAside = Endpoint<FeedCorrection, FeedAsideDetail>(
    .dossiers, "correctFeedAside", .post, "feed-asides/{aside}/correction", allow: .having(.importFeed),
    summary: "Correct a household that was set aside and reconcile it as if the feed had written it so.",
    versioned: true)
  public static let dismissFeedAside = Endpoint<FeedDismissal, FeedAsideDetail>(
    .dossiers, "dismissFeedAside", .post, "feed-asides/{aside}/dismissal", allow: .having(.importFeed),
    summary: "Leave a household aside, and say why.", versioned: true)
  public static let reopenFeedAside = Endpoint<NoInput, FeedAsideDetail>(
    .dossiers, "reopenFeedAside", .post, "feed-asides/{aside}/reopening", allow: .having(.importFeed),
    summary: "Take a household up again that was left aside.", versioned: true)
}
