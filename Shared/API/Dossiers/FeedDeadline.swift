import Domain
import Foundation

/// By when the day's feed is expected, and whether it is late: the county's rule, with its history.
public struct FeedDeadline: Payload, Versioned {
  public struct Rule: Payload {
    /// `07:00`, local time; nil while nothing is expected.
    public var expectedBy: String?
    public var validFrom: Date
    public var authorName: String?

    public init(expectedBy: String?, validFrom: Date, authorName: String?) {
      self.expectedBy = expectedBy
      self.validFrom = validFrom
      self.authorName = authorName
    }
  }
  /// A day whose feed had not come in time.
  public struct Late: Payload {
    public var day: CalendarDate
    public var noticedAt: Date
    /// When it came after all; nil while it is awaited.
    public var arrivedAt: Date?

    public init(day: CalendarDate, noticedAt: Date, arrivedAt: Date?) {
      self.day = day
      self.noticedAt = noticedAt
      self.arrivedAt = arrivedAt
    }
  }
  public var expectedBy: String?
  /// Present while today's feed is awaited past its hour.
  public var late: Late?
  /// The newest first.
  public var rules: [Rule]
  /// The last days that were late, the newest first.
  public var lateDays: [Late]
  public var version: Int

  public init(expectedBy: String?, late: Late?, rules: [Rule], lateDays: [Late], version: Int) {
    self.expectedBy = expectedBy
    self.late = late
    self.rules = rules
    self.lateDays = lateDays
    self.version = version
  }
}

public struct FeedDeadlineDraft: Payload, Constrained {
  /// `07:00`, local time; absent: nothing is expected, and nobody is alerted.
  public var expectedBy: String?
  public static let constraints: [String: Constraint] = [
    "expectedBy": .pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$", 5...5)
  ]

  public init(expectedBy: String?) { self.expectedBy = expectedBy }
}

extension DossiersAPI {
  public static let showFeedDeadline = Endpoint<NoInput, FeedDeadline>(
    .dossiers, "showFeedDeadline", .get, "feed-deadline", allow: .having(.readFeedRuns),
    summary: "Show by when the day's feed is expected, and whether it is late.")
  public static let changeFeedDeadline = Endpoint<FeedDeadlineDraft, FeedDeadline>(
    .dossiers, "changeFeedDeadline", .put, "feed-deadline", allow: .having(.importFeed),
    summary: "Expect the day's feed by another hour from now on.", versioned: true)
}
