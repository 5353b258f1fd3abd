import Domain
import Foundation

/// A profile as an administrator gives it.
public struct ProfileGrant: Payload, Constrained, Hashable {
  public var profile: Profile
  /// Where it is another than the account's own.
  public var organisation: ID<Organisation>?
  public var territories: [ID<Territory>]
  public static let constraints: [String: Constraint] = ["territories": .items(100)]

  public init(profile: Profile, organisation: ID<Organisation>? = nil, territories: [ID<Territory>] = []) {
    self.profile = profile
    self.organisation = organisation
    self.territories = territories
  }
}

public struct NewAccount: Payload, Constrained {
  public var email: String
  public var familyName: String
  public var givenName: String
  public var organisation: ID<Organisation>?
  /// At work, as people write it.
  public var phone: String?
  public var profiles: [ProfileGrant]
  /// The feed's reference, where the account is a référent that it names.
  public var genesisRef: String?
  public static let constraints: [String: Constraint] = [
    "email": .text(3...254, format: "email"), "familyName": .text(1...100), "givenName": .text(1...100),
    "profiles": .items(20), "genesisRef": .text(1...50), "phone": .text(0...30),
  ]

  public init(
    email: String, familyName: String, givenName: String, organisation: ID<Organisation>? = nil,
    phone: String? = nil, profiles: [ProfileGrant], genesisRef: String? = nil
  ) {
    self.phone = phone
    self.email = email
    self.familyName = familyName
    self.givenName = givenName
    self.organisation = organisation
    self.profiles = profiles
    self.genesisRef = genesisRef
  }
}

/// What changes of an account; what is absent stays as it is. Profiles, where given, are all that it has from now on.
public struct AccountChange: Payload, Constrained {
  public var email: String?
  public var familyName: String?
  public var givenName: String?
  public var organisation: ID<Organisation>?
  /// Empty takes it away.
  public var phone: String?
  public var profiles: [ProfileGrant]?
  public static let constraints: [String: Constraint] = [
    "email": .text(3...254, format: "email"), "familyName": .text(1...100), "givenName": .text(1...100),
    "profiles": .items(20), "phone": .text(0...30),
  ]

  public init(
    email: String? = nil, familyName: String? = nil, givenName: String? = nil, organisation: ID<Organisation>? = nil,
    phone: String? = nil, profiles: [ProfileGrant]? = nil
  ) {
    self.phone = phone
    self.email = email
    self.familyName = familyName
    self.givenName = givenName
    self.organisation = organisation
    self.profiles = profiles
  }
}

/// An account as its administrators see it.
public struct AccountDetail: Payload, Versioned {
  public var id: ID<Account>
  public var email: String
  public var familyName: String
  public var givenName: String
  public var organisation: OrganisationReference?
  /// At work, ten digits.
  public var phone: String?
  public var status: AccountStatus
  public var genesisRef: String?
  public var profiles: [ProfileGrant]
  public var signedInAt: Date?
  /// Whether a code is asked for at sign-in.
  public var secondFactor: Bool
  public var version: Int

  public init(
    id: ID<Account>, email: String, familyName: String, givenName: String, organisation: OrganisationReference?,
    phone: String? = nil, status: AccountStatus, genesisRef: String?, profiles: [ProfileGrant], signedInAt: Date?,
    secondFactor: Bool = false, version: Int
  ) {
    self.id = id
    self.email = email
    self.familyName = familyName
    self.givenName = givenName
    self.organisation = organisation
    self.phone = phone
    self.status = status
    self.genesisRef = genesisRef
    self.profiles = profiles
    self.signedInAt = signedInAt
    self.secondFactor = secondFactor
    self.version = version
  }

  public var name: String { French.name(familyName, givenName) }

  /// Ends the address of an account that the feed named without one.
  public static let withoutAddress = "@sans-adresse.invalid"
  /// Whether a message can reach the person at `email`.
  public var hasAddress: Bool { !email.hasSuffix(Self.withoutAddress) }
}

/// A link with which a person chooses a password: it works once, for 24 hours.
public struct InvitationLink: Payload {
  /// To be handed over by the administrator; it is shown this once and kept nowhere.
  public var link: String
  public var expiresAt: Date

  public init(link: String, expiresAt: Date) {
    self.link = link
    self.expiresAt = expiresAt
  }
}

public struct InvitedAccount: Payload, Versioned {
  public var account: AccountDetail
  public var invitation: InvitationLink
  public var version: Int { account.version }

  public init(account: AccountDetail, invitation: InvitationLink) {
    self.account = account
    self.invitation = invitation
  }
}

public struct InvitationAcceptance: Payload, Constrained {
  public var secret: String
  public var password: String
  public static let constraints: [String: Constraint] = ["secret": .text(1...100), "password": .text(1...200)]

  public init(secret: String, password: String) {
    self.secret = secret
    self.password = password
  }
}

/// Whose password was chosen: what to sign in with.
public struct AcceptedInvitation: Payload, Equatable {
  public var email: String

  public init(email: String) { self.email = email }
}

extension IdentityAPI {
  public static let showAccount = Endpoint<NoInput, AccountDetail>(
    .identity, "showAccount", .get, "accounts/{account}", allow: .having(.administer), summary: "Show an account.")
  public static let addAccount = Endpoint<NewAccount, InvitedAccount>(
    .identity, "addAccount", .post, "accounts", allow: .having(.administer),
    summary: "Add an account and get its invitation link.", success: 201)
  public static let changeAccount = Endpoint<AccountChange, AccountDetail>(
    .identity, "changeAccount", .patch, "accounts/{account}", allow: .having(.administer),
    summary: "Change an account or its profiles.", versioned: true)
  public static let closeAccount = Endpoint<NoInput, AccountDetail>(
    .identity, "closeAccount", .post, "accounts/{account}/closure", allow: .having(.administer),
    summary: "Close an account and its sessions.")
  public static let reopenAccount = Endpoint<NoInput, InvitedAccount>(
    .identity, "reopenAccount", .post, "accounts/{account}/reopening", allow: .having(.administer),
    summary: "Open a closed account again, with a link with which a new password is chosen.")
  public static let confirmAccount = Endpoint<NoInput, InvitedAccount>(
    .identity, "confirmAccount", .post, "accounts/{account}/confirmation", allow: .having(.administer),
    summary: "Confirm an account that the feed named, and get its invitation link.")
  public static let inviteAccount = Endpoint<NoInput, InvitedAccount>(
    .identity, "inviteAccount", .post, "accounts/{account}/invitation", allow: .having(.administer),
    summary: "Get a new link with which the account's password is chosen; earlier links end.")
  public static let acceptInvitation = Endpoint<InvitationAcceptance, AcceptedInvitation>(
    .identity, "acceptInvitation", .post, "invitations/acceptance", allow: .everyone,
    summary: "Choose a password with an invitation link.")
}
