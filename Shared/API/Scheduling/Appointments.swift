import Domain
import Foundation

/// Everything that scheduling serves; each feature adds its own.
public enum SchedulingAPI {}

/// What became of an appointment (rule M2).
public enum AppointmentOutcome: String, Payload, CaseIterable {
  case planned, held, excused, absent
  case cancelledReferent = "cancelled_referent"
  case cancelledPerson = "cancelled_person"

  /// As users name it.
  public var label: String {
    switch self {
    case .planned: "Prévu"
    case .held: "Tenu"
    case .excused: "Absence justifiée"
    case .absent: "Absence non justifiée"
    case .cancelledReferent: "Annulé par le référent"
    case .cancelledPerson: "Annulé par la personne"
    }
  }

  /// Whether the hour is taken in the agent's agenda and in the person's.
  public var takesTime: Bool { self == .planned || self == .held }
}

/// Where a message to a person stands.
public enum MessageStatus: String, Payload, CaseIterable {
  case queued, sent, delivered, failed
  case tooLate = "too_late"

  public var label: String {
    switch self {
    case .queued: "À envoyer"
    case .sent: "Envoyé"
    case .delivered: "Reçu"
    case .failed: "Non envoyé"
    case .tooLate: "Sans objet"
    }
  }
}

/// An appointment between a person and an agent (rule M1).
public struct AppointmentDetail: Payload, Versioned {
  public var id: ID<Appointment>
  public var dossier: ID<Dossier>
  public var agent: ID<Account>
  public var agentName: String
  public var kind: String
  public var kindLabel: String
  public var theme: String?
  public var themeLabel: String?
  public var place: ID<Place>?
  public var placeName: String?
  public var startsAt: Date
  public var endsAt: Date
  public var outcome: AppointmentOutcome
  public var summary: String?
  public var step: ID<Step>?
  /// Whether a reminder by SMS was asked for.
  public var reminder: Bool
  /// Absent when no reminder was asked for, or when the appointment was too near for one.
  public var reminderStatus: MessageStatus?
  public var reminderDueAt: Date?
  /// Why the reminder did not leave, in French.
  public var reminderFault: String?
  /// The provider did not take it when it was due; it is tried again.
  public var reminderDelayed: Bool?
  /// The dossier changed hands and the new référent was not free at that hour.
  public var needsAttention: Bool
  public var bookedBy: ID<Account>
  public var bookedByName: String
  public var bookedAt: Date
  /// For colleagues; neither sent nor printed.
  public var note: String?
  public var version: Int

  public init(
    id: ID<Appointment>, dossier: ID<Dossier>, agent: ID<Account>, agentName: String, kind: String, kindLabel: String,
    theme: String?, themeLabel: String?, place: ID<Place>?, placeName: String?, startsAt: Date, endsAt: Date,
    outcome: AppointmentOutcome, summary: String?, step: ID<Step>?, reminder: Bool, reminderStatus: MessageStatus?,
    reminderDueAt: Date?, reminderFault: String?, needsAttention: Bool, bookedBy: ID<Account>, bookedByName: String,
    bookedAt: Date, note: String? = nil, reminderDelayed: Bool? = nil, version: Int
  ) {
    self.note = note
    self.reminderDelayed = reminderDelayed
    self.id = id
    self.dossier = dossier
    self.agent = agent
    self.agentName = agentName
    self.kind = kind
    self.kindLabel = kindLabel
    self.theme = theme
    self.themeLabel = themeLabel
    self.place = place
    self.placeName = placeName
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.outcome = outcome
    self.summary = summary
    self.step = step
    self.reminder = reminder
    self.reminderStatus = reminderStatus
    self.reminderDueAt = reminderDueAt
    self.reminderFault = reminderFault
    self.needsAttention = needsAttention
    self.bookedBy = bookedBy
    self.bookedByName = bookedByName
    self.bookedAt = bookedAt
    self.version = version
  }
}

/// An appointment as it is asked for, or as it is to be from now on.
public struct AppointmentDraft: Payload, Constrained {
  /// In whose agenda; the caller's when absent.
  public var agent: ID<Account>?
  /// A code of the list `appointment_kind`.
  public var kind: String
  public var theme: String?
  public var place: ID<Place>?
  public var startsAt: Date
  public var minutes: Int
  /// Whether the person is reminded by SMS, as long before as the county says.
  public var reminder: Bool
  public var step: ID<Step>?
  /// For colleagues; neither sent nor printed.
  public var note: String?
  public static let constraints: [String: Constraint] = [
    "kind": .text(1...40), "theme": .text(1...40), "minutes": .range(5...480), "note": .text(1...1000),
  ]

