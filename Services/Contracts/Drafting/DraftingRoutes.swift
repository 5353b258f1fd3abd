import API
import Domain
import Postgres
import Service

func addDraftingRoutes(to routes: Routes, store: ContractStore) {
  routes.handle(ContractsAPI.draftContract) { draft, request in
    try await store.draft(draft, for: request.dossier, by: request.caller, at: request.now)
  }
  routes.handle(ContractsAPI.showContract) { _, request in
    try await store.sheet(of: request.id("contract"), for: request.caller)
  }
  routes.handle(ContractsAPI.reviseContract) { draft, request in
    try await store.change(request, of: .draft) { held, transaction in
      let faults =
        try await KeptList.priorities.faults(
          draft.chosenPriority, at: "priority", keeping: held.record.priority, in: transaction)
        + transaction.numberFaults(draft.number, of: held.record.dossier, besides: held.record.id)
        + transaction.startFaults(draft.startsOn, of: held.record.id)
      held.record = try held.record.revised(draft, today: request.today, besides: faults)
    }
  }
  routes.handle(ContractsAPI.removeContract) { _, request in
    try await store.remove(request.id("contract"), version: request.version, for: request.caller)
    return NoOutput()
  }
  routes.handle(ContractsAPI.recordConsent) { draft, request in
    try await store.change(request, of: .consent) { held, _ in
      held.record = held.record.answered(draft, at: request.now)
      // An answer that is still to come is no news.
      if held.record.consent == .none { return }
      held.events.append(
        ConsentRecorded(
          contract: held.record.id, dossier: held.record.dossier, consent: held.record.consent))
    }
  }
}

func addObjectiveRoutes(to routes: Routes, store: ContractStore) {
  routes.handle(ContractsAPI.addObjective) { draft, request in
    try await store.changeObjectives(request, of: .objectives) { held, transaction in
      try await transaction.addObjective(draft, to: held.record)
      held.record = held.record.disagreed()
    }
  }
  routes.handle(ContractsAPI.reviseObjective) { draft, request in
    let objective: ID<Objective> = try request.id("objective")
    return try await store.changeObjectives(request, of: .objectives) { held, transaction in
      if try await transaction.reviseObjective(objective, draft, of: held.record) {
        held.record = held.record.disagreed()
      }
    }
  }
  routes.handle(ContractsAPI.removeObjective) { _, request in
    let objective: ID<Objective> = try request.id("objective")
    return try await store.changeObjectives(request, of: .objectives) { held, transaction in
      try await transaction.removeObjective(objective, of: held.record.id)
      held.record = held.record.disagreed()
    }
  }
  routes.handle(ContractsAPI.listObjectives) { _, request in
    try await store.objectives(of: request.dossier, for: request.caller)
  }
  // Whatever the state: the step that serves an objective is often known after the decision.
  routes.handle(ContractsAPI.linkObjective) { link, request in
    let objective: ID<Objective> = try request.id("objective")
    return try await store.changeObjectives(request, of: nil) { held, transaction in
      if let linked = try await transaction.linkObjective(objective, to: link.step, of: held.record) {
        held.events.append(linked)
      }
    }
  }
}

extension ContractStore {
  /// Changes the contract that the request's address names, in the version that it saw.
  /// - Parameter zone: the part that must be the caller's to change now; nil where the state does not matter.
  func change(
    _ request: EndpointRequest, of zone: ContractZone?,
    _ body: @escaping @Sendable (inout HeldContract, Transaction) async throws -> Void
  ) async throws -> ContractSheet {
    try await change(
      request.id("contract"), version: request.version, for: request.caller, at: request.now
    ) { held, transaction in
      if let zone { try held.check(zone) }
      try await body(&held, transaction)
    }
  }
}
