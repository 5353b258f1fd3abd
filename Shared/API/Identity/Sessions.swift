import Domain
import Foundation

/// Everything that identity serves; each feature adds its own.
public enum IdentityAPI {}

/// The kind of thing that an account's profile in an organisation is.
public enum AccountProfile {}

/// An organisation by its name, where that is all that is shown of it.
public struct OrganisationReference: Payload, Equatable {
  public var id: ID<Organisation>
  public var name: String

  public init(id: ID<Organisation>, name: String) {
    self.id = id
    self.name = name
  }
}

/// One of the profiles under which an account may act: its own, or those of a colleague away.
public struct ProfileChoice: Payload, Equatable {
  public var id: ID<AccountProfile>
  public var code: Profile
  public var label: String
  public var organisation: OrganisationReference?
  /// The colleague away whose profile it is; nil for one's own.
  public var replaces: Replaced?

  public struct Replaced: Payload, Equatable {
    public var account: ID<Account>
    public var name: String
    /// The last day.
    public var until: CalendarDate

    public init(account: ID<Account>, name: String, until: CalendarDate) {
      self.account = account
      self.name = name
      self.until = until
    }
  }

  public init(
    id: ID<AccountProfile>, code: Profile, organisation: OrganisationReference?, replaces: Replaced? = nil
  ) {
    self.id = id
    self.code = code
    self.label = code.label
    self.organisation = organisation
    self.replaces = replaces
  }
}

/// Who is signed in, as a page's head shows it.
public struct AccountIdentity: Payload, Equatable {
  public var id: ID<Account>
  /// `DURAND Paul`
  public var name: String
  public var email: String

  public init(id: ID<Account>, name: String, email: String) {
    self.id = id
    self.name = name
    self.email = email
  }
}

/// What keeps a session: a browser behind the gateway, or a program that calls the interface.
public enum SessionClient: String, Payload, CaseIterable { case browser, api }

public struct SignIn: Payload, Constrained {
  public var email: String
  public var password: String
  /// The profile to act under; without it the one used last, or the first.
  public var profile: Profile?
  public var client: SessionClient?
  public static let constraints: [String: Constraint] = ["email": .text(1...254), "password": .text(1...200)]

  public init(email: String, password: String, profile: Profile? = nil, client: SessionClient? = nil) {
    self.email = email
    self.password = password
    self.profile = profile
    self.client = client
  }
}

public struct SignedIn: Payload {
  /// A JWT signed with Ed25519, good until `expiresAt`.
  public var token: String
  public var expiresAt: Date
  /// What asks for the next token: the gateway keeps it in its cookie and shows it to nobody.
  public var secret: String
  public var session: ID<Session>
  public var account: AccountIdentity
  public var profile: ProfileChoice
  public var profiles: [ProfileChoice]
  /// The password was given by an administrator and is to be replaced.
  public var changePassword: Bool
  /// The profile forces a second factor: until one is enrolled, the session may do nothing else.
  public var mustEnrol: Bool

  public init(
    token: String, expiresAt: Date, secret: String, session: ID<Session>, account: AccountIdentity,
    profile: ProfileChoice, profiles: [ProfileChoice], changePassword: Bool, mustEnrol: Bool = false
  ) {
    self.token = token
    self.expiresAt = expiresAt
    self.secret = secret
    self.session = session
    self.account = account
    self.profile = profile
    self.profiles = profiles
    self.changePassword = changePassword
    self.mustEnrol = mustEnrol
  }
}

public struct SessionSecret: Payload, Constrained {
  public var secret: String
  public static let constraints: [String: Constraint] = ["secret": .text(1...100)]

  public init(secret: String) { self.secret = secret }
}

/// The next token of a session.
public struct RenewedToken: Payload {
  public var token: String
  public var expiresAt: Date
  public var session: ID<Session>
  public var account: AccountIdentity
  public var profile: ProfileChoice

  public init(
    token: String, expiresAt: Date, session: ID<Session>, account: AccountIdentity, profile: ProfileChoice
  ) {
    self.token = token
    self.expiresAt = expiresAt
    self.session = session
    self.account = account
    self.profile = profile
  }
}

public struct ProfileSwitch: Payload {
  public var accountProfile: ID<AccountProfile>

