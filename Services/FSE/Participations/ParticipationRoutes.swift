import API
import Domain
import Service

func addParticipationRoutes(to routes: Routes, store: ParticipationStore) {
  routes.handle(FSEAPI.listParticipations) { _, request in
    Page(items: try await store.participations(of: request.dossier, for: request.caller))
  }
  routes.handle(FSEAPI.showParticipation) { _, request in
    try await store.show(request.id("participation"), for: request.caller)
  }
  routes.handle(FSEAPI.changeParticipation) { change, request in
    try await store.change(
      request.id("participation"), to: change, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.endParticipation) { end, request in
    try await store.end(
      request.id("participation"), end, version: request.version, for: request.caller, at: request.now)
  }
}
