import API
import Domain
import Foundation
import Messaging
import Postgres

struct SessionStore: Sendable {
  let postgres: PostgresClient

  private static let columns: SQL = """
    s.id, s.account, s.account_profile, s.delegation, s.client, s.created_at, s.seen_at, s.closed_at, s.closed_because, a.status,
      coalesce(r.idle_minutes, \(SecurityTerms().idleMinutes)) as idle_minutes,
      coalesce(r.hours, \(SecurityTerms().hours)) as hours
    """

  /// Sessions with their account and with the rule of the profile that they are under.
  private static let held: SQL = """
    identity.session s join identity.account a on a.id = s.account
      left join identity.account_profile p on p.id = s.account_profile
      left join identity.security_rule r on r.profile = p.profile
    """

  /// What `caller` may act under, and may do under each.
  struct Standing: Sendable {
    let account: AccountIdentity
    /// At work, ten digits.
    let phone: String?
    let profiles: [ActingProfile]
    let last: ID<AccountProfile>?
    /// Whether a code is asked for at sign-in.
    let hasSecondFactor: Bool

    func mustEnrol(under profile: ActingProfile) -> Bool { profile.isForced && !hasSecondFactor }
  }

  /// - Throws: 401 when there is no such account any more.
  func standing(of account: ID<Account>, at moment: Date) async throws -> Standing {
    try await postgres.withTransaction(as: .system("sign-in")) {
      try await Self.standing(of: account, on: CalendarDate(moment), in: $0)
    }
  }

  /// The profile that a session is under, whatever its token says.
  func profile(of session: ID<Session>) async throws -> ID<AccountProfile>? {
    try await postgres.withTransaction(as: .system("sessions")) { transaction in
      try await transaction.first(
        "select account_profile from identity.session where id = \(session) and account_profile is not null",
        as: ID<AccountProfile>.self)
    }
  }

  /// What a profile may do: what the county left of what the access table gives it.
  func rights(of profile: Profile) async throws -> Set<Right> {
    try await postgres.withTransaction(as: .system("sign-in")) {
      try await ProfileRightStore.rights(of: profile, in: $0)
    }
  }

  struct Opening: Sendable {
    let session: ID<Session>
    let profile: ActingProfile
    let client: SessionClient
    let secretHash: Data
    let address: String?
    let agent: String?
    let provider: Provider?
  }

  /// Who vouched for a session's person, and what ends the session there too, sealed.
  struct Provider: Sendable {
    let id: String
    let idToken: Data
  }

