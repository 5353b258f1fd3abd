import API
import Domain
import Foundation
import Postgres
import Service

/// Alerts as each person has them: their favourites, their numbers of days, the situation that they are narrowed to.
struct AlertStore: Sendable {
  let postgres: PostgresClient

  /// An alert with what its reader chose.
  struct Prepared: Sendable {
    let alert: Alert
    let dataset: Dataset
    let isFavourite: Bool
    let days: Int?
    let hasOwnDays: Bool

    func shown(count: Int) -> InsightAlert {
      let terms = alert.terms
      return InsightAlert(
        code: alert.rawValue, label: terms.label, summary: terms.summary, count: count,
        tone: count > 0 ? terms.tone : .neutral, isFavourite: isFavourite, days: days,
        hasOwnDays: hasOwnDays)
    }
  }

  /// What waits for `caller`, counted in one statement.
  func alerts(_ query: AlertQuery, for caller: Caller, at now: Date) async throws -> [InsightAlert] {
    struct Count: Decodable, Sendable {
      let code: String
      let count: Int
    }
    return try await postgres.withTransaction(as: caller) { transaction in
      let filter = try await Self.filter(in: transaction)
      let all = try await Self.prepared(Alert.open(to: caller), filter, in: transaction, at: now)
      let open = query.favourites == true ? all.filter(\.isFavourite) : all
      guard let statement = Self.counting(open) else { return [] }
      let counts = try await transaction.query(statement, as: Count.self)
      let found = Dictionary(counts.map { ($0.code, $0.count) }, uniquingKeysWith: { first, _ in first })
      return open.map { $0.shown(count: found[$0.alert.rawValue] ?? 0) }
    }
  }

  /// One count an alert, none of which reads past `Alert.mostCounted` rows; nil when nothing is to be counted.
  static func counting(_ alerts: [Prepared]) -> SQL? {
    guard !alerts.isEmpty else { return nil }
    return alerts.map { prepared -> SQL in
      """
      select \(prepared.alert.rawValue)::text as code,
        (select count(*) from (\(prepared.dataset.rows(atMost: Alert.mostCounted))) counted) as count
      """
    }.joined(separator: " union all ")
  }

  private struct Choice: Decodable, Sendable {
    let alert: String
    let favourite: Bool
    let days: Int?
  }

  /// The alerts with the caller's own favourites and numbers of days, else the county's.
  static func prepared(
    _ alerts: [Alert], _ filter: AlertFilter, in transaction: Transaction, at now: Date
  ) async throws -> [Prepared] {
    let caller = transaction.caller
    let moment = Dataset.Moment(today: caller.today, now: now)
    let chosen = try await transaction.query(
      "select alert, favourite, days from insight.alert_choice where account = \(caller.account)", as: Choice.self)
    let choices = Dictionary(chosen.map { ($0.alert, $0) }, uniquingKeysWith: { first, _ in first })
    let usual = try await delays(Set(alerts.compactMap(\.terms.days)), in: transaction)
    var prepared: [Prepared] = []
    for alert in alerts {
      let (terms, choice) = (alert.terms, choices[alert.rawValue])
      var days = terms.days == nil ? nil : choice?.days
      if days == nil, let delay = terms.days { days = usual[delay.rawValue] ?? delay.standard }
      prepared.append(
        Prepared(
          alert: alert,
          dataset: alert.dataset(for: caller, days: days ?? 0, moment).narrowed(filter.conditions),
          isFavourite: choice?.favourite ?? terms.isUsual, days: days,
          hasOwnDays: terms.days != nil && choice?.days != nil))
    }
    return prepared
  }

  private struct Delay: Decodable, Sendable {
    let delay: String
    let value: Int
  }

