import API
import Domain
import Service

func addUsageRoutes(to routes: Routes, store: UsageStore) {
  routes.handle(IdentityAPI.listAbnormalUses) { query, request in try await store.list(query, for: request.caller) }
  routes.handle(IdentityAPI.showAbnormalUse) { _, request in
    try await store.use(request.id("use"), for: request.caller)
  }
  routes.handle(IdentityAPI.settleAbnormalUse) { finding, request in
    try await store.settle(request.id("use"), finding, for: request.caller, at: request.now)
  }
}
