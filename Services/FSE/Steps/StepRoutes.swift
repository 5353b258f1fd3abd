import API
import Domain
import Service

func addAnswerRoutes(to routes: Routes, store: AnswerStore) {
  routes.handle(FSEAPI.answerStep) { draft, request in
    try await store.answer(
      draft, to: request.id("step"), version: request.version, for: request.caller, at: request.now)
  }
}

func addStepRoutes(to routes: Routes, store: StepStore) {
  routes.handle(FSEAPI.listOfferSteps) { query, request in
    try await store.registrations(on: request.id("offer"), query, for: request.caller)
  }
  routes.handle(FSEAPI.listOperatorSteps) { query, request in
    try await store.registrations(with: request.id("operator"), query, for: request.caller)
  }
  routes.handle(FSEAPI.listSteps) { _, request in
    Page(items: try await store.steps(of: request.dossier, for: request.caller))
  }
  routes.handle(FSEAPI.register) { draft, request in
    try await store.register(draft, dossier: request.dossier, for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.showStep) { _, request in
    try await store.show(request.id("step"), for: request.caller)
  }
  routes.handle(FSEAPI.changeStep) { change, request in
    try await store.change(
      request.id("step"), to: change, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.shortenStep) { shortening, request in
    try await store.shorten(
      request.id("step"), to: shortening.until, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.convertPositioning) { conversion, request in
    try await store.convert(
      request.id("step"), conversion, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.participate) { passage, request in
    try await store.participate(
      request.id("step"), passage, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.deleteStep) { _, request in
    try await store.delete(request.id("step"), version: request.version, for: request.caller, at: request.now)
    return NoOutput()
  }
}
