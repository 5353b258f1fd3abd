import API
import Domain
import Service

func addStepRoutes(to routes: Routes, store: StepStore) {
  routes.handle(FSEAPI.listOfferSteps) { query, request in
    try await store.registrations(on: request.id("offer"), query, for: request.caller)
  }
  routes.handle(FSEAPI.listSteps) { _, request in
    Page(items: try await store.steps(of: request.dossier, for: request.caller))
  }
  routes.handle(FSEAPI.register) { draft, request in
    try await store.register(draft, dossier: request.dossier, for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.showStep) { _, request in
    let (step, caller) = try await store.postgres.step(of: request)
    return try await store.show(step, for: caller)
  }
  routes.handle(FSEAPI.changeStep) { change, request in
    let (step, caller) = try await store.postgres.step(of: request)
    return try await store.change(
      step, to: change, version: request.version, for: caller, at: request.now)
  }
  routes.handle(FSEAPI.shortenStep) { shortening, request in
    let (step, caller) = try await store.postgres.step(of: request)
    return try await store.shorten(
      step, to: shortening.until, version: request.version, for: caller, at: request.now)
  }
  routes.handle(FSEAPI.convertPositioning) { conversion, request in
    let (step, caller) = try await store.postgres.step(of: request)
    return try await store.convert(
      step, conversion, version: request.version, for: caller, at: request.now)
  }
  routes.handle(FSEAPI.participate) { _, request in
    let (step, caller) = try await store.postgres.step(of: request)
    return try await store.participate(
      step, version: request.version, for: caller, at: request.now)
  }
  routes.handle(FSEAPI.deleteStep) { _, request in
    let (step, caller) = try await store.postgres.step(of: request)
    try await store.delete(step, version: request.version, for: caller, at: request.now)
    return NoOutput()
  }
}
