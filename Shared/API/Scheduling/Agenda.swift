import Domain
import Foundation

/// One agent's agenda between two days.
public struct Agenda: Payload {
  /// One hour taken. Of a dossier that the caller does not reach nothing but the hours is shown, and the person's name where
  /// an exit kept the appointment in the caller's own agenda.
  public struct Item: Payload {
    public var appointment: ID<Appointment>
    public var startsAt: Date
    public var endsAt: Date
    public var dossier: ID<Dossier>?
    public var dossierName: String?
    public var kindLabel: String?
    public var themeLabel: String?
    public var placeName: String?
    public var outcome: AppointmentOutcome?
    public var needsAttention: Bool
    /// The meeting of which it is one person's place.
    public var group: ID<GroupMeeting>?

    public init(
      appointment: ID<Appointment>, startsAt: Date, endsAt: Date, dossier: ID<Dossier>? = nil,
      dossierName: String? = nil, kindLabel: String? = nil, themeLabel: String? = nil, placeName: String? = nil,
      outcome: AppointmentOutcome? = nil, needsAttention: Bool = false,
      group: ID<GroupMeeting>? = nil
    ) {
      self.group = group
      self.appointment = appointment
      self.startsAt = startsAt
      self.endsAt = endsAt
      self.dossier = dossier
      self.dossierName = dossierName
      self.kindLabel = kindLabel
      self.themeLabel = themeLabel
      self.placeName = placeName
      self.outcome = outcome
      self.needsAttention = needsAttention
    }
  }
  public var agent: ID<Account>
  public var agentName: String
  public var mayWrite: Bool
  public var from: CalendarDate
  /// Included.
  public var until: CalendarDate
  public var items: [Item]
  /// Days on which the agent is away.
  public var absences: [AgendaAbsence]
  /// The hours in which appointments are offered.
  public var hours: [WorkingPeriod]

  public init(
    agent: ID<Account>, agentName: String, mayWrite: Bool, from: CalendarDate, until: CalendarDate, items: [Item],
    absences: [AgendaAbsence] = [], hours: [WorkingPeriod] = []
  ) {
    self.agent = agent
    self.agentName = agentName
    self.mayWrite = mayWrite
    self.from = from
    self.until = until
    self.items = items
    self.absences = absences
    self.hours = hours
  }
}

public struct AgendaQuery: Payload {
  /// The caller's own when absent.
  public var agent: ID<Account>?
  public var from: CalendarDate
  /// Included; at most 62 days after `from`.
  public var until: CalendarDate

  public init(agent: ID<Account>? = nil, from: CalendarDate, until: CalendarDate) {
    self.agent = agent
    self.from = from
    self.until = until
  }
}

/// Somebody whose agenda is open to the caller.
public struct AgendaAgent: Payload {
  public var account: ID<Account>
  public var name: String
  public var organisationName: String?
  public var mayWrite: Bool

  public init(account: ID<Account>, name: String, organisationName: String?, mayWrite: Bool) {
    self.account = account
    self.name = name
    self.organisationName = organisationName
    self.mayWrite = mayWrite
  }
}

/// The caller's agenda, open to somebody outside the organisation.
public struct AgendaShare: Payload {
  public var sharedWith: ID<Account>
  public var name: String
  public var mayWrite: Bool

  public init(sharedWith: ID<Account>, name: String, mayWrite: Bool) {
    self.sharedWith = sharedWith
    self.name = name
    self.mayWrite = mayWrite
  }
}

public struct AgendaShareDraft: Payload {
  public var sharedWith: ID<Account>
  public var mayWrite: Bool

  public init(sharedWith: ID<Account>, mayWrite: Bool) {
    self.sharedWith = sharedWith
    self.mayWrite = mayWrite
  }
}

extension SchedulingAPI {
  public static let showAgenda = Endpoint<AgendaQuery, Agenda>(
    .scheduling, "showAgenda", .get, "agenda", allow: .having(.bookAppointments, .bookForOrganisation),
    summary: "Show an agenda: one's own, one of the same organisation, or one that is shared with the caller.",
    audit: .some(.some(.read)))

  public static let listAgendaAgents = Endpoint<NoInput, [AgendaAgent]>(
    .scheduling, "listAgendaAgents", .get, "agenda/agents", allow: .having(.bookAppointments, .bookForOrganisation),
    summary: "List those whose agenda is open to the caller.")

  public static let listAgendaShares = Endpoint<NoInput, [AgendaShare]>(
    .scheduling, "listAgendaShares", .get, "agenda/shares", allow: .having(.bookAppointments),
    summary: "List those to whom the caller opened their agenda.")

  public static let shareAgenda = Endpoint<AgendaShareDraft, AgendaShare>(
    .scheduling, "shareAgenda", .post, "agenda/shares", allow: .having(.bookAppointments),
    summary: "Open one's agenda to somebody, or change what they may do there.")

  public static let unshareAgenda = Endpoint<NoInput, NoOutput>(
    .scheduling, "unshareAgenda", .delete, "agenda/shares/{account}", allow: .having(.bookAppointments),
    summary: "Close one's agenda to somebody again.")
}
