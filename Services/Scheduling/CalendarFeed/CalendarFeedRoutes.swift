import API
import HTTPTypes
import Service

func addCalendarFeedRoutes(to routes: Routes, store: CalendarFeedStore) {
  routes.handle(SchedulingAPI.showCalendarFeed) { _, request in try await store.feed(of: request.caller) }
  routes.handle(SchedulingAPI.openCalendarFeed) { draft, request in
    try await store.open(draft, for: request.caller, at: request.now)
  }
  routes.handle(SchedulingAPI.changeCalendarFeed) { draft, request in
    try await store.change(draft, for: request.caller)
  }
  routes.handle(SchedulingAPI.closeCalendarFeed) { _, request in
    try await store.close(for: request.caller)
    return NoOutput()
  }
  routes.handle(SchedulingAPI.readCalendar) { _, request in
    let word = request.word("secret")
    let secret = word.hasSuffix(".ics") ? String(word.dropLast(4)) : word
    return try await store.calendar(secret, from: request.headers[.clientAddress], at: request.now)
  }
}
