import API
import Domain
import Service

func addSavedSearchRoutes(to routes: Routes, store: SavedSearchStore) {
  routes.handle(DossiersAPI.listSavedSearches) { _, request in
    try await store.list(for: request.caller)
  }
  routes.handle(DossiersAPI.saveSearch) { draft, request in
    try await store.save(draft, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.changeSavedSearch) { draft, request in
    try await store.change(
      request.id("search"), to: draft, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.removeSavedSearch) { _, request in
    try await store.remove(request.id("search"), version: request.version, for: request.caller)
    return NoOutput()
  }
  routes.handle(DossiersAPI.showListView) { _, request in
    try await store.view(for: request.caller)
  }
  routes.handle(DossiersAPI.setListView) { view, request in
    try await store.set(view, for: request.caller)
  }
}
