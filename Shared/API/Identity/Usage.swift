import Domain
import Foundation

/// What of an account's day is out of the ordinary.
public enum UsageKind: String, Payload, CaseIterable {
  /// Different dossiers opened or written on.
  case dossiers
  /// Lists and reports taken out of Jalons.
  case exports
  /// Dossiers opened outside the hours of the profile.
  case outside
}

/// One threshold that an account passed on a day.
public struct AbnormalUse: Payload, Equatable {
  public var id: ID<AbnormalUse>
  public var account: ID<Account>
  public var accountName: String
  public var profile: Profile
  public var day: CalendarDate
  public var kind: UsageKind
  /// Whether it suspended the account.
  public var suspends: Bool
  public var threshold: Int
  /// How many there are of that day by now.
  public var count: Int
  public var at: Date
  /// When somebody looked at it, who, and what they found.
  public var settledAt: Date?
  public var settledName: String?
  public var comment: String?

  public init(
    id: ID<AbnormalUse>, account: ID<Account>, accountName: String, profile: Profile, day: CalendarDate,
    kind: UsageKind, suspends: Bool, threshold: Int, count: Int, at: Date, settledAt: Date? = nil,
    settledName: String? = nil, comment: String? = nil
  ) {
    self.id = id
    self.account = account
    self.accountName = accountName
    self.profile = profile
    self.day = day
    self.kind = kind
    self.suspends = suspends
    self.threshold = threshold
    self.count = count
    self.at = at
    self.settledAt = settledAt
    self.settledName = settledName
    self.comment = comment
  }
}

public struct AbnormalUseQuery: PageQuery, Constrained {
  /// Those that nobody has looked at yet, or the others.
  public var settled: Bool?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = ["limit": .range(1...200)]

  public init(settled: Bool? = nil, limit: Int? = nil, after: String? = nil) {
    self.settled = settled
    self.limit = limit
    self.after = after
  }
}

/// The reviewer's conclusion.
public struct UsageFinding: Payload, Constrained {
  public var comment: String
  public static let constraints: [String: Constraint] = ["comment": .text(1...1000)]

  public init(comment: String) { self.comment = comment }
}

extension IdentityAPI {
  public static let listAbnormalUses = Endpoint<AbnormalUseQuery, Page<AbnormalUse>>(
    .identity, "listAbnormalUses", .get, "abnormal-uses", allow: .having(.readAudit, .administer),
    summary: "List the uses out of the ordinary, newest first.", audit: .some(.read))
  public static let showAbnormalUse = Endpoint<NoInput, AbnormalUse>(
    .identity, "showAbnormalUse", .get, "abnormal-uses/{use}", allow: .having(.readAudit, .administer),
    summary: "Show one use out of the ordinary.", audit: .some(.read))
  public static let settleAbnormalUse = Endpoint<UsageFinding, AbnormalUse>(
    .identity, "settleAbnormalUse", .post, "abnormal-uses/{use}/finding", allow: .having(.readAudit, .administer),
    summary: "Say what was found; an account that was suspended for it is active again.")
}
