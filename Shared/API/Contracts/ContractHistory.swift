import Domain
import Foundation

/// What changes of a contract, field by field.
public enum ContractField: String, Payload, CaseIterable {
  case kind, number, startsOn, endsOn, signedOn, lastContract, priority, comment, situation, evaluation, expression
  case consent, targetHours, objectives
  case decision, decisionComment, decidedOn, noteForReferent

  public var label: String {
    switch self {
    case .kind: "Type"
    case .number: "Numéro"
    case .startsOn: "Début"
    case .endsOn: "Fin"
    case .signedOn: "Élaboré le"
    case .lastContract: "Dernier contrat"
    case .priority: "Priorité"
    case .comment: "Commentaire pour le service"
    case .situation: "Situation"
    case .evaluation: "Évaluation"
    case .expression: "Ce que la personne veut dire"
    case .consent: "Accord de la personne"
    case .targetHours: "Heures d’activité par semaine"
    case .objectives: "Objectifs"
    case .decision: "Décision"
    case .decisionComment: "Commentaire de la décision"
    case .decidedOn: "Date de la décision"
    case .noteForReferent: "Note pour le référent"
    }
  }

  /// Whether it is the deciders' own: what was first intended is not told, even after the decision (rule K11).
  public var isDeciders: Bool {
    switch self {
    case .decision, .decisionComment, .decidedOn, .noteForReferent: true
    default: false
    }
  }
}

/// A field as it was and as it became, in words; nil for empty.
public struct ContractFieldChange: PlacedChange, Equatable {
  public var position: Int
  public var field: ContractField
  public var before: String?
  public var after: String?
  public var byName: String
  public var at: Date

  public init(position: Int, field: ContractField, before: String?, after: String?, byName: String, at: Date) {
    self.position = position
    self.field = field
    self.before = before
    self.after = after
    self.byName = byName
    self.at = at
  }
}

extension ContractsAPI {
  public static let listContractChanges = Endpoint<ListChangeQuery, Page<ContractFieldChange>>(
    .contracts, "listContractChanges", .get, "contracts/{contract}/changes",
    allow: .having(.readDossiers, reaching: .contract),
    summary: "List what was changed of a contract, field by field, newest first.")
}
