import Domain
import Foundation

/// An exit that the feed suggests (rule C4), for the référent to accept.
public struct ProposedExit: Payload, Versioned {
  public enum Reason: String, Payload, CaseIterable {
    case feedStopped = "feed_stopped"
    case closed
    case exempt
    case movedAway = "moved_away"
    case otherTerritory = "other_territory"
    case partner

    public var label: String {
      switch self {
      case .feedStopped: "N’est plus déversé par Genesis"
      case .closed: "Droit clos"
      case .exempt: "Non soumis aux droits et devoirs"
      case .movedAway: "A déménagé hors du département"
      case .otherTerritory: "A déménagé dans un autre territoire"
      case .partner: "Sortie du conjoint"
      }
    }
  }
  /// `outdated`: the cause went away before a decision.
  public enum Decision: String, Payload, CaseIterable { case accepted, declined, outdated }
  public var id: UUID
  public var dossier: ID<Dossier>
  public var familyName: String
  public var givenName: String
  public var leadName: String?
  public var reason: Reason
  /// The last day that is proposed or, once accepted, that was proposed.
  public var exitOn: CalendarDate
  public var proposedOn: CalendarDate
  /// Absent while it awaits one.
  public var decision: Decision?
  public var decidedAt: Date?
  public var decidedBy: String?
  /// The last day in the lead référent's caseload as it stands now.
  public var leavesOn: CalendarDate?
  public var version: Int

  public init(
    id: UUID, dossier: ID<Dossier>, familyName: String, givenName: String, leadName: String? = nil, reason: Reason,
    exitOn: CalendarDate, proposedOn: CalendarDate, decision: Decision? = nil, decidedAt: Date? = nil,
    decidedBy: String? = nil, leavesOn: CalendarDate? = nil, version: Int
  ) {
    self.id = id
    self.dossier = dossier
    self.familyName = familyName
    self.givenName = givenName
    self.leadName = leadName
    self.reason = reason
    self.exitOn = exitOn
    self.proposedOn = proposedOn
    self.decision = decision
    self.decidedAt = decidedAt
    self.decidedBy = decidedBy
    self.leavesOn = leavesOn
    self.version = version
  }
}

/// What becomes of the appointments that a référent still has with somebody after the last day in their caseload.
public struct ComingAppointments: Payload, Equatable {
  public enum Fate: String, Payload, CaseIterable {
    case cancel, keep
    case handOver = "hand_over"
  }
  public var fate: Fate
  /// Who takes them over.
  public var colleague: ID<Account>?

  public init(_ fate: Fate, to colleague: ID<Account>? = nil) {
    self.fate = fate
    self.colleague = colleague
  }
}

public struct ProposedExitDecision: Payload {
  public var accepted: Bool
  /// Another day than the one proposed.
  public var exitOn: CalendarDate?
  /// What becomes of the appointments to come; as the county has decided where it is absent.
  public var appointments: ComingAppointments?

  public init(accepted: Bool, exitOn: CalendarDate? = nil, appointments: ComingAppointments? = nil) {
    self.accepted = accepted
    self.exitOn = exitOn
    self.appointments = appointments
  }
}

public struct ExitDraft: Payload, Constrained {
  public var on: CalendarDate
  public var reason: String?
  /// What becomes of the appointments to come; as the county has decided where it is absent.
  public var appointments: ComingAppointments?
  public static let constraints: [String: Constraint] = ["reason": .text(0...500)]

  public init(on: CalendarDate, reason: String? = nil, appointments: ComingAppointments? = nil) {
    self.on = on
    self.reason = reason
    self.appointments = appointments
  }
}

/// Which proposals are meant: all that answer these.
public struct ProposedExitFilter: Payload, Constrained {
  /// Part of a name, without regard to accents or case.
  public var q: String?
  public var reason: ProposedExit.Reason?
  public var lead: ID<Account>?
  public static let constraints: [String: Constraint] = ["q": .text(0...100)]

  public init(q: String? = nil, reason: ProposedExit.Reason? = nil, lead: ID<Account>? = nil) {
    self.q = q
    self.reason = reason
    self.lead = lead
  }
}

public struct ProposedExitQuery: PageQuery, Constrained {
  public var q: String?
  public var reason: ProposedExit.Reason?
  public var lead: ID<Account>?
  /// Those on which it was decided so, the last decided first; absent: those that await a decision, by name.
  public var decision: ProposedExit.Decision?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = [
    "q": .text(0...100), "limit": .range(1...200), "after": .cursor,
  ]

