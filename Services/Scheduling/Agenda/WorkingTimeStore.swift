import API
import Domain
import Foundation
import Postgres

/// When an agent is away and which hours they work: their own, read by those to whom the agenda is open.
struct WorkingTimeStore: Sendable {
  let postgres: PostgresClient

  /// The most absences to come that one has.
  private static let most = 100

  // MARK: Absences

  func absences(of caller: Caller) async throws -> [AgendaAbsence] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await Self.absences(of: caller.account, from: caller.today, until: nil, in: transaction)
    }
  }

  /// Those that touch the days between `from` and `until`, both included.
  static func absences(
    of account: ID<Account>, from: CalendarDate, until: CalendarDate?, in transaction: Transaction
  ) async throws -> [AgendaAbsence] {
    let before: SQL = until.map { "and from_date <= \($0)" } ?? ""
    return try await transaction.query(
      """
      select id, from_date as "from", until_date as until, note from scheduling.absence
      where account = \(account) and until_date >= \(from) \(before) order by from_date, id limit 200
      """, as: AgendaAbsence.self)
  }

  /// - Throws: 422 for days in the wrong order or past; 409 for too many.
  func add(_ draft: AbsenceDraft, for caller: Caller, at moment: Date) async throws -> AgendaAbsence {
    if draft.until < draft.from {
      throw Problem.invalid([
        Fault("until", "ordre", "La fin précède le début. Corrigez l’un des deux jours.")
      ])
    }
    if draft.until < caller.today {
      throw Problem.invalid([Fault("until", "passe", "Cette absence est passée. Choisissez des jours à venir.")])
    }
    return try await postgres.withTransaction(as: caller) { transaction in
      let count = try await transaction.first(
        """
        select count(*) from scheduling.absence where account = \(caller.account) and until_date >= \(caller.today)
        """, as: Int.self)
      guard (count ?? 0) < Self.most else {
        throw Problem.conflict(
          "trop-d-absences", "Vous avez déjà \(Self.most) absences à venir.",
          detail: "Retirez celles qui ne servent plus, puis recommencez.")
      }
      let absence = AgendaAbsence(id: .new(at: moment), from: draft.from, until: draft.until, note: draft.note)
      try await transaction.execute(
        """
        insert into scheduling.absence (id, account, from_date, until_date, note, entered_at)
        values (\(absence.id), \(caller.account), \(absence.from), \(absence.until), \(absence.note), \(moment))
        """)
      return absence
    }
  }

  /// Taking back one that there is not changes nothing.
  func remove(_ absence: ID<AgendaAbsence>, for caller: Caller) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await transaction.execute(
        "delete from scheduling.absence where id = \(absence) and account = \(caller.account)")
    }
  }

  // MARK: Hours

  func hours(of caller: Caller) async throws -> WorkingHours {
    try await postgres.withTransaction(as: caller) { transaction in
      WorkingHours(periods: try await Self.own(caller.account, in: transaction))
    }
  }

  /// The hours in which appointments are offered: the agent's own, else the county's.
  static func periods(of account: ID<Account>, in transaction: Transaction) async throws -> [WorkingPeriod] {
    let own = try await Self.own(account, in: transaction)
    guard own.isEmpty else { return own }
    return try await transaction.query(
      "select \(columns) from scheduling.opening order by weekday, opens", as: WorkingPeriod.self)
  }

  private static let columns: SQL = """
    weekday, extract(epoch from opens)::int / 60 as opens, extract(epoch from closes)::int / 60 as closes
    """

  private static func own(_ account: ID<Account>, in transaction: Transaction) async throws -> [WorkingPeriod] {
    try await transaction.query(
      "select \(columns) from scheduling.working_hours where account = \(account) order by weekday, opens",
      as: WorkingPeriod.self)
  }

  /// - Throws: 422 for a period that ends before it begins, or that lies over another.
  func set(_ hours: WorkingHours, for caller: Caller) async throws -> WorkingHours {
    let periods = hours.periods.sorted { ($0.weekday, $0.opens) < ($1.weekday, $1.opens) }
    for (index, period) in periods.enumerated() {
      let next = index + 1 < periods.count ? periods[index + 1] : nil
      guard period.opens < period.closes else {
        throw Problem.invalid([
          Fault("periods", "ordre", "Le \(French.weekdays[period.weekday - 1]), la fin précède le début.")
        ])
      }
      if let next, next.weekday == period.weekday, next.opens < period.closes {
        throw Problem.invalid([
          Fault("periods", "ordre", "Le \(French.weekdays[period.weekday - 1]), deux périodes se chevauchent.")
        ])
      }
    }
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute("delete from scheduling.working_hours where account = \(caller.account)")
      for period in periods {
        try await transaction.execute(
          """
          insert into scheduling.working_hours (account, weekday, opens, closes)
          values (\(caller.account), \(period.weekday), make_time(\(period.opens / 60), \(period.opens % 60), 0),
            make_time(\(period.closes / 60), \(period.closes % 60), 0))
          """)
      }
      return WorkingHours(periods: periods)
    }
  }
}
