import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

struct ParticipationStore: Sendable {
  let postgres: PostgresClient

  private static let select: SQL = """
    select p.id, p.dossier, p.step, p.operation, o.name as operation_name, p.from_date as "from",
      p.until_date as until, p.entries, p.entry_completed_at, p.exit_completed_at, p.version,
      coalesce(s.from_date, s.planned_from) as step_from, s.until_date as step_until, o.starts_on, o.ends_on,
      o.entry_days, o.exit_days, o.questionnaire, d.proposed_until
    from fse.participation p
    join fse.operation o on o.id = p.operation
    join fse.step s on s.id = p.step
    left join fse.form_due d on d.participation = p.id and d.form = 'exit' and d.resolved_at is null
    """

  func participations(of dossier: ID<Dossier>, for caller: Caller) async throws -> [Participation] {
    try await postgres.withTransaction(as: caller) {
      try await $0.query(
        "\(Self.select) where p.dossier = \(dossier) order by p.from_date desc, p.id limit 100",
        as: ParticipationRecord.self)
    }.map { $0.shown(on: caller.today) }
  }

  func show(_ id: ID<Participation>, for caller: Caller) async throws -> Participation {
    try await postgres.withTransaction(as: caller) { try await Self.find(id, in: $0) }.shown(on: caller.today)
  }

  /// - Throws: 404; 412; 422 for dates outside the operation.
  func change(
    _ id: ID<Participation>, to change: ParticipationChange, version: Int, for caller: Caller, at moment: Date
  ) async throws -> Participation {
    try await postgres.withTransaction(as: caller) { transaction in
      let before = try await Self.hold(id, version: version, in: transaction)
      let faults = before.faults(from: change.from, until: change.until)
      if !faults.isEmpty { throw Problem.invalid(faults) }
      try await Self.setDates(of: id, from: change.from, until: change.until, in: transaction)
      if change.until != before.until { try await Self.resolve(id, in: transaction, at: moment) }
      try await transaction.announce(try await Self.dueExits(id, in: transaction, at: moment), at: moment)
      return try await Self.find(id, in: transaction).shown(on: caller.today)
    }
  }

  /// The real end, typed once for the step and the participation.
  /// - Throws: 404; 412; 422; 409 `chevauchement-fse` when the step would run into the next.
  func end(
    _ id: ID<Participation>, _ end: ParticipationEnd, version: Int, for caller: Caller, at moment: Date
  ) async throws -> Participation {
    try await postgres.withTransaction(as: caller) { transaction in
      let before = try await Self.hold(id, version: version, in: transaction)
      var faults = before.faults(from: before.from, until: end.until)
      if end.until < before.stepFrom, faults.isEmpty {
        faults.append(Fault("until", "ordre", "L’étape commence le \(French.short(before.stepFrom))."))
      }
      faults += try await KeptList.endReasons.faults(end.endReason, at: "endReason", in: transaction)
      let former = try await StepStore.find(before.step, in: transaction)
      if end.until <= caller.today, end.endReason ?? former.endReason == nil {
        faults.append(Fault("endReason", "obligatoire", "Choisissez le motif de fin : l’étape est terminée."))
      }
      if !faults.isEmpty { throw Problem.invalid(faults) }
      let dates = StepDates(
        session: nil, partner: nil, plannedFrom: before.stepFrom, plannedUntil: end.until, from: before.stepFrom,
        until: end.until)
      try await StepStore.refusingOverlap(of: before.dossier, except: before.step, dates, in: transaction) { part in
        try await part.execute(
          """
          update fse.step set from_date = coalesce(from_date, planned_from), until_date = \(end.until),
            end_reason = coalesce(\(end.endReason), end_reason), version = version + 1
          where id = \(before.step)
          """)
      }
      try await Self.setDates(of: id, from: before.from, until: end.until, in: transaction)
      try await Self.resolve(id, in: transaction, at: moment)
      let step = try await StepStore.find(before.step, in: transaction)
      let events = try await Self.dueExits(id, in: transaction, at: moment)
      try await transaction.announce([step.event(after: former, today: caller.today)] + events, at: moment)
      return try await Self.find(id, in: transaction).shown(on: caller.today)
    }
  }

  // MARK: With a step

  /// Passage en convention: a new participation, or the one that the person already has in this operation, whose first
  /// entry is kept and whose exit is to be told again (one person, one operation, one participant; rule S7).
  /// - Throws: 409 `sortie-complete` where that reopens an exit form that was complete, unless it was said to be known.
  static func enter(
    _ step: Step, reopening: Bool, in transaction: Transaction, at moment: Date
  ) async throws -> [any Event] {
    struct Entered: Decodable, Sendable { let id: ID<Participation>, entries: Int, until: CalendarDate }
    guard let operation = step.operation else { return [] }
    if !reopening { try await refuseReopening(of: operation, dossier: step.dossier, in: transaction) }
    guard
      let entered = try await transaction.first(
        """
        insert into fse.participation as p (id, dossier, territory, operation, step, from_date, until_date)
        select \(ID<Participation>.new(at: moment)), s.dossier, s.territory, o.id, s.id,
          coalesce(s.from_date, s.planned_from), coalesce(s.until_date, o.ends_on)
        from fse.step s join fse.operation o on o.id = \(operation) where s.id = \(step.id)
        on conflict (dossier, operation) do update set step = excluded.step, territory = excluded.territory,
          from_date = least(p.from_date, excluded.from_date), until_date = greatest(p.from_date, excluded.until_date),
          entries = p.entries + 1, exit_completed_at = null, exit_announced_at = null, version = p.version + 1
        returning p.id, p.entries, p.until_date as until
        """, as: Entered.self)
    else { return [] }
    if entered.entries > 1 {
      try await transaction.execute(
        """
        update fse.answer_sheet set completed_at = null, completed_by = null, version = version + 1
        where participation = \(entered.id) and form = 'exit'
        """)
      try await resolve(entered.id, in: transaction, at: moment)
      return try await dueExits(entered.id, in: transaction, at: moment)
    }
    let due = FormChanged(
      participation: entered.id, dossier: step.dossier, form: .entry, status: .due)
    return [due] + (try await dueExits(entered.id, in: transaction, at: moment))
  }

