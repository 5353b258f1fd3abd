import API
import Domain
import Foundation
import JWTKit
import Logging
import Service

/// When keys are made, used and shown.
enum KeyRotation {
  static let age: TimeInterval = 30 * 86_400
  /// A key is published this long before it signs, so that every process has it when its first token comes.
  static let notice: TimeInterval = 60
  /// How long a retired key goes on being published.
  static let afterlife: TimeInterval = 86_400

  static func isDue(newestMadeAt: Date?, at moment: Date) -> Bool {
    newestMadeAt.map { $0.addingTimeInterval(age) <= moment } ?? true
  }

  /// The place of the key that signs at `moment`: the newest that was announced long enough, or the oldest there is.
  static func signing(madeAt: [Date], at moment: Date) -> Int? {
    let announced = madeAt.indices.filter { madeAt[$0].addingTimeInterval(notice) <= moment }
    return announced.max { madeAt[$0] < madeAt[$1] } ?? madeAt.indices.min { madeAt[$0] < madeAt[$1] }
  }
}

/// The Ed25519 keys that tokens are signed with. All copies of identity share them through the database.
actor SigningKeys {
  private struct Current {
    let kid: String
    let collection: JWTKeyCollection
    let readAt: Date
  }
  /// How long a key is used before the database is asked again.
  private static let memory: TimeInterval = 30

  private let store: SigningKeyStore
  private let seal: KeySeal
  private let logger: Logger
  private var current: Current?

  init(store: SigningKeyStore, seal: KeySeal, logger: Logger) {
    self.store = store
    self.seal = seal
    self.logger = logger
  }

  /// The token with these claims. The first one ever makes the key.
  func sign(_ claims: TokenClaims, at moment: Date) async throws -> String {
    let current = try await current(at: moment)
    return try await current.collection.sign(claims, kid: JWKIdentifier(string: current.kid))
  }

  /// What others check tokens with: keys in use, those to come, and those retired less than a day ago.
  func published(at moment: Date) async throws -> KeySet {
    _ = try await current(at: moment)
    let keys = try await store.published(since: moment.addingTimeInterval(-KeyRotation.afterlife))
    return KeySet(keys: keys.map { KeySet.Key(kid: $0.kid, x: $0.publicX) })
  }

  private func current(at moment: Date) async throws -> Current {
    if let current, abs(moment.timeIntervalSince(current.readAt)) < Self.memory { return current }
    var keys = open(try await store.unretired(at: moment))
    if KeyRotation.isDue(newestMadeAt: keys.map(\.madeAt).max(), at: moment) {
      keys = open(try await renew(at: moment))
    }
    guard let index = KeyRotation.signing(madeAt: keys.map(\.madeAt), at: moment) else { throw SigningKeyError.none }
    let collection = JWTKeyCollection()
    await collection.add(eddsa: keys[index].key, kid: JWKIdentifier(string: keys[index].kid))
    let fresh = Current(kid: keys[index].kid, collection: collection, readAt: moment)
    current = fresh
    return fresh
  }

  private func renew(at moment: Date) async throws -> [StoredKey] {
    let key = try EdDSA.PrivateKey(curve: .ed25519)
    let kid = Data.random(9).base64URL
    let made = StoredKey(
      kid: kid, publicX: key.publicKey.rawRepresentation.base64URL,
      sealed: try seal.seal(key.rawRepresentation, name: kid), madeAt: moment)
    let (seal, notice) = (seal, moment.addingTimeInterval(KeyRotation.notice))
    return try await store.renew(with: made, at: moment, former: notice) { keys in
      // Another copy may have made one meanwhile; one that this secret does not open is not ours to use or retire.
      let ours = keys.filter { seal.open($0.sealed, name: $0.kid) != nil }
      return KeyRotation.isDue(newestMadeAt: ours.map(\.madeAt).max(), at: moment) ? ours.map(\.kid) : nil
    }
  }

  private func open(_ keys: [StoredKey]) -> [(kid: String, key: EdDSA.PrivateKey, madeAt: Date)] {
    keys.compactMap { stored in
      guard let bytes = seal.open(stored.sealed, name: stored.kid),
        let key = try? EdDSA.PrivateKey(d: bytes.base64URL, curve: .ed25519)
      else {
        logger.warning(
          "a signing key was sealed with another secret and is not used", metadata: ["kid": "\(stored.kid)"])
        return nil
      }
      return (stored.kid, key, stored.madeAt)
    }
  }
}

enum SigningKeyError: Error { case none }

func addKeyRoutes(to routes: Routes, keys: SigningKeys) {
  routes.handle(IdentityAPI.listKeys) { _, request in try await keys.published(at: request.now) }
}
