import API
import Domain
import Foundation
import Postgres
import Service

/// Counts of work by week or month, beside those of the year before, and what stands behind each.
struct ActivityStore: Sendable {
  let postgres: PostgresClient

  /// Twelve periods, the last of which is under way.
  struct Calendar: Sendable {
    let step: ActivityQuery.Step
    let periods: [CalendarDate]

    init(_ step: ActivityQuery.Step, today: CalendarDate) {
      self.step = step
      switch step {
      case .week:
        let monday = today.adding(days: 1 - today.weekday)
        periods = (0..<12).map { monday.adding(days: -7 * (11 - $0)) }
      case .month:
        let first = today.adding(days: 1 - today.day)
        periods = (0..<12).map { first.adding(months: $0 - 11) }
      }
    }

    /// The same periods a year before: weeks keep their weekdays.
    var before: [CalendarDate] {
      periods.map { step == .week ? $0.adding(days: -364) : $0.adding(months: -12) }
    }

    /// The first day after a period that begins on `day`.
    func end(of day: CalendarDate) -> CalendarDate { step == .week ? day.adding(days: 7) : day.adding(months: 1) }
  }

  func report(_ query: ActivityQuery, for caller: Caller) async throws -> ActivityReport {
    struct Count: Decodable, Sendable {
      let code: String
      let period: CalendarDate
      let value: Int
    }
    let calendar = Calendar(query.step ?? .month, today: caller.today)
    let statement = Activity.allCases.map { activity in
      Self.counting(activity, activity.dataset(of: Self.owner(query.of, caller)), calendar)
    }.joined(separator: " union all ")
    let counts = try await postgres.withTransaction(as: caller) { try await $0.query(statement, as: Count.self) }
    let found = Dictionary(grouping: counts, by: \.code).mapValues { counts in
      Dictionary(counts.map { ($0.period, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
    return ActivityReport(
      periods: calendar.periods,
      measures: Activity.allCases.map { activity in
        let values = found[activity.rawValue] ?? [:]
        return ActivityMeasure(
          code: activity.rawValue, label: activity.label, unit: activity.unit,
          values: calendar.periods.map { values[$0] ?? 0 }, before: calendar.before.map { values[$0] ?? 0 })
      })
  }

  private static func owner(_ owner: ActivityOwner?, _ caller: Caller) -> ID<Account>? {
    owner == .scope ? nil : caller.seat
  }

  /// One number a period that has any, of this year's and last year's periods.
  private static func counting(_ activity: Activity, _ dataset: Dataset, _ calendar: Calendar) -> SQL {
    let starts = calendar.periods + calendar.before
    let ends = starts.map(calendar.end)
    let day = dataset.day ?? "null::date"
    return """
      select \(activity.rawValue)::text as code, b.first as period, (\(activity.value))::int as value
      from \(dataset.source) join unnest(\(starts)::date[], \(ends)::date[]) b (first, past)
        on \(day) >= b.first and \(day) < b.past
      where \(dataset.filter) group by b.first
      """
  }

  /// - Throws: 404 for a figure that does not exist; 422 for an unreadable `after`.
  func list(_ code: String, _ query: ActivityListQuery, for caller: Caller) async throws -> ActivityList {
    guard let activity = Activity(rawValue: code) else { throw Problem.notFound("Ce chiffre") }
    let whole = activity.dataset(of: Self.owner(query.of, caller))
    var conditions: [SQL] = []
    if let day = whole.day, let from = query.from { conditions.append("\(day) >= \(from)::date") }
    if let day = whole.day, let until = query.until { conditions.append("\(day) <= \(until)::date") }
    let dataset = whole.narrowed(conditions)
    let place = try query.place(as: Dataset.Place.self)
    return try await postgres.withTransaction(as: caller) { transaction in
      let page = try await transaction.page(
        of: dataset, sort: nil, descending: true, after: place, limit: query.limit ?? 50)
      return ActivityList(
        label: activity.label, subject: dataset.subject, columns: dataset.columns.map(\.shown), rows: page.items,
        next: page.next)
    }
  }
}

func addActivityRoutes(to routes: Routes, store: ActivityStore) {
  routes.handle(InsightAPI.showActivity) { query, request in try await store.report(query, for: request.caller) }
  routes.handle(InsightAPI.listActivity) { query, request in
    try await store.list(request.word("code"), query, for: request.caller)
  }
}
