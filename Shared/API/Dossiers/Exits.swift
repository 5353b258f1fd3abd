import Domain
import Foundation

/// An exit that the feed suggests (guide, *Quand solliciter une sortie*), for the référent to accept.
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
  public var id: UUID
  public var dossier: ID<Dossier>
  public var familyName: String
  public var givenName: String
  public var reason: Reason
  public var exitOn: CalendarDate
  public var proposedOn: CalendarDate
  public var version: Int

  public init(
    id: UUID, dossier: ID<Dossier>, familyName: String, givenName: String, reason: Reason, exitOn: CalendarDate,
    proposedOn: CalendarDate, version: Int
  ) {
    self.id = id
    self.dossier = dossier
    self.familyName = familyName
    self.givenName = givenName
    self.reason = reason
    self.exitOn = exitOn
    self.proposedOn = proposedOn
    self.version = version
  }
}

public struct ProposedExitDecision: Payload {
  public var accepted: Bool
  /// Another day than the one proposed.
  public var exitOn: CalendarDate?

  public init(accepted: Bool, exitOn: CalendarDate? = nil) {
    self.accepted = accepted
    self.exitOn = exitOn
  }
}

public struct ExitDraft: Payload, Constrained {
  public var on: CalendarDate
  public var reason: String?
  public static let constraints: [String: Constraint] = ["reason": .text(0...500)]

  public init(on: CalendarDate, reason: String? = nil) {
    self.on = on
    self.reason = reason
  }
}

public struct StepReferentDraft: Payload {
  public var account: ID<Account>
  public var from: CalendarDate
  public var until: CalendarDate

  public init(account: ID<Account>, from: CalendarDate, until: CalendarDate) {
    self.account = account
    self.from = from
    self.until = until
  }
}

public struct ProposedExitQuery: Payload, Constrained {
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = ["limit": .range(1...200), "after": .text(0...100)]

  public init(limit: Int? = nil, after: String? = nil) {
    self.limit = limit
    self.after = after
  }
}

extension DossiersAPI {
  public static let listProposedExits = Endpoint<ProposedExitQuery, Page<ProposedExit>>(
    .dossiers, "listProposedExits", .get, "proposed-exits", allow: .having(.exitDossier, .cancelExit),
    summary: "List the exits that the feed suggests.")
  public static let decideProposedExit = Endpoint<ProposedExitDecision, NoOutput>(
    .dossiers, "decideProposedExit", .post, "dossiers/{dossier}/proposed-exit",
    allow: .having(.exitDossier, .cancelExit, reaching: "dossier"), summary: "Accept or decline a suggested exit.")
  public static let recordExit = Endpoint<ExitDraft, ReferentEntry>(
    .dossiers, "recordExit", .post, "dossiers/{dossier}/exit", allow: .having(.exitDossier, reaching: "dossier"),
    summary: "Enter the last day in the current lead référent's caseload.")
  public static let cancelExit = Endpoint<NoInput, ReferentEntry>(
    .dossiers, "cancelExit", .delete, "dossiers/{dossier}/exit", allow: .having(.cancelExit, reaching: "dossier"),
    summary: "Take an exit back.", success: 200)
  public static let nameStepReferent = Endpoint<StepReferentDraft, ReferentEntry>(
    .dossiers, "nameStepReferent", .post, "dossiers/{dossier}/step-referents",
    allow: .having(.nameStepReferent, reaching: "dossier"), summary: "Name a step référent for some time.", success: 201
  )
}
