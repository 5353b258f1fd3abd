import API
import Service

func addSummonsRoutes(to routes: Routes, printing: SummonsPrinting) {
  routes.handle(SchedulingAPI.listSummonsModels) { _, request in
    try await printing.offered(for: request.id("appointment"), to: request.caller)
  }
  routes.handle(SchedulingAPI.printSummons) { print, request in
    try await printing.document(of: request.id("appointment"), print, for: request.caller)
  }
  routes.handle(SchedulingAPI.printMeetingSummons) { print, request in
    try await printing.documents(of: request.id("meeting"), print, for: request.caller)
  }
  routes.handle(SchedulingAPI.listSendings) { _, request in
    try await printing.sendings(of: request.id("appointment"), for: request.caller)
  }
  routes.handle(SchedulingAPI.recordSending) { draft, request in
    try await printing.record(draft, of: request.id("appointment"), as: request.caller, at: request.now)
  }
}
