import Domain
import Foundation

/// The six states of a contract (rule K1).
public enum ContractState: String, Payload, CaseIterable {
  case proposition
  case submitted = "soumis"
  case studied = "etude"
  case awaiting = "attente"
  case accepted = "valide"
  case refused = "non_valide"

  /// As users name it.
  public var label: String {
    switch self {
    case .proposition: "CER proposition"
    case .submitted: "Soumis à l’étude"
    case .studied: "Étude approfondie en commission"
    case .awaiting: "Attente de décision"
    case .accepted: "Validé"
    case .refused: "Non validé"
    }
  }

  /// Whether the Département has answered.
  public var isDecided: Bool { self == .accepted || self == .refused }
}

/// The contract as it is kept, without its objectives and history.
public struct ContractRecord: Payload {
  /// The county's own contract, or the *contrat d'engagement* that replaces it by 2027 (loi 2023-1196).
  public enum Kind: String, Payload, CaseIterable {
    case cer, ce
    public var label: String { self == .cer ? "CER" : "Contrat d’engagement" }
  }
  /// How the person agreed; `none` is the guide's « NC ».
  public enum Consent: String, Payload, CaseIterable {
    case none, sms, yes, no
    public var label: String {
      switch self {
      case .none: "Non recueilli"
      case .sms: "Oui, par SMS"
      case .yes: "Oui"
      case .no: "Non"
      }
    }
  }
  public enum Decision: String, Payload, CaseIterable {
    case accepted = "valide"
    case refused = "non_valide"
    public var label: String { self == .accepted ? "Validé" : "Non validé" }
  }

  public var id: ID<Contract>
  public var dossier: ID<Dossier>
  public var kind: Kind
  public var number: Int
  public var state: ContractState
  public var stateSince: Date
  public var submittedAt: Date?
  public var startsOn: CalendarDate
  public var endsOn: CalendarDate?
  /// The day on which it was worked out with the person.
  public var signedOn: CalendarDate?
  /// No renewal alert follows this one.
  public var lastContract: Bool
  /// A code of the county's list.
  public var priority: String?
  /// The référent's note for the service; it is in no printed contract.
  public var comment: String
  public var situation: String
  public var evaluation: String
  /// What the person wants to have said.
  public var expression: String
  public var consent: Consent
  public var consentAt: Date?
  /// Hours of activity a week.
  public var targetHours: Int?
  public var author: ID<Account>
  public var authorName: String
  public var authorOrganisation: ID<Organisation>?
  public var decision: Decision?
  public var decisionComment: String
  public var decidedOn: CalendarDate?
  public var decidedBy: ID<Account>?
  public var decidedByName: String?
  /// The service's answer to the référent, beside the decision.
  public var noteForReferent: String
  /// The end that the référent proposed, where it was changed; absent with a change too where they proposed none.
  public var proposedEnd: CalendarDate?
  /// Who gave the contract another end than its référent, and when.
  public var endChangedByName: String?
  public var endChangedAt: Date?
  public var version: Int
  public var createdAt: Date

  public init(
    id: ID<Contract>, dossier: ID<Dossier>, kind: Kind = .cer, number: Int, state: ContractState, stateSince: Date,
    submittedAt: Date? = nil, startsOn: CalendarDate, endsOn: CalendarDate? = nil, signedOn: CalendarDate? = nil,
    lastContract: Bool = false, priority: String? = nil, comment: String = "", situation: String = "",
    evaluation: String = "", expression: String = "", consent: Consent = .none, consentAt: Date? = nil,
    targetHours: Int? = nil, author: ID<Account>, authorName: String, authorOrganisation: ID<Organisation>? = nil,
    decision: Decision? = nil, decisionComment: String = "", decidedOn: CalendarDate? = nil,
    decidedBy: ID<Account>? = nil, decidedByName: String? = nil, noteForReferent: String = "",
    proposedEnd: CalendarDate? = nil, endChangedByName: String? = nil, endChangedAt: Date? = nil, version: Int,
    createdAt: Date
  ) {
    self.proposedEnd = proposedEnd
    self.endChangedByName = endChangedByName
    self.endChangedAt = endChangedAt
    self.id = id
    self.dossier = dossier
    self.kind = kind
    self.number = number
    self.state = state
    self.stateSince = stateSince
    self.submittedAt = submittedAt
    self.startsOn = startsOn
    self.endsOn = endsOn
    self.signedOn = signedOn
    self.lastContract = lastContract
    self.priority = priority
    self.comment = comment
    self.situation = situation
    self.evaluation = evaluation
    self.expression = expression
    self.consent = consent
    self.consentAt = consentAt
    self.targetHours = targetHours
    self.author = author
    self.authorName = authorName
    self.authorOrganisation = authorOrganisation
    self.decision = decision
    self.decisionComment = decisionComment
    self.decidedOn = decidedOn
    self.decidedBy = decidedBy
    self.decidedByName = decidedByName
    self.noteForReferent = noteForReferent
    self.version = version
    self.createdAt = createdAt
  }
}
