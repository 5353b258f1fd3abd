import API
import Service

func addWorkingTimeRoutes(to routes: Routes, store: WorkingTimeStore) {
  routes.handle(SchedulingAPI.listAbsences) { _, request in try await store.absences(of: request.caller) }
  routes.handle(SchedulingAPI.addAbsence) { draft, request in
    try await store.add(draft, for: request.caller, at: request.now)
  }
  routes.handle(SchedulingAPI.removeAbsence) { _, request in
    try await store.remove(request.id("absence"), for: request.caller)
    return NoOutput()
  }
  routes.handle(SchedulingAPI.showWorkingHours) { _, request in try await store.hours(of: request.caller) }
  routes.handle(SchedulingAPI.setWorkingHours) { hours, request in try await store.set(hours, for: request.caller) }
}
