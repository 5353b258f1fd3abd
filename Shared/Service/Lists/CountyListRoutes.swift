import API
import Domain

/// The endpoints that every service with lists serves.
public func addListRoutes(to routes: Routes, of service: ServiceName, store: CountyListStore) {
  let lists = service.lists
  routes.handle(lists.all) { _, request in try await store.all(for: request.caller) }
  routes.handle(lists.addEntry) { draft, request in
    try await store.add(draft, to: request.word("list"), for: request.caller, at: request.now)
  }
  routes.handle(lists.changeEntry) { change, request in
    try await store.change(
      request.word("entry"), of: request.word("list"), to: change, version: request.version, for: request.caller,
      at: request.now)
  }
  routes.handle(lists.order) { order, request in
    try await store.order(
      request.word("list"), order, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(lists.changes) { query, request in
    try await store.changes(of: request.word("list"), query, for: request.caller)
  }
}
