import Crypto
import Domain
import Foundation
import Service

/// Keeps NIRs: sealed with AES-GCM to be shown masked, hashed with HMAC to be matched, under keys that this process alone has,
/// so that neither the database, a backup nor another process gives a NIR away.
struct NIRSeal: Sendable {
  private let sealing: SymmetricKey
  /// Begun with its key, which costs as much as hashing a NIR.
  private let matching: HMAC<SHA256>

  /// - Throws: `SettingError` where a key is missing.
  init(_ settings: Settings) throws {
    sealing = try settings.key(.nir)
    matching = HMAC(key: try settings.key(.nirMatch))
  }

  func hash(_ nir: NIR) -> Data {
    var code = matching
    code.update(data: Data(nir.characters.utf8))
    return Data(code.finalize())
  }

  func seal(_ nir: NIR) throws -> Data {
    guard let sealed = try AES.GCM.seal(Data(nir.characters.utf8), using: sealing).combined else {
      throw NIRSealError.unreadable
    }
    return sealed
  }

  /// - Throws: when it was sealed with another key, or altered.
  func open(_ sealed: Data) throws -> NIR {
    let bytes = try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: sealing)
    return try NIR(String(decoding: bytes, as: UTF8.self))
  }
}

enum NIRSealError: Error { case unreadable }
