import Crypto
import Foundation
import Service

/// Seals what the feed wrote of people and must be kept for a while: it holds NIRs, which are encrypted at rest.
struct FeedSeal: Sendable {
  private let key: SymmetricKey

  /// - Throws: `SettingError` where its key is missing.
  init(_ settings: Settings) throws { key = try settings.key(.feed) }

  /// - Parameter place: what the bytes belong to and where, so that none can be put in another's place.
  func seal(_ bytes: Data, place: String) throws -> Data {
    guard let sealed = try AES.GCM.seal(bytes, using: key, authenticating: Data(place.utf8)).combined else {
      throw NIRSealError.unreadable
    }
    return sealed
  }

  /// - Throws: when it was sealed with another key or for another place, or altered.
  func open(_ sealed: Data, place: String) throws -> Data {
    try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: Data(place.utf8))
  }
}
