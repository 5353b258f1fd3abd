import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// Whoever an e-mail address may belong to at the door.
struct Candidate: Codable, Sendable {
  let id: ID<Account>
  var password: String?
  let passwordTemporary: Bool
  let status: AccountStatus
  /// Signed in from the same network address within thirty days.
  let known: Bool
  /// A code is asked for after the password.
  let hasSecondFactor: Bool
}

struct AccountStore: Sendable {
  let postgres: PostgresClient
  let mails: Mails

  /// The account of an e-mail address, in any case of letters; nil when there is none.
  func candidate(email: String, address: String?, at moment: Date) async throws -> Candidate? {
    try await candidate("lower(email) = lower(\(email))", address: address, at: moment)
  }

  /// The same account at the second step.
  func candidate(_ account: ID<Account>, address: String?, at moment: Date) async throws -> Candidate? {
    try await candidate("id = \(account)", address: address, at: moment)
  }

  private func candidate(_ which: SQL, address: String?, at moment: Date) async throws -> Candidate? {
    try await postgres.withTransaction(as: .system("sign-in")) { transaction in
      try await transaction.first(
        """
        select id, password, password_temporary, status, exists (
          select from identity.session s where s.account = a.id and s.address = \(address)
            and s.created_at > \(moment.addingTimeInterval(-30 * 86_400))) as known,
          \(SecondFactorStore.isConfirmed) as has_second_factor
        from identity.account a where \(which)
        """, as: Candidate.self)
    }
  }

  /// Whose password it is, and the stored one.
  /// - Throws: 404 when there is no such account.
  func owner(of account: ID<Account>) async throws -> (PasswordRules.Owner, stored: String?) {
    struct Row: Decodable, Sendable {
      let email: String
      let familyName: String
      let givenName: String
      let password: String?
      let profiles: [Profile]
    }
    let row = try await postgres.withTransaction(as: .system("password")) { transaction in
      try await transaction.first(
        """
        select email, family_name, given_name, password,
          array(select profile from identity.account_profile where account = a.id) as profiles
        from identity.account a where id = \(account)
        """, as: Row.self)
    }
    guard let row else { throw Problem.notFound("Ce compte") }
    let owner = PasswordRules.Owner(
      email: row.email, familyName: row.familyName, givenName: row.givenName, profiles: row.profiles)
    return (owner, row.password)
  }

  /// Stores the same password at today's cost, unless it was changed meanwhile.
  /// - Returns: what is stored now.
  func rehash(_ account: ID<Account>, from former: String, to hash: String) async throws -> String {
    let changed = try await postgres.withTransaction(as: .system("sign-in")) { transaction in
      try await transaction.execute(
        "update identity.account set password = \(hash) where id = \(account) and password = \(former)")
    }
    return changed == 1 ? hash : former
  }

  /// Makes the account's link and has it sent. The last thing in its transaction.
  private func invite(
    _ account: ID<Account>, secret: OneSecret, at moment: Date, in transaction: Transaction
  ) async throws -> (AccountDetail, expiresAt: Date) {
    let expiresAt = try await InvitationStore.make(
      .invitation, for: account, secret: secret, at: moment, in: transaction)
    let detail = try await Self.detail(of: account, in: transaction)
    try await transaction.announce(
      mails.invitation(detail, secret: secret, until: expiresAt, in: transaction), at: moment)
    return (detail, expiresAt)
  }

