import Domain
import Foundation

/// One passage for many contracts: those named, or all that are in one state.
public struct ContractMoves: Payload, Constrained {
  public var contracts: [ID<Contract>]?
  public var from: ContractState?
  public var to: ContractState
  public var reason: String?
  /// Goes with a decision alone.
  public var comment: String?
  public var decidedOn: CalendarDate?

  public static let constraints: [String: Constraint] = [
    "contracts": .items(10_000), "reason": .text(0...2000), "comment": .text(0...10_000),
  ]

  public init(
    contracts: [ID<Contract>]? = nil, from: ContractState? = nil, to: ContractState, reason: String? = nil,
    comment: String? = nil, decidedOn: CalendarDate? = nil
  ) {
    self.contracts = contracts
    self.from = from
    self.to = to
    self.reason = reason
    self.comment = comment
    self.decidedOn = decidedOn
  }
}

/// How far a move of many contracts is; each is done or refused by itself.
public struct ContractMoving: Payload {
  public var id: ID<ContractMoving>
  public var to: ContractState
  public var total: Int
  public var done: Int
  public var refused: Int
  public var createdAt: Date
  /// Absent while it goes on.
  public var endedAt: Date?

  public init(
    id: ID<ContractMoving>, to: ContractState, total: Int, done: Int, refused: Int, createdAt: Date,
    endedAt: Date? = nil
  ) {
    self.id = id
    self.to = to
    self.total = total
    self.done = done
    self.refused = refused
    self.createdAt = createdAt
    self.endedAt = endedAt
  }
}

/// What became of one contract.
public struct ContractMovingRow: Payload {
  public var position: Int
  public var contract: ID<Contract>
  /// The person and the contract; absent for one out of the caller's reach.
  public var name: String?
  /// Absent while its turn has not come.
  public var outcome: BatchRow.Outcome?
  /// Why it was refused.
  public var reason: String?

  public init(position: Int, contract: ID<Contract>, name: String?, outcome: BatchRow.Outcome?, reason: String?) {
    self.position = position
    self.contract = contract
    self.name = name
    self.outcome = outcome
    self.reason = reason
  }
}

extension ContractsAPI {
  public static let moveContracts = Endpoint<ContractMoves, ContractMoving>(
    .contracts, "moveContracts", .post, "moves", allow: .having(.moveContracts, .decideContracts),
    summary: "Move many contracts to another state, each by itself.", success: 202, limit: 1024 * 1024)
  public static let showMoving = Endpoint<NoInput, ContractMoving>(
    .contracts, "showMoving", .get, "moves/{moving}", allow: .having(.moveContracts, .decideContracts),
    summary: "Show how far a move of many contracts is.")
  public static let listMovingRows = Endpoint<BatchRowQuery, Page<ContractMovingRow>>(
    .contracts, "listMovingRows", .get, "moves/{moving}/rows", allow: .having(.moveContracts, .decideContracts),
    summary: "List what became of each contract of a move.")
}
