import API
import Domain
import Service

func addAppointmentRoutes(to routes: Routes, store: AppointmentStore) {
  routes.handle(SchedulingAPI.listAppointments) { query, request in
    let limit = query.limit ?? 50
    let rows = try await store.appointments(
      of: request.dossier, after: query.place(), limit: limit, for: request.caller)
    return try Page(rows, limit: limit) { MomentPlace(moment: $0.startsAt, id: $0.id.value) }
  }
  routes.handle(SchedulingAPI.bookAppointment) { draft, request in
    try await store.book(draft, for: request.dossier, as: request.caller, at: request.now)
  }
  routes.handle(SchedulingAPI.bookBatch) { batch, request in
    try await store.book(batch, as: request.caller, at: request.now)
  }
  routes.handle(SchedulingAPI.listPendingOutcomes) { query, request in
    let limit = query.limit ?? 50
    let rows = try await store.pendingOutcomes(
      mine: query.mine ?? false, at: request.now, after: query.place(), limit: limit, for: request.caller)
    return try Page(rows, limit: limit) { MomentPlace(moment: $0.endsAt, id: $0.appointment.value) }
  }
  routes.handle(SchedulingAPI.showAppointment) { _, request in
    let (appointment, caller) = try await store.appointment(of: request)
    return try await store.appointment(appointment, for: caller)
  }
  routes.handle(SchedulingAPI.changeAppointment) { draft, request in
    let (appointment, caller) = try await store.appointment(of: request)
    return try await store.change(
      appointment, to: draft, version: request.version, as: caller, at: request.now)
  }
  routes.handle(SchedulingAPI.recordOutcome) { draft, request in
    let (appointment, caller) = try await store.appointment(of: request)
    return try await store.record(
      draft, of: appointment, version: request.version, as: caller, at: request.now)
  }
  routes.handle(SchedulingAPI.deleteAppointment) { _, request in
    let (appointment, caller) = try await store.appointment(of: request)
    try await store.delete(
      appointment, version: request.version, as: caller, at: request.now)
    return NoOutput()
  }
}