  /// What the county's delays are on the caller's day, asked for at once.
  private static func delays(
    _ delays: Set<CountyDelay>, in transaction: Transaction
  ) async throws -> [String: Int] {
    guard !delays.isEmpty else { return [:] }
    let statement = delays.map { "select \($0)::text as delay, \($0.sql) as value" as SQL }
      .joined(separator: " union all ")
    let found = try await transaction.query(statement, as: Delay.self)
    return Dictionary(found.map { ($0.delay, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  private static func filter(in transaction: Transaction) async throws -> AlertFilter {
    try await transaction.first(
      "select situation, scheme from insight.alert_filter where account = \(transaction.caller.account)",
      as: AlertFilter.self) ?? AlertFilter(situation: .active, scheme: .all)
  }

  private static func alert(_ code: String, for caller: Caller) throws -> Alert {
    guard let alert = Alert.open(to: caller).first(where: { $0.rawValue == code }) else {
      throw Problem.notFound("Cette alerte")
    }
    return alert
  }

  /// The dossiers of an alert, the oldest day first unless another order is asked for.
  /// - Throws: 404 for an alert that does not exist or is not the caller's; 422 for an unreadable `after`.
  func rows(of code: String, _ query: InsightPageQuery, for caller: Caller, at now: Date) async throws -> AlertList {
    let alert = try Self.alert(code, for: caller)
    let place = try query.place(as: Dataset.Place.self)
    return try await postgres.withTransaction(as: caller) { transaction in
      let filter = try await Self.filter(in: transaction)
      guard let prepared = try await Self.prepared([alert], filter, in: transaction, at: now).first else {
        throw Problem.notFound("Cette alerte")
      }
      let page = try await transaction.page(
        of: prepared.dataset, sort: query.sort, descending: query.descending ?? false, after: place,
        limit: query.limit ?? 50)
      let count = try await transaction.count(prepared.dataset, atMost: Alert.mostCounted)
      return AlertList(
        alert: prepared.shown(count: count), subject: prepared.dataset.subject,
        columns: prepared.dataset.columns.map(\.shown), rows: page.items, next: page.next, filter: filter)
    }
  }

  /// - Throws: 404 for an alert that is not the caller's; 422 for a number of days where it goes by none.
  func choose(_ choice: AlertChoice, of code: String, for caller: Caller) async throws {
    let alert = try Self.alert(code, for: caller)
    if choice.days != nil, alert.terms.days == nil {
      throw Problem.invalid([Fault("days", "sans-seuil", "Cette alerte ne dépend d’aucun nombre de jours.")])
    }
    _ = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute(
        """
        insert into insight.alert_choice (account, alert, favourite, days)
        values (\(caller.account), \(alert.rawValue), \(choice.isFavourite), \(choice.days))
        on conflict (account, alert) do update set favourite = excluded.favourite, days = excluded.days
        """)
    }
  }

  func filter(for caller: Caller) async throws -> AlertFilter {
    try await postgres.withTransaction(as: caller) { try await Self.filter(in: $0) }
  }

  func set(_ filter: AlertFilter, for caller: Caller) async throws -> AlertFilter {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute(
        """
        insert into insight.alert_filter (account, situation, scheme)
        values (\(caller.account), \(filter.situation), \(filter.scheme ?? .all))
        on conflict (account) do update set situation = excluded.situation, scheme = excluded.scheme
        """)
      return filter
    }
  }
}

func addAlertRoutes(to routes: Routes, store: AlertStore) {
  routes.handle(InsightAPI.listAlerts) { query, request in
    Page(items: try await store.alerts(query, for: request.caller, at: request.now))
  }
  routes.handle(InsightAPI.listAlert) { query, request in
    try await store.rows(of: request.word("code"), query, for: request.caller, at: request.now)
  }
  routes.handle(InsightAPI.chooseAlert) { choice, request in
    try await store.choose(choice, of: request.word("code"), for: request.caller)
    return NoOutput()
  }
  routes.handle(InsightAPI.showAlertFilter) { _, request in try await store.filter(for: request.caller) }
  routes.handle(InsightAPI.setAlertFilter) { filter, request in try await store.set(filter, for: request.caller) }
}
