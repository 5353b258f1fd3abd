import API
import Domain
import Foundation
import Postgres

/// Which account a provider's name for somebody stands for.
struct OpenIDStore: Sendable {
  let postgres: PostgresClient

  /// The account of whom a provider vouches for: by its own name for them, or, the first time, by a verified address.
  /// - Returns: nil when there is none: an account is made by an administrator, never by signing in.
  func account(
    of vouched: Vouched, flow: ProviderFlow, at moment: Date
  ) async throws -> ID<Account>? {
    try await postgres.withTransaction(as: .system("sign-in"), retrying: true) { transaction in
      let fresh = try await transaction.execute(
        """
        insert into identity.spent_proof (id, expires_at) values (\(flow.id), \(flow.expiresAt)) on conflict do nothing
        """)
      guard fresh == 1 else { throw OpenIDEntrance.ended }
      let (issuer, subject) = (vouched.token.iss, vouched.token.sub)
      if let known = try await transaction.first(
        """
        update identity.openid_link set used_at = \(moment), siret = coalesce(\(vouched.siret), siret)
        where issuer = \(issuer) and subject = \(subject) returning account
        """, as: ID<Account>.self)
      {
        return known
      }
      guard let email = vouched.email, vouched.isEmailVerified else { return nil }
      // An account that is linked to another of the provider's people is not taken over with an address.
      return try await transaction.first(
        """
        insert into identity.openid_link (issuer, subject, account, siret, linked_at, used_at)
        select \(issuer), \(subject), a.id, \(vouched.siret), \(moment), \(moment) from identity.account a
        where lower(a.email) = lower(\(email)) and a.status = 'active'
          and not exists (select from identity.openid_link l where l.account = a.id and l.issuer = \(issuer))
        returning account
        """, as: ID<Account>.self)
    }
  }

  /// How the session that asks was opened, where it was through a provider.
  func provider(of session: ID<Session>, for caller: Caller) async throws -> (id: String, token: Data?)? {
    struct Row: Decodable, Sendable {
      let provider: String
      let token: Data?
    }
    return try await postgres.withTransaction(as: caller.looking) { transaction in
      try await transaction.first(
        """
        select provider, id_token as token from identity.session
        where id = \(session) and account = \(caller.account) and provider is not null
        """, as: Row.self)
    }.map { ($0.provider, $0.token) }
  }
}
