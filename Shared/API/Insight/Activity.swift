import Domain
import Foundation

/// Whose activity is counted.
public enum ActivityOwner: String, Payload, CaseIterable {
  /// The caller's own.
  case mine
  /// Everybody's, on the dossiers that the caller reaches.
  case scope
}

/// How activity is counted.
public struct ActivityQuery: Payload {
  public enum Step: String, Payload, CaseIterable { case week, month }
  /// Months when absent.
  public var step: Step?
  /// The caller's own when absent.
  public var of: ActivityOwner?

  public init(step: Step? = nil, of: ActivityOwner? = nil) {
    self.step = step
    self.of = of
  }
}

/// One figure of activity, a number for each period.
public struct ActivityMeasure: Payload {
  public var code: String
  public var label: String
  /// What the numbers count: « rendez-vous ».
  public var unit: String
  /// In the order of the periods.
  public var values: [Int]
  /// A year before.
  public var before: [Int]

  public init(code: String, label: String, unit: String, values: [Int], before: [Int]) {
    self.code = code
    self.label = label
    self.unit = unit
    self.values = values
    self.before = before
  }
}

public struct ActivityReport: Payload {
  /// The first day of each period, the oldest first; the last one is under way.
  public var periods: [CalendarDate]
  public var measures: [ActivityMeasure]

  public init(periods: [CalendarDate], measures: [ActivityMeasure]) {
    self.periods = periods
    self.measures = measures
  }
}

/// What stands behind a figure.
public struct ActivityListQuery: PageQuery, Constrained {
  public var of: ActivityOwner?
  public var from: CalendarDate?
  /// Included.
  public var until: CalendarDate?
  public var after: String?
  public var limit: Int?
  public static let constraints: [String: Constraint] = ["limit": .range(1...200), "after": .cursor]

  public init(
    of: ActivityOwner? = nil, from: CalendarDate? = nil, until: CalendarDate? = nil, after: String? = nil,
    limit: Int? = nil
  ) {
    self.of = of
    self.from = from
    self.until = until
    self.after = after
    self.limit = limit
  }
}

/// A page of what stands behind a figure.
public struct ActivityList: Payload, AnyPage {
  public var label: String
  public var subject: DatasetSubject
  public var columns: [DatasetColumn]
  public var rows: [DatasetRow]
  public var next: String?

  public init(
    label: String, subject: DatasetSubject, columns: [DatasetColumn], rows: [DatasetRow], next: String?
  ) {
    self.label = label
    self.subject = subject
    self.columns = columns
    self.rows = rows
    self.next = next
  }
}

extension InsightAPI {
  public static let showActivity = Endpoint<ActivityQuery, ActivityReport>(
    .insight, "showActivity", .get, "activity", allow: .having(.readDossiers),
    summary: "Count the caller's activity, or that of their scope, by week or month beside the year before.")
  public static let listActivity = Endpoint<ActivityListQuery, ActivityList>(
    .insight, "listActivity", .get, "activity/{code}", allow: .having(.readDossiers),
    summary: "List what stands behind a figure of activity.", audit: .some(.read))
}
