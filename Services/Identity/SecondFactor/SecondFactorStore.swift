import API
import Domain
import Foundation
import Postgres
import Service

/// An account's second factor as it is stored: the secret is sealed.
struct StoredFactor: Codable, Sendable {
  let secret: Data
  let begunAt: Date
  let confirmedAt: Date?
  let lastStep: Int
}

struct SecondFactorStore: Sendable {
  let postgres: PostgresClient
  let secrets: KeySeal
  let codes: KeySeal

  /// Whether the account `a` is asked for a code at sign-in.
  static let isConfirmed: SQL =
    "exists (select from identity.second_factor f where f.account = a.id and f.confirmed_at is not null)"

  func state(of caller: Caller) async throws -> SecondFactorState {
    struct Row: Decodable, Sendable {
      let since: Date?
      let left: Int
      let forced: Bool
    }
    let row = try await postgres.withTransaction(as: caller.looking) { transaction in
      try await transaction.first(
        """
        select (select confirmed_at from identity.second_factor where account = a.id) as since,
          (select count(*) from identity.recovery_code where account = a.id and used_at is null) as left,
          exists (
            select from identity.account_profile p join identity.security_rule r on r.profile = p.profile
            where p.account = a.id and r.second_factor) as forced
        from identity.account a where id = \(caller.account)
        """, as: Row.self)
    }
    guard let row else { throw Problem.signedOut }
    return SecondFactorState(since: row.since, recoveryCodesLeft: row.left, forced: row.forced)
  }

  /// The caller's account, held until the transaction ends: an account has no row of a factor to hold before its first.
  /// - Returns: its e-mail address.
  private static func hold(_ caller: Caller, in transaction: Transaction) async throws -> String {
    let email = try await transaction.first(
      "select email from identity.account where id = \(caller.account) for update", as: String.self)
    guard let email else { throw Problem.signedOut }
    return email
  }

  /// Keeps a secret that no code has confirmed yet.
  /// - Returns: the secret to use, which is the one of a moment ago where there is one, and whose it is.
  /// - Throws: 409 when the account has a second factor.
  func begin(_ secret: Data, for caller: Caller, at moment: Date) async throws -> (secret: Data, email: String) {
    try await postgres.withTransaction(as: caller) { transaction in
      let email = try await Self.hold(caller, in: transaction)
      if let known = try await Self.locked(caller.account, in: transaction) {
        guard known.confirmedAt == nil else { throw SecondFactors.already }
        if known.begunAt.addingTimeInterval(SecondFactors.enrolment) > moment,
          let secret = secrets.open(known.secret, name: caller.account.description)
        {
          return (secret, email)
        }
      }
      let sealed = try secrets.seal(secret, name: caller.account.description)
      try await transaction.execute(
        """
        insert into identity.second_factor (account, secret, begun_at) values (\(caller.account), \(sealed), \(moment))
        on conflict (account) do update set secret = excluded.secret, begun_at = excluded.begun_at
        """)
      return (secret, email)
    }
  }

