import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// Reads steps; changes those that exist. New registrations are in `Registration.swift`.
struct StepStore: Sendable {
  let postgres: PostgresClient

  private static let select: SQL = """
    select s.id, s.dossier, s.offer, o.name as offer_name, o.classification, s.session, s.partner,
      r.name as operator_name, s.kind, s.planned_from, s.planned_until, s.from_date as "from", s.until_date as until,
      s.end_reason, s.comment, s.operation, p.id as participation, s.registered_by, s.registered_by_name,
      s.registered_at, s.objective, s.report, o.characteristics as asked, s.characteristics, o.needs_attendance, o.needs_report,
      coalesce(a.attendances, 0)::int as attendances, coalesce(a.minutes, 0)::int as attended_minutes,
      case when o.shows_phone then (select d.phone from dossiers.v1_dossier d where d.id = s.dossier) end as phone,
      (select count(*) from fse.evidence v where v.step = s.id and v.kind = 'attendance')::int as signed_sheets,
      s.answer, s.answer_reason, s.answer_due, s.answered_by_name, s.version
    from fse.step s
    join fse.offer o on o.id = s.offer
    left join fse.operator r on r.id = coalesce(s.partner, o.operator)
    left join fse.participation p on p.dossier = s.dossier and p.operation = s.operation and s.participates
    left join lateral (
      select count(*) as attendances, sum(t.minutes) as minutes from fse.attendance t where t.step = s.id
    ) a on true
    """

  func steps(of dossier: ID<Dossier>, for caller: Caller) async throws -> [Step] {
    try await postgres.withTransaction(as: caller) {
      try await $0.query(
        "\(Self.select) where s.dossier = \(dossier) order by s.planned_from desc, s.id limit 200", as: Step.self)
    }
  }

  func show(_ id: ID<Step>, for caller: Caller) async throws -> Step {
    try await postgres.withTransaction(as: caller) { try await Self.find(id, in: $0) }
  }

  /// Who is registered on an offer, newest first, as far as the caller reaches them.
  func registrations(
    on offer: ID<Offer>, _ query: OfferStepQuery, for caller: Caller
  ) async throws -> Page<OfferStep> {
    try await registrations("s.offer = \(offer)", query, for: caller) { transaction in
      _ = try await OfferStore.find(offer, in: transaction)
    }
  }

  /// Who is registered with an operator, on whatever offer.
  func registrations(
    with carrier: ID<Operator>, _ query: OfferStepQuery, for caller: Caller
  ) async throws -> Page<OfferStep> {
    let ofCarrier: SQL = """
      (s.partner = \(carrier)
        or s.partner is null and s.offer in (select id from fse.offer where operator = \(carrier)))
      """
    return try await registrations(ofCarrier, query, for: caller) { transaction in
      _ = try await OperatorStore.find(carrier, in: transaction)
    }
  }

  private func registrations(
    _ condition: SQL, _ query: OfferStepQuery, for caller: Caller,
    finding: @escaping @Sendable (Transaction) async throws -> Void
  ) async throws -> Page<OfferStep> {
    let limit = query.limit ?? 50
    var conditions: [SQL] = [condition]
    if let kind = query.kind { conditions.append("s.kind = \(kind)") }
    if let session = query.session { conditions.append("s.session = \(session)") }
    if let day = query.day {
      conditions.append(
        """
        s.kind = 'step' and \(day)::date between least(s.planned_from, s.from_date)
          and greatest(s.planned_until, s.until_date)
        """)
    }
    if let after = try query.place(as: Place.self) {
      conditions.append("(s.planned_from, s.id) < (\(after.from)::date, \(after.step)::uuid)")
    }
    let statement: SQL = """
      select s.id as step, s.dossier, d.number, d.family_name || ' ' || d.given_name as name, s.kind, s.session,
        s.planned_from, s.planned_until, s.from_date as "from", s.until_date as until, s.end_reason,
        o.name as offer_name,
        a.attended_minutes, a.morning, a.afternoon, case when o.shows_phone then d.phone end as phone
      from fse.step s join dossiers.v1_dossier d on d.id = s.dossier join fse.offer o on o.id = s.offer
      left join lateral (
        select sum(t.minutes)::int as attended_minutes,
          max(t.minutes) filter (where t.on_day = \(query.day)::date and t.half = 'morning') as morning,
          max(t.minutes) filter (where t.on_day = \(query.day)::date and t.half = 'afternoon') as afternoon
        from fse.attendance t where t.step = s.id
      ) a on true
      where \(conditions.joined(separator: " and ")) order by s.planned_from desc, s.id desc limit \(limit + 1)
      """
    let rows = try await postgres.withTransaction(as: caller) { transaction in
      try await finding(transaction)
      return try await transaction.query(statement, as: OfferStep.self)
    }
    return try Page(rows, limit: limit) { Place(from: $0.plannedFrom, step: $0.step) }
  }

