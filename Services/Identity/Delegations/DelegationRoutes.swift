import API
import Domain
import Service

func addDelegationRoutes(to routes: Routes, store: DelegationStore) {
  routes.handle(IdentityAPI.listDelegations) { _, request in
    Page(items: try await store.delegations(of: request.caller.account, for: request.caller))
  }
  routes.handle(IdentityAPI.addDelegation) { draft, request in
    try DelegationRules.checkOwnSeat(request.caller)
    return try await store.add(
      draft, of: request.caller.account, amongColleagues: true, for: request.caller, at: request.now)
  }
  routes.handle(IdentityAPI.endDelegation) { _, request in
    try await store.end(
      request.id("delegation"), of: request.caller.account, for: request.caller, at: request.now)
  }
  routes.handle(IdentityAPI.listAccountDelegations) { _, request in
    Page(items: try await store.delegations(of: request.id("account"), for: request.caller))
  }
  routes.handle(IdentityAPI.addAccountDelegation) { draft, request in
    try await store.add(
      draft, of: request.id("account"), amongColleagues: false, for: request.caller, at: request.now)
  }
  routes.handle(IdentityAPI.endAccountDelegation) { _, request in
    try await store.end(request.id("delegation"), of: request.id("account"), for: request.caller, at: request.now)
  }
}