  /// - Throws: 409 when there is nothing to confirm any more; 422 when the code is not the secret's.
  func confirm(_ code: TypedCode?, recovery: [String], for caller: Caller, at moment: Date) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      guard let factor = try await Self.locked(caller.account, in: transaction) else { throw SecondFactors.notBegun }
      guard factor.confirmedAt == nil else { throw SecondFactors.already }
      guard factor.begunAt.addingTimeInterval(SecondFactors.enrolment) > moment,
        let secret = secrets.open(factor.secret, name: caller.account.description)
      else { throw SecondFactors.notBegun }
      guard case .timed(let text) = code,
        let step = TimedCode.step(of: text, secret: secret, at: moment, after: factor.lastStep)
      else { throw SecondFactors.wrong }
      try await transaction.execute(
        """
        update identity.second_factor set confirmed_at = \(moment), last_step = \(step)
        where account = \(caller.account)
        """)
      try await replaceCodes(of: caller.account, with: recovery, in: transaction)
    }
  }

  /// Uses a code up together with the proof of the password.
  /// - Returns: whether it was good: of twenty at once, one.
  /// - Throws: 401 when the proof opened a session before.
  func spend(_ code: TypedCode, _ proof: SignInProof, at moment: Date) async throws -> Bool {
    do {
      try await postgres.withTransaction(as: .system("sign-in"), retrying: true) { transaction in
        guard try await spend(code, of: proof.account, at: moment, in: transaction) else { throw Unspent.code }
        let fresh = try await transaction.execute(
          """
          insert into identity.spent_proof (id, expires_at) values (\(proof.id), \(proof.expiresAt))
          on conflict do nothing
          """)
        // The code stays good for whoever has a proof that is.
        guard fresh == 1 else { throw SignInProof.ended }
        try await transaction.execute(
          """
          delete from identity.spent_proof where id in (
            select id from identity.spent_proof where expires_at < \(moment) order by expires_at limit 100
            for update skip locked)
          """)
      }
      return true
    } catch Unspent.code {
      return false
    }
  }

  private enum Unspent: Error { case code }

  /// Uses a code up. Codes of one account are looked at one after another.
  private func spend(
    _ code: TypedCode, of account: ID<Account>, at moment: Date, in transaction: Transaction
  ) async throws -> Bool {
    guard let factor = try await Self.locked(account, in: transaction), factor.confirmedAt != nil else { return false }
    switch code {
    case .timed(let text):
      guard let secret = secrets.open(factor.secret, name: account.description),
        let step = TimedCode.step(of: text, secret: secret, at: moment, after: factor.lastStep)
      else { return false }
      try await transaction.execute(
        "update identity.second_factor set last_step = \(step) where account = \(account)")
      return true
    case .recovery(let text):
      let used = try await transaction.execute(
        """
        update identity.recovery_code set used_at = \(moment)
        where account = \(account) and hash = \(codes.hash(text, name: account.description)) and used_at is null
        """)
      return used == 1
    }
  }

  /// - Parameter code: to be used up for it; nil where the password was given.
  /// - Throws: 409 without a second factor; 422 when the code is not good.
  func renewCodes(_ recovery: [String], code: TypedCode?, for caller: Caller, at moment: Date) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      try await check(code, for: caller, at: moment, in: transaction)
      try await replaceCodes(of: caller.account, with: recovery, in: transaction)
    }
  }

  /// - Throws: as `renewCodes`.
  func remove(code: TypedCode?, for caller: Caller, at moment: Date) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      try await check(code, for: caller, at: moment, in: transaction)
      try await transaction.execute("delete from identity.second_factor where account = \(caller.account)")
    }
  }

  private func check(_ code: TypedCode?, for caller: Caller, at moment: Date, in transaction: Transaction) async throws
  {
    let factor = try await Self.locked(caller.account, in: transaction)
    guard factor?.confirmedAt != nil else { throw SecondFactors.none }
    guard let code else { return }
    guard try await spend(code, of: caller.account, at: moment, in: transaction) else { throw SecondFactors.wrong }
  }

  /// Takes the factor away from an account and closes its sessions; where there is none, nothing changes.
  /// - Throws: 404.
  func withdraw(from account: ID<Account>, for caller: Caller, at moment: Date) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await AccountStore.locked(account, in: transaction)
      let gone = try await transaction.execute("delete from identity.second_factor where account = \(account)")
      guard gone == 1 else { return }
      try await SessionStore.close(
        "account = \(account)", because: .secondFactorWithdrawn, at: moment, in: transaction)
    }
  }

  private func replaceCodes(
    of account: ID<Account>, with recovery: [String], in transaction: Transaction
  ) async throws {
    let hashes = recovery.map { codes.hash($0, name: account.description) }
    try await transaction.execute("delete from identity.recovery_code where account = \(account)")
    for hash in hashes {
      try await transaction.execute(
        "insert into identity.recovery_code (account, hash) values (\(account), \(hash))")
    }
  }

  private static func locked(_ account: ID<Account>, in transaction: Transaction) async throws -> StoredFactor? {
    try await transaction.first(
      """
      select secret, begun_at, confirmed_at, last_step from identity.second_factor where account = \(account) for update
      """, as: StoredFactor.self)
  }
}
