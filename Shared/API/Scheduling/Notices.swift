import Domain
import Foundation

/// What a notification is about: its icon, and whom it concerns.
public enum NoticeKind: String, Payload, CaseIterable {
  case entered, lead, former, contract, step, note, appointment, reminder, delegation, usage, feed
  case feedMissing = "feed-missing"
  case feedArrived = "feed-arrived"
}

/// Something that an account has to know (the bell in the portal).
public struct Notice: Payload {
  public var id: ID<Notice>
  public var kind: NoticeKind
  public var title: String
  public var subject: NoticeSubject?
  public var dossier: ID<Dossier>?
  /// Absent when the caller does not reach the dossier any more.
  public var dossierName: String?
  public var at: Date
  public var readAt: Date?

  public init(
    id: ID<Notice>, kind: NoticeKind, title: String, subject: NoticeSubject?, dossier: ID<Dossier>?,
    dossierName: String?,
    at: Date,
    readAt: Date?
  ) {
    self.id = id
    self.kind = kind
    self.title = title
    self.subject = subject
    self.dossier = dossier
    self.dossierName = dossierName
    self.at = at
    self.readAt = readAt
  }
}

public struct NoticeQuery: PageQuery, Constrained {
  public var unread: Bool?
  public var after: String?
  public var limit: Int?
  public static let constraints = SchedulingPageQuery.constraints

  public init(unread: Bool? = nil, after: String? = nil, limit: Int? = nil) {
    self.unread = unread
    self.after = after
    self.limit = limit
  }
}

public struct NoticeCount: Payload, Equatable {
  public var unread: Int
  public init(unread: Int) { self.unread = unread }
}

extension SchedulingAPI {
  public static let listNotices = Endpoint<NoticeQuery, Page<Notice>>(
    .scheduling, "listNotices", .get, "notifications", allow: .signedIn,
    summary: "List the caller's notifications, newest first.")
  public static let countNotices = Endpoint<NoInput, NoticeCount>(
    .scheduling, "countNotices", .get, "notifications/count", allow: .signedIn,
    summary: "Count the caller's unread notifications.")
  public static let readNotice = Endpoint<NoInput, NoticeCount>(
    .scheduling, "readNotice", .post, "notifications/{notification}/read", allow: .signedIn,
    summary: "Mark a notification as read; gives how many are left.", audit: .some(nil))
  public static let readAllNotices = Endpoint<NoInput, NoticeCount>(
    .scheduling, "readAllNotices", .post, "notifications/read-all", allow: .signedIn,
    summary: "Mark every notification as read.", audit: .some(nil))
}