  private struct Place: Codable {
    let from: CalendarDate
    let step: ID<Step>
  }

  /// - Throws: 404; 412; 422; 409 `chevauchement-fse`.
  func change(
    _ id: ID<Step>, to change: StepChange, version: Int, for caller: Caller, at moment: Date
  ) async throws -> Step {
    try await partnering {
      try await postgres.withTransaction(as: caller) { transaction in
        let before = try await Self.hold(id, version: version, in: transaction)
        let (offer, funding) = try await Self.terms(of: before.offer, in: transaction)
        var faults = offer.faults(in: change.dates, within: funding)
        faults += try await KeptList.endReasons.faults(
          change.endReason, at: "endReason", keeping: before.endReason, in: transaction)
        if let until = change.until, until <= caller.today, until != before.until, change.endReason == nil {
          faults.append(Fault("endReason", "obligatoire", "Choisissez le motif de fin : l’étape est terminée."))
        }
        if !faults.isEmpty { throw Problem.invalid(faults) }
        try await Self.refusingOverlap(of: before.dossier, except: id, change.dates, in: transaction) { part in
          try await part.execute(
            """
            update fse.step set session = \(change.session), partner = \(change.partner),
              planned_from = \(change.plannedFrom), planned_until = \(change.plannedUntil),
              from_date = \(change.from), until_date = \(change.until), end_reason = \(change.endReason),
              comment = \(change.comment), objective = \(change.objective), report = \(change.report),
              version = version + 1
            where id = \(id)
            """)
        }
        var told = try await Self.close(before, change, in: transaction, at: moment)
        if change.partner != before.partner { told += try await AnswerStore.askAgain(id, in: transaction) }
        let after = try await Self.find(id, in: transaction)
        try await transaction.announce([after.event(after: before, today: caller.today)] + told, at: moment)
        return after
      }
    }
  }

  /// A step's new real end is its participation's too, where that was said: one act, one day (rule S14).
  private static func close(
    _ step: Step, _ change: StepChange, in transaction: Transaction, at moment: Date
  ) async throws -> [any Event] {
    guard change.closesParticipation == true, let participation = step.participation, let until = change.until,
      until != step.until
    else { return [] }
    try await transaction.execute(
      """
      update fse.participation set until_date = \(until), exit_announced_at = null, version = version + 1
      where id = \(participation) and step = \(step.id) and exit_completed_at is null and from_date <= \(until)
      """)
    try await ParticipationStore.resolve(participation, in: transaction, at: moment)
    return try await ParticipationStore.dueExits(participation, in: transaction, at: moment)
  }

  /// Ends a step, and the participation that goes with it, on an earlier day: both are what the person accepted.
  /// - Throws: 404; 412; 422 for a day outside the step or not before its end.
  func shorten(
    _ id: ID<Step>, to until: CalendarDate, version: Int, for caller: Caller, at moment: Date
  ) async throws -> Step {
    try await postgres.withTransaction(as: caller) { transaction in
      let before = try await Self.hold(id, version: version, in: transaction)
      let starts = before.from ?? before.plannedFrom
      let ends = before.until ?? before.plannedUntil
      guard until >= starts, until < ends || before.until == nil && until == ends else {
        throw Problem.invalid([
          Fault(
            "until", "hors-dates",
            "L’étape va du \(French.short(starts)) au \(French.short(ends)) : choisissez un jour entre les deux.")
        ])
      }
      try await transaction.execute(
        """
        update fse.step set from_date = \(starts), until_date = \(until), version = version + 1 where id = \(id)
        """)
      var events: [any Event] = []
      if let participation = before.participation {
        try await transaction.execute(
          """
          update fse.participation set until_date = \(until), exit_announced_at = null, version = version + 1
          where id = \(participation) and step = \(id) and exit_completed_at is null and until_date > \(until)
          """)
        events += try await ParticipationStore.dueExits(participation, in: transaction, at: moment)
      }
      let after = try await Self.find(id, in: transaction)
      try await transaction.announce([after.event(after: before, today: caller.today)] + events, at: moment)
      return after
    }
  }

