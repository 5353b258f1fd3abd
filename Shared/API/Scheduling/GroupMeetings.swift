import Domain
import Foundation

/// One hour for a group (rule M3): each person has an appointment of their own, all with one agent at one place.
public struct GroupMeeting: Payload {
  /// How far the booking is, for who asked for it.
  public struct Booking: Payload, Equatable {
    public var total: Int
    public var done: Int
    public var refused: Int
    /// Absent while it goes on.
    public var endedAt: Date?

    public init(total: Int, done: Int, refused: Int, endedAt: Date?) {
      self.total = total
      self.done = done
      self.refused = refused
      self.endedAt = endedAt
    }
  }
  public var id: ID<GroupMeeting>
  public var agent: ID<Account>
  public var agentName: String
  public var kindLabel: String
  public var themeLabel: String?
  public var placeName: String?
  public var startsAt: Date
  public var endsAt: Date
  public var capacity: Int?
  /// How many are expected, those whose dossier is out of the caller's reach included.
  public var expected: Int
  public var booking: Booking?

  public init(
    id: ID<GroupMeeting>, agent: ID<Account>, agentName: String, kindLabel: String, themeLabel: String?,
    placeName: String?, startsAt: Date, endsAt: Date, capacity: Int?, expected: Int, booking: Booking? = nil
  ) {
    self.id = id
    self.agent = agent
    self.agentName = agentName
    self.kindLabel = kindLabel
    self.themeLabel = themeLabel
    self.placeName = placeName
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.capacity = capacity
    self.expected = expected
    self.booking = booking
  }
}

public struct GroupMeetingDraft: Payload, Constrained {
  public var dossiers: [ID<Dossier>]
  /// How many may come; as many as are named where absent.
  public var capacity: Int?
  /// Without a step, which is one person's.
  public var appointment: AppointmentDraft
  public static let constraints: [String: Constraint] = ["dossiers": .items(200), "capacity": .range(1...200)]

  public init(dossiers: [ID<Dossier>], capacity: Int? = nil, appointment: AppointmentDraft) {
    self.dossiers = dossiers
    self.capacity = capacity
    self.appointment = appointment
  }
}

/// More persons for a meeting that is planned.
public struct MeetingAdditionDraft: Payload, Constrained {
  public var dossiers: [ID<Dossier>]
  /// Whether each is reminded by SMS.
  public var reminder: Bool
  public static let constraints: [String: Constraint] = ["dossiers": .items(200)]

  public init(dossiers: [ID<Dossier>], reminder: Bool) {
    self.dossiers = dossiers
    self.reminder = reminder
  }
}

/// Somebody who is expected at a meeting.
public struct Attendee: Payload {
  public var appointment: ID<Appointment>
  public var dossier: ID<Dossier>
  public var name: String
  public var outcome: AppointmentOutcome
  /// How often the person was absent without an excuse, from this meeting or another appointment.
  public var absences: Int?
  public var version: Int

  public init(
    appointment: ID<Appointment>, dossier: ID<Dossier>, name: String, outcome: AppointmentOutcome,
    absences: Int? = nil, version: Int
  ) {
    self.absences = absences
    self.appointment = appointment
    self.dossier = dossier
    self.name = name
    self.outcome = outcome
    self.version = version
  }
}

/// What was ticked on the sheet of a meeting.
public struct MeetingAttendanceDraft: Payload, Constrained {
  public struct Row: Payload {
    public var appointment: ID<Appointment>
    public var outcome: AppointmentOutcome
    public var version: Int

    public init(appointment: ID<Appointment>, outcome: AppointmentOutcome, version: Int) {
      self.appointment = appointment
      self.outcome = outcome
      self.version = version
    }
  }
  public var rows: [Row]
  public static let constraints: [String: Constraint] = ["rows": .items(200)]

  public init(rows: [Row]) { self.rows = rows }
}

/// Those whose outcome could not be recorded, with the reason.
public struct MeetingAttendanceResult: Payload {
  public struct Refusal: Payload {
    public var appointment: ID<Appointment>
    public var problem: Problem

    public init(appointment: ID<Appointment>, problem: Problem) {
      self.appointment = appointment
      self.problem = problem
    }
  }
  public var recorded: Int
  public var refused: [Refusal]

  public init(recorded: Int, refused: [Refusal]) {
    self.recorded = recorded
    self.refused = refused
  }
}

extension SchedulingAPI {
  /// Answers 409 `creneau-pris` when the agent is busy.
  public static let planMeeting = Endpoint<GroupMeetingDraft, GroupMeeting>(
    .scheduling, "planMeeting", .post, "meetings", allow: .having(.bookAppointments, .bookForOrganisation),
    summary: "Plan a meeting for a group; each person is booked or refused by themselves.", success: 202)

  public static let listMeetings = Endpoint<SchedulingPageQuery, Page<GroupMeeting>>(
    .scheduling, "listMeetings", .get, "meetings", allow: .having(.bookAppointments, .bookForOrganisation),
    summary: "List the meetings of agendas that are open to the caller, latest first.")

  public static let showMeeting = Endpoint<NoInput, GroupMeeting>(
    .scheduling, "showMeeting", .get, "meetings/{meeting}", allow: .having(.bookAppointments, .bookForOrganisation),
    summary: "Show a meeting, and how far its booking is.")

  public static let listMeetingRows = Endpoint<BatchRowQuery, Page<BatchRow>>(
    .scheduling, "listMeetingRows", .get, "meetings/{meeting}/rows",
    allow: .having(.bookAppointments, .bookForOrganisation),
    summary: "List what became of each person who was to be booked; for who asked for it.")

  public static let listAttendees = Endpoint<NoInput, [Attendee]>(
    .scheduling, "listAttendees", .get, "meetings/{meeting}/attendees",
    allow: .having(.bookAppointments, .bookForOrganisation),
    summary: "List those who are expected at a meeting, by name.", audit: .some(.some(.read)))

  public static let addAttendees = Endpoint<MeetingAdditionDraft, AppointmentBatch>(
    .scheduling, "addAttendees", .post, "meetings/{meeting}/attendees",
    allow: .having(.bookAppointments, .bookForOrganisation),
    summary: "Book more persons for a meeting that is to come; each row says what became of it.", success: 201)

  public static let recordAttendance = Endpoint<MeetingAttendanceDraft, MeetingAttendanceResult>(
    .scheduling, "recordAttendance", .post, "meetings/{meeting}/attendance",
    allow: .having(.bookAppointments, .bookForOrganisation),
    summary: "Record who came to a meeting, each by themselves.")
}
