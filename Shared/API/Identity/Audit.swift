import Domain
import Foundation

/// One line of the audit log: who did what, when, from where, and why it was allowed.
public struct AuditEntry: Payload, Equatable {
  public var position: Int
  public var event: UUID
  public var at: Date
  public var account: ID<Account>
  public var accountName: String
  /// In whose place, away then, it was done.
  public var replaces: ID<Account>?
  public var profile: String?
  public var scope: String
  /// The endpoint's name, such as `dossiers.showDossier`.
  public var act: String
  /// `read`, `write`, `export`, `download`
  public var kind: String
  public var dossier: ID<Dossier>?
  public var object: String?
  public var address: String?
  /// The dossier's number as people know it. It is looked up for the reader, and no part of the line.
  public var number: Int?

  public init(
    position: Int, event: UUID, at: Date, account: ID<Account>, accountName: String, profile: String?, scope: String,
    act: String, kind: String, dossier: ID<Dossier>?, object: String?, address: String?, number: Int? = nil,
    replaces: ID<Account>? = nil
  ) {
    self.position = position
    self.event = event
    self.at = at
    self.account = account
    self.accountName = accountName
    self.replaces = replaces
    self.profile = profile
    self.scope = scope
    self.act = act
    self.kind = kind
    self.dossier = dossier
    self.object = object
    self.address = address
    self.number = number
  }

  /// The bytes of which the line's hash is made, after the hash of the line before: everything but its place, each
  /// field apart, so that no two different lines have the same.
  public func canonical() throws -> Data {
    let fields = [
      event.uuidString.lowercased(), Moment.text(at), account.description, accountName, profile, scope, act, kind,
      dossier?.description, object, address,
    ]
    // Only where there is one: the lines from before delegations stay what they were.
    return try JSONEncoder.jalons.encode(fields + (replaces.map { [$0.description] } ?? []))
  }
}

public struct AuditQuery: Payload, Constrained {
  public var dossier: ID<Dossier>?
  /// The same dossier by its number.
  public var number: Int?
  /// Who did it, or in whose place it was done.
  public var account: ID<Account>?
  public var kind: Act.Kind?
  /// The first day and the last, both included.
  public var from: CalendarDate?
  public var until: CalendarDate?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = [
    "number": .range(1...999_999_999), "limit": .range(1...200), "after": .pattern("[0-9]+", 1...18),
  ]

  public init(
    dossier: ID<Dossier>? = nil, number: Int? = nil, account: ID<Account>? = nil, kind: Act.Kind? = nil,
    from: CalendarDate? = nil, until: CalendarDate? = nil, limit: Int? = nil, after: String? = nil
  ) {
    self.dossier = dossier
    self.number = number
    self.account = account
    self.kind = kind
    self.from = from
    self.until = until
    self.limit = limit
    self.after = after
  }
}

extension IdentityAPI {
  public static let listAudit = Endpoint<AuditQuery, Page<AuditEntry>>(
    .identity, "listAudit", .get, "audit", allow: .having(.readAudit),
    summary: "List what was read and done, newest first; looking leaves a trace too.", audit: Act.Kind.read)
}
