import API
import Service

func addFollowUpRoutes(to routes: Routes, contracts: FollowUpStore, renewals: RenewalStore, missing: MissingStore) {
  routes.handle(ContractsAPI.dossierContracts) { _, request in
    try await contracts.contracts(of: request.dossier, for: request.caller)
  }
  routes.handle(ContractsAPI.listContracts) { filter, request in
    try await contracts.contracts(filter, for: request.caller)
  }
  routes.handle(ContractsAPI.countContracts) { _, request in
    try await contracts.counts(for: request.caller)
  }
  routes.handle(ContractsAPI.exportContracts) { filter, request in
    try await contracts.file(filter, for: request.caller)
  }
  routes.handle(ContractsAPI.listWithoutContract) { filter, request in
    try await missing.people(filter, for: request.caller)
  }
  routes.handle(ContractsAPI.listRenewals) { filter, request in
    try await renewals.renewals(filter, for: request.caller)
  }
}
