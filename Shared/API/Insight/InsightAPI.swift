import Domain
import Foundation

/// What counts and lists across the other services.
public enum InsightAPI {}

/// Something that waits for the caller, counted in the caller's scope.
public struct InsightAlert: Payload {
  public enum Tone: String, Payload, CaseIterable { case neutral, waiting, late }
  /// Names the list: `renouvellements`.
  public var code: String
  public var label: String
  /// What brings a dossier here, in a sentence.
  public var summary: String
  /// At most 1,001, which stands for « plus de 1 000 ».
  public var count: Int
  public var tone: Tone
  /// Whether the caller keeps it on the home page.
  public var isFavourite: Bool
  /// From how many days on, where the alert goes by a number of days.
  public var days: Int?
  /// Whether that number is the caller's own.
  public var hasOwnDays: Bool

  public init(
    code: String, label: String, summary: String, count: Int, tone: Tone, isFavourite: Bool, days: Int? = nil,
    hasOwnDays: Bool = false
  ) {
    self.hasOwnDays = hasOwnDays
    self.code = code
    self.label = label
    self.summary = summary
    self.count = count
    self.tone = tone
    self.isFavourite = isFavourite
    self.days = days
  }
}

/// Whose dossiers the alerts are about. Kept for a person and used by all their alerts.
public enum AlertSituation: String, Payload, CaseIterable {
  case active, left, all
}

/// The schemes whose people the alerts are about.
public enum AlertScheme: String, Payload, CaseIterable {
  case all
  /// Those who take part in an FSE operation today.
  case fse
}

/// What the caller's alerts are narrowed to.
public struct AlertFilter: Payload, Equatable {
  public var situation: AlertSituation
  /// All when absent.
  public var scheme: AlertScheme?

  public init(situation: AlertSituation, scheme: AlertScheme? = nil) {
    self.situation = situation
    self.scheme = scheme
  }
}

/// How the caller likes one alert.
public struct AlertChoice: Payload, Constrained {
  public var isFavourite: Bool
  /// The caller's own number of days; the county's, or the usual one, when absent.
  public var days: Int?
  public static let constraints: [String: Constraint] = ["days": .range(0...3660)]

  public init(isFavourite: Bool, days: Int? = nil) {
    self.isFavourite = isFavourite
    self.days = days
  }
}

/// A page of the dossiers of an alert.
public struct AlertList: Payload, AnyPage {
  public var alert: InsightAlert
  public var subject: DatasetSubject
  public var columns: [DatasetColumn]
  public var rows: [DatasetRow]
  public var next: String?
  public var filter: AlertFilter

  public init(
    alert: InsightAlert, subject: DatasetSubject, columns: [DatasetColumn], rows: [DatasetRow], next: String?,
    filter: AlertFilter
  ) {
    self.alert = alert
    self.subject = subject
    self.columns = columns
    self.rows = rows
    self.next = next
    self.filter = filter
  }
}

public struct InsightPageQuery: PageQuery, Constrained {
  public var after: String?
  public var limit: Int?
  /// The code of a column of the list.
  public var sort: String?
  public var descending: Bool?
  public static let constraints: [String: Constraint] = [
    "limit": .range(1...200), "after": .cursor, "sort": .text(0...40),
  ]

  public init(after: String? = nil, limit: Int? = nil, sort: String? = nil, descending: Bool? = nil) {
    self.after = after
    self.limit = limit
    self.sort = sort
    self.descending = descending
  }
}

/// Which alerts to count.
public struct AlertQuery: Payload {
  /// Only those that the caller keeps on the home page.
  public var favourites: Bool?

  public init(favourites: Bool? = nil) { self.favourites = favourites }
}

extension InsightAPI {
  public static let listAlerts = Endpoint<AlertQuery, Page<InsightAlert>>(
    .insight, "listAlerts", .get, "alerts", allow: .having(.readDossiers),
    summary: "Count what waits for the caller, in the caller's scope.")
  public static let listAlert = Endpoint<InsightPageQuery, AlertList>(
    .insight, "listAlert", .get, "alerts/{code}", allow: .having(.readDossiers),
    summary: "List the dossiers of one alert, the oldest day first.")
  public static let chooseAlert = Endpoint<AlertChoice, NoOutput>(
    .insight, "chooseAlert", .put, "alerts/{code}/choice", allow: .having(.readDossiers),
    summary: "Keep an alert among the caller's favourites, and from how many days on it counts.", audit: .some(nil))
  public static let setAlertFilter = Endpoint<AlertFilter, AlertFilter>(
    .insight, "setAlertFilter", .put, "alert-filter", allow: .having(.readDossiers),
    summary: "Choose what all of the caller's alerts are narrowed to.", audit: .some(nil))
  public static let showAlertFilter = Endpoint<NoInput, AlertFilter>(
    .insight, "showAlertFilter", .get, "alert-filter", allow: .having(.readDossiers),
    summary: "Show what the caller's alerts are narrowed to.")
}
