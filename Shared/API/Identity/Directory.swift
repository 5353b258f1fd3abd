import Domain
import Foundation

/// A territory of social action (DTAS).
public struct TerritoryRow: Payload, Versioned, Equatable {
  public var id: ID<Territory>
  public var code: String
  public var name: String
  public var version: Int

  public init(id: ID<Territory>, code: String, name: String, version: Int = 1) {
    self.id = id
    self.code = code
    self.name = name
    self.version = version
  }
}

public enum OrganisationKind: String, Payload, CaseIterable { case departement, accompagnement, operateur }

public struct OrganisationRow: Payload, Versioned, Equatable {
  public var id: ID<Organisation>
  public var name: String
  public var kind: OrganisationKind
  public var territory: ID<Territory>?
  public var genesisRef: String?
  /// Named by the feed and not yet confirmed by an administrator.
  public var pending: Bool
  /// Number and street.
  public var address: String?
  public var postalCode: String?
  public var commune: String?
  public var version: Int

  public init(
    id: ID<Organisation>, name: String, kind: OrganisationKind, territory: ID<Territory>?, genesisRef: String?,
    pending: Bool, address: String? = nil, postalCode: String? = nil, commune: String? = nil, version: Int
  ) {
    self.address = address
    self.postalCode = postalCode
    self.commune = commune
    self.id = id
    self.name = name
    self.kind = kind
    self.territory = territory
    self.genesisRef = genesisRef
    self.pending = pending
    self.version = version
  }
}

/// Pending: named by the feed and not confirmed; invited: has a link; active; closed.
public enum AccountStatus: String, Payload, CaseIterable { case pending, invited, active, suspended, closed }

public struct AccountRow: Payload, Equatable {
  public var id: ID<Account>
  public var name: String
  public var organisation: OrganisationReference?
  public var status: AccountStatus
  /// For administrators alone.
  public var email: String?
  /// In the order in which they were given; for administrators alone.
  public var profiles: [Profile]?

  public init(
    id: ID<Account>, name: String, organisation: OrganisationReference?, status: AccountStatus, email: String?,
    profiles: [Profile]? = nil
  ) {
    self.id = id
    self.name = name
    self.organisation = organisation
    self.status = status
    self.email = email
    self.profiles = profiles
  }
}

public struct OrganisationQuery: PageQuery, Constrained {
  /// Part of the name, without regard to accents or case.
  public var q: String?
  public var kind: OrganisationKind?
  /// Whether it awaits an administrator's confirmation.
  public var pending: Bool?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = [
    "q": .text(0...100), "limit": .range(1...200), "after": .cursor,
  ]

  public init(
    q: String? = nil, kind: OrganisationKind? = nil, pending: Bool? = nil, limit: Int? = nil, after: String? = nil
  ) {
    self.q = q
    self.kind = kind
    self.pending = pending
    self.limit = limit
    self.after = after
  }
}

public struct AccountQuery: PageQuery, Constrained {
  /// Part of the name, for administrators of the e-mail address too, without regard to accents or case.
  public var q: String?
  public var organisation: ID<Organisation>?
  public var status: AccountStatus?
  /// A profile that the account has.
  public var profile: Profile?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = [
    "q": .text(0...100), "limit": .range(1...200), "after": .cursor,
  ]

  public init(
    q: String? = nil, organisation: ID<Organisation>? = nil, status: AccountStatus? = nil, profile: Profile? = nil,
    limit: Int? = nil, after: String? = nil
  ) {
    self.q = q
    self.organisation = organisation
    self.status = status
    self.profile = profile
    self.limit = limit
    self.after = after
  }
}

public struct NewTerritory: Payload, Constrained {
  /// As the feed writes it: `CENTRE`.
  public var code: String
  public var name: String
  public static let constraints: [String: Constraint] = ["code": .text(1...50), "name": .text(1...100)]

  public init(code: String, name: String) {
    self.code = code
    self.name = name
  }
}

