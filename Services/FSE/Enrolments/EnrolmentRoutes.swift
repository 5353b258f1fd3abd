import API
import Domain
import Messaging
import Service

func addEnrolmentRoutes(to routes: Routes, store: EnrolmentStore, runner: EnrolmentRunner) {
  routes.handle(FSEAPI.enrolOnOffer) { order, request in
    let id = try await store.enrol(order, on: request.id("offer"), for: request.caller, at: request.now)
    return try await runner.begun(id, in: store, for: request.caller)
  }
  routes.handle(FSEAPI.showEnrolment) { _, request in
    try await store.show(request.id("batch"), for: request.caller)
  }
  routes.handle(FSEAPI.listEnrolmentRows) { query, request in
    try await store.rows(of: request.id("batch"), query, for: request.caller)
  }
}

extension JobRunner<EnrolmentTask> {
  /// A batch that was just kept, after its first rows are done.
  func begun(_ id: ID<Enrolment>, in store: EnrolmentStore, for caller: Caller) async throws -> Enrolment {
    await begin(id.value, atMost: 25)
    return try await store.show(id, for: caller)
  }
}
