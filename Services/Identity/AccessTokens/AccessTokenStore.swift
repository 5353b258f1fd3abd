import API
import Domain
import Foundation
import Messaging
import Postgres

/// An access token that a program showed.
struct ShownToken: Codable, Sendable {
  let id: ID<AccessToken>
  let account: ID<Account>
  let accountProfile: ID<AccountProfile>?
  let name: String
  let permits: [String]
  let lastUsedAt: Date?

  /// Its tokens are refused, once it is revoked, as those of a session with its identifier are.
  var session: ID<Session> { ID(id.value) }
}

struct AccessTokenStore: Sendable {
  let postgres: PostgresClient

  /// The most that an account has at once.
  static let most = 20

  private static let columns: SQL = """
    t.id, t.name, p.profile, t.permits, t.created_at, t.expires_on, t.last_used_at, t.last_address
    """
  private static let rows: SQL = """
    identity.access_token t left join identity.account_profile p on p.id = t.account_profile
    """

  /// The caller's own that are good on `today`, newest first.
  func tokens(of caller: Caller) async throws -> [AccessTokenRow] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select \(Self.columns) from \(Self.rows)
        where t.account = \(caller.account) and t.revoked_at is null and t.expires_on >= \(caller.today)
        order by t.created_at desc, t.id desc
        """, as: AccessTokenRow.self)
    }
  }

  /// - Throws: 422 when the profile is not the account's; 409 when it has too many tokens.
  func add(
    _ new: NewAccessToken, secretHash: Data, for caller: Caller, at moment: Date
  ) async throws -> AccessTokenRow {
    try await postgres.withTransaction(as: caller) { transaction in
      // Held, so that two at once count one another.
      try await transaction.execute("select from identity.account where id = \(caller.account) for update")
      let profile = try await transaction.first(
        """
        select p.id from identity.account_profile p where p.account = \(caller.account) and p.id = coalesce(
          \(new.profile)::uuid, (select account_profile from identity.session where id = \(caller.session)::uuid))
        """, as: ID<AccountProfile>.self)
      guard let profile else { throw ProfileRules.foreign(at: "profile") }
      let count = try await transaction.first(
        """
        select count(*) from identity.access_token
        where account = \(caller.account) and revoked_at is null and expires_on >= \(caller.today)
        """, as: Int.self)
      guard (count ?? 0) < Self.most else {
        throw Problem.conflict(
          "trop-de-jetons", "Vous avez déjà \(Self.most) jetons d’accès.",
          detail: "Révoquez ceux qui ne servent plus, puis recommencez.")
      }
      let id = ID<AccessToken>.new(at: moment)
      let permits = Array(Set(new.permits)).sorted()
      try await transaction.execute(
        """
        insert into identity.access_token
          (id, account, account_profile, name, secret_hash, permits, created_at, expires_on)
        values (\(id), \(caller.account), \(profile), \(new.name), \(secretHash), \(permits), \(moment),
          \(new.expiresOn))
        """)
      let row = try await transaction.first(
        "select \(Self.columns) from \(Self.rows) where t.id = \(id)", as: AccessTokenRow.self)
      guard let row else { throw Problem.notFound("Ce jeton") }
      return row
    }
  }

  /// Ends one of the caller's own; ending it twice changes nothing.
  /// - Throws: 404 when it is not one of them.
  func revoke(_ token: ID<AccessToken>, for caller: Caller, at moment: Date) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      let known = try await transaction.first(
        "select true from identity.access_token where id = \(token) and account = \(caller.account)", as: Bool.self)
      guard known != nil else { throw Problem.notFound("Ce jeton") }
      try await Self.revoke("id = \(token)", at: moment, in: transaction)
    }
  }

  /// Ends the tokens that fit, and announces each. The last thing in its transaction.
  static func revoke(_ which: SQL, at moment: Date, in transaction: Transaction) async throws {
    struct Ended: Decodable, Sendable {
      let id: ID<Session>
      let account: ID<Account>
    }
    let ended = try await transaction.query(
      """
      update identity.access_token set revoked_at = \(moment) where revoked_at is null and \(which)
      returning id, account
      """, as: Ended.self)
    let events = ended.map { SessionClosed(session: $0.id, account: $0.account, because: "le jeton a été révoqué.") }
    try await transaction.announce(events, at: moment)
  }

  /// The token of a secret, where it is good at `moment` and its account open. Its use is noted, once a minute at most.
  func use(secretHash: Data, from address: String?, at moment: Date) async throws -> ShownToken? {
    try await postgres.withTransaction(as: .system("access-token")) { transaction in
      let shown = try await transaction.first(
        """
        select t.id, t.account, t.account_profile, t.name, t.permits, t.last_used_at
        from identity.access_token t join identity.account a on a.id = t.account
        where t.secret_hash = \(secretHash) and t.revoked_at is null and t.expires_on >= \(CalendarDate(moment))
          and a.status = 'active'
        """, as: ShownToken.self)
      if let shown, shown.lastUsedAt.map({ moment.timeIntervalSince($0) >= 60 }) ?? true {
        try await transaction.execute(
          """
          update identity.access_token set last_used_at = \(moment), last_address = coalesce(\(address), last_address)
          where id = \(shown.id)
          """)
      }
      return shown
    }
  }
}
