import API
import Documents
import Domain
import Foundation
import Postgres
import Service

struct ReportStore: Sendable {
  let postgres: PostgresClient

  /// Rows on a screen, and in a file.
  static let shownRows = 500
  static let exportedRows = 100_000

  /// - Throws: 404 for a report that does not exist.
  func report(_ code: String, _ query: ReportQuery, for caller: Caller, at now: Date) async throws -> Report {
    let kind = try Self.kind(code)
    return try await postgres.withTransaction(as: caller) { transaction in
      let query = try await Self.whole(query, of: kind, in: transaction)
      let statement = Self.statement(kind, query, today: caller.today, now: now, limit: Self.shownRows + 1)
      let rows = try await transaction.query(statement, as: ListedRow.self)
      let figures =
        kind == .contractStates ? try await transaction.query(Self.figures(query), as: ReportFigure.self) : []
      return Report(
        entry: kind.entry, rows: rows.prefix(Self.shownRows).map(\.shown), isCut: rows.count > Self.shownRows,
        figures: figures, days: query.days)
    }
  }

  /// The same rows as a file, and who took them.
  /// - Throws: 404; 409 when there is nothing to export or too much.
  func file(_ code: String, _ query: ReportQuery, for caller: Caller, at now: Date) async throws -> FileOutput {
    let kind = try Self.kind(code)
    let (whole, rows) = try await postgres.withTransaction(as: caller) { transaction in
      let query = try await Self.whole(query, of: kind, in: transaction)
      let statement = Self.statement(kind, query, today: caller.today, now: now, limit: Self.exportedRows + 1)
      let rows = try await transaction.query(statement, as: ListedRow.self)
      guard !rows.isEmpty else {
        throw Problem.conflict(
          "export-vide", "Il n’y a rien à exporter.", detail: "Élargissez les filtres, puis recommencez.")
      }
      guard rows.count <= Self.exportedRows else {
        throw Problem.conflict(
          "export-trop-long", "L’export dépasse \(Self.exportedRows) lignes.", detail: "Resserrez les dates.")
      }
      try await transaction.execute(
        """
        insert into insight.export (id, account, account_name, report, filters, rows, at)
        values (\(ID<InsightRow>.new(at: now)), \(caller.account), \(caller.name), \(kind.rawValue), \(json: query),
          \(rows.count), \(now))
        """)
      return (query, rows)
    }
    return try ReportFile(kind: kind, query: whole, today: caller.today).output(rows)
  }

  private static func kind(_ code: String) throws -> ReportKind {
    guard let kind = ReportKind(rawValue: code) else { throw Problem.notFound("Ce rapport") }
    return kind
  }

  /// The query with the county's delay where it names none.
  private static func whole(
    _ query: ReportQuery, of kind: ReportKind, in transaction: Transaction
  ) async throws -> ReportQuery {
    guard kind.entry.filters.contains(.days), query.days == nil else { return query }
    var whole = query
    whole.days = try await transaction.value(of: .renewal)
    return whole
  }

  static func statement(_ kind: ReportKind, _ query: ReportQuery, today: CalendarDate, now: Date, limit: Int) -> SQL {
    let rows = kind.rows(query, .init(today: today, now: now))
    let period = kind.entry.filters.contains(.from) ? period(query, of: "x.date") : "true"
    return """
      select x.* from (\(rows)) x where \(period)
      order by x.date, x.family_name, x.given_name, x.id limit \(unsafeSQL: String(limit))
      """
  }

  private static func figures(_ query: ReportQuery) -> SQL {
    """
    select c.state as code, count(*) as count from contracts.v1_contract c
    where \(period(query, of: "c.starts_on")) group by c.state
    """
  }

  private static func period(_ query: ReportQuery, of day: SQL) -> SQL {
    var conditions: [SQL] = ["true"]
    if let from = query.from { conditions.append("\(day) >= \(from)::date") }
    if let until = query.until { conditions.append("\(day) <= \(until)::date") }
    return conditions.joined(separator: " and ")
  }
}

/// A report as a spreadsheet. Its sheet and its name recall what it was narrowed to.
struct ReportFile {
  let kind: ReportKind
  let query: ReportQuery
  let today: CalendarDate

  func output(_ rows: [ListedRow]) throws -> FileOutput {
    let entry = kind.entry
    let title = ([entry.label] + kind.narrowing(query)).joined(separator: " ")
    let sheet = Sheet(
      name: title,
      columns: [.init("Nom"), .init("Prénom"), .init("Détail", width: 44), .init(entry.dateLabel, .date)])
    let cells = rows.map { row -> [Sheet.Cell] in
      [.text(row.familyName), .text(row.givenName), .text(row.detail), .date(row.date)]
    }
    let name = "\(title) - \(today)"
    switch query.format ?? .xlsx {
    case .xlsx:
      return FileOutput(
        name: "\(name).xlsx", contentType: Spreadsheet.mediaType, bytes: try Spreadsheet.data(sheet, rows: cells))
    case .csv:
      return FileOutput(name: "\(name).csv", contentType: CSV.mediaType, bytes: CSV.data(sheet, rows: cells))
    }
  }
}

func addReportRoutes(to routes: Routes, store: ReportStore) {
  routes.handle(InsightAPI.listReports) { _, _ in Page(items: ReportKind.allCases.map(\.entry)) }
  routes.handle(InsightAPI.showReport) { query, request in
    try await store.report(request.word("report"), query, for: request.caller, at: request.now)
  }
  routes.handle(InsightAPI.exportReport) { query, request in
    try await store.file(request.word("report"), query, for: request.caller, at: request.now)
  }
}
