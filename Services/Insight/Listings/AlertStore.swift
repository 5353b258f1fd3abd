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
    if let position = try Self.position(query.after) {
      beyond = "where (coalesce(x.date, 'infinity'), x.id) > (\(position.day)::date, \(position.id)::text)"
    }
    let statement: SQL = """
      select x.* from (\(alert.rows(for: caller, .init(today: caller.today, now: now)))) x \(beyond)
      order by coalesce(x.date, 'infinity'), x.id limit \(unsafeSQL: String(limit + 1))
      """
    let rows = try await postgres.withTransaction(as: caller) { try await $0.query(statement, as: ListedRow.self) }
    let last = rows.count > limit ? rows[limit - 1] : nil
    return Page(
      items: rows.prefix(limit).map(\.shown),
      next: last.map { "\($0.date?.description ?? "infinity").\($0.id)" })
  }

  private static func position(_ after: String?) throws -> (day: String, id: String)? {
    guard let after else { return nil }
    let parts = after.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2, parts[0] == "infinity" || CalendarDate(parts[0]) != nil else {
      throw Problem.invalid([Fault("after", "forme", "Cette suite de liste n’est pas lisible. Reprenez au début.")])
    }
    return (parts[0], parts[1])
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
