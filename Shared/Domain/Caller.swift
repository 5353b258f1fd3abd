import Foundation

/// Who asks, under which profile, and for which act. Every store takes one: a transaction without it reads nothing.
public struct Caller: Sendable, Hashable, Codable {
  public var account: ID<Account>
  /// The signature on what is done: `DURAND Paul`, or under a delegation `DURAND Paul (pour PETIT Anne)`.
  public var name: String
  /// The colleague away, in whose place the account acts under one of their profiles.
  public var replaces: Replaced?
  public var profile: Profile?
  public var scope: Scope
  public var territories: [ID<Territory>]
  public var organisation: ID<Organisation>?
  public var rights: Set<Right>
  public var session: ID<Session>?
  /// The limits of the access token that a program uses; nil for a person, who is limited by rights alone.
  public var permits: Set<Permit>?
  /// The day it is for this request, in France: policies compare periods with it. Background work that names none has the
  /// day of its service's clock (`dated`).
  public var today: CalendarDate {
    get { day ?? Now.system.today }
    set { day = newValue }
  }
  private var day: CalendarDate?
  /// What the request is about: each of its transactions begins by finding the dossier, or ends there.
  public var subject: RequestSubject?
  /// What is being done, for the audit log; nil leaves no trace.
  public var act: Act?
  /// Whether only what would be refused is asked: the first transaction is undone, and ends with `TrialEnded`.
  public var isTrial = false
  /// The key under which the client may send the same write again without its being done twice.
  public var idempotency: Idempotency?

  public struct Replaced: Sendable, Hashable, Codable {
    public let account: ID<Account>
    public let name: String

    public init(account: ID<Account>, name: String) {
      self.account = account
      self.name = name
    }

    /// Follows the name of the person who acts.
    public var suffix: String { " (pour \(name))" }
  }

  public struct Idempotency: Sendable, Hashable, Codable {
    public let key: String
    public let endpoint: String
    public let fingerprint: String

    public init(key: String, endpoint: String, fingerprint: String) {
      self.key = key
      self.endpoint = endpoint
      self.fingerprint = fingerprint
    }
  }

  public init(
    account: ID<Account>, name: String, profile: Profile?, scope: Scope, territories: [ID<Territory>] = [],
    organisation: ID<Organisation>? = nil, rights: Set<Right> = [], session: ID<Session>? = nil,
    today: CalendarDate? = nil, act: Act? = nil
  ) {
    self.account = account
    self.name = name
    self.profile = profile
    self.scope = scope
    self.territories = territories
    self.organisation = organisation
    self.rights = rights
    self.session = session
    self.day = today
    self.act = act
  }

  private enum CodingKeys: String, CodingKey {
    case account, name, replaces, profile, scope, territories, organisation, rights, session, permits
    case day = "today"
    case act, idempotency
  }

  /// The same, with the day that `now` shows where none was named.
  public func dated(by now: Now) -> Caller {
    var copy = self
    copy.day = day ?? now.today
    return copy
  }

  /// Background work: it reaches everything, and says why.
  public static func system(_ reason: String, today: CalendarDate? = nil) -> Caller {
    Caller(
      account: ID(.zero), name: reason, profile: nil,
      scope: .system, today: today)
  }

  /// The same person in a transaction that prepares an act: it leaves no trace of its own and uses up no key.
  public var looking: Caller {
    var copy = self
    copy.act = nil
    copy.idempotency = nil
    copy.isTrial = false
    return copy
  }

  /// Whose dossiers, agenda and operations are one's own: the colleague's away, or the account's.
  public var seat: ID<Account> { replaces?.account ?? account }

  public func may(_ right: Right) -> Bool { rights.contains(right) }
}

/// A dossier, or a row that belongs to one.
public struct RequestSubject: Sendable, Hashable, Codable {
  public static let dossierKind = "dossier"

  /// `dossier`, or the table of the service that keeps the row.
  public let kind: String
  public let id: UUID
  /// Whether something of it is to change, which an archived dossier refuses (rule C22).
  public let isChange: Bool?

  public init(kind: String, id: UUID, isChange: Bool = false) {
    self.kind = kind
    self.id = id
    self.isChange = isChange ? true : nil
  }

  public static func dossier(_ id: ID<Dossier>) -> RequestSubject { RequestSubject(kind: dossierKind, id: id.value) }
}

/// Reading or writing one service: what an access token is limited to.
public struct Permit: RawRepresentable, Hashable, Sendable, Codable {
  /// `dossiers:read`
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public init(service: String, writing: Bool) { rawValue = "\(service):\(writing ? "write" : "read")" }
}

/// One act to be remembered in the audit log.
public struct Act: Sendable, Hashable, Codable {
  /// The endpoint's name, such as `dossiers.showDossier`.
  public var name: String
  public var kind: Kind
  /// Whose dossier it is about, as the transaction found it.
  public var dossier: ID<Dossier>?
  /// What was acted on, where it is not the dossier itself: the last identifier of the address.
  public var object: String?
  public var address: String?
  public var trace: String?

  public enum Kind: String, Sendable, Codable, CaseIterable { case read, write, export, download }

  public init(
    name: String, kind: Kind, dossier: ID<Dossier>? = nil, object: String? = nil, address: String? = nil,
    trace: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.dossier = dossier
    self.object = object
    self.address = address
    self.trace = trace
  }
}
