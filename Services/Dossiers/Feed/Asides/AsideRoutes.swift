import API
import Domain
import Service

func addAsideRoutes(to routes: Routes, store: AsideStore) {
  routes.handle(DossiersAPI.listFeedAsides) { query, request in try await store.list(query, for: request.caller) }
  routes.handle(DossiersAPI.showFeedAside) { _, request in
    try await store.detail(request.id("aside", of: FeedAside.self).value, for: request.caller)
  }
  routes.handle(DossiersAPI.correctFeedAside) { correction, request in
    try await store.correct(
      request.id("aside", of: FeedAside.self).value, with: correction, version: request.version, for: request.caller,
      at: request.now)
  }
  routes.handle(DossiersAPI.dismissFeedAside) { dismissal, request in
    try await store.dismiss(
      request.id("aside", of: FeedAside.self).value, because: dismissal, version: request.version, for: request.caller,
      at: request.now)
  }
  routes.handle(DossiersAPI.reopenFeedAside) { _, request in
    try await store.reopen(
      request.id("aside", of: FeedAside.self).value, version: request.version, for: request.caller, at: request.now)
  }
}
