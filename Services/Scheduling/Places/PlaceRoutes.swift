import API
import Domain
import Service

func addPlaceRoutes(to routes: Routes, store: PlaceStore) {
  routes.handle(SchedulingAPI.listPlaces) { _, request in try await store.places(for: request.caller) }
  routes.handle(SchedulingAPI.addPlace) { draft, request in
    try await store.add(draft, as: request.caller, at: request.now)
  }
  routes.handle(SchedulingAPI.listPlaceChanges) { query, request in
    try await store.changes(query, for: request.caller)
  }
  routes.handle(SchedulingAPI.changePlace) { draft, request in
    try await store.change(
      request.id("place"), to: draft, version: request.version, as: request.caller, at: request.now)
  }
}
