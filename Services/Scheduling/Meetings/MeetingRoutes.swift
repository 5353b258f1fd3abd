import API
import Domain
import Messaging
import Service

func addMeetingRoutes(to routes: Routes, store: MeetingStore, runner: MeetingRunner) {
  routes.handle(SchedulingAPI.planMeeting) { draft, request in
    let id = try await store.plan(draft, as: request.caller, at: request.now)
    await runner.begin(id.value, atMost: 25)
    return try await store.meeting(id, for: request.caller)
  }
  routes.handle(SchedulingAPI.listMeetings) { query, request in
    try await store.meetings(query, for: request.caller)
  }
  routes.handle(SchedulingAPI.showMeeting) { _, request in
    try await store.meeting(request.id("meeting"), for: request.caller)
  }
  routes.handle(SchedulingAPI.listMeetingRows) { query, request in
    try await store.rows(of: request.id("meeting"), query, for: request.caller)
  }
  routes.handle(SchedulingAPI.listAttendees) { _, request in
    try await store.attendees(of: request.id("meeting"), for: request.caller)
  }
  routes.handle(SchedulingAPI.addAttendees) { draft, request in
    try await store.add(draft, to: request.id("meeting"), as: request.caller, at: request.now)
  }
  routes.handle(SchedulingAPI.recordAttendance) { draft, request in
    try await store.record(draft, of: request.id("meeting"), as: request.caller, at: request.now)
  }
}
