import API
import Domain
import Foundation
import Postgres
import Service

struct ReportStore: Sendable {
  let postgres: PostgresClient

  /// Counting goes no further: past it the number says nothing more.
  static let mostCounted = 1001

  /// The catalogue. A column is the same whatever the moment.
  static func entries(at now: Date) -> [ReportEntry] {
    let moment = Dataset.Moment(today: CalendarDate(now), now: now)
    return ReportKind.allCases.map { $0.entry(of: $0.dataset(days: 0, moment)) }
  }

  /// - Throws: 404 for a report that does not exist; 422 for a filter, a column or a place that it does not have.
  func report(_ code: String, _ query: ReportQuery, for caller: Caller, at now: Date) async throws -> Report {
    let place = try query.place(as: Dataset.Place.self)
    return try await postgres.withTransaction(as: caller) { transaction in
      let run = try await ReportRun(code, query, in: transaction, at: now)
      let page = try await transaction.page(
        of: run.dataset, sort: query.sort, descending: query.descending ?? false, after: place, limit: query.limit ?? 50
      )
      let total = try await transaction.count(run.dataset, atMost: Self.mostCounted)
      let figures =
        run.kind == .contractStates
        ? try await transaction.query(run.everyState.figures(by: "c.state"), as: ReportFigure.self) : []
      return Report(
        entry: run.entry, rows: page.items, next: page.next, total: total, figures: figures, days: run.query.days,
        structureName: run.structureName)
    }
  }
}

func addReportRoutes(to routes: Routes, store: ReportStore) {
  routes.handle(InsightAPI.listReports) { _, request in Page(items: ReportStore.entries(at: request.now)) }
  routes.handle(InsightAPI.showReport) { query, request in
    try await store.report(request.word("report"), query, for: request.caller, at: request.now)
  }
}