  private static func refuseReopening(
    of operation: ID<FSEOperation>, dossier: ID<Dossier>, in transaction: Transaction
  ) async throws {
    let completed = try await transaction.first(
      """
      select exit_completed_at from fse.participation
      where dossier = \(dossier) and operation = \(operation) and exit_completed_at is not null
      """, as: Date.self)
    guard let completed else { return }
    throw Problem.conflict(
      "sortie-complete", "Cette personne a déjà participé à cette opération, et sa sortie est complète.",
      detail:
        "Le questionnaire de sortie a été rempli le \(French.long(CalendarDate(completed))). Si elle y revient, elle "
        + "reste un seul participant : ses réponses sont gardées, mais la sortie sera à remplir de nouveau.")
  }

  /// Takes a step that was a mistake out of its participation, which ends with its only step.
  /// - Throws: 409 once a form was filled in.
  static func leave(_ id: ID<Participation>, step: ID<Step>, in transaction: Transaction) async throws {
    try await transaction.execute("select from fse.participation where id = \(id) for update")
    let filled = try await transaction.first(
      "select true from fse.answer_sheet where participation = \(id) limit 1", as: Bool.self)
    if filled == true {
      throw Problem.conflict(
        "formulaires-saisis", "Cette étape ne peut plus être supprimée.",
        detail: "Un questionnaire FSE a été saisi. Indiquez plutôt sa fin réelle et le motif de fin.")
    }
    let other = try await transaction.first(
      """
      select s.id from fse.step s join fse.participation p on p.dossier = s.dossier and p.operation = s.operation
      where p.id = \(id) and s.participates and s.id <> \(step)
      order by coalesce(s.from_date, s.planned_from) desc limit 1
      """, as: ID<Step>.self)
    guard let other else {
      try await transaction.execute("delete from fse.participation where id = \(id)")
      return
    }
    try await transaction.execute(
      """
      update fse.participation p set step = case when p.step = \(step) then \(other) else p.step end,
        from_date = (
          select min(coalesce(s.from_date, s.planned_from)) from fse.step s
          where s.dossier = p.dossier and s.operation = p.operation and s.participates and s.id <> \(step)),
        until_date = coalesce((select until_date from fse.step where id = \(other)), p.until_date),
        entries = p.entries - 1, exit_announced_at = null, version = p.version + 1
      where p.id = \(id)
      """)
  }

  // MARK: Parts

  static func find(_ id: ID<Participation>, in transaction: Transaction) async throws -> ParticipationRecord {
    guard
      let found = try await transaction.first("\(select) where p.id = \(id)", as: ParticipationRecord.self)
    else { throw Problem.notFound("Cette participation") }
    return found
  }

  static func hold(
    _ id: ID<Participation>, version: Int, in transaction: Transaction
  ) async throws -> ParticipationRecord {
    let before = try await find(id, in: transaction)
    try await StepStore.queue(before.dossier, in: transaction)
    try await transaction.execute("select from fse.participation where id = \(id) for update")
    let found = try await find(id, in: transaction)
    _ = try found.shown(on: transaction.caller.today).held(version: version)
    return found
  }

  private static func setDates(
    of id: ID<Participation>, from: CalendarDate, until: CalendarDate, in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      update fse.participation set from_date = \(from), until_date = \(until), version = version + 1,
        exit_announced_at = case when until_date = \(until) then exit_announced_at end
      where id = \(id)
      """)
  }

  /// The proposed end was answered by a date.
  static func resolve(_ id: ID<Participation>, in transaction: Transaction, at moment: Date) async throws {
    try await transaction.execute(
      "update fse.form_due set resolved_at = \(moment) where participation = \(id) and resolved_at is null")
  }

  /// The exit form of a participation that is over, announced once.
  static func dueExits(
    _ id: ID<Participation>, in transaction: Transaction, at moment: Date
  ) async throws -> [any Event] {
    let dossiers = try await transaction.query(
      """
      update fse.participation set exit_announced_at = \(moment)
      where id = \(id) and exit_completed_at is null and exit_announced_at is null and until_date <= caller.today()
      returning dossier
      """, as: ID<Dossier>.self)
    return dossiers.map {
      FormChanged(participation: id, dossier: $0, form: .exit, status: .due)
    }
  }
}
