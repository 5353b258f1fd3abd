import API
import Domain
import Service

func addTransferRoutes(
  to routes: Routes, capacities: CapacityStore, transfers: TransferStore, batches: BatchStore, runner: BatchRunner
) {
  routes.handle(DossiersAPI.listCaseloads) { query, request in
    try await capacities.list(query, for: request.caller)
  }
  routes.handle(DossiersAPI.showCaseload) { _, request in
    try await capacities.caseload(request.id("account"), for: request.caller)
  }
  routes.handle(DossiersAPI.setCapacity) { draft, request in
    try await capacities.set(
      draft, of: request.id("account"), version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.previewTransfer) { query, request in
    try await transfers.preview(
      of: request.id("account"), to: query.targets, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.transferCaseload) { draft, request in
    let id = try await transfers.keep(draft, from: request.id("account"), for: request.caller, at: request.now)
    return try await runner.begun(id, in: batches, for: request.caller)
  }
}
