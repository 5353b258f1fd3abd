import Crypto
import Domain
import Foundation

/// Keeps NIRs: sealed with AES-GCM to be shown masked, hashed with HMAC to be matched. Both keys derive from the
/// process's secret, so that neither the database nor a backup gives a NIR away.
struct NIRSeal: Sendable {
  private let sealing: SymmetricKey
  /// Begun with its key, which costs as much as hashing a NIR.
  private let matching: HMAC<SHA256>

  /// - Parameter secret: at least 32 bytes.
  /// - Throws: when it is shorter.
  init(secret: String) throws {
    guard secret.utf8.count >= 32 else { throw NIRSealError.secretTooShort }
    let root = SymmetricKey(data: Data(secret.utf8))
    func derive(_ use: String) -> SymmetricKey {
      HKDF<SHA256>.deriveKey(inputKeyMaterial: root, info: Data(use.utf8), outputByteCount: 32)
    }
    sealing = derive("jalons.nir.seal")
    matching = HMAC(key: derive("jalons.nir.match"))
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

  /// - Throws: when it was sealed with another secret, or altered.
  func open(_ sealed: Data) throws -> NIR {
    let bytes = try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: sealing)
    return try NIR(String(decoding: bytes, as: UTF8.self))
  }
}

enum NIRSealError: Error { case secretTooShort, unreadable }
