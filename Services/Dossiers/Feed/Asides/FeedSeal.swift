import Crypto
import Foundation

/// Seals what the feed wrote of people and must be kept for a while: it holds NIRs, which are encrypted at rest.
struct FeedSeal: Sendable {
  private let key: SymmetricKey

  /// - Parameter secret: the one that every copy of every process has.
  init(secret: String) {
    key = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: Data(secret.utf8)), info: Data("jalons.feed.seal".utf8), outputByteCount: 32)
  }

  /// - Parameter place: what the bytes belong to and where, so that none can be put in another's place.
  func seal(_ bytes: Data, place: String) throws -> Data {
    guard let sealed = try AES.GCM.seal(bytes, using: key, authenticating: Data(place.utf8)).combined else {
      throw NIRSealError.unreadable
    }
    return sealed
  }

  /// - Throws: when it was sealed with another secret or for another place, or altered.
  func open(_ sealed: Data, place: String) throws -> Data {
    try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: Data(place.utf8))
  }
}