  public init(
    agent: ID<Account>? = nil, kind: String, theme: String? = nil, place: ID<Place>? = nil, startsAt: Date,
    minutes: Int, reminder: Bool = false, step: ID<Step>? = nil, note: String? = nil
  ) {
    self.note = note
    self.agent = agent
    self.kind = kind
    self.theme = theme
    self.place = place
    self.startsAt = startsAt
    self.minutes = minutes
    self.reminder = reminder
    self.step = step
  }

  public var endsAt: Date { startsAt.addingTimeInterval(Double(minutes) * 60) }
}

/// One appointment for several persons at the same hour (rule M3).
public struct AppointmentBatchDraft: Payload, Constrained {
  public var dossiers: [ID<Dossier>]
  public var appointment: AppointmentDraft
  public static let constraints: [String: Constraint] = ["dossiers": .items(200)]

  public init(dossiers: [ID<Dossier>], appointment: AppointmentDraft) {
    self.dossiers = dossiers
    self.appointment = appointment
  }
}

/// What became of each dossier of a batch: an appointment, or the reason why there is none.
public struct AppointmentBatch: Payload {
  public struct Row: Payload {
    public var dossier: ID<Dossier>
    public var appointment: ID<Appointment>?
    public var problem: Problem?

    public init(dossier: ID<Dossier>, appointment: ID<Appointment>?, problem: Problem?) {
      self.dossier = dossier
      self.appointment = appointment
      self.problem = problem
    }
  }
  public var rows: [Row]
  public init(rows: [Row]) { self.rows = rows }
}

/// How often a person came and did not: appointments that are not honoured may justify a notice (rule M2).
public struct AppointmentCounts: Payload, Equatable {
  public var held: Int
  public var excused: Int
  public var absent: Int
  /// The last absence without an excuse.
  public var lastAbsence: Date?

  public init(held: Int, excused: Int, absent: Int, lastAbsence: Date? = nil) {
    self.held = held
    self.excused = excused
    self.absent = absent
    self.lastAbsence = lastAbsence
  }
}

public struct OutcomeDraft: Payload, Constrained {
  public var outcome: AppointmentOutcome
  public var summary: String?
  public static let constraints: [String: Constraint] = ["summary": .text(0...8000)]

  public init(outcome: AppointmentOutcome, summary: String? = nil) {
    self.outcome = outcome
    self.summary = summary
  }
}

/// An appointment that is over and of which nobody said whether it was held.
public struct PendingOutcome: Payload {
  public var appointment: ID<Appointment>
  public var dossier: ID<Dossier>
  public var dossierName: String
  public var agent: ID<Account>
  public var agentName: String
  public var kindLabel: String
  public var startsAt: Date
  public var endsAt: Date
  /// How often the person was absent before without an excuse.
  public var absences: Int?
  public var version: Int

  public init(
    appointment: ID<Appointment>, dossier: ID<Dossier>, dossierName: String, agent: ID<Account>, agentName: String,
    kindLabel: String, startsAt: Date, endsAt: Date, absences: Int? = nil, version: Int
  ) {
    self.absences = absences
    self.appointment = appointment
    self.dossier = dossier
    self.dossierName = dossierName
    self.agent = agent
    self.agentName = agentName
    self.kindLabel = kindLabel
    self.startsAt = startsAt
    self.endsAt = endsAt
    self.version = version
  }
}

/// Which page of a list.
public struct SchedulingPageQuery: PageQuery, Constrained {
  public var after: String?
  public var limit: Int?
  public static let constraints: [String: Constraint] = ["after": .cursor, "limit": .range(1...200)]

  public init(after: String? = nil, limit: Int? = nil) {
    self.after = after
    self.limit = limit
  }
}

public struct PendingOutcomeQuery: PageQuery, Constrained {
  /// Only those of the caller's own agenda.
  public var mine: Bool?
  public var after: String?
  public var limit: Int?
  public static let constraints = SchedulingPageQuery.constraints

  public init(mine: Bool? = nil, after: String? = nil, limit: Int? = nil) {
    self.mine = mine
    self.after = after
    self.limit = limit
  }
}
