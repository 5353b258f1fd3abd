import API
import Domain
import Service

func addParticipationRoutes(to routes: Routes, store: ParticipationStore) {
  routes.handle(FSEAPI.listParticipations) { _, request in
    Page(items: try await store.participations(of: request.dossier, for: request.caller))
  }
  routes.handle(FSEAPI.showParticipation) { _, request in
    let (participation, caller) = try await store.postgres.participation(of: request)
    return try await store.show(participation, for: caller)
  }
  routes.handle(FSEAPI.changeParticipation) { change, request in
    let (participation, caller) = try await store.postgres.participation(of: request)
    return try await store.change(
      participation, to: change, version: request.version, for: caller, at: request.now)
  }
  routes.handle(FSEAPI.endParticipation) { end, request in
    let (participation, caller) = try await store.postgres.participation(of: request)
    return try await store.end(
      participation, end, version: request.version, for: caller, at: request.now)
  }
}
