import Domain

/// The end of a valid contract that no other follows comes near, or has passed; told once for each end. A contract that is
/// drafted, submitted or decided is a `ContractMoved`.
public struct ContractEnding: Event {
  public static let type = "contracts.ending.v1"
  public enum Change: String, Payload, CaseIterable { case expiring, expired }
  public var contract: ID<Contract>
  public var dossier: ID<Dossier>
  public var territory: ID<Territory>?
  public var author: ID<Account>
  public var number: Int
  public var endsOn: CalendarDate
  public var change: Change
  public var key: String { dossier.description }
  public init(
    contract: ID<Contract>, dossier: ID<Dossier>, territory: ID<Territory>?, author: ID<Account>, number: Int,
    endsOn: CalendarDate, change: Change
  ) {
    self.contract = contract
    self.dossier = dossier
    self.territory = territory
    self.author = author
    self.number = number
    self.endsOn = endsOn
    self.change = change
  }
}

/// Something around a contract changed, so that its référent or the service has to look at it again.
public struct ContractToReview: Event {
  public static let type = "contracts.to-review.v1"
  public enum Cause: String, Payload, CaseIterable {
    /// Another lead référent, while the contract was not decided.
    case referent
    /// An exit was entered, or the entitlement closed, while the contract was not decided.
    case exit, entitlement
    /// A step that serves one of its objectives ended.
    case step
  }
  public var contract: ID<Contract>
  public var dossier: ID<Dossier>
  public var territory: ID<Territory>?
  public var number: Int
  public var state: ContractState
  public var cause: Cause
  public var key: String { dossier.description }
  public init(
    contract: ID<Contract>, dossier: ID<Dossier>, territory: ID<Territory>?, number: Int, state: ContractState,
    cause: Cause
  ) {
    self.contract = contract
    self.dossier = dossier
    self.territory = territory
    self.number = number
    self.state = state
    self.cause = cause
  }
}

/// An objective of a contract is served by a step or positioning from now on (rule K5).
public struct ObjectiveLinked: Event {
  public static let type = "contracts.objective-linked.v1"
  public var contract: ID<Contract>
  public var dossier: ID<Dossier>
  public var kind: ContractRecord.Kind
  public var number: Int
  public var themeLabel: String
  public var step: ID<Step>
  public var offerName: String
  public var key: String { dossier.description }
  public init(
    contract: ID<Contract>, dossier: ID<Dossier>, kind: ContractRecord.Kind, number: Int, themeLabel: String,
    step: ID<Step>, offerName: String
  ) {
    self.contract = contract
    self.dossier = dossier
    self.kind = kind
    self.number = number
    self.themeLabel = themeLabel
    self.step = step
    self.offerName = offerName
  }
}
