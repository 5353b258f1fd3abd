import API
import Domain
import Foundation
import Service

let notificationsRoom = Room { pages in
  pages.get("notifications") { visit in try await notificationsPage(visit) }
  // Pages are told of what is new by its subject.
  pages.get("notifications/sujet") { visit in
    let subject = NoticeSubject(kind: visit.query["nature"], id: visit.query["id"])
    return .see(subject?.address ?? "/notifications")
  }
  // What has just come names its person here, and not in the event, which is read on its way by other processes.
  pages.get("notifications/derniere") { visit in
    let newest = try await visit.services.call(SchedulingAPI.listNotices, [:], NoticeQuery(unread: true, limit: 1))
    guard let notice = newest.items.first else { return visit.fragment([]) }
    return visit.fragment([Paragraph([notice.title, notice.dossierName].compactMap { $0 }.joined(separator: " · "))])
  }
  addPreferencePages(to: pages)
  pages.post("notifications/tout-lu") { visit in
    _ = try await visit.services.call(SchedulingAPI.readAllNotices)
    return .see("/notifications", saying: "Toutes les notifications sont lues.")
  }
  pages.post("notifications/{notification}/lue") { visit in
    let id = try visit.id("notification", of: API.Notice.self)
    _ = try await visit.services.call(SchedulingAPI.readNotice, ["notification": id])
    return .see(Address.local(visit.form["retour"]) ?? "/notifications")
  }
}

private let pageLength = 50

private func notificationsPage(_ visit: Visit) async throws -> PageAnswer {
  let isAll = visit.query["voir"] == "toutes"
  let query = NoticeQuery(unread: isAll ? nil : true, after: visit.query["apres"], limit: pageLength)
  let found = try await visit.services.call(SchedulingAPI.listNotices, [:], query)
  let base = isAll ? "/notifications?voir=toutes" : "/notifications"
  let items = found.items.map { item($0, back: base) }
  let empty =
    isAll
    ? EmptyState("Aucune notification", "Ce qui arrive à vos dossiers s’annonce ici.", icon: .bell)
    : EmptyState("Tout est lu", "Les nouvelles notifications s’affichent ici d’elles-mêmes.", icon: .check)
  let tabs = Tabs(
    "Notifications",
    [
      Link("Non lues", "/notifications", isCurrent: !isAll),
      Link("Toutes", "/notifications?voir=toutes", isCurrent: isAll),
    ])
  let pager = Pager(
    first: query.after == nil ? nil : base,
    next: found.next.map { Address("/notifications", ["voir": isAll ? "toutes" : nil, "apres": $0]).text })
  let readAll = Action("Tout marquer comme lu", "/notifications/tout-lu", icon: .check, posts: true)
  let hasUnread = found.items.contains { $0.readAt == nil }
  let list: [any Piece] = [tabs, ItemList("Notifications", items, empty: empty)]
  return visit.page(
    PageHead(
      "Notifications",
      actions: (hasUnread ? [readAll] : [])
        + [Action("Préférences", "/notifications/preferences", icon: .settings, weight: .plain)]), nil,
    list + (pager.leadsNowhere ? [] : [pager]))
}

private func item(_ notice: API.Notice, back: String) -> Item {
  let read = Action(
    "Marquer comme lue", "/notifications/\(notice.id)/lue", weight: .plain, posts: true,
    values: [HiddenValue("retour", back)])
  let meta = [notice.dossierName, French.moment(notice.at)].compactMap { $0 }.joined(separator: " · ")
  return Item(
    notice.title, address: notice.subject?.address, meta: meta, icon: icon(of: notice.kind),
    badges: notice.readAt == nil ? [Badge("Nouvelle", .info)] : [], actions: notice.readAt == nil ? [read] : [])
}

private func icon(of kind: NoticeKind) -> Icon {
  switch kind {
  case .entered: .user
  case .delegation: .swap
  case .lead, .former: .users
  case .contract: .signature
  case .step: .route
  case .note: .note
  case .appointment: .calendar
  case .reminder: .sms
  case .feed, .feedArrived: .download
  case .usage, .feedMissing: .bell
  }
}
