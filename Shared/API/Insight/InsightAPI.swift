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
  /// At most 1,001, which stands for « plus de 1 000 ».
  public var count: Int
  public var tone: Tone
  /// The portal's page of the list.
  public var link: String

  public init(code: String, label: String, count: Int, tone: Tone, link: String) {
    self.code = code
    self.label = label
    self.count = count
    self.tone = tone
    self.link = link
  }
}

/// A dossier of an alert's list or of a report, with what brought it there.
public struct InsightRow: Payload {
  public var dossier: ID<Dossier>
  public var familyName: String
  public var givenName: String
  public var detail: String
  /// The day that matters in this list: an end, an entry, an appointment.
  public var date: CalendarDate?
  /// The portal's page of the dossier.
  public var link: String

  public init(
    dossier: ID<Dossier>, familyName: String, givenName: String, detail: String, date: CalendarDate?, link: String
  ) {
    self.dossier = dossier
    self.familyName = familyName
    self.givenName = givenName
    self.detail = detail
    self.date = date
    self.link = link
  }
}

public struct InsightPageQuery: PageQuery, Constrained {
  public var after: String?
  public var limit: Int?
  public static let constraints: [String: Constraint] = ["limit": .range(1...200), "after": .cursor]

  public init(after: String? = nil, limit: Int? = nil) {
    self.after = after
    self.limit = limit
  }
}

extension InsightAPI {
  public static let listAlerts = Endpoint<NoInput, Page<InsightAlert>>(
    .insight, "listAlerts", .get, "alerts", allow: .having(.readDossiers),
    summary: "Count what waits for the caller, in the caller's scope.")
  public static let listAlert = Endpoint<InsightPageQuery, Page<InsightRow>>(
    .insight, "listAlert", .get, "alerts/{code}", allow: .having(.readDossiers),
    summary: "List the dossiers of one alert, the oldest day first.")
}
