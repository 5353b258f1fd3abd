import Domain

/// How an account wants to be told of one kind of thing.
public struct NoticePreference: Payload, Equatable {
  public enum Way: String, Payload, CaseIterable {
    case portal
    /// In the portal as well.
    case email
    case silent = "none"
  }
  public var kind: NoticeKind
  public var way: Way

  public init(kind: NoticeKind, way: Way) {
    self.kind = kind
    self.way = way
  }
}

/// One line a kind; of a kind that is left out one is told in the portal.
public struct NoticePreferences: Payload, Constrained, Equatable {
  public var preferences: [NoticePreference]
  public static let constraints: [String: Constraint] = ["preferences": .items(50)]

  public init(preferences: [NoticePreference]) { self.preferences = preferences }
}

extension SchedulingAPI {
  public static let showNoticePreferences = Endpoint<NoInput, NoticePreferences>(
    .scheduling, "showNoticePreferences", .get, "notice-preferences", allow: .signedIn,
    summary: "Show how one wants to be told of each kind of thing.")
  public static let setNoticePreferences = Endpoint<NoticePreferences, NoticePreferences>(
    .scheduling, "setNoticePreferences", .put, "notice-preferences", allow: .signedIn,
    summary: "Say how one wants to be told of each kind of thing: in the portal, by e-mail as well, not at all.")
}
