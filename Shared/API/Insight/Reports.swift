import Domain
import Foundation

/// A report of the catalogue: a dataset with a name, and what it may be narrowed to.
public struct ReportEntry: Payload {
  public enum Filter: String, Payload, CaseIterable {
    /// The report's date, from a first to a last day.
    case period
    /// The states of contracts.
    case state
    /// Within how many days something ends.
    case days
    /// The structure of the person's lead référent.
    case structure
  }
  public var code: String
  public var label: String
  public var summary: String
  public var subject: DatasetSubject
  public var columns: [DatasetColumn]
  public var filters: [Filter]
  /// What the period narrows: « Signature ».
  public var periodLabel: String?
  /// The period with which the report opens, in days up to today; nil for all.
  public var periodDays: Int?
  /// The code of the column that it is sorted by unless another is asked for.
  public var order: String

  public init(
    code: String, label: String, summary: String, subject: DatasetSubject, columns: [DatasetColumn], filters: [Filter],
    periodLabel: String? = nil, periodDays: Int? = nil, order: String
  ) {
    self.code = code
    self.label = label
    self.summary = summary
    self.subject = subject
    self.columns = columns
    self.filters = filters
    self.periodLabel = periodLabel
    self.periodDays = periodDays
    self.order = order
  }
}

/// What a report is narrowed to, how it is sorted, and from where on it is read.
public struct ReportQuery: PageQuery, Constrained {
  public enum Format: String, Payload, CaseIterable { case xlsx, csv }
  /// The first and last day of the report's date, both included.
  public var from: CalendarDate?
  public var until: CalendarDate?
  /// States of contracts; any when absent.
  public var state: [ContractState]?
  /// Within how many days a contract ends; the county's delay when absent.
  public var days: Int?
  /// Of the person's lead référent.
  public var structure: ID<Organisation>?
  /// The code of a column of the report.
  public var sort: String?
  public var descending: Bool?
  public var after: String?
  public var limit: Int?
  /// Of the file; xlsx when absent.
  public var format: Format?
  public static let constraints: [String: Constraint] = [
    "days": .range(0...3660), "state": .items(6), "sort": .text(0...40), "after": .cursor, "limit": .range(1...200),
  ]

  public init(
    from: CalendarDate? = nil, until: CalendarDate? = nil, state: [ContractState]? = nil, days: Int? = nil,
    structure: ID<Organisation>? = nil, sort: String? = nil, descending: Bool? = nil, after: String? = nil,
    limit: Int? = nil, format: Format? = nil
  ) {
    self.from = from
    self.until = until
    self.state = state
    self.days = days
    self.structure = structure
    self.sort = sort
    self.descending = descending
    self.after = after
    self.limit = limit
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

/// A page of a report.
public struct Report: Payload, AnyPage {
  public var entry: ReportEntry
  public var rows: [DatasetRow]
  public var next: String?
  /// Of all pages; at most 1,001, which stands for « plus de 1 000 ».
  public var total: Int
  /// Counts to draw; empty where the report has none.
  public var figures: [ReportFigure]
  /// Within how many days, where the report is narrowed so.
  public var days: Int?
  /// The name of the structure that it is narrowed to.
  public var structureName: String?

  public init(
    entry: ReportEntry, rows: [DatasetRow], next: String?, total: Int, figures: [ReportFigure], days: Int? = nil,
    structureName: String? = nil
  ) {
    self.entry = entry
    self.rows = rows
    self.next = next
    self.total = total
    self.figures = figures
    self.days = days
    self.structureName = structureName
  }
}

/// A report that is being written as a file, or was.
public struct ReportExport: Payload {
  public enum State: String, Payload, CaseIterable { case writing, ready, refused }
  public var id: ID<ReportExport>
  public var report: String
  public var label: String
  public var askedAt: Date
  public var state: State
  /// Of the file; once it is ready.
  public var name: String?
  public var rows: Int?
  /// Why there is no file.
  public var reason: String?

  public init(
    id: ID<ReportExport>, report: String, label: String, askedAt: Date, state: State, name: String? = nil,
    rows: Int? = nil, reason: String? = nil
  ) {
    self.id = id
    self.report = report
    self.label = label
    self.askedAt = askedAt
    self.state = state
    self.name = name
    self.rows = rows
    self.reason = reason
  }
}

extension InsightAPI {
  public static let listReports = Endpoint<NoInput, Page<ReportEntry>>(
    .insight, "listReports", .get, "reports", allow: .having(.reports), summary: "List the reports.")
  public static let showReport = Endpoint<ReportQuery, Report>(
    .insight, "showReport", .get, "reports/{report}", allow: .having(.reports),
    summary: "Show a page of a report.", audit: .some(.read))
  public static let exportReport = Endpoint<ReportQuery, ReportExport>(
    .insight, "exportReport", .post, "reports/{report}/exports", allow: .having(.reports),
    summary: "Have a report written as a file; refused when it is empty.", success: 202, audit: .some(.export))
  public static let listExports = Endpoint<InsightPageQuery, Page<ReportExport>>(
    .insight, "listExports", .get, "exports", allow: .having(.reports),
    summary: "List the files that the caller asked for, the latest first.")
  public static let showExport = Endpoint<NoInput, ReportExport>(
    .insight, "showExport", .get, "exports/{export}", allow: .having(.reports),
    summary: "Show how far a file is; one's own alone.")
  public static let downloadExport = Endpoint<NoInput, FileOutput>(
    .insight, "downloadExport", .get, "exports/{export}/file", allow: .having(.reports),
    summary: "Give a report's file; one's own alone.", audit: .some(.download))
}
