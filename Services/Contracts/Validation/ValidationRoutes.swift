import API
import Domain
import Foundation
import Service

func addValidationRoutes(to routes: Routes, store: ContractStore) {
  routes.handle(ContractsAPI.moveContract) { move, request in
    try await store.change(request, of: nil) { held, transaction in
      _ = try held.workflow.passage(from: held.record.state, to: move.to, by: held.mover, reason: move.reason)
      if held.record.state == .proposition {
        // At least one objective a contract (rule K5).
        guard try await transaction.countObjectives(of: held.record.id) > 0 else {
          throw Problem.invalid([
            Fault("objectives", "obligatoire", "Ajoutez au moins un objectif avant de soumettre le contrat.")
          ])
        }
      }
      held.record = try held.record.moved(to: move.to, with: move, by: request.caller, at: request.now)
      held.reason = move.reason.flatMap { $0.isEmpty ? nil : $0 }
    }
  }
  routes.handle(ContractsAPI.reviseDecision) { draft, request in
    try await store.change(request, of: .decision) { held, _ in
      held.record = try held.record.decided(draft, by: request.caller, at: request.now)
    }
  }
}
