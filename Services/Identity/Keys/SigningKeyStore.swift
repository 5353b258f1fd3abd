import Domain
import Foundation
import Postgres

/// A signing key as it is stored: the private half is sealed.
struct StoredKey: Codable, Sendable {
  let kid: String
  let publicX: String
  let sealed: Data
  let madeAt: Date
}

struct SigningKeyStore: Sendable {
  let postgres: PostgresClient

  private static let columns: SQL = "kid, public_x, sealed, made_at"

  /// Keys that may sign at `moment`, by age.
  func unretired(at moment: Date) async throws -> [StoredKey] {
    try await postgres.withTransaction(as: .system("keys")) { try await Self.unretired(at: moment, in: $0) }
  }

  func published(since moment: Date) async throws -> [StoredKey] {
    try await postgres.withTransaction(as: .system("keys")) { transaction in
      try await transaction.query(
        """
        select \(Self.columns) from identity.signing_key where retired_at is null or retired_at > \(moment)
        order by made_at, kid
        """, as: StoredKey.self)
    }
  }

  /// Adds a key, one copy at a time.
  /// - Parameters:
  ///   - former: when those that it replaces end.
  ///   - replacing: the names of those that it replaces, or nil when it is not needed after all.
  /// - Returns: the keys that may sign now.
  func renew(
    with key: StoredKey, at moment: Date, former: Date,
    replacing: @escaping @Sendable ([StoredKey]) -> [String]?
  ) async throws -> [StoredKey] {
    try await postgres.withTransaction(as: .system("keys")) { transaction in
      try await transaction.execute("select pg_advisory_xact_lock(hashtext('identity.signing_key'))")
      if let replaced = replacing(try await Self.unretired(at: moment, in: transaction)) {
        try await transaction.execute(
          """
          update identity.signing_key set retired_at = \(former)
          where kid = any(\(replaced)::text[]) and retired_at is null
          """)
        try await transaction.execute(
          """
          insert into identity.signing_key (\(Self.columns))
          values (\(key.kid), \(key.publicX), \(key.sealed), \(key.madeAt))
          """)
      }
      return try await Self.unretired(at: moment, in: transaction)
    }
  }

  private static func unretired(at moment: Date, in transaction: Transaction) async throws -> [StoredKey] {
    try await transaction.query(
      """
      select \(columns) from identity.signing_key where retired_at is null or retired_at > \(moment)
      order by made_at, kid
      """, as: StoredKey.self)
  }
}