/// A territory's name as people read it; its code is the feed's.
public struct TerritoryChange: Payload, Constrained {
  public var name: String
  public static let constraints: [String: Constraint] = ["name": .text(1...100)]

  public init(name: String) { self.name = name }
}

public struct NewOrganisation: Payload, Constrained {
  public var name: String
  public var kind: OrganisationKind
  public var territory: ID<Territory>?
  /// The feed's reference, where the organisation is one of those that it names.
  public var genesisRef: String?
  /// Number and street.
  public var address: String?
  public var postalCode: String?
  public var commune: String?
  public static let constraints: [String: Constraint] = [
    "name": .text(1...200), "genesisRef": .text(1...50), "address": .text(1...200), "postalCode": .text(1...10),
    "commune": .text(1...100),
  ]

  public init(
    name: String, kind: OrganisationKind, territory: ID<Territory>? = nil, genesisRef: String? = nil,
    address: String? = nil, postalCode: String? = nil, commune: String? = nil
  ) {
    self.address = address
    self.postalCode = postalCode
    self.commune = commune
    self.name = name
    self.kind = kind
    self.territory = territory
    self.genesisRef = genesisRef
  }
}

/// What changes of an organisation; what is absent stays as it is. Any change confirms one that the feed had named.
public struct OrganisationChange: Payload, Constrained {
  public var name: String?
  public var kind: OrganisationKind?
  public var territory: ID<Territory>?
  /// Number and street; empty to take it away, as the two below.
  public var address: String?
  public var postalCode: String?
  public var commune: String?
  public static let constraints: [String: Constraint] = [
    "name": .text(1...200), "address": .text(0...200), "postalCode": .text(0...10), "commune": .text(0...100),
  ]

  public init(
    name: String? = nil, kind: OrganisationKind? = nil, territory: ID<Territory>? = nil, address: String? = nil,
    postalCode: String? = nil, commune: String? = nil
  ) {
    self.address = address
    self.postalCode = postalCode
    self.commune = commune
    self.name = name
    self.kind = kind
    self.territory = territory
  }
}

extension IdentityAPI {
  public static let listTerritories = Endpoint<NoInput, Page<TerritoryRow>>(
    .identity, "listTerritories", .get, "territories", allow: .signedIn, summary: "List the territories by name.")
  public static let listOrganisations = Endpoint<OrganisationQuery, Page<OrganisationRow>>(
    .identity, "listOrganisations", .get, "organisations", allow: .signedIn, summary: "List organisations by name.")
  public static let listAccounts = Endpoint<AccountQuery, Page<AccountRow>>(
    .identity, "listAccounts", .get, "accounts", allow: .signedIn,
    summary: "List accounts by name; addresses, profiles and how many there are for administrators alone.")
  public static let addTerritory = Endpoint<NewTerritory, TerritoryRow>(
    .identity, "addTerritory", .post, "territories", allow: .having(.administer), summary: "Add a territory.",
    success: 201)
  public static let changeTerritory = Endpoint<TerritoryChange, TerritoryRow>(
    .identity, "changeTerritory", .patch, "territories/{territory}", allow: .having(.administer),
    summary: "Rename a territory.", versioned: true)
  public static let showOrganisation = Endpoint<NoInput, OrganisationRow>(
    .identity, "showOrganisation", .get, "organisations/{organisation}", allow: .signedIn,
    summary: "Show an organisation.")
  public static let addOrganisation = Endpoint<NewOrganisation, OrganisationRow>(
    .identity, "addOrganisation", .post, "organisations", allow: .having(.administer),
    summary: "Add an organisation.", success: 201)
  public static let changeOrganisation = Endpoint<OrganisationChange, OrganisationRow>(
    .identity, "changeOrganisation", .patch, "organisations/{organisation}", allow: .having(.administer),
    summary: "Change an organisation, or confirm one that the feed named.", versioned: true)
}