  /// Opens a session in the account's own name, which is how the audit log has it. Where the county limits how many
  /// there may be at once, the oldest make room.
  func open(_ opening: Opening, for caller: Caller, at moment: Date) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      // Held first, so that of twenty at once each sees those before.
      try await transaction.execute(
        "update identity.account set signed_in_at = \(moment) where id = \(caller.account)")
      let terms = try await SecurityRuleStore.terms(of: opening.profile.profile, in: transaction)
      let expiresAt = moment.addingTimeInterval(Double(terms.hours) * 3600)
      try await transaction.execute(
        """
        insert into identity.session
          (id, account, account_profile, client, secret_hash, created_at, seen_at, expires_at, address, agent,
            provider, id_token)
        values (\(opening.session), \(caller.account), \(opening.profile.id), \(opening.client), \(opening.secretHash),
          \(moment), \(moment), \(expiresAt), \(opening.address), \(opening.agent), \(opening.provider?.id),
          \(opening.provider?.idToken))
        """)
      guard let most = terms.sessions else { return }
      // Programs and browsers do not send each other away.
      try await Self.close(
        """
        id in (
          select s.id from \(Self.held) where s.account = \(caller.account) and s.client = \(opening.client)
            and s.closed_at is null and \(Self.isOpen(at: moment))
          order by s.id = \(opening.session) desc, s.created_at desc, s.id desc offset \(most))
        """, because: .tooMany, at: moment, in: transaction)
    }
  }

  /// Whether a session of `held` has neither rested nor lasted too long; what `StoredSession.ending` says of one.
  private static func isOpen(at moment: Date) -> SQL {
    """
    s.created_at + coalesce(r.hours, \(SecurityTerms().hours)) * interval '1 hour' > \(moment)::timestamptz
      and s.seen_at + coalesce(r.idle_minutes, \(SecurityTerms().idleMinutes)) * interval '1 minute'
        + case when s.client = 'api' then \(Int(Lifetime.token(.api))) else 0 end * interval '1 second'
        > \(moment)::timestamptz
    """
  }

  /// What came of showing a session's secret.
  enum Renewal: Sendable {
    case open(StoredSession, Standing, rights: Set<Right>)
    case closed(Closure)
    case unknown
  }

  /// Keeps a session alive, or closes it when its time has come.
  func renew(secretHash: Data, at moment: Date) async throws -> Renewal {
    try await postgres.withTransaction(as: .system("sessions")) { transaction in
      guard
        let session = try await transaction.first(
          """
          select \(Self.columns) from \(Self.held)
          where s.secret_hash = \(secretHash) for update of s
          """, as: StoredSession.self)
      else { return .unknown }
      if session.closedAt != nil { return .closed(session.closedBecause ?? .signedOut) }
      if let ending = session.ending(at: moment) {
        try await Self.close("id = \(session.id)", because: ending, at: moment, in: transaction)
        return .closed(ending)
      }
      try await transaction.execute("update identity.session set seen_at = \(moment) where id = \(session.id)")
      return try await Self.opened(session, at: moment, in: transaction)
    }
  }

  /// Makes the caller's own session act under another of the account's profiles, or under that of a colleague away.
  /// - Throws: 422 when the account may not act under it.
  func switchProfile(to profile: ID<AccountProfile>, for caller: Caller, at moment: Date) async throws -> Renewal {
    guard let session = caller.session else { throw Problem.signedOut }
    return try await postgres.withTransaction(as: caller) { transaction in
      guard
        let before = try await transaction.first(
          """
          select \(Self.columns) from \(Self.held)
          where s.id = \(session) and s.account = \(caller.account) for update of s
          """, as: StoredSession.self)
      else { return .unknown }
      if before.closedAt != nil { return .closed(before.closedBecause ?? .signedOut) }
      let standing = try await Self.standing(of: caller.account, on: CalendarDate(moment), in: transaction)
      guard let chosen = standing.profiles.first(where: { $0.id == profile }) else {
        throw ProfileRules.foreign(at: "accountProfile")
      }
      try await transaction.execute(
        """
        update identity.session set account_profile = \(profile), delegation = \(chosen.lent?.delegation),
          seen_at = \(moment)
        where id = \(session)
        """)
      var after = before
      (after.accountProfile, after.delegation, after.seenAt) = (profile, chosen.lent?.delegation, moment)
      return .open(after, standing, rights: try await ProfileRightStore.rights(of: chosen.profile, in: transaction))
    }
  }

  /// The sessions of an account that are open at `moment`, newest first.
  func sessions(of account: ID<Account>, for caller: Caller, at moment: Date) async throws -> [SessionRow] {
    try await postgres.withTransaction(as: caller) { try await Self.sessions(of: account, at: moment, in: $0) }
  }

  static func sessions(
    of account: ID<Account>, at moment: Date, in transaction: Transaction
  ) async throws -> [SessionRow] {
    try await transaction.query(
      """
      select s.id, s.created_at, s.seen_at,
        s.created_at + coalesce(r.hours, \(SecurityTerms().hours)) * interval '1 hour' as expires_at,
        s.address, s.agent, coalesce(s.id = \(transaction.caller.session)::uuid, false) as current
      from \(held) where s.account = \(account) and s.closed_at is null and \(isOpen(at: moment))
      order by s.created_at desc limit 200
      """, as: SessionRow.self)
  }

  /// Closes one of an account's sessions; closing twice changes nothing.
  /// - Throws: 404 when it is not one of them.
  func close(
    _ session: ID<Session>, of account: ID<Account>, for caller: Caller, because: Closure, at moment: Date
  ) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      let known = try await transaction.first(
        "select true from identity.session where id = \(session) and account = \(account)", as: Bool.self)
      guard known != nil else { throw Problem.notFound("Cette session") }
      try await Self.close("id = \(session)", because: because, at: moment, in: transaction)
    }
  }

  /// Closes the open sessions that fit, and announces each. The last thing in its transaction.
  /// - Returns: how many there were.
  @discardableResult
  static func close(_ which: SQL, because: Closure, at moment: Date, in transaction: Transaction) async throws -> Int {
    struct Closed: Decodable, Sendable {
      let id: ID<Session>
      let account: ID<Account>
    }
    let closed = try await transaction.query(
      """
      update identity.session set closed_at = \(moment), closed_because = \(because)
      where closed_at is null and \(which) returning id, account
      """, as: Closed.self)
    let events = closed.map { SessionClosed(session: $0.id, account: $0.account, because: because.reason) }
    try await transaction.announce(events, at: moment)
    return closed.count
  }
}

