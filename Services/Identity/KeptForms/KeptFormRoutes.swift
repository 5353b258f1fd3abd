import API
import Domain
import Logging
import Messaging
import Service
import ServiceLifecycle

/// - Parameter marks: opens the mark that a form carries.
func addKeptFormRoutes(to routes: Routes, store: KeptFormStore, marks: KeySeal) {
  routes.handle(IdentityAPI.keepForm) { input, request in
    guard let mark = FormMark(input.mark, seal: marks) else {
      throw Problem.malformed("Ce formulaire ne porte pas la marque de Jalons.")
    }
    return try await store.keep(input.content, of: mark, as: input.id, at: request.now)
  }
  routes.handle(IdentityAPI.listKeptForms) { _, request in
    Page(items: try await store.forms(of: request.caller, at: request.now))
  }
  routes.handle(IdentityAPI.showKeptForm) { _, request in
    try await store.form(request.id("keptForm"), for: request.caller, at: request.now)
  }
  routes.handle(IdentityAPI.dropKeptForm) { _, request in
    try await store.drop(request.id("keptForm"), for: request.caller)
    return NoOutput()
  }
}

/// Takes out what is older than a day, every hour, whichever copy is first.
struct KeptFormKeeper: ServiceLifecycle.Service {
  let store: KeptFormStore
  let now: Now
  let logger: Logger
  var pause: Duration = .seconds(3600)

  func run() async throws {
    await repeating(every: pause, logger: logger, complaint: "forms kept for a day were not taken out") {
      _ = try await store.trim(at: now())
    }
  }
}
