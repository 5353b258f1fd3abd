import Domain
import Foundation

/// One line of the audit log: who did what, when, from where, and why it was allowed.
public struct AuditEntry: Payload, Equatable {
  public var position: Int
  public var event: UUID
  public var at: Date
  public var account: ID<Account>
  public var accountName: String
  public var profile: String?
  public var scope: String
  /// The endpoint's name, such as `dossiers.showDossier`.
  public var act: String
  /// `read`, `write`, `export`, `download`
  public var kind: String
  public var dossier: ID<Dossier>?
  public var object: String?
  public var address: String?

  public init(
    position: Int, event: UUID, at: Date, account: ID<Account>, accountName: String, profile: String?, scope: String,
    act: String, kind: String, dossier: ID<Dossier>?, object: String?, address: String?
  ) {
    self.position = position
    self.event = event
    self.at = at
    self.account = account
    self.accountName = accountName
    self.profile = profile
    self.scope = scope
    self.act = act
    self.kind = kind
    self.dossier = dossier
    self.object = object
    self.address = address
  }

  /// The bytes of which the line's hash is made, after the hash of the line before: everything but its place, each
  /// field apart, so that no two different lines have the same.
  public func canonical() throws -> Data {
    try JSONEncoder.jalons.encode([
      event.uuidString.lowercased(), Moment.text(at), account.description, accountName, profile, scope, act, kind,
      dossier?.description, object, address,
    ])
  }
}

public struct AuditQuery: Payload, Constrained {
  public var dossier: ID<Dossier>?
  public var account: ID<Account>?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = ["limit": .range(1...200), "after": .pattern("[0-9]+", 1...18)]

  public init(dossier: ID<Dossier>? = nil, account: ID<Account>? = nil, limit: Int? = nil, after: String? = nil) {
    self.dossier = dossier
    self.account = account
    self.limit = limit
    self.after = after
  }
}

extension IdentityAPI {
  public static let listAudit = Endpoint<AuditQuery, Page<AuditEntry>>(
    .identity, "listAudit", .get, "audit", allow: .having(.readAudit),
    summary: "List what was read and done, newest first; looking leaves a trace too.", audit: Act.Kind.read)
}
