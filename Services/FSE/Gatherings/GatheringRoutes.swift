import API
import Domain
import Service

func addGatheringRoutes(to routes: Routes, store: GatheringStore) {
  routes.handle(FSEAPI.listGatherings) { query, request in
    try await store.gatherings(query, for: request.caller)
  }
  routes.handle(FSEAPI.showGathering) { _, request in
    try await store.show(request.id("gathering"), for: request.caller)
  }
  routes.handle(FSEAPI.addGathering) { draft, request in
    try await store.add(draft, for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.changeGathering) { draft, request in
    try await store.change(request.id("gathering"), to: draft, version: request.version, for: request.caller)
  }
  routes.handle(FSEAPI.deleteGathering) { _, request in
    try await store.delete(request.id("gathering"), for: request.caller)
    return NoOutput()
  }
}

func addGuestRoutes(to routes: Routes, store: GuestStore, runner: EnrolmentRunner) {
  routes.handle(FSEAPI.listGuests) { query, request in
    try await store.guests(of: request.id("gathering"), query, for: request.caller)
  }
  routes.handle(FSEAPI.enrolInGathering) { list, request in
    let id = try await store.enrol(list, in: request.id("gathering"), for: request.caller, at: request.now)
    return try await runner.begun(id, in: store.enrolments, for: request.caller)
  }
  routes.handle(FSEAPI.listDossierGatherings) { _, request in
    Page(items: try await store.gatherings(of: request.dossier, for: request.caller))
  }
  routes.handle(FSEAPI.inviteToGathering) { draft, request in
    try await store.invite(request.dossier, to: draft.gathering, for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.confirmGathering) { presence, request in
    try await store.confirm(
      presence.presence, of: request.dossier, at: request.id("gathering"), for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.leaveGathering) { _, request in
    try await store.remove(
      request.dossier, from: request.id("gathering"), for: request.caller, at: request.now)
    return NoOutput()
  }
}
