import Domain
import Foundation

/// A report of the catalogue.
public struct ReportEntry: Payload {
  public enum Filter: String, Payload, CaseIterable { case from, until, state, days }
  public var code: String
  public var label: String
  public var summary: String
  /// What it may be narrowed to.
  public var filters: [Filter]
  /// Heads the column of days: « Fin du contrat ».
  public var dateLabel: String

  public init(code: String, label: String, summary: String, filters: [Filter], dateLabel: String) {
    self.code = code
    self.label = label
    self.summary = summary
    self.filters = filters
    self.dateLabel = dateLabel
  }
}

/// What a report is narrowed to; a filter that the report does not have is left out of account.
public struct ReportQuery: Payload, Constrained {
  public enum Format: String, Payload, CaseIterable { case xlsx, csv }
  /// The first and last day of the report's date, both included.
  public var from: CalendarDate?
  public var until: CalendarDate?
  /// A contract's state.
  public var state: ContractState?
  /// Within how many days a contract ends; the county's delay when absent.
  public var days: Int?
  /// Of the file; xlsx when absent.
  public var format: Format?
  public static let constraints: [String: Constraint] = ["days": .range(0...366)]

  public init(
    from: CalendarDate? = nil, until: CalendarDate? = nil, state: ContractState? = nil, days: Int? = nil,
    format: Format? = nil
  ) {
    self.from = from
    self.until = until
    self.state = state
    self.days = days
    self.format = format
  }
}

/// How many there are of something.
public struct ReportFigure: Payload {
  public var code: String
  public var count: Int

  public init(code: String, count: Int) {
    self.code = code
    self.count = count
  }
}

/// A report's rows as a screen shows them.
public struct Report: Payload {
  public var entry: ReportEntry
  public var rows: [InsightRow]
  /// Whether there are more rows than shown; the file holds them all.
  public var isCut: Bool
  /// Counts to draw; empty where the report has none.
  public var figures: [ReportFigure]
  /// Within how many days, where the report is narrowed so.
  public var days: Int?

  public init(entry: ReportEntry, rows: [InsightRow], isCut: Bool, figures: [ReportFigure], days: Int? = nil) {
    self.days = days
    self.entry = entry
    self.rows = rows
    self.isCut = isCut
    self.figures = figures
  }
}

extension InsightAPI {
  public static let listReports = Endpoint<NoInput, Page<ReportEntry>>(
    .insight, "listReports", .get, "reports", allow: .having(.reports), summary: "List the reports.")
  public static let showReport = Endpoint<ReportQuery, Report>(
    .insight, "showReport", .get, "reports/{report}", allow: .having(.reports),
    summary: "Show the first 500 rows of a report.", audit: .some(.read))
  public static let exportReport = Endpoint<ReportQuery, FileOutput>(
    .insight, "exportReport", .get, "reports/{report}/file", allow: .having(.reports),
    summary: "Give a report as a spreadsheet; refused when it is empty.", audit: .some(.export))
}
