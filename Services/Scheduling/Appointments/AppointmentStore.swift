import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

struct AppointmentStore: Sendable {
  let postgres: PostgresClient

  static let columns: SQL = """
    a.id, a.dossier, a.agent, a.agent_name, a.kind, k.label as kind_label, a.theme, t.label as theme_label, a.place,
    a.place_name, a.starts_at, a.ends_at, a.outcome, a.summary, a.step, a.reminder, m.status as reminder_status,
    m.due_at as reminder_due_at, case when m.status = 'queued' then coalesce(\(unsent), m.fault) else m.fault end as reminder_fault,
    m.status = 'queued' and m.fault is not null as reminder_delayed, a.needs_attention, a.booked_by, a.booked_by_name,
    a.booked_at, a.note, a.version
    """
  /// Why a reminder that waits will not leave as the dossier stands: told before it is due, not after.
  private static let unsent: SQL = """
    (select case when d.sms_refused then \(ReminderFault.refused.label)
        when coalesce(d.phone, '') = '' then \(ReminderFault.noNumber.label)
        when d.phone ~ '^0[1-589]' then \(ReminderFault.notMobile.label) end
      from dossiers.v1_dossier d where d.id = a.dossier)
    """
  /// How often the person of the appointment `a` was absent without an excuse.
  static let absences: SQL = """
    (select count(*) from scheduling.appointment b where b.dossier = a.dossier and b.outcome = 'absent')::int
    """
  static let source: SQL = """
    scheduling.appointment a join scheduling.appointment_kind k on k.code = a.kind
    left join scheduling.appointment_theme t on t.code = a.theme
    left join lateral (
      select status, due_at, fault from scheduling.message where appointment = a.id and a.reminder
      order by status = 'queued' desc, created_at desc, id desc limit 1) m on true
    """

  // MARK: Reading

