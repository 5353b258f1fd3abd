import Documents
import Domain
import Foundation
import Postgres
import Service

/// The key that this instance signs documents with: the operator's, or one of its own that is made at the first signature.
struct SigningIdentities: Sendable {
  let postgres: PostgresClient
  /// Keys are kept sealed: a copy of the database signs nothing.
  let seal: KeySeal
  /// As the operator gave it.
  let given: SigningIdentity?

  private static let name = "signing-identity"
  private static let reason = "signature des documents"

  private struct Kept: Codable, Sendable {
    let certificates: Data
    let sealedKey: Data
  }

  /// The one that signs now. Two copies that need the first at once wait for one another.
  func current(in transaction: Transaction, at moment: Date) async throws -> SigningIdentity {
    try await transaction.execute("select pg_advisory_xact_lock(hashtext('contracts.signing_identity'))")
    if let given {
      let certificates = given.certificatesAlone
      try await transaction.execute(
        """
        insert into contracts.signing_identity (certificates, made_at)
        select \(certificates)::bytea, \(moment)::timestamptz
        where not exists (select from contracts.signing_identity where certificates = \(certificates)::bytea)
        """)
      return given
    }
    let kept = try await transaction.first(
      """
      select certificates, sealed_key from contracts.signing_identity where sealed_key is not null
      order by position desc limit 1
      """, as: Kept.self)
    // One that no longer opens was sealed with another key: what it signed is still known by its certificate.
    if let kept, let key = seal.open(kept.sealedKey, name: Self.name) {
      return SigningIdentity(certificates: kept.certificates, key: key)
    }
    let county = try await transaction.countyName()
    let made = try SigningIdentity.made(name: "Jalons – \(county)", organisation: county, from: moment)
    try await transaction.execute(
      """
      insert into contracts.signing_identity (certificates, sealed_key, made_at)
      values (\(made.certificates), \(seal.seal(made.key, name: Self.name)), \(moment))
      """)
    return made
  }

  /// The certificates of all that sign here or once did, in DER.
  func certificates() async throws -> [Data] {
    let kept = try await postgres.withTransaction(as: .system(Self.reason)) { transaction in
      try await transaction.query(
        "select certificates from contracts.signing_identity order by position desc limit 100", as: Data.self)
    }
    return kept.map { SigningIdentity.certificate(in: $0) } + (given.map { [$0.certificate] } ?? [])
  }

  /// What the settings name; nil where the instance makes its own.
  /// - Throws: `SettingError` for a file that cannot be read or holds no key.
  static func given(_ settings: Settings) throws -> SigningIdentity? {
    guard let path = settings.optional("JALONS_SIGNING_FILE") else { return nil }
    guard let file = FileManager.default.contents(atPath: path) else {
      throw SettingError(description: "JALONS_SIGNING_FILE: \(path) cannot be read")
    }
    do throws(DocumentError) {
      return try SigningIdentity.opened(file, password: settings.optional("JALONS_SIGNING_PASSWORD"))
    } catch {
      throw SettingError(
        description: "JALONS_SIGNING_FILE must be PKCS#12 that JALONS_SIGNING_PASSWORD opens, or PEM with a key")
    }
  }
}
