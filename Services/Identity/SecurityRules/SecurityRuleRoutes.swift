import API
import Domain
import Service

func addSecurityRuleRoutes(to routes: Routes, store: SecurityRuleStore) {
  routes.handle(IdentityAPI.listSecurityRules) { _, request in try await store.all(for: request.caller) }
  routes.handle(IdentityAPI.changeSecurityRule) { terms, request in
    guard let profile = Profile(rawValue: request.word("profile")) else { throw Problem.notFound("Ce profil") }
    return try await store.change(
      profile, terms, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(IdentityAPI.listSecurityChanges) { query, request in
    try await store.changes(query, for: request.caller)
  }
}
