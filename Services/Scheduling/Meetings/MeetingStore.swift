import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// What each person of a group is booked for.
struct MeetingTask: Codable, Sendable {
  let meeting: ID<GroupMeeting>
  let capacity: Int?
  let appointment: AppointmentDraft
}

typealias MeetingRunner = JobRunner<MeetingTask>

/// Meetings of groups, whose persons are booked by a job (rule M3).
struct MeetingStore: Sendable {
  let queue: JobQueue
  var postgres: PostgresClient { queue.postgres }

  init(postgres: PostgresClient) { queue = JobQueue(postgres: postgres, schema: "scheduling", name: "booking") }

  private static let missing = Problem.notFound("Cette réunion")

  // MARK: Planning

  /// Keeps the meeting and the job that books its persons.
  /// - Throws: 409 where the agent is busy; 422 for what is not offered.
  func plan(_ draft: GroupMeetingDraft, as caller: Caller, at moment: Date) async throws -> ID<GroupMeeting> {
    guard !draft.dossiers.isEmpty else {
      throw Problem.invalid([Fault("dossiers", "obligatoire", "Choisissez au moins une personne.")])
    }
    return try await postgres.withTransaction(as: caller) { transaction in
      let asked = draft.appointment
      let agent = asked.agent ?? caller.account
      let agentName = try await Self.checked(asked, agent, in: transaction)
      let id = ID<GroupMeeting>.new(at: moment)
      try await transaction.execute(
        """
        insert into scheduling.meeting (id, agent, agent_name, kind, theme, place, place_name, starts_at, ends_at,
          capacity, planned_by, planned_by_name, planned_at)
        values (\(id), \(agent), \(agentName), \(asked.kind), \(asked.theme), \(asked.place),
          (select name from scheduling.place where id = \(asked.place)), \(asked.startsAt), \(asked.endsAt),
          \(draft.capacity), \(caller.account), \(caller.name), \(moment))
        """)
      var appointment = asked
      appointment.agent = agent
      try await queue.add(
        id.value, kind: "meeting",
        task: MeetingTask(meeting: id, capacity: draft.capacity, appointment: appointment),
        to: """
          select n.dossier, rtrim(upper(d.family_name) || ' ' || d.given_name) as name, null::uuid as target, n.place
          from unnest(\(draft.dossiers)::uuid[]) with ordinality n (dossier, place)
          left join dossiers.v1_dossier d on d.id = n.dossier
          """, in: transaction, at: moment)
      return id
    }
  }

  /// The agent's name, where everything that holds for the whole group is in order.
  private static func checked(
    _ draft: AppointmentDraft, _ agent: ID<Account>, in transaction: Transaction
  ) async throws -> String {
    do {
      let name = try await AgendaStore.nameOfChosen(agent, in: transaction)
      if draft.step != nil {
        throw Problem.invalid([Fault("step", "personnelle", "Une étape est celle d’une seule personne.")])
      }
      try await AppointmentStore.checkChoices(
        of: draft, for: ID(.zero), keeping: nil, in: transaction)
      let busy = try await transaction.first(
        "select starts_at, ends_at from scheduling.busy(\(agent), \(draft.startsAt), \(draft.endsAt)) limit 1",
        as: Hours.self)
      if let busy {
        throw Problem.conflict(
          "creneau-pris", "Ce créneau est déjà pris.",
          detail: "\(name) n’est pas libre avant le \(French.moment(busy.endsAt)). Choisissez une autre heure.")
      }
      return name
    } catch let refusal as Problem where refusal.status == 422 {
      var problem = refusal
      problem.faults = problem.faults?.map { Fault("appointment.\($0.field)", $0.code, $0.message) }
      throw problem
    }
  }

  /// Books one person of the group, as its author.
  static func book(_ task: MeetingTask, _ target: JobTarget, in transaction: Transaction, at moment: Date) async throws
  {
    guard let dossier = target.dossier else { return }
    _ = try await book(task, for: dossier, in: transaction, at: moment)
  }

  static func book(
    _ task: MeetingTask, for dossier: ID<Dossier>, in transaction: Transaction, at moment: Date
  ) async throws -> ID<Appointment> {
    let agent = task.appointment.agent ?? transaction.caller.account
    let id = ID<Appointment>.new(at: moment)
    do {
      try await AgendaStore.takeTurn(agent: agent, dossier: dossier, in: transaction)
      if let capacity = task.capacity {
        let taken = try await transaction.first(
          """
          select count(*) from scheduling.busy(\(agent), \(task.appointment.startsAt), \(task.appointment.endsAt))
          """, as: Int.self)
        guard (taken ?? 0) < capacity else { throw full(capacity) }
      }
      try await AppointmentStore.insert(
        task.appointment, as: id, for: dossier, meeting: task.meeting.as(Appointment.self), at: moment,
        in: transaction)
    } catch let error as PostgresError where error.kind == .exclusionViolation {
      throw AppointmentStore.taken
    }
    try await transaction.announce(
      try await AppointmentStore.appointment(id, in: transaction).event(.booked), at: moment)
    return id
  }

  private static func full(_ capacity: Int) -> Problem {
    Problem.conflict(
      "complet", "La réunion est complète.",
      detail: "\(French.count(capacity, "place")) : prévoyez une autre réunion pour cette personne.")
  }

