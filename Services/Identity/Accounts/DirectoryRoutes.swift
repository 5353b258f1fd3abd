import API
import Domain
import Service

func addDirectoryRoutes(to routes: Routes, store: DirectoryStore) {
  routes.handle(IdentityAPI.listTerritories) { _, request in
    Page(items: try await store.territories(for: request.caller))
  }
  routes.handle(IdentityAPI.listOrganisations) { query, request in
    try await store.organisations(query, for: request.caller)
  }
  routes.handle(IdentityAPI.listAccounts) { query, request in
    try await store.accounts(query, for: request.caller)
  }
  routes.handle(IdentityAPI.addTerritory) { new, request in try await store.add(new, for: request.caller) }
  routes.handle(IdentityAPI.changeTerritory) { change, request in
    try await store.change(request.id("territory"), change, version: request.version, for: request.caller)
  }
  routes.handle(IdentityAPI.showOrganisation) { _, request in
    try await store.organisation(request.id("organisation"), for: request.caller)
  }
  routes.handle(IdentityAPI.addOrganisation) { new, request in
    try await store.add(new, for: request.caller, at: request.now)
  }
  routes.handle(IdentityAPI.changeOrganisation) { change, request in
    try await store.change(request.id("organisation"), change, version: request.version, for: request.caller)
  }
}
