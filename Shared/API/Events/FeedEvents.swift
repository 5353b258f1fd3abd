import Domain
import Foundation

/// The feed named a territory, an organisation or a référent that nobody knew: identity makes it, to be confirmed.
public struct StructureDiscovered: Event {
  public static let type = "dossiers.structure-discovered.v1"
  public struct FoundTerritory: Payload {
    public var id: ID<Territory>
    public var code: String
    public init(id: ID<Territory>, code: String) {
      self.id = id
      self.code = code
    }
  }
  public struct FoundOrganisation: Payload {
    public var id: ID<Organisation>
    public var genesisRef: String
    public var name: String
    public var territory: ID<Territory>?
    public init(id: ID<Organisation>, genesisRef: String, name: String, territory: ID<Territory>?) {
      self.id = id
      self.genesisRef = genesisRef
      self.name = name
      self.territory = territory
    }
  }
  public struct FoundAccount: Payload {
    public var id: ID<Account>
    public var genesisRef: String
    public var familyName: String
    public var givenName: String
    public var email: String?
    public var organisation: ID<Organisation>?
    public init(
      id: ID<Account>, genesisRef: String, familyName: String, givenName: String, email: String?,
      organisation: ID<Organisation>?
    ) {
      self.id = id
      self.genesisRef = genesisRef
      self.familyName = familyName
      self.givenName = givenName
      self.email = email
      self.organisation = organisation
    }
  }
  public var territories: [FoundTerritory]
  public var organisations: [FoundOrganisation]
  public var accounts: [FoundAccount]
  public var key: String { "structure" }
  public init(territories: [FoundTerritory], organisations: [FoundOrganisation], accounts: [FoundAccount]) {
    self.territories = territories
    self.organisations = organisations
    self.accounts = accounts
  }
}

/// The day's feed had not come by the hour at which the county expects it; told once a day.
public struct FeedMissing: Event {
  public static let type = "dossiers.feed-missing.v1"
  public var day: CalendarDate
  /// `07:00`, local time.
  public var expectedBy: String
  /// The day that the newest feed applied so far tells of.
  public var lastReference: CalendarDate?
  public var key: String { "feed" }
  public init(day: CalendarDate, expectedBy: String, lastReference: CalendarDate?) {
    self.day = day
    self.expectedBy = expectedBy
    self.lastReference = lastReference
  }
}

/// A feed that was told to be missing has come.
public struct FeedArrived: Event {
  public static let type = "dossiers.feed-arrived.v1"
  public var day: CalendarDate
  public var run: UUID
  public var key: String { "feed" }
  public init(day: CalendarDate, run: UUID) {
    self.day = day
    self.run = run
  }
}

/// A feed was reconciled; counts only.
public struct FeedApplied: Event {
  public static let type = "dossiers.feed-applied.v1"
  public var run: UUID
  public var created: Int
  public var updated: Int
  public var quarantined: Int
  public var key: String { "feed" }
  public init(run: UUID, created: Int, updated: Int, quarantined: Int) {
    self.run = run
    self.created = created
    self.updated = updated
    self.quarantined = quarantined
  }
}
