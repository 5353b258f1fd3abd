import Domain
import Foundation

/// The rights of a profile, as the county narrowed them.
public struct ProfileRights: Payload, Versioned, Equatable {
  public var profile: Profile
  /// What the county leaves them of `usual`, in the same order.
  public var rights: [Right]
  /// What the access table gives the profile: it can be narrowed, never widened.
  public var usual: [Right]
  /// The rights of `usual` that cannot be taken away.
  public var kept: [Right]
  /// Open accounts that have the profile.
  public var accounts: Int
  public var version: Int

  public init(
    profile: Profile, rights: [Right], usual: [Right], kept: [Right], accounts: Int, version: Int
  ) {
    self.profile = profile
    self.rights = rights
    self.usual = usual
    self.kept = kept
    self.accounts = accounts
    self.version = version
  }
}

public struct ProfileRightsDraft: Payload, Constrained {
  public var rights: [Right]
  public static let constraints: [String: Constraint] = ["rights": .items(100)]

  public init(rights: [Right]) { self.rights = rights }
}

/// One change of what a profile may do.
public struct ProfileRightChange: PlacedChange, Equatable {
  public var position: Int
  public var profile: Profile
  public var withdrawn: [Right]
  public var restored: [Right]
  public var at: Date
  public var accountName: String

  public init(
    position: Int, profile: Profile, withdrawn: [Right], restored: [Right], at: Date, accountName: String
  ) {
    self.position = position
    self.profile = profile
    self.withdrawn = withdrawn
    self.restored = restored
    self.at = at
    self.accountName = accountName
  }
}

public struct ProfileRightChangeQuery: PageQuery, Constrained {
  public var profile: Profile?
  public var limit: Int?
  public var after: String?
  public static let constraints = SecurityChangeQuery.constraints

  public init(profile: Profile? = nil, limit: Int? = nil, after: String? = nil) {
    self.profile = profile
    self.limit = limit
    self.after = after
  }
}

extension Profile {
  /// `rights` in the order of the declaration, so that the same rights read the same.
  public func ordered(_ rights: Set<Right>) -> [Right] { Right.allCases.filter(rights.contains) }

  /// Without these nobody could decide of rights any more, nor look at what is done with them.
  public var keptRights: [Right] {
    switch self {
    case .administrateur: [.administer]
    case .dpo: [.readAudit]
    default: []
    }
  }
}

extension IdentityAPI {
  public static let listProfileRights = Endpoint<NoInput, [ProfileRights]>(
    .identity, "listProfileRights", .get, "profile-rights", allow: .having(.administer),
    summary: "List what each profile may do, beside what it may at most.")
  public static let changeProfileRights = Endpoint<ProfileRightsDraft, ProfileRights>(
    .identity, "changeProfileRights", .put, "profile-rights/{profile}", allow: .having(.administer),
    summary: "Narrow what a profile may do, or give it back; open sessions follow with their next token.",
    versioned: true)
  public static let listProfileRightChanges = Endpoint<ProfileRightChangeQuery, Page<ProfileRightChange>>(
    .identity, "listProfileRightChanges", .get, "profile-right-changes", allow: .having(.administer),
    summary: "List who changed what profiles may do, newest first.")
}
