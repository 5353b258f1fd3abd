import API
import Domain
import Service

func addOperatorRoutes(to routes: Routes, store: OperatorStore) {
  routes.handle(FSEAPI.listOperators) { query, request in
    try await store.operators(query, for: request.caller)
  }
  routes.handle(FSEAPI.showOperator) { _, request in
    try await store.show(request.id("operator"), for: request.caller)
  }
  routes.handle(FSEAPI.addOperator) { draft, request in
    try await store.add(draft, for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.changeOperator) { draft, request in
    try await store.change(request.id("operator"), to: draft, version: request.version, for: request.caller)
  }
  routes.handle(FSEAPI.deleteOperator) { _, request in
    try await store.delete(request.id("operator"), for: request.caller)
    return NoOutput()
  }
}

func addOfferRoutes(to routes: Routes, store: OfferStore) {
  routes.handle(FSEAPI.listOffers) { query, request in
    try await store.offers(query, for: request.caller)
  }
  routes.handle(FSEAPI.showOffer) { _, request in
    try await store.show(request.id("offer"), for: request.caller)
  }
  routes.handle(FSEAPI.addOffer) { draft, request in
    try await store.add(draft, for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.changeOffer) { draft, request in
    try await store.change(
      request.id("offer"), to: draft, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.deleteOffer) { _, request in
    try await store.delete(request.id("offer"), for: request.caller)
    return NoOutput()
  }
}