  // MARK: Reading

  private struct Found: Decodable, Sendable {
    let id: ID<GroupMeeting>
    let agent: ID<Account>
    let agentName: String
    let kindLabel: String
    let themeLabel: String?
    let placeName: String?
    let startsAt: Date
    let endsAt: Date
    let capacity: Int?
    let expected: Int

    var meeting: GroupMeeting {
      GroupMeeting(
        id: id, agent: agent, agentName: agentName, kindLabel: kindLabel, themeLabel: themeLabel,
        placeName: placeName, startsAt: startsAt, endsAt: endsAt, capacity: capacity, expected: expected)
    }
  }

  private static let columns: SQL = """
    m.id, m.agent, m.agent_name, k.label as kind_label, t.label as theme_label, m.place_name, m.starts_at, m.ends_at,
    m.capacity, (select count(*) from scheduling.appointment a where a.meeting = m.id
      and a.outcome in ('planned', 'held', 'absent', 'excused'))::int as expected
    """
  private static let source: SQL = """
    scheduling.meeting m join scheduling.appointment_kind k on k.code = m.kind
    left join scheduling.appointment_theme t on t.code = m.theme
    """

  /// - Throws: 404 when it does not exist for the caller.
  func meeting(_ id: ID<GroupMeeting>, for caller: Caller) async throws -> GroupMeeting {
    try await postgres.withTransaction(as: caller.looking) { transaction in
      var meeting = try await Self.meeting(id, in: transaction)
      meeting.booking = try await queue.progress(of: id.value, in: transaction).map {
        GroupMeeting.Booking(total: $0.total, done: $0.done, refused: $0.refused, endedAt: $0.endedAt)
      }
      return meeting
    }
  }

  private static func meeting(_ id: ID<GroupMeeting>, in transaction: Transaction) async throws -> GroupMeeting {
    guard
      let found = try await transaction.first(
        "select \(columns) from \(source) where m.id = \(id)", as: Found.self)
    else { throw missing }
    return found.meeting
  }

  /// Latest first.
  func meetings(_ query: SchedulingPageQuery, for caller: Caller) async throws -> Page<GroupMeeting> {
    let limit = query.limit ?? 50
    let place: MomentPlace? = try query.place()
    let onwards: SQL = place.map { "where (m.starts_at, m.id) < (\($0.moment), \($0.id))" } ?? ""
    return try await postgres.withTransaction(as: caller) { transaction in
      let found = try await transaction.query(
        """
        select \(Self.columns) from \(Self.source) \(onwards)
        order by m.starts_at desc, m.id desc limit \(limit + 1)
        """, as: Found.self)
      return try Page(
        found, limit: limit, place: { MomentPlace(moment: $0.startsAt, id: $0.id.value) }, item: { $0.meeting })
    }
  }

  func rows(of id: ID<GroupMeeting>, _ query: BatchRowQuery, for caller: Caller) async throws -> Page<BatchRow> {
    let limit = query.limit ?? 50
    let after = try query.place(as: Int.self) ?? 0
    return try await postgres.withTransaction(as: caller) { transaction in
      guard try await queue.progress(of: id.value, in: transaction) != nil else { throw Self.missing }
      let rows = try await queue.rows(
        of: id.value, outcome: query.outcome?.rawValue, after: after, limit: limit + 1, as: BatchRow.self,
        in: transaction)
      return try Page(rows, limit: limit, place: \.position)
    }
  }

  /// Those expected whose dossier the caller reaches, by name; who gave it up is left out.
  func attendees(of id: ID<GroupMeeting>, for caller: Caller) async throws -> [Attendee] {
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await Self.meeting(id, in: transaction)
      return try await transaction.query(
        """
        select a.id as appointment, a.dossier, rtrim(upper(d.family_name) || ' ' || d.given_name) as name, a.outcome,
          \(AppointmentStore.absences) as absences, a.version
        from scheduling.appointment a join dossiers.v1_dossier d on d.id = a.dossier
        where a.meeting = \(id) and a.outcome not in ('cancelled_referent', 'cancelled_person')
        order by d.family_name, d.given_name, a.id limit 200
        """, as: Attendee.self)
    }
  }

  /// Records each by itself: one that was changed meanwhile holds up no other.
  func record(
    _ draft: MeetingAttendanceDraft, of id: ID<GroupMeeting>, as caller: Caller, at moment: Date
  ) async throws -> MeetingAttendanceResult {
    let known = Set(
      try await attendees(of: id, for: caller.looking).map(\.appointment))
    let appointments = AppointmentStore(postgres: postgres)
    var each = caller
    // One key stands for the whole sheet; sent again, each row says that it is recorded already.
    each.idempotency = nil
    var result = MeetingAttendanceResult(recorded: 0, refused: [])
    for row in draft.rows {
      do {
        guard known.contains(row.appointment) else { throw Problem.notFound("Ce rendez-vous") }
        _ = try await appointments.record(
          OutcomeDraft(outcome: row.outcome), of: row.appointment, version: row.version, as: each, at: moment)
        result.recorded += 1
      } catch let problem as Problem where [404, 409, 412].contains(problem.status) {
        var told = problem
        told.current = nil
        result.refused.append(.init(appointment: row.appointment, problem: told))
      }
    }
    return result
  }
}
