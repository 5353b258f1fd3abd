import API
import Domain
import Foundation
import Postgres
import Service

extension HeldContract {
  /// Makes a passage, or refuses it.
  /// - Throws: what `Workflow.passage` and `ContractRecord.moved` throw; 422 that lists what a proposition lacks.
  mutating func move(_ move: ContractMoveRequest, in transaction: Transaction, at moment: Date) async throws {
    _ = try workflow.passage(from: record.state, to: move.to, by: mover, reason: move.reason)
    let missing = try await transaction.missing(of: record)
    guard missing.isEmpty else { throw Problem.invalid(missing.map(\.fault)) }
    record = try record.moved(to: move.to, with: move, by: transaction.caller, at: moment)
    reason = move.reason.flatMap { $0.isEmpty ? nil : $0 }
  }
}

func addValidationRoutes(to routes: Routes, store: ContractStore, documents: DocumentsAhead) {
  routes.handle(ContractsAPI.moveContract) { move, request in
    let sheet = try await store.change(request, of: nil) { held, transaction in
      try await held.move(move, in: transaction, at: request.now)
    }
    documents.prepare(sheet.contract.id, for: request.caller)
    return sheet
  }
  routes.handle(ContractsAPI.reviseDecision) { draft, request in
    try await store.change(request, of: .decision) { held, _ in
      held.record = try held.record.decided(draft, by: request.caller, at: request.now)
    }
  }
}
