import Domain
import Foundation

public enum AccessToken {}

extension AccessToken {
  /// Begins every access token, so that one that lies around is known for what it is.
  public static let prefix = "jal_"
}

extension Permit {
  /// All there are: reading and writing of each service.
  public static var all: [Permit] {
    ServiceName.allCases.flatMap { service in
      [false, true].map { Permit(service: service.rawValue, writing: $0) }
    }
  }
}

/// What a program is given: a name for its owner, how far it reaches, and until when.
public struct NewAccessToken: Payload, Constrained {
  public var name: String
  /// The profile that it acts under; without it the one that asks.
  public var profile: ID<AccountProfile>?
  /// `dossiers:read`, `scheduling:write`…
  public var permits: [String]
  /// The last day on which it is good: at most a year away.
  public var expiresOn: CalendarDate
  public static let constraints: [String: Constraint] = [
    "name": .text(1...80), "permits": .choice(Permit.all.map(\.rawValue)),
  ]

  public init(name: String, profile: ID<AccountProfile>? = nil, permits: [String], expiresOn: CalendarDate) {
    self.name = name
    self.profile = profile
    self.permits = permits
    self.expiresOn = expiresOn
  }
}

/// An access token as its owner sees it afterwards.
public struct AccessTokenRow: Payload, Equatable {
  public var id: ID<AccessToken>
  public var name: String
  /// Absent once the profile was withdrawn: the token opens nothing any more.
  public var profile: Profile?
  public var permits: [String]
  public var createdAt: Date
  public var expiresOn: CalendarDate
  public var lastUsedAt: Date?
  public var lastAddress: String?

  public init(
    id: ID<AccessToken>, name: String, profile: Profile?, permits: [String], createdAt: Date, expiresOn: CalendarDate,
    lastUsedAt: Date?, lastAddress: String?
  ) {
    self.id = id
    self.name = name
    self.profile = profile
    self.permits = permits
    self.createdAt = createdAt
    self.expiresOn = expiresOn
    self.lastUsedAt = lastUsedAt
    self.lastAddress = lastAddress
  }
}

public struct IssuedAccessToken: Payload {
  public var token: AccessTokenRow
  /// To be given to the program as `Authorization: Bearer …`; shown this once and stored as a hash.
  public var secret: String

  public init(token: AccessTokenRow, secret: String) {
    self.token = token
    self.secret = secret
  }
}

extension IdentityAPI {
  public static let listAccessTokens = Endpoint<NoInput, Page<AccessTokenRow>>(
    .identity, "listAccessTokens", .get, "me/access-tokens", allow: .signedIn,
    summary: "List one's own access tokens that are good, newest first.")
  public static let addAccessToken = Endpoint<NewAccessToken, IssuedAccessToken>(
    .identity, "addAccessToken", .post, "me/access-tokens", allow: .signedIn,
    summary: "Make an access token for a program; its secret is in the answer alone.", success: 201)
  public static let revokeAccessToken = Endpoint<NoInput, NoOutput>(
    .identity, "revokeAccessToken", .delete, "me/access-tokens/{token}", allow: .signedIn,
    summary: "End one of one's own access tokens, at once and everywhere.")
}
