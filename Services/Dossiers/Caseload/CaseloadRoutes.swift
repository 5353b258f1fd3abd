import API
import Domain
import Service

func addCaseloadRoutes(to routes: Routes, caseload: CaseloadStore, dossiers: DossierStore, history: HistoryStore) {
  routes.handle(DossiersAPI.listDossiers) { search, request in
    try await caseload.list(search, for: request.caller)
  }
  routes.handle(DossiersAPI.showDossier) { _, request in
    try await dossiers.dossier(request.dossier, for: request.caller, at: request.now, opening: true)
  }
  routes.handle(DossiersAPI.showNIR) { _, request in
    try await dossiers.nir(of: request.dossier, for: request.caller)
  }
  routes.handle(DossiersAPI.listEntitlement) { _, request in
    Page(items: try await history.entitlement(of: request.dossier, for: request.caller))
  }
  routes.handle(DossiersAPI.listTimeline) { _, request in
    try await history.timeline(of: request.dossier, for: request.caller)
  }
}
