import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// Why a link was made.
enum LinkKind: String, Codable, Sendable {
  /// By an administrator, to open the account.
  case invitation
  /// By its owner, who forgot the password.
  case reset

  /// How long it is good.
  var delay: CountyDelay { self == .invitation ? .invitation : .passwordReset }
  var stale: Problem { self == .invitation ? Invitations.stale : PasswordResets.stale }
}

/// A link that is still good, and whose account it is.
struct OpenInvitation: Codable, Sendable {
  let id: UUID
  let account: ID<Account>
  let expiresAt: Date
}

struct InvitationStore: Sendable {
  let postgres: PostgresClient

  /// The link that a secret opens at `moment`; nil when it was used, ran out, or never was.
  func open(_ kind: LinkKind, secretHash: Data, at moment: Date) async throws -> OpenInvitation? {
    try await postgres.withTransaction(as: .system("invitation")) { transaction in
      try await transaction.first(
        """
        select i.id, i.account, i.expires_at from identity.invitation i join identity.account a on a.id = i.account
        where i.secret_hash = \(secretHash) and i.kind = \(kind) and i.used_at is null and i.expires_at > \(moment)
          and a.status in ('invited', 'active')
        """, as: OpenInvitation.self)
    }
  }

  /// Uses a link up and sets the password; whoever was signed in with the former one is signed out, and other links of
  /// the account end.
  /// - Parameter address: where the owner is told, or nil.
  /// - Returns: whether it was still good: of twenty at once, one.
  func use(
    _ invitation: OpenInvitation, kind: LinkKind, password: String, telling address: String?, by mails: Mails,
    for caller: Caller, at moment: Date
  ) async throws -> Bool {
    try await postgres.withTransaction(as: caller) { transaction in
      let used = try await transaction.execute(
        """
        update identity.invitation set used_at = \(moment)
        where id = \(invitation.id) and used_at is null and expires_at > \(moment)
        """)
      guard used == 1 else { return false }
      let opened = try await transaction.execute(
        """
        update identity.account
        set password = \(password), password_temporary = false, status = 'active', version = version + 1
        where id = \(invitation.account) and status in ('invited', 'active')
        """)
      // Closed between the two: the invitation stays as it was, which is worth nothing any more.
      guard opened == 1 else { throw kind.stale }
      try await Self.withdraw(from: invitation.account, at: moment, in: transaction)
      try await SessionStore.close(
        "account = \(invitation.account)", because: .passwordChanged, at: moment, in: transaction)
      if let address {
        try await transaction.announce(
          mails.passwordChanged(invitation.account, email: address, at: moment, in: transaction), at: moment)
      }
      return true
    }
  }

  /// Makes the account's one good link of its kind.
  /// - Returns: when it ends.
  static func make(
    _ kind: LinkKind, for account: ID<Account>, secret: OneSecret, at moment: Date, in transaction: Transaction
  ) async throws -> Date {
    try await withdraw(kind, from: account, at: moment, in: transaction)
    let expiresAt = moment.addingTimeInterval(Double(try await transaction.value(of: kind.delay)) * 3600)
    try await transaction.execute(
      """
      insert into identity.invitation (id, account, kind, secret_hash, made_at, expires_at)
      values (\(UUID.version7(at: moment)), \(account), \(kind), \(secret.hash), \(moment), \(expiresAt))
      """)
    return expiresAt
  }

  /// Ends the account's links, of every kind where none is named.
  static func withdraw(
    _ kind: LinkKind? = nil, from account: ID<Account>, at moment: Date, in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      update identity.invitation set expires_at = least(expires_at, \(moment))
      where account = \(account) and used_at is null and (\(kind?.rawValue)::text is null or kind = \(kind?.rawValue))
      """)
  }
}