extension SessionStore {
  private static func opened(
    _ session: StoredSession, at moment: Date, in transaction: Transaction
  ) async throws -> Renewal {
    let standing = try await standing(of: session.account, on: CalendarDate(moment), in: transaction)
    guard let profile = standing.profiles.first(where: { $0.id == session.accountProfile }) else {
      let closure: Closure = session.delegation == nil ? .profileWithdrawn : .delegationEnded
      try await close("id = \(session.id)", because: closure, at: moment, in: transaction)
      return .closed(closure)
    }
    return .open(session, standing, rights: try await ProfileRightStore.rights(of: profile.profile, in: transaction))
  }

  private static func standing(
    of account: ID<Account>, on day: CalendarDate, in transaction: Transaction
  ) async throws -> Standing {
    struct Row: Decodable, Sendable {
      let familyName: String
      let givenName: String
      let email: String
      let phone: String?
      let last: ID<AccountProfile>?
      let hasSecondFactor: Bool
    }
    guard
      let row = try await transaction.first(
        """
        select family_name, given_name, email, phone, (
          select account_profile from identity.session
          where account = a.id and account_profile is not null and delegation is null and client = 'browser'
          order by created_at desc limit 1) as last,
          \(SecondFactorStore.isConfirmed) as has_second_factor
        from identity.account a where id = \(account)
        """, as: Row.self)
    else { throw Problem.signedOut }
    let profiles = try await transaction.query(
      """
      select p.id, p.profile, p.territories, coalesce(r.second_factor, false) as is_forced, l.lent,
        case when o.id is null then null else jsonb_build_object('id', o.id, 'name', o.name) end as organisation
      from (
        select \(account)::uuid as account, null::jsonb as lent
        union all
        select d.absent, jsonb_build_object('delegation', d.id, 'until', d.until_date,
          'absent', jsonb_build_object('id', a.id, 'name', a.name))
        from identity.delegation d join identity.v1_account a on a.id = d.absent
        where \(DelegationStore.holds(for: account, on: day))
      ) l join identity.account_profile p on p.account = l.account join identity.account a on a.id = p.account
        left join identity.organisation o on o.id = coalesce(p.organisation, a.organisation)
        left join identity.security_rule r on r.profile = p.profile
      where l.lent is null or p.profile = any(\(Profile.allCases.filter(\.isDelegable)))
      order by l.lent is not null, a.family_name, a.id, p.id
      """, as: ActingProfile.self)
    let name = French.name(row.familyName, row.givenName)
    return Standing(
      account: AccountIdentity(id: account, name: name, email: row.email), phone: row.phone, profiles: profiles,
      last: row.last, hasSecondFactor: row.hasSecondFactor)
  }
}
