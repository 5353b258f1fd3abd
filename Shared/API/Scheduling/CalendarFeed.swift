import Domain
import Foundation

/// The secret address under which a calendar program reads the appointments of one account (rule M11).
public struct CalendarFeed: Payload, Equatable {
  /// Whether it says of each hour nothing but that it is taken.
  public var neutral: Bool
  public var madeAt: Date
  /// Absent while no program has read it.
  public var lastReadAt: Date?
  public var lastAddress: String?

  public init(neutral: Bool, madeAt: Date, lastReadAt: Date? = nil, lastAddress: String? = nil) {
    self.neutral = neutral
    self.madeAt = madeAt
    self.lastReadAt = lastReadAt
    self.lastAddress = lastAddress
  }
}

public struct CalendarFeedState: Payload, Equatable {
  /// Absent where the account has none.
  public var feed: CalendarFeed?

  public init(feed: CalendarFeed?) { self.feed = feed }
}

public struct CalendarFeedDraft: Payload {
  public var neutral: Bool

  public init(neutral: Bool) { self.neutral = neutral }
}

public struct IssuedCalendarFeed: Payload {
  public var feed: CalendarFeed
  /// To be given to the calendar program; shown this once and stored as a hash.
  public var address: String

  public init(feed: CalendarFeed, address: String) {
    self.feed = feed
    self.address = address
  }
}

extension SchedulingAPI {
  public static let showCalendarFeed = Endpoint<NoInput, CalendarFeedState>(
    .scheduling, "showCalendarFeed", .get, "calendar-feed", allow: .having(.bookAppointments),
    summary: "Show whether one's calendar is read under a secret address.")

  public static let openCalendarFeed = Endpoint<CalendarFeedDraft, IssuedCalendarFeed>(
    .scheduling, "openCalendarFeed", .post, "calendar-feed", allow: .having(.bookAppointments),
    summary: "Make the secret address of one's calendar; the one before it ends. The address is in the answer alone.",
    success: 201)

  public static let changeCalendarFeed = Endpoint<CalendarFeedDraft, CalendarFeed>(
    .scheduling, "changeCalendarFeed", .put, "calendar-feed", allow: .having(.bookAppointments),
    summary: "Change what the secret address shows, without another address.")

  public static let closeCalendarFeed = Endpoint<NoInput, NoOutput>(
    .scheduling, "closeCalendarFeed", .delete, "calendar-feed", allow: .having(.bookAppointments),
    summary: "End the secret address of one's calendar.")

  /// The secret may be followed by `.ics`.
  public static let readCalendar = Endpoint<NoInput, FileOutput>(
    .scheduling, "readCalendar", .get, "calendars/{secret}", allow: .everyone,
    summary: "Read a calendar (RFC 5545) under its secret address.")
}
