import API
import Domain
import Service

func addExitRoutes(
  to routes: Routes, referents: ReferentStore, proposals: ProposedExitStore, batches: BatchStore, runner: BatchRunner
) {
  routes.handle(DossiersAPI.listProposedExits) { query, request in
    try await proposals.list(query, for: request.caller)
  }
  routes.handle(DossiersAPI.countProposedExits) { _, request in
    try await proposals.counts(for: request.caller)
  }
  routes.handle(DossiersAPI.decideProposedExits) { draft, request in
    let id = try await proposals.keep(draft, for: request.caller, at: request.now)
    return try await runner.begun(id, in: batches, for: request.caller)
  }
  routes.handle(DossiersAPI.cancelExits) { draft, request in
    let id = try await referents.keepCancellations(of: draft.dossiers, for: request.caller, at: request.now)
    return try await runner.begun(id, in: batches, for: request.caller)
  }
  routes.handle(DossiersAPI.decideProposedExit) { decision, request in
    try await proposals.decide(decision, of: request.dossier, for: request.caller, at: request.now)
    return NoOutput()
  }
  routes.handle(DossiersAPI.recordExit) { draft, request in
    try await referents.recordExit(draft, of: request.dossier, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.cancelExit) { _, request in
    try await referents.cancelExit(of: request.dossier, for: request.caller, at: request.now)
  }
}
