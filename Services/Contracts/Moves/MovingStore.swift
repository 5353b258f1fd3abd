import API
import Domain
import Foundation
import Logging
import Messaging
import Postgres
import Service

/// Does what moves of many contracts ask, contract by contract.
typealias MoveRunner = JobRunner<ContractMoveRequest>

/// The moves of many contracts: the jobs of this service.
struct MovingStore: Sendable {
  let queue: JobQueue

  init(postgres: PostgresClient) { queue = JobQueue(postgres: postgres, schema: "contracts", name: "move") }

  /// - Throws: 422 for neither contracts nor a state, or both.
  func keep(_ moves: ContractMoves, for caller: Caller, at moment: Date) async throws -> ID<ContractMoving> {
    let targets = try Self.targets(moves)
    let request = ContractMoveRequest(
      to: moves.to, reason: moves.reason, comment: moves.comment, decidedOn: moves.decidedOn)
    let id = ID<ContractMoving>.new(at: moment)
    try await queue.postgres.withTransaction(as: caller) { transaction in
      try await queue.add(
        id.value, kind: moves.to.rawValue, task: request, to: targets, in: transaction, at: moment)
    }
    return id
  }

  /// A row of its own for each contract, also for two of one dossier.
  private static func targets(_ moves: ContractMoves) throws -> SQL {
    let name: SQL = """
      rtrim(upper(d.family_name) || ' ' || d.given_name) || ', ' || upper(c.kind) || ' n° ' || c.number
      """
    switch (moves.contracts, moves.from) {
    case (let contracts?, nil) where !contracts.isEmpty:
      return """
        select null::uuid as dossier, \(name) as name, n.contract as target, n.place
        from unnest(\(contracts)::uuid[]) with ordinality n (contract, place)
        left join contracts.contract c on c.id = n.contract
        left join dossiers.v1_dossier d on d.id = c.dossier
        """
    case (nil, let state?):
      return """
        select null::uuid as dossier, \(name) as name, c.id as target,
          row_number() over (order by c.urgency, c.state_since, c.id) as place
        from contracts.contract c join dossiers.v1_dossier d on d.id = c.dossier
        where c.state = \(state) limit 10000
        """
    default:
      throw Problem.invalid([
        Fault("contracts", "choix", "Indiquez des contrats, ou un état, mais pas les deux ni aucun.")
      ])
    }
  }

  /// - Throws: 404 for another person's.
  func moving(_ id: ID<ContractMoving>, for caller: Caller) async throws -> ContractMoving {
    try await queue.postgres.withTransaction(as: caller.looking) { try await shown(id, in: $0) }
  }

  private func shown(_ id: ID<ContractMoving>, in transaction: Transaction) async throws -> ContractMoving {
    guard let progress = try await queue.progress(of: id.value, in: transaction),
      let state = ContractState(rawValue: progress.kind)
    else { throw Problem.notFound("Ce traitement") }
    return ContractMoving(
      id: id, to: state, total: progress.total, done: progress.done, refused: progress.refused,
      createdAt: progress.createdAt, endedAt: progress.endedAt)
  }

  func rows(
    of id: ID<ContractMoving>, _ query: BatchRowQuery, for caller: Caller
  ) async throws -> Page<ContractMovingRow> {
    let limit = query.limit ?? 50
    let after = try query.place(as: Int.self) ?? 0
    let outcome = query.outcome?.rawValue
    return try await queue.postgres.withTransaction(as: caller) { transaction in
      _ = try await shown(id, in: transaction)
      let rows = try await transaction.query(
        """
        select position, target as contract, name, outcome, reason from contracts.move_row
        where move = \(id) and position > \(after) and (\(outcome)::text is null or outcome = \(outcome)::text)
        order by position limit \(limit + 1)
        """, as: ContractMovingRow.self)
      return try Page(rows, limit: limit, place: \.position)
    }
  }

  /// Moves one contract after the other, each as it is when its turn comes.
  func runner(contracts: ContractStore, now: Now, logger: Logger) -> MoveRunner {
    var runner = MoveRunner(
      queue: queue, now: now, logger: logger, act: { _ in ContractsAPI.moveContract.fullName }
    ) { move, target, transaction, moment in
      guard let contract = target.target.map({ ID<Contract>($0) }) else { throw Problem.notFound("Ce contrat") }
      try await contracts.change(contract, version: nil, in: transaction, at: moment) { held, transaction in
        try await held.move(move, in: transaction, at: moment)
      }
    }
    runner.subject = { $0.target.map { RequestSubject(kind: "contract", id: $0) } }
    return runner
  }
}

func addMovingRoutes(to routes: Routes, store: MovingStore, runner: MoveRunner) {
  routes.handle(ContractsAPI.moveContracts) { moves, request in
    let id = try await store.keep(moves, for: request.caller, at: request.now)
    await runner.begin(id.value, atMost: 25)
    return try await store.moving(id, for: request.caller)
  }
  routes.handle(ContractsAPI.showMoving) { _, request in
    try await store.moving(request.id("moving"), for: request.caller)
  }
  routes.handle(ContractsAPI.listMovingRows) { query, request in
    try await store.rows(of: request.id("moving"), query, for: request.caller)
  }
}
