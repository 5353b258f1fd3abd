import API
import Service

func addOperationRoutes(to routes: Routes, store: OperationStore) {
  routes.handle(FSEAPI.listOperations) { _, request in try await store.operations(for: request.caller) }
  routes.handle(FSEAPI.showOperation) { _, request in
    try await store.show(request.id("operation"), for: request.caller)
  }
  routes.handle(FSEAPI.addOperation) { draft, request in
    try await store.add(draft, for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.changeOperation) { draft, request in
    try await store.change(request.id("operation"), to: draft, version: request.version, for: request.caller)
  }
  routes.handle(FSEAPI.deleteOperation) { _, request in
    try await store.delete(request.id("operation"), for: request.caller)
    return NoOutput()
  }
  routes.handle(FSEAPI.showCompleteness) { _, request in
    try await store.completeness(of: request.id("operation"), for: request.caller)
  }
}