  /// - Throws: 404; 412; 409 once a form was filled in for it, presence was typed or its assessment was written.
  func delete(_ id: ID<Step>, version: Int, for caller: Caller, at moment: Date) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      let before = try await Self.hold(id, version: version, in: transaction)
      if let written = before.written { throw written }
      if let participation = before.participation {
        try await ParticipationStore.leave(participation, step: id, in: transaction)
      }
      try await transaction.execute("delete from fse.step where id = \(id)")
      var event = before.event(after: before, today: caller.today)
      event.change = .removed
      try await transaction.announce(event, at: moment)
    }
  }

  // MARK: Parts

  static func find(_ id: ID<Step>, in transaction: Transaction) async throws -> Step {
    guard let found = try await transaction.first("\(select) where s.id = \(id)", as: Step.self) else {
      throw Problem.notFound("Cette étape")
    }
    return found
  }

  /// The step, locked, when it is still the version that the caller saw.
  static func hold(_ id: ID<Step>, version: Int, in transaction: Transaction) async throws -> Step {
    guard
      let dossier = try await transaction.first("select dossier from fse.step where id = \(id)", as: ID<Dossier>.self)
    else { throw Problem.notFound("Cette étape") }
    try await queue(dossier, in: transaction)
    try await transaction.execute("select from fse.step where id = \(id) for update")
    let found = try await find(id, in: transaction)
    return try found.held(version: version)
  }

  /// Registrations of one dossier are made one after the other: the constraint decides, and two that wait for each
  /// other's exclusion check would be a deadlock.
  static func queue(_ dossier: ID<Dossier>, in transaction: Transaction) async throws {
    try await transaction.execute(
      "select pg_advisory_xact_lock(hashtext('fse.step'), hashtext(\(dossier.description)))")
  }

  /// The offer and the days of the operation that pays for it.
  static func terms(of offer: ID<Offer>, in transaction: Transaction) async throws -> (Offer, Period?) {
    let found = try await OfferStore.find(offer, in: transaction)
    guard let id = found.operation else { return (found, nil) }
    let operation = try await OperationStore.find(id, in: transaction)
    return (found, Period(from: operation.startsOn, until: operation.endsOn))
  }

  /// Runs a write that the exclusion constraint may refuse, and turns the refusal into an offer to shorten.
  static func refusingOverlap(
    of dossier: ID<Dossier>, except id: ID<Step>, _ dates: StepDates, in transaction: Transaction,
    _ write: @escaping @Sendable (Transaction) async throws -> Void
  ) async throws {
    do {
      try await transaction.savepoint { try await write($0) }
    } catch let error as PostgresError where error.constraint == "step_one_operation" {
      guard let days = dates.days, let until = days.until,
        let earlier = try await transaction.first(
          """
          select s.id, s.version, o.name as offer_name, coalesce(s.from_date, s.planned_from) as starts,
            coalesce(s.until_date, s.planned_until) as ends
          from fse.step s join fse.offer o on o.id = s.offer
          where s.dossier = \(dossier) and s.id <> \(id) and s.operation is not null and s.kind = 'step'
            and daterange(coalesce(s.from_date, s.planned_from), coalesce(s.until_date, s.planned_until), '[]')
              && daterange(\(days.from)::date, \(until)::date, '[]')
          order by starts limit 1
          """, as: EarlierStep.self)
      else {
        throw Problem.conflict(
          "chevauchement-fse", "Ce dossier est déjà inscrit sur une offre FSE à ces dates.",
          detail: "Choisissez d’autres dates.")
      }
      throw try earlier.refusal(of: days)
    }
  }

  /// An operator or session that does not exist is a fault of the input.
  func partnering<R>(_ body: () async throws -> R) async throws -> R {
    do {
      return try await body()
    } catch let error as PostgresError where error.constraint == "step_partner" {
      throw Problem.invalid([Fault("partner", "choix", "Choisissez un opérateur qui existe.")])
    } catch let error as PostgresError where error.constraint == "session_places" {
      throw Problem.conflict(
        "session-complete", "Il n’y a plus de place dans cette session.",
        detail: "Choisissez une autre session, ou inscrivez la personne en positionnement en attendant.")
    }
  }
}