  public init(
    q: String? = nil, reason: ProposedExit.Reason? = nil, lead: ID<Account>? = nil,
    decision: ProposedExit.Decision? = nil, limit: Int? = nil, after: String? = nil
  ) {
    self.q = q
    self.reason = reason
    self.lead = lead
    self.decision = decision
    self.limit = limit
    self.after = after
  }

  public var filter: ProposedExitFilter { ProposedExitFilter(q: q, reason: reason, lead: lead) }
}

/// How many proposals await a decision, by what they have in common.
public struct ProposedExitCounts: Payload {
  public struct OfReason: Payload {
    public var reason: ProposedExit.Reason
    public var count: Int
    public init(reason: ProposedExit.Reason, count: Int) {
      self.reason = reason
      self.count = count
    }
  }
  public struct OfLead: Payload {
    public var lead: ID<Account>
    public var name: String
    public var count: Int
    public init(lead: ID<Account>, name: String, count: Int) {
      self.lead = lead
      self.name = name
      self.count = count
    }
  }
  public var reasons: [OfReason]
  /// By name.
  public var leads: [OfLead]

  public init(reasons: [OfReason], leads: [OfLead]) {
    self.reasons = reasons
    self.leads = leads
  }
}

/// One decision on many proposals: those of the dossiers that are named, or all that a filter finds.
public struct ProposedExitBatchDraft: Payload, Constrained {
  public var accepted: Bool
  /// Another day than the one proposed to each.
  public var exitOn: CalendarDate?
  public var dossiers: [ID<Dossier>]?
  public var filter: ProposedExitFilter?
  /// What becomes of the appointments to come; as the county has decided where it is absent.
  public var appointments: ComingAppointments?
  public static let constraints: [String: Constraint] = ["dossiers": .items(500)]

  public init(
    accepted: Bool, exitOn: CalendarDate? = nil, dossiers: [ID<Dossier>]? = nil, filter: ProposedExitFilter? = nil,
    appointments: ComingAppointments? = nil
  ) {
    self.appointments = appointments
    self.accepted = accepted
    self.exitOn = exitOn
    self.dossiers = dossiers
    self.filter = filter
  }
}

/// The dossiers of which the exit is taken back.
public struct ExitCancellations: Payload, Constrained {
  public var dossiers: [ID<Dossier>]
  public static let constraints: [String: Constraint] = ["dossiers": .items(500)]

  public init(dossiers: [ID<Dossier>]) { self.dossiers = dossiers }
}

extension DossiersAPI {
  public static let listProposedExits = Endpoint<ProposedExitQuery, Page<ProposedExit>>(
    .dossiers, "listProposedExits", .get, "proposed-exits", allow: .having(.exitDossier, .cancelExit),
    summary: "List the exits that the feed suggests.")
  public static let countProposedExits = Endpoint<NoInput, ProposedExitCounts>(
    .dossiers, "countProposedExits", .get, "proposed-exits/counts", allow: .having(.exitDossier, .cancelExit),
    summary: "Count the suggested exits that await a decision, by reason and by référent.")
  public static let decideProposedExits = Endpoint<ProposedExitBatchDraft, Batch>(
    .dossiers, "decideProposedExits", .post, "proposed-exits/decisions", allow: .having(.exitDossier, .cancelExit),
    summary: "Accept or decline many suggested exits, each by itself.", success: 202)
  public static let cancelExits = Endpoint<ExitCancellations, Batch>(
    .dossiers, "cancelExits", .post, "exits/cancellations", allow: .having(.cancelExit),
    summary: "Take many exits back, each by itself.", success: 202)
  public static let decideProposedExit = Endpoint<ProposedExitDecision, NoOutput>(
    .dossiers, "decideProposedExit", .post, "dossiers/{dossier}/proposed-exit",
    allow: .having(.exitDossier, .cancelExit, reaching: .dossier), summary: "Accept or decline a suggested exit.")
  public static let recordExit = Endpoint<ExitDraft, ReferentEntry>(
    .dossiers, "recordExit", .post, "dossiers/{dossier}/exit", allow: .having(.exitDossier, reaching: .dossier),
    summary: "Enter the last day in the current lead référent's caseload.")
  public static let cancelExit = Endpoint<NoInput, ReferentEntry>(
    .dossiers, "cancelExit", .delete, "dossiers/{dossier}/exit",
    allow: .having(.cancelExit, .exitDossier, reaching: .dossier),
    summary: "Take an exit back; the lead référent only while it is to come.", success: 200)
}
