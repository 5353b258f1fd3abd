import Domain
import Foundation

/// What the county decides of one passage between two states.
public struct TransitionTerms: Payload, Equatable, Constrained {
  public var profiles: [Profile]
  /// Whether a reason is required.
  public var needsReason: Bool
  public var enabled: Bool
  public static let constraints: [String: Constraint] = ["profiles": .items(20)]

  public init(profiles: [Profile], needsReason: Bool, enabled: Bool) {
    self.profiles = profiles
    self.needsReason = needsReason
    self.enabled = enabled
  }
}

/// A passage between two states of a contract (rule K1).
public struct ContractTransition: Payload, Equatable {
  public var from: ContractState
  public var to: ContractState
  /// What its button says.
  public var label: String
  public var terms: TransitionTerms
  /// As Jalons came.
  public var usual: TransitionTerms
  /// The profiles that hold the right it asks for: nobody else can be given it.
  public var eligible: [Profile]
  /// Of the référents, only the person's current lead one.
  public var leadOnly: Bool

  public init(
    from: ContractState, to: ContractState, label: String, terms: TransitionTerms, usual: TransitionTerms,
    eligible: [Profile], leadOnly: Bool
  ) {
    self.from = from
    self.to = to
    self.label = label
    self.terms = terms
    self.usual = usual
    self.eligible = eligible
    self.leadOnly = leadOnly
  }
}

/// The county's whole table of passages, in the order of the states.
public struct ContractTransitions: Payload, Versioned, Equatable {
  public var items: [ContractTransition]
  public var version: Int

  public init(items: [ContractTransition], version: Int) {
    self.items = items
    self.version = version
  }
}

/// Every passage, once, with what is decided of it.
public struct TransitionsDraft: Payload {
  public struct Item: Payload, Equatable {
    public var from: ContractState
    public var to: ContractState
    public var terms: TransitionTerms

    public init(from: ContractState, to: ContractState, terms: TransitionTerms) {
      self.from = from
      self.to = to
      self.terms = terms
    }
  }
  public var items: [Item]

  public init(items: [Item]) { self.items = items }
}

/// One change of the table: the passages that changed, before and after.
public struct TransitionChange: PlacedChange, Equatable {
  public var position: Int
  public var before: [TransitionsDraft.Item]
  public var after: [TransitionsDraft.Item]
  public var at: Date
  public var accountName: String

  public init(
    position: Int, before: [TransitionsDraft.Item], after: [TransitionsDraft.Item], at: Date, accountName: String
  ) {
    self.position = position
    self.before = before
    self.after = after
    self.at = at
    self.accountName = accountName
  }
}

extension ContractsAPI {
  public static let showTransitions = Endpoint<NoInput, ContractTransitions>(
    .contracts, "showTransitions", .get, "transitions", allow: .having(.administer),
    summary: "Show who moves a contract from which state to which, beside what Jalons came with.")
  public static let changeTransitions = Endpoint<TransitionsDraft, ContractTransitions>(
    .contracts, "changeTransitions", .put, "transitions", allow: .having(.administer),
    summary: "Change who moves contracts; a table under which a contract could get stuck is refused.",
    versioned: true)
  public static let listTransitionChanges = Endpoint<ListChangeQuery, Page<TransitionChange>>(
    .contracts, "listTransitionChanges", .get, "transitions/changes", allow: .having(.administer),
    summary: "List who changed the passages of contracts, newest first.")
}
