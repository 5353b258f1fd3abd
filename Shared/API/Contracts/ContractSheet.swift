import Domain
import Foundation

/// A contract as its page shows it, with what the caller may do about it now.
public struct ContractSheet: Payload, Versioned {
  public var contract: ContractRecord
  /// As `MARTIN Léa`.
  public var beneficiary: String
  public var dossierNumber: Int
  /// In the order in which they are printed.
  public var objectives: [Objective]
  /// The oldest first.
  public var history: [ContractStateChange]
  public var allowedMoves: [ContractMove]
  /// What the caller may change in this state; empty for who may not move the contract from it.
  public var editable: [ContractZone]
  /// The models that the state allows and the caller may print, the usual one first (rule K3).
  public var models: [OfferedModel]
  /// What a proposition still lacks to be submitted, as the county asks for it; empty in any other state.
  public var missing: [SubmissionItem]
  public var version: Int { contract.version }

  public init(
    contract: ContractRecord, beneficiary: String, dossierNumber: Int, objectives: [Objective],
    history: [ContractStateChange], allowedMoves: [ContractMove], editable: [ContractZone], models: [OfferedModel],
    missing: [SubmissionItem] = []
  ) {
    self.missing = missing
    self.contract = contract
    self.beneficiary = beneficiary
    self.dossierNumber = dossierNumber
    self.objectives = objectives
    self.history = history
    self.allowedMoves = allowedMoves
    self.editable = editable
    self.models = models
  }
}

/// What is worked on, and who does what (rule K5).
public struct Objective: Payload {
  public var id: ID<Objective>
  public var position: Int
  /// A code of the county's list.
  public var theme: String
  public var themeLabel: String
  public var personDoes: String
  public var referentDoes: String
  public var dueOn: CalendarDate?
  /// The step or positioning that serves it.
  public var step: ID<Step>?
  /// What the step's offer is called; absent where it is out of the caller's reach.
  public var stepName: String?

  public init(
    id: ID<Objective>, position: Int, theme: String, themeLabel: String, personDoes: String, referentDoes: String,
    dueOn: CalendarDate? = nil, step: ID<Step>? = nil, stepName: String? = nil
  ) {
    self.stepName = stepName
    self.id = id
    self.position = position
    self.theme = theme
    self.themeLabel = themeLabel
    self.personDoes = personDoes
    self.referentDoes = referentDoes
    self.dueOn = dueOn
    self.step = step
  }
}

/// One passage that took place; `from` is absent when the contract was drafted.
public struct ContractStateChange: Payload {
  public var from: ContractState?
  public var to: ContractState
  public var byName: String
  public var at: Date
  public var reason: String?

  public init(from: ContractState?, to: ContractState, byName: String, at: Date, reason: String? = nil) {
    self.from = from
    self.to = to
    self.byName = byName
    self.at = at
    self.reason = reason
  }
}

/// A passage that the caller may make now.
public struct ContractMove: Payload {
  public var to: ContractState
  /// What the button says.
  public var label: String
  public var needsReason: Bool

  public init(to: ContractState, label: String, needsReason: Bool) {
    self.to = to
    self.label = label
    self.needsReason = needsReason
  }
}

/// The parts of a contract that are changed apart.
public enum ContractZone: String, Payload, CaseIterable {
  /// Dates, number, priority, and what référent and person wrote.
  case draft
  case objectives
  case consent
  /// What the service fills in: decision, comment, date, note for the référent, another end.
  case decision
}

/// An objective of the person's, with its contract: what a step or positioning may be linked to.
public struct LinkableObjective: Payload {
  public var id: ID<Objective>
  public var contract: ID<Contract>
  public var kind: ContractRecord.Kind
  public var number: Int
  public var state: ContractState
  /// The contract's version, which a link asks for.
  public var contractVersion: Int
  public var themeLabel: String
  public var personDoes: String
  /// What serves it now.
  public var step: ID<Step>?

  public init(
    id: ID<Objective>, contract: ID<Contract>, kind: ContractRecord.Kind, number: Int, state: ContractState,
    contractVersion: Int, themeLabel: String, personDoes: String, step: ID<Step>? = nil
  ) {
    self.id = id
    self.contract = contract
    self.kind = kind
    self.number = number
    self.state = state
    self.contractVersion = contractVersion
    self.themeLabel = themeLabel
    self.personDoes = personDoes
    self.step = step
  }
}