  /// Replaces the caller's own password, closes their other sessions and tells them by e-mail.
  func setPassword(_ password: String, email: String, for caller: Caller, at moment: Date) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute(
        """
        update identity.account set password = \(password), password_temporary = false where id = \(caller.account)
        """)
      try await SessionStore.close(
        "account = \(caller.account) and id is distinct from \(caller.session)::uuid", because: .passwordChanged,
        at: moment, in: transaction)
      try await transaction.announce(
        mails.passwordChanged(caller.account, email: email, at: moment, in: transaction), at: moment)
    }
  }

  /// Says where the caller is reached at work.
  func setPhone(_ phone: PhoneNumber?, for caller: Caller) async throws {
    _ = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute(
        """
        update identity.account set phone = \(phone?.national)::text, version = version + 1 where id = \(caller.account)
        """)
    }
  }

  // MARK: Administration

  /// - Throws: 404.
  func detail(of account: ID<Account>, for caller: Caller) async throws -> AccountDetail {
    try await postgres.withTransaction(as: caller) { try await Self.detail(of: account, in: $0) }
  }

  /// - Throws: 409 when the e-mail address has an account; 422 when an organisation or a territory does not exist.
  func add(
    _ new: NewAccount, secret: OneSecret, for caller: Caller, at moment: Date
  ) async throws -> (AccountDetail, expiresAt: Date) {
    let faults = ProfileRules.faults(in: new.profiles, hasOrganisation: new.organisation != nil)
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    let phone = try PhoneNumber.typed(new.phone, field: "phone")?.national
    return try await refusals {
      try await postgres.withTransaction(as: caller) { transaction in
        let id = try await Self.identifier(genesisRef: new.genesisRef, at: moment, in: transaction)
        try await transaction.execute(
          """
          insert into identity.account
            (id, email, family_name, given_name, organisation, phone, status, genesis_ref, created_at)
          values (\(id), \(new.email), \(new.familyName), \(new.givenName), \(new.organisation), \(phone), 'invited',
            \(new.genesisRef), \(moment))
          """)
        try await ProfileStore.replace(of: id, with: new.profiles, at: moment, in: transaction)
        return try await invite(id, secret: secret, at: moment, in: transaction)
      }
    }
  }

  /// - Throws: 404; 409; 412 with the account as it is now; 422.
  func change(
    _ account: ID<Account>, _ change: AccountChange, version: Int, for caller: Caller, at moment: Date
  ) async throws -> AccountDetail {
    let phone = try PhoneNumber.typed(change.phone, field: "phone")?.national
    return try await refusals {
      try await postgres.withTransaction(as: caller) { transaction in
        let before = try await Self.locked(account, in: transaction).held(version: version)
        try await transaction.execute(
          """
          update identity.account set email = coalesce(\(change.email), email),
            family_name = coalesce(\(change.familyName), family_name),
            given_name = coalesce(\(change.givenName), given_name),
            organisation = coalesce(\(change.organisation), organisation),
            phone = case when \(change.phone != nil) then \(phone)::text else phone end, version = version + 1
          where id = \(account)
          """)
        if let profiles = change.profiles {
          try Self.checkOwn(profiles, instead: before.profiles, of: account, caller)
          let hasOrganisation = before.organisation != nil || change.organisation != nil
          let faults = ProfileRules.faults(in: profiles, hasOrganisation: hasOrganisation)
          guard faults.isEmpty else { throw Problem.invalid(faults) }
          try await ProfileStore.replace(of: account, with: profiles, at: moment, in: transaction)
        }
        return try await Self.detail(of: account, in: transaction)
      }
    }
  }

  /// Closes an account, its sessions and its links; closing twice changes nothing.
  /// - Throws: 404; 409 for one's own account.
  func close(_ account: ID<Account>, for caller: Caller, at moment: Date) async throws -> AccountDetail {
    guard account != caller.account else {
      throw Problem.conflict(
        "propre-compte", "Vous ne pouvez pas fermer votre propre compte.",
        detail: "Demandez-le à un autre administrateur.")
    }
    return try await postgres.withTransaction(as: caller) { transaction in
      if try await Self.locked(account, in: transaction).status != .closed {
        try await transaction.execute(
          "update identity.account set status = 'closed', version = version + 1 where id = \(account)")
        try await InvitationStore.withdraw(from: account, at: moment, in: transaction)
        try await SessionStore.close("account = \(account)", because: .accountClosed, at: moment, in: transaction)
        try await DelegationStore.closeSessions(inPlaceOf: account, at: moment, in: transaction)
        try await AccessTokenStore.revoke("account = \(account)", at: moment, in: transaction)
      }
      return try await Self.detail(of: account, in: transaction)
    }
  }

  /// Makes a link with which the account's password is chosen.
  /// - Parameter confirming: the account must be one that the feed named and nobody confirmed.
  /// - Throws: 404; 409 when the account is closed, has no address, or, `confirming`, is not pending.
  func invite(
    _ account: ID<Account>, secret: OneSecret, confirming: Bool, for caller: Caller, at moment: Date
  ) async throws -> (AccountDetail, expiresAt: Date) {
    try await postgres.withTransaction(as: caller) { transaction in
      let before = try await Self.locked(account, in: transaction)
      try ProfileRules.checkInvitable(before, confirming: confirming)
      if before.status == .pending {
        try await transaction.execute(
          "update identity.account set status = 'invited', version = version + 1 where id = \(account)")
      }
      return try await invite(account, secret: secret, at: moment, in: transaction)
    }
  }

  /// Opens a closed account again. Its profiles are those that it had; the former password is forgotten, and a link
  /// chooses the next.
  /// - Throws: 404; 409 when the account is not closed, or has no address.
  func reopen(
    _ account: ID<Account>, secret: OneSecret, for caller: Caller, at moment: Date
  ) async throws -> (AccountDetail, expiresAt: Date) {
    try await postgres.withTransaction(as: caller) { transaction in
      try ProfileRules.checkReopenable(try await Self.locked(account, in: transaction))
      try await transaction.execute(
        """
        update identity.account set status = 'invited', password = null, version = version + 1 where id = \(account)
        """)
      return try await invite(account, secret: secret, at: moment, in: transaction)
    }
  }
}
