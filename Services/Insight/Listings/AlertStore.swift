import API
import Domain
import Foundation
import Postgres
import Service

struct AlertStore: Sendable {
  let postgres: PostgresClient

  /// What waits for `caller`, counted in one statement.
  func alerts(for caller: Caller, at now: Date) async throws -> [InsightAlert] {
    let open = Alert.open(to: caller)
    guard let statement = Self.counting(open, for: caller, at: now) else { return [] }
    struct Count: Decodable, Sendable {
      let code: String
      let count: Int
    }
    let counts = try await postgres.withTransaction(as: caller) { try await $0.query(statement, as: Count.self) }
    let found = Dictionary(counts.map { ($0.code, $0.count) }, uniquingKeysWith: { first, _ in first })
    return open.map { alert in
      let count = found[alert.rawValue] ?? 0
      return InsightAlert(
        code: alert.rawValue, label: alert.label, count: count, tone: count > 0 ? alert.tone : .neutral,
        link: alert.link)
    }
  }

  /// One count an alert, none of which reads past `Alert.mostCounted` rows; nil when nothing is to be counted.
  static func counting(_ alerts: [Alert], for caller: Caller, at now: Date) -> SQL? {
    guard !alerts.isEmpty else { return nil }
    let moment = Listing.Moment(today: caller.today, now: now)
    return alerts.map { alert -> SQL in
      """
      select \(alert.rawValue)::text as code, (select count(*) from (
        \(alert.rows(for: caller, moment)) limit \(unsafeSQL: String(Alert.mostCounted))) counted) as count
      """
    }.joined(separator: " union all ")
  }

  /// The dossiers of an alert, the oldest day first.
  /// - Throws: 404 for an alert that does not exist or is not the caller's; 422 for an unreadable `after`.
  func rows(of code: String, _ query: InsightPageQuery, for caller: Caller, at now: Date) async throws
    -> Page<InsightRow>
  {
    guard let alert = Alert.open(to: caller).first(where: { $0.rawValue == code }) else {
      throw Problem.notFound("Cette alerte")
    }
    let limit = query.limit ?? 50
    var beyond: SQL = ""
    if let place = try query.place(as: Place.self) {
      beyond =
        "where (coalesce(x.date, 'infinity'), x.id) > (coalesce(\(place.date)::date, 'infinity'), \(place.id)::text)"
    }
    let statement: SQL = """
      select x.* from (\(alert.rows(for: caller, .init(today: caller.today, now: now)))) x \(beyond)
      order by coalesce(x.date, 'infinity'), x.id limit \(unsafeSQL: String(limit + 1))
      """
    let rows = try await postgres.withTransaction(as: caller) { try await $0.query(statement, as: ListedRow.self) }
    return try Page(rows, limit: limit, place: { Place(date: $0.date, id: $0.id) }, item: \.shown)
  }

  /// Rows without a date are the last.
  private struct Place: Codable {
    let date: CalendarDate?
    let id: String
  }
}

func addAlertRoutes(to routes: Routes, store: AlertStore) {
  routes.handle(InsightAPI.listAlerts) { _, request in
    Page(items: try await store.alerts(for: request.caller, at: request.now))
  }
  routes.handle(InsightAPI.listAlert) { query, request in
    try await store.rows(of: request.word("code"), query, for: request.caller, at: request.now)
  }
}