  public init(accountProfile: ID<AccountProfile>) { self.accountProfile = accountProfile }
}

/// One of the account's own open sessions.
public struct SessionRow: Payload {
  public var id: ID<Session>
  public var createdAt: Date
  public var seenAt: Date
  public var expiresAt: Date
  public var address: String?
  public var agent: String?
  /// Whether it is the one that asks.
  public var current: Bool

  public init(
    id: ID<Session>, createdAt: Date, seenAt: Date, expiresAt: Date, address: String?, agent: String?, current: Bool
  ) {
    self.id = id
    self.createdAt = createdAt
    self.seenAt = seenAt
    self.expiresAt = expiresAt
    self.address = address
    self.agent = agent
    self.current = current
  }
}

/// Who asks, in full.
public struct Me: Payload {
  public var account: AccountIdentity
  public var organisation: OrganisationReference?
  /// Where one is reached at work: `04 75 00 00 00`.
  public var phone: String?
  public var profile: ProfileChoice
  public var profiles: [ProfileChoice]
  public var territories: [TerritoryRow]
  public var rights: [Right]
  public var scope: Scope

  public init(
    account: AccountIdentity, organisation: OrganisationReference?, phone: String? = nil, profile: ProfileChoice,
    profiles: [ProfileChoice], territories: [TerritoryRow], rights: [Right], scope: Scope
  ) {
    self.phone = phone
    self.account = account
    self.organisation = organisation
    self.profile = profile
    self.profiles = profiles
    self.territories = territories
    self.rights = rights
    self.scope = scope
  }
}

public struct PasswordChange: Payload, Constrained {
  public var current: String
  public var new: String
  public static let constraints: [String: Constraint] = ["current": .text(1...200), "new": .text(1...200)]

  public init(current: String, new: String) {
    self.current = current
    self.new = new
  }
}

/// The public halves of the signing keys (RFC 7517, RFC 8037).
public struct KeySet: Payload {
  public struct Key: Payload, Equatable {
    public var kty: String
    public var crv: String
    public var alg: String
    public var use: String
    public var kid: String
    public var x: String

    /// - Parameter x: the key's 32 bytes in base64url.
    public init(kid: String, x: String) {
      self.kty = "OKP"
      self.crv = "Ed25519"
      self.alg = "EdDSA"
      self.use = "sig"
      self.kid = kid
      self.x = x
    }
  }
  public var keys: [Key]

  public init(keys: [Key]) { self.keys = keys }
}

extension IdentityAPI {
  public static let signIn = Endpoint<SignIn, SignedIn>(
    .identity, "signIn", .post, "sessions", allow: .everyone,
    summary: "Open a session, or get the proof with which a code will open it.", success: 201)
  public static let refreshSession = Endpoint<SessionSecret, RenewedToken>(
    .identity, "refreshSession", .post, "sessions/refresh", allow: .everyone,
    summary: "Get the next token of a session, or of a program that shows an access token.", audit: .some(nil))
  public static let switchProfile = Endpoint<ProfileSwitch, RenewedToken>(
    .identity, "switchProfile", .post, "sessions/profile", allow: .ownAccount,
    summary: "Act under another of one's profiles.")
  public static let signOut = Endpoint<NoInput, NoOutput>(
    .identity, "signOut", .delete, "sessions/current", allow: .ownAccount, summary: "Close the session that asks.")
  public static let listSessions = Endpoint<NoInput, Page<SessionRow>>(
    .identity, "listSessions", .get, "sessions", allow: .ownAccount, summary: "List one's own open sessions.")
  public static let closeSession = Endpoint<NoInput, NoOutput>(
    .identity, "closeSession", .delete, "sessions/{session}", allow: .ownAccount,
    summary: "Close one of one's own sessions.")
  public static let listKeys = Endpoint<NoInput, KeySet>(
    .identity, "listKeys", .get, "keys", allow: .everyone, summary: "List the keys that tokens are checked with.")
  public static let showMe = Endpoint<NoInput, Me>(
    .identity, "showMe", .get, "me", allow: .ownAccount, summary: "Show who asks, under which profile.")
  public static let changePassword = Endpoint<PasswordChange, NoOutput>(
    .identity, "changePassword", .post, "me/password", allow: .ownAccount, summary: "Change one's own password.")
}
