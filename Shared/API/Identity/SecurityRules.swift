import Domain
import Foundation

/// What a county requires to sign in under a profile, and from which thresholds on use is unusual.
public struct SecurityTerms: Payload, Constrained, Equatable {
  /// An account without a second factor may do nothing but add one.
  public var secondFactor: Bool
  /// How many sessions an account may have at once, browsers and programs counted apart; absent for any number. When one
  /// more is opened the oldest is closed.
  public var sessions: Int?
  /// After how long without use a session is closed.
  public var idleMinutes: Int
  /// The longest that a session lasts.
  public var hours: Int
  /// Different dossiers in a day, past which it is noticed, and past which the account is suspended; absent for never.
  public var dossiersNoticed: Int?
  public var dossiersMost: Int?
  /// Exports in a day, likewise.
  public var exportsNoticed: Int?
  public var exportsMost: Int?
  /// The hours of the day, in Paris, outside which opening a dossier is noticed; absent for any hour.
  public var opensAt: Int?
  public var closesAt: Int?
  public static let constraints: [String: Constraint] = [
    "sessions": .range(1...50), "idleMinutes": .range(15...480), "hours": .range(1...24),
    "dossiersNoticed": .range(1...100_000), "dossiersMost": .range(1...100_000),
    "exportsNoticed": .range(1...100_000), "exportsMost": .range(1...100_000), "opensAt": .range(0...23),
    "closesAt": .range(1...24),
  ]

  public init(
    secondFactor: Bool = false, sessions: Int? = nil, idleMinutes: Int = 30, hours: Int = 10,
    dossiersNoticed: Int? = 200, dossiersMost: Int? = 1000, exportsNoticed: Int? = 20, exportsMost: Int? = 100,
    opensAt: Int? = nil, closesAt: Int? = nil
  ) {
    self.secondFactor = secondFactor
    self.sessions = sessions
    self.idleMinutes = idleMinutes
    self.hours = hours
    self.dossiersNoticed = dossiersNoticed
    self.dossiersMost = dossiersMost
    self.exportsNoticed = exportsNoticed
    self.exportsMost = exportsMost
    self.opensAt = opensAt
    self.closesAt = closesAt
  }
}

/// The terms of one profile, and the accounts that they concern.
public struct SecurityRule: Payload, Versioned, Equatable {
  public var profile: Profile
  public var terms: SecurityTerms
  /// Open accounts that have the profile.
  public var accounts: Int
  /// How many of them have no second factor yet.
  public var withoutSecondFactor: Int
  public var version: Int

  public init(profile: Profile, terms: SecurityTerms, accounts: Int, withoutSecondFactor: Int, version: Int) {
    self.profile = profile
    self.terms = terms
    self.accounts = accounts
    self.withoutSecondFactor = withoutSecondFactor
    self.version = version
  }
}

/// One change of a profile's terms.
public struct SecurityChange: PlacedChange, Equatable {
  public var position: Int
  public var profile: Profile
  public var before: SecurityTerms
  public var after: SecurityTerms
  public var at: Date
  public var accountName: String

  public init(
    position: Int, profile: Profile, before: SecurityTerms, after: SecurityTerms, at: Date, accountName: String
  ) {
    self.position = position
    self.profile = profile
    self.before = before
    self.after = after
    self.at = at
    self.accountName = accountName
  }
}

public struct SecurityChangeQuery: PageQuery, Constrained {
  public var profile: Profile?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = [
    "limit": .range(1...200), "after": .cursor,
  ]

  public init(profile: Profile? = nil, limit: Int? = nil, after: String? = nil) {
    self.profile = profile
    self.limit = limit
    self.after = after
  }
}

extension IdentityAPI {
  public static let listSecurityRules = Endpoint<NoInput, [SecurityRule]>(
    .identity, "listSecurityRules", .get, "security-rules", allow: .having(.administer),
    summary: "List what is asked at the door of each profile.")
  public static let changeSecurityRule = Endpoint<SecurityTerms, SecurityRule>(
    .identity, "changeSecurityRule", .put, "security-rules/{profile}", allow: .having(.administer),
    summary: "Change what is asked of a profile; open sessions are held to it from their next token on.",
    versioned: true)
  public static let listSecurityChanges = Endpoint<SecurityChangeQuery, Page<SecurityChange>>(
    .identity, "listSecurityChanges", .get, "security-changes", allow: .having(.administer),
    summary: "List who changed what is asked of the profiles, newest first.")
}
