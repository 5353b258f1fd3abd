import API
import Domain
import Foundation
import Postgres

/// The delays that one service goes by: read by everybody, decided by the functional administrator from a day on, every
/// value kept with its author.
public struct DelayStore: Sendable {
  /// How far ahead a value may be planned, in days.
  static let furthest = 1096

  let postgres: PostgresClient
  let service: ServiceName

  public init(postgres: PostgresClient, service: ServiceName) {
    self.postgres = postgres
    self.service = service
  }

  private var delays: [CountyDelay] { CountyDelay.allCases.filter { $0.service == service } }
  private var table: SQL { "\(unsafeSQL: service.rawValue).delay" }

  private struct Row: Decodable, Sendable {
    let delay: CountyDelay
    let position: Int
    let value: Int
    let validFrom: CalendarDate
    let decidedAt: Date
    let accountName: String

    var decided: DecidedValue {
      DecidedValue(
        position: position, value: value, validFrom: validFrom, decidedAt: decidedAt, accountName: accountName)
    }
  }

  func all(for caller: Caller) async throws -> [DelayValue] {
    let rows = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        "select delay, position, value, valid_from, decided_at, account_name from \(table) order by position",
        as: Row.self)
    }
    return delays.map { delay in
      let decided = rows.filter { $0.delay == delay }.map(\.decided)
      let history = history(of: delay, decided, today: caller.today)
      return DelayValue(
        name: delay, value: history.value,
        next: history.periods.last { $0.holds && $0.from > caller.today }, version: history.version)
    }
  }

  func show(_ name: String, for caller: Caller) async throws -> DelayHistory {
    let delay = try delay(name)
    return try await postgres.withTransaction(as: caller) { try await read(delay, in: $0) }
  }

  /// What already holds from that day on changes nothing and leaves no line in the history.
  /// - Throws: 404; 412 with the delay as it is now; 422 for a value out of bounds, or a day that is past.
  func change(
    _ name: String, to draft: DelayDraft, version: Int, for caller: Caller, at moment: Date
  ) async throws -> DelayHistory {
    let delay = try delay(name)
    let from = draft.from ?? caller.today
    let faults = Self.faults(delay, draft.value, from: from, today: caller.today)
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute("select pg_advisory_xact_lock(hashtext(\("jalons.delay.\(delay.rawValue)")))")
      let before = try await read(delay, in: transaction).held(version: version)
      let isPlanned = before.periods.contains { $0.holds && $0.from > from }
      if !isPlanned, before.periods.value(on: from) ?? delay.standard == draft.value { return before }
      try await transaction.execute(
        """
        insert into \(table) (delay, value, valid_from, decided_at, account, account_name)
        values (\(delay), \(draft.value), \(from), \(moment), \(caller.account), \(caller.name))
        """)
      return try await read(delay, in: transaction)
    }
  }

  // MARK: Parts

  private func delay(_ name: String) throws -> CountyDelay {
    guard let found = delays.first(where: { $0.rawValue == name }) else { throw Problem.notFound("Ce délai") }
    return found
  }

  private func read(_ delay: CountyDelay, in transaction: Transaction) async throws -> DelayHistory {
    history(
      of: delay,
      try await transaction.query(
        """
        select position, value, valid_from, decided_at, account_name from \(table) where delay = \(delay)
        order by position
        """, as: DecidedValue.self), today: transaction.caller.today)
  }

  private func history(of delay: CountyDelay, _ decided: [DecidedValue], today: CalendarDate) -> DelayHistory {
    let periods = decided.periods
    return DelayHistory(
      name: delay, value: periods.value(on: today) ?? delay.standard, periods: periods,
      version: DecidedValue.version(decided))
  }

  private static func faults(
    _ delay: CountyDelay, _ value: Int, from: CalendarDate, today: CalendarDate
  ) -> [Fault] {
    var faults: [Fault] = []
    if !delay.range.contains(value) {
      faults.append(Fault("value", "bornes", delay.boundsText))
    }
    if from < today {
      faults.append(
        Fault("from", "passe", "Le \(French.long(from)) est passé : une valeur s’applique au plus tôt aujourd’hui."))
    }
    if from > today.adding(days: furthest) {
      faults.append(Fault("from", "loin", "Choisissez un jour dans les trois ans qui viennent."))
    }
    return faults
  }
}

public func addDelayRoutes(to routes: Routes, store: DelayStore) {
  let delays = store.service.delays
  routes.handle(delays.all) { _, request in try await store.all(for: request.caller) }
  routes.handle(delays.show) { _, request in try await store.show(request.word("delay"), for: request.caller) }
  routes.handle(delays.change) { draft, request in
    try await store.change(
      request.word("delay"), to: draft, version: request.version, for: request.caller, at: request.now)
  }
}
