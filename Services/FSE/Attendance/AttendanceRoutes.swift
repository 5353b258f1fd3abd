import API
import Domain
import Service

func addAttendanceRoutes(to routes: Routes, store: AttendanceStore) {
  routes.handle(FSEAPI.listAttendance) { _, request in
    try await store.sheet(of: request.id("step"), for: request.caller)
  }
  routes.handle(FSEAPI.saveAttendance) { draft, request in
    try await store.save(draft, of: request.id("step"), for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.saveStepReport) { draft, request in
    try await store.report(draft, of: request.id("step"), version: request.version, for: request.caller)
  }
}
