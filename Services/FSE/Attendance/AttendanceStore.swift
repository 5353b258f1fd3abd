import API
import Domain
import Foundation
import Postgres

struct AttendanceStore: Sendable {
  let postgres: PostgresClient

  func sheet(of step: ID<Step>, for caller: Caller) async throws -> AttendanceSheet {
    try await postgres.withTransaction(as: caller) { try await Self.sheet(of: step, in: $0) }
  }

  /// - Throws: 404; 422 for a positioning, a day outside the step or to come.
  func save(
    _ draft: AttendanceDraft, of step: ID<Step>, for caller: Caller, at moment: Date
  ) async throws -> AttendanceSheet {
    try await postgres.withTransaction(as: caller) { transaction in
      let found = try await StepStore.find(step, in: transaction)
      let faults = found.faults(in: draft, today: caller.today)
      if !faults.isEmpty { throw Problem.invalid(faults) }
      try await transaction.batch(draft.entries.map { Self.statement($0, of: found, by: caller, at: moment) })
      return try await Self.sheet(of: step, in: transaction)
    }
  }

  /// - Throws: 404; 412; 422 for what the offer does not ask, or an answer of another kind.
  func report(_ draft: StepReport, of step: ID<Step>, version: Int, for caller: Caller) async throws -> Step {
    try await postgres.withTransaction(as: caller) { transaction in
      let before = try await StepStore.hold(step, version: version, in: transaction)
      let faults = before.faults(in: draft.characteristics ?? [:])
      if !faults.isEmpty { throw Problem.invalid(faults) }
      let told = draft.characteristics?.filter { !$0.value.isEmpty } ?? before.characteristics
      try await transaction.execute(
        """
        update fse.step set report = \(draft.report), characteristics = \(json: told)::jsonb, version = version + 1
        where id = \(step)
        """)
      return try await StepStore.find(step, in: transaction)
    }
  }

  private static func statement(
    _ entry: AttendanceEntry, of step: Step, by caller: Caller, at moment: Date
  ) -> SQL {
    guard let minutes = entry.minutes else {
      return "delete from fse.attendance where step = \(step.id) and on_day = \(entry.onDay) and half = \(entry.half)"
    }
    return """
      insert into fse.attendance (step, dossier, territory, on_day, half, minutes, typed_by, typed_by_name, typed_at)
      select s.id, s.dossier, s.territory, \(entry.onDay)::date, \(entry.half), \(minutes)::int, \(caller.account)::uuid,
        \(caller.name), \(moment)::timestamptz
      from fse.step s where s.id = \(step.id)
      on conflict (step, on_day, half) do update set minutes = excluded.minutes, typed_by = excluded.typed_by,
        typed_by_name = excluded.typed_by_name, typed_at = excluded.typed_at
      """
  }

  private static func sheet(of step: ID<Step>, in transaction: Transaction) async throws -> AttendanceSheet {
    let attendances = try await transaction.query(
      """
      select on_day, half, minutes, typed_by_name, typed_at from fse.attendance
      where step = \(step) order by on_day desc, half desc limit 1000
      """, as: Attendance.self)
    return AttendanceSheet(step: step, attendances: attendances, minutes: attendances.reduce(0) { $0 + $1.minutes })
  }
}

extension Step {
  /// What is wrong with what is told at the end.
  func faults(in told: [String: String]) -> [Fault] {
    told.sorted { $0.key < $1.key }.compactMap { code, value in
      let field = "characteristics.\(code.prefix(60))"
      guard let asked = asked.first(where: { $0.code == code }) else {
        return Fault(field, "inconnu", "Cette offre ne demande pas cette caractéristique.")
      }
      if value.count > 500 { return Fault(field, "longueur", "Écrivez 500 caractères au plus.") }
      let holds =
        switch asked.kind {
        case .text: true
        case .number: Double(value.replacing(",", with: ".")) != nil
        case .date: CalendarDate(value) != nil
        case .yesNo: ["oui", "non"].contains(value)
        }
      return value.isEmpty || holds ? nil : Fault(field, "format", "Cette réponse n’est pas de la nature demandée.")
    }
  }

  /// What is wrong with presence that is typed on this step.
  func faults(in draft: AttendanceDraft, today: CalendarDate) -> [Fault] {
    guard kind == .step else {
      return [Fault("entries", "positionnement", "Confirmez d’abord le positionnement comme étape.")]
    }
    let first = min(from ?? plannedFrom, plannedFrom)
    let last = max(until ?? plannedUntil, plannedUntil)
    return draft.entries.enumerated().compactMap { index, entry in
      if entry.onDay > today {
        return Fault("entries.\(index).onDay", "a-venir", "La présence se saisit une fois la journée venue.")
      }
      if entry.minutes != nil, entry.onDay < first || entry.onDay > last {
        return Fault(
          "entries.\(index).onDay", "hors-dates",
          "L’étape va du \(French.short(first)) au \(French.short(last)).")
      }
      return nil
    }
  }
}