  /// The appointments of a dossier, latest first.
  func appointments(
    of dossier: ID<Dossier>, after cursor: MomentPlace?, limit: Int, for caller: Caller
  ) async throws -> [AppointmentDetail] {
    let onwards: SQL = cursor.map { "and (a.starts_at, a.id) < (\($0.moment), \($0.id))" } ?? ""
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select \(Self.columns) from \(Self.source) where a.dossier = \(dossier) \(onwards)
        order by a.starts_at desc, a.id desc limit \(limit + 1)
        """, as: AppointmentDetail.self)
    }
  }

  /// How often the person came and did not.
  func attendance(of dossier: ID<Dossier>, for caller: Caller) async throws -> AppointmentCounts {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.first(
        """
        select count(*) filter (where outcome = 'held')::int as held,
          count(*) filter (where outcome = 'excused')::int as excused,
          count(*) filter (where outcome = 'absent')::int as absent,
          max(starts_at) filter (where outcome = 'absent') as last_absence
        from scheduling.appointment where dossier = \(dossier)
        """, as: AppointmentCounts.self) ?? AppointmentCounts(held: 0, excused: 0, absent: 0)
    }
  }

  /// - Throws: 404 when it does not exist for the caller.
  func appointment(_ id: ID<Appointment>, for caller: Caller) async throws -> AppointmentDetail {
    try await postgres.withTransaction(as: caller) { try await Self.appointment(id, in: $0) }
  }

  static func appointment(
    _ id: ID<Appointment>, in transaction: Transaction, locking: Bool = false
  ) async throws -> AppointmentDetail {
    guard
      let found = try await transaction.first(
        "select \(columns) from \(source) where a.id = \(id) \(unsafeSQL: locking ? "for update of a" : "")",
        as: AppointmentDetail.self)
    else { throw Problem.notFound("Ce rendez-vous") }
    return found
  }

  /// What is over and still planned, oldest first.
  func pendingOutcomes(
    mine: Bool, at moment: Date, after cursor: MomentPlace?, limit: Int, for caller: Caller
  ) async throws -> [PendingOutcome] {
    let own: SQL = mine ? "and a.agent in (\(caller.account), \(caller.seat))" : ""
    let onwards: SQL = cursor.map { "and (a.ends_at, a.id) > (\($0.moment), \($0.id))" } ?? ""
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select a.id as appointment, a.dossier, upper(d.family_name) || ' ' || d.given_name as dossier_name, a.agent,
          a.agent_name, k.label as kind_label, a.starts_at, a.ends_at, \(Self.absences) as absences, a.version
        from scheduling.appointment a join scheduling.appointment_kind k on k.code = a.kind
          join dossiers.v1_dossier d on d.id = a.dossier
        where a.outcome = 'planned' and a.ends_at < \(moment) \(own) \(onwards)
        order by a.ends_at, a.id limit \(limit + 1)
        """, as: PendingOutcome.self)
    }
  }

  // MARK: Booking

  /// Books an appointment in an agenda that is open to the caller.
  /// - Throws: 409 `creneau-pris` with the next free hour; 422 for an agenda that is not, an unknown kind, theme or place,
  ///   and for a step that is not the person's.
  func book(
    _ draft: AppointmentDraft, for dossier: ID<Dossier>, as caller: Caller, at moment: Date
  ) async throws -> AppointmentDetail {
    do {
      return try await postgres.withTransaction(as: caller, retrying: true) { transaction in
        let id = ID<Appointment>.new(at: moment)
        try await Self.insert(draft, as: id, for: dossier, meeting: id, at: moment, in: transaction)
        let booked = try await Self.appointment(id, in: transaction)
        try await transaction.announce(booked.event(.booked), at: moment)
        return booked
      }
    } catch let error as PostgresError {
      throw try await refusal(error, of: draft, dossier: dossier, for: caller, at: moment)
    }
  }

  /// Books one meeting for several persons. A row that is refused does not hold up the others.
  func book(
    _ batch: AppointmentBatchDraft, as caller: Caller, at moment: Date
  ) async throws -> AppointmentBatch {
    try await postgres.withTransaction(as: caller) { transaction in
      let meeting = ID<Appointment>.new(at: moment)
      var rows: [AppointmentBatch.Row] = []
      var booked: [AppointmentChanged] = []
      for dossier in batch.dossiers {
        do {
          let event = try await transaction.savepoint { part in
            let id = ID<Appointment>.new(at: moment)
            try await Self.insert(batch.appointment, as: id, for: dossier, meeting: meeting, at: moment, in: part)
            return try await Self.appointment(id, in: part).event(.booked)
          }
          booked.append(event)
          rows.append(.init(dossier: dossier, appointment: event.appointment, problem: nil))
        } catch let problem as Problem where problem.status == 404 {
          rows.append(.init(dossier: dossier, appointment: nil, problem: problem))
        } catch let error as PostgresError where error.kind == .exclusionViolation {
          rows.append(.init(dossier: dossier, appointment: nil, problem: Self.taken))
        } catch let refusal as Problem where refusal.status == 422 {
          // What is wrong with the meeting is wrong for everybody.
          var problem = refusal
          problem.faults = problem.faults?.map { Fault("appointment.\($0.field)", $0.code, $0.message) }
          throw problem
        }
      }
      try await transaction.announce(booked, at: moment)
      return AppointmentBatch(rows: rows)
    }
  }

  static func insert(
    _ draft: AppointmentDraft, as id: ID<Appointment>, for dossier: ID<Dossier>, meeting: ID<Appointment>,
    at moment: Date, in transaction: Transaction
  ) async throws {
    let caller = transaction.caller
    let agent = draft.agent ?? caller.account
    let agentName = try await AgendaStore.nameOfChosen(agent, in: transaction)
    try await checkChoices(of: draft, for: dossier, keeping: nil, in: transaction)
    try await AgendaStore.takeTurn(agent: agent, dossier: dossier, in: transaction)
    let inserted = try await transaction.execute(
      """
      insert into scheduling.appointment (id, dossier, territory, agent, agent_name, kind, theme, place, place_name,
        starts_at, ends_at, step, reminder, note, meeting, booked_by, booked_by_name, booked_at)
      select \(id), d.id, d.territory, \(agent), \(agentName), \(draft.kind), \(draft.theme), \(draft.place),
        (select name from scheduling.place where id = \(draft.place)), \(draft.startsAt), \(draft.endsAt),
        \(draft.step), \(draft.reminder), \(draft.note), \(meeting), \(caller.account), \(caller.name), \(moment)
      from dossiers.v1_dossier d where d.id = \(dossier)
      """)
    guard inserted == 1 else { throw Problem.notFound("Ce dossier") }
    if draft.reminder {
      try await ReminderStore.queue(
        for: id, of: dossier, startsAt: draft.startsAt, at: moment, in: transaction)
    }
  }

  // MARK: Refusals

  static let taken = Problem.conflict(
    "creneau-pris", "Cette personne ou cet agent a déjà un rendez-vous à cette heure.")

  /// - Throws: 422 for a kind, theme or place that is not offered, and for a step that is not the person's, unless
  ///   `before` has it too.
  static func checkChoices(
    of draft: AppointmentDraft, for dossier: ID<Dossier>, keeping before: AppointmentDetail?,
    in transaction: Transaction
  ) async throws {
    let place = draft.place == before?.place ? nil : draft.place
    let step = draft.step == before?.step ? nil : draft.step
    let faults =
      try await KeptList.kinds.faults(draft.kind, at: "kind", keeping: before?.kind, in: transaction)
      + KeptList.themes.faults(draft.theme, at: "theme", keeping: before?.theme, in: transaction)
      + transaction.faults(of: [
        place.map {
          BodyReference(
            "place", "Choisissez un lieu de la liste.", "select from scheduling.place where id = \($0) and active")
        },
        step.map { BodyReference.step($0, of: dossier, at: "step") },
      ])
    guard faults.isEmpty else { throw Problem.invalid(faults) }
  }

  /// What a person is told when the database refused: who is busy until when, and the next hour that is free.
  func refusal(
    _ error: PostgresError, of draft: AppointmentDraft, dossier: ID<Dossier>, except id: ID<Appointment>? = nil,
    for caller: Caller, at moment: Date
  ) async throws -> any Error {
    guard error.kind == .exclusionViolation else { return error }
    let agent = draft.agent ?? caller.account
    let wanted = Hours(startsAt: draft.startsAt, endsAt: draft.endsAt)
    let (found, days) = try await postgres.withTransaction(as: caller.looking) { transaction in
      let days = try await transaction.value(of: .slotSearch)
      let found = try await AgendaStore.hoursTaken(
        agent: agent, dossier: dossier, except: id, from: draft.startsAt.addingTimeInterval(-86_400),
        until: draft.startsAt.addingTimeInterval(Double(days + 1) * 86_400), in: transaction)
      return (found, days)
    }
    let offer = FreeSlot.next(
      minutes: draft.minutes, from: max(draft.startsAt, moment), within: days, openings: found.openings,
      taken: found.agent + found.person)
    return Problem.conflict(
      "creneau-pris", "Ce créneau est déjà pris.",
      detail: Self.explanation(
        agent: found.agentName, agentBusy: FreeSlot.busyUntil(wanted, taken: found.agent),
        personBusy: FreeSlot.busyUntil(wanted, taken: found.person), offer: offer),
      offer: offer.map { .object(["startsAt": .string(Moment.text($0))]) })
  }

  static func explanation(agent: String, agentBusy: Date?, personBusy: Date?, offer: Date?) -> String {
    let busy =
      if let agentBusy {
        "\(agent) n’est pas libre avant le \(French.moment(agentBusy))."
      } else if let personBusy {
        "La personne a déjà un rendez-vous, jusqu’au \(French.moment(personBusy))."
      } else {
        "Le créneau vient de se libérer : réessayez."
      }
    let next = offer.map { " Prochain créneau libre : le \(French.moment($0))." } ?? " Choisissez une autre date."
    return busy + next
  }
}

extension AppointmentDetail {
  func event(_ change: AppointmentChanged.Change) -> AppointmentChanged {
    AppointmentChanged(
      appointment: id, dossier: dossier, agent: agent, change: change, startsAt: startsAt, kind: kindLabel,
      outcome: outcome.rawValue)
  }
}
