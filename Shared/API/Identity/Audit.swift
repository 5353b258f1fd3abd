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
      event.text, Moment.text(at), account.description, accountName, profile, scope, act, kind,
      dossier?.description, object, address,
    ]
    // Only where there is one: the lines from before delegations stay what they were.
    return try JSONEncoder.jalons.encode(fields + (replaces.map { [$0.description] } ?? []))
  }
}

public struct AuditQuery: PageQuery, Constrained {
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
    "number": .range(1...999_999_999), "limit": .range(1...200), "after": .cursor,
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

/// How long the audit log keeps its lines: six months to a year (CNIL, recommendation on logging of 14 October 2021).
public struct AuditRetention: Payload, Versioned {
  public struct Rule: Payload {
    public var months: Int
    public var validFrom: Date
    /// Nil for the rule that Jalons comes with.
    public var authorName: String?

    public init(months: Int, validFrom: Date, authorName: String?) {
      self.months = months
      self.validFrom = validFrom
      self.authorName = authorName
    }
  }

  /// What was taken out on one day: so many lines, the newest of them from before `until`.
  public struct Removal: Payload {
    public var day: CalendarDate
    public var lines: Int
    public var until: Date

    public init(day: CalendarDate, lines: Int, until: Date) {
      self.day = day
      self.lines = lines
      self.until = until
    }
  }

  public var months: Int
  /// The moment of the oldest line.
  public var oldest: Date?
  /// The newest first.
  public var rules: [Rule]
  public var removals: [Removal]
  public var version: Int

  public init(months: Int, oldest: Date?, rules: [Rule], removals: [Removal], version: Int) {
    self.months = months
    self.oldest = oldest
    self.rules = rules
    self.removals = removals
    self.version = version
  }
}

public struct AuditRetentionDraft: Payload, Constrained {
  public var months: Int
  public static let constraints: [String: Constraint] = ["months": .range(6...12)]

  public init(months: Int) { self.months = months }
}

extension IdentityAPI {
  public static let listAudit = Endpoint<AuditQuery, Page<AuditEntry>>(
    .identity, "listAudit", .get, "audit", allow: .having(.readAudit),
    summary: "List what was read and done, newest first; looking leaves a trace too.", audit: Act.Kind.read)
  public static let exportAudit = Endpoint<AuditQuery, FileOutput>(
    .identity, "exportAudit", .get, "audit/export", allow: .having(.readAudit),
    summary: "What was read and done, as a CSV file, newest first, 100 000 lines at most.", audit: Act.Kind.export)
  public static let showAuditRetention = Endpoint<NoInput, AuditRetention>(
    .identity, "showAuditRetention", .get, "audit/retention", allow: .having(.readAudit),
    summary: "Show how long the log keeps its lines, who decided it, and what was taken out.")
  public static let changeAuditRetention = Endpoint<AuditRetentionDraft, AuditRetention>(
    .identity, "changeAuditRetention", .put, "audit/retention", allow: .having(.readAudit),
    summary: "Change how long the log keeps its lines: six to twelve months.", versioned: true)
}
