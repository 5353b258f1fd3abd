import API
import Domain
import Postgres
import Service

/// What each person did in one period, beside the year before: the work on the dossiers that the caller reaches.
struct TeamActivityStore: Sendable {
  let postgres: PostgresClient

  private struct Count: Decodable, Sendable {
    let code: String
    let account: ID<Account>
    let isBefore: Bool
    let value: Int
  }

  func activity(_ query: TeamQuery, for caller: Caller) async throws -> TeamActivity {
    let calendar = ActivityStore.Calendar(query.step ?? .month, today: caller.today)
    let place = calendar.periods.count - 1 - (query.ago ?? 0)
    let (first, before) = (calendar.periods[place], calendar.before[place])
    let statement = Activity.allCases.flatMap { activity in
      [
        Self.counting(activity, first, calendar.end(of: first), isBefore: false),
        Self.counting(activity, before, calendar.end(of: before), isBefore: true),
      ]
    }.joined(separator: " union all ")
    let counts = try await postgres.withTransaction(as: caller) { try await $0.query(statement, as: Count.self) }
    let members = Dictionary(grouping: counts, by: \.account).map { account, counts in
      func values(isBefore: Bool) -> [Int] {
        Activity.allCases.map { activity in
          counts.first { $0.code == activity.rawValue && $0.isBefore == isBefore }?.value ?? 0
        }
      }
      return TeamMember(account: account, values: values(isBefore: false), before: values(isBefore: true))
    }
    return TeamActivity(
      period: first,
      measures: Activity.allCases.map { TeamActivity.Measure(code: $0.rawValue, label: $0.label, unit: $0.unit) },
      members: members)
  }

  /// One number a person of a period that has any.
  private static func counting(
    _ activity: Activity, _ first: CalendarDate, _ past: CalendarDate, isBefore: Bool
  ) -> SQL {
    let dataset = activity.dataset(of: nil)
    let day = dataset.day ?? "null::date"
    return """
      select \(activity.rawValue)::text as code, \(activity.person) as account, \(isBefore)::boolean as is_before,
        (\(activity.value))::int as value
      from \(dataset.source)
      where \(dataset.filter) and \(day) >= \(first)::date and \(day) < \(past)::date and \(activity.person) is not null
      group by \(activity.person)
      """
  }
}

func addTeamActivityRoutes(to routes: Routes, store: TeamActivityStore) {
  routes.handle(InsightAPI.showTeamActivity) { query, request in
    try await store.activity(query, for: request.caller)
  }
}
