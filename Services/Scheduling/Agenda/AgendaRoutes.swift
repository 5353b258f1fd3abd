import API
import Domain
import Service

func addAgendaRoutes(to routes: Routes, store: AgendaStore) {
  routes.handle(SchedulingAPI.showAgenda) { query, request in
    guard query.until >= query.from, query.from.days(to: query.until) <= 62 else {
      throw Problem.invalid([Fault("until", "periode", "Choisissez une période de 1 à 62 jours.")])
    }
    return try await store.agenda(
      of: query.agent ?? request.caller.account, from: query.from, until: query.until, for: request.caller)
  }
  routes.handle(SchedulingAPI.listAgendaAgents) { _, request in try await store.agents(for: request.caller) }
  routes.handle(SchedulingAPI.listAgendaShares) { _, request in try await store.shares(of: request.caller) }
  routes.handle(SchedulingAPI.shareAgenda) { draft, request in
    try await store.share(draft, as: request.caller, at: request.now)
  }
  routes.handle(SchedulingAPI.unshareAgenda) { _, request in
    try await store.unshare(request.id("account"), as: request.caller)
    return NoOutput()
  }
}
