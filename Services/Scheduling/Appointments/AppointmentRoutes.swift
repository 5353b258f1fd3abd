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
  routes.handle(SchedulingAPI.showAttendance) { _, request in
    try await store.attendance(of: request.dossier, for: request.caller)
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
    try await store.appointment(request.id("appointment"), for: request.caller)
  }
  routes.handle(SchedulingAPI.changeAppointment) { draft, request in
    try await store.change(
      request.id("appointment"), to: draft, version: request.version, as: request.caller, at: request.now)
  }
  routes.handle(SchedulingAPI.recordOutcome) { draft, request in
    try await store.record(
      draft, of: request.id("appointment"), version: request.version, as: request.caller, at: request.now)
  }
  routes.handle(SchedulingAPI.deleteAppointment) { _, request in
    try await store.delete(
      request.id("appointment"), version: request.version, as: request.caller, at: request.now)
    return NoOutput()
  }
}
