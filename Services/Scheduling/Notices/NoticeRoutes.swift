import API
import Domain
import Service

func addNoticeRoutes(to routes: Routes, store: NoticeStore) {
  routes.handle(SchedulingAPI.listNotices) { query, request in
    let limit = query.limit ?? 50
    let rows = try await store.notices(
      unread: query.unread ?? false, after: query.place(), limit: limit, for: request.caller)
    return try Page(rows, limit: limit) { MomentPlace(moment: $0.at, id: $0.id.value) }
  }
  routes.handle(SchedulingAPI.countNotices) { _, request in try await store.count(for: request.caller) }
  routes.handle(SchedulingAPI.readNotice) { _, request in
    try await store.read(request.id("notification"), as: request.caller, at: request.now)
  }
  routes.handle(SchedulingAPI.readAllNotices) { _, request in
    try await store.readAll(as: request.caller, at: request.now)
  }
}
