import Crypto
import Foundation
import Service

/// Seals private keys before they are stored: AES-256-GCM under a key derived from the suite's secret, bound to the
/// key's name, so that a copy of the database signs nothing and one row cannot stand for another.
struct KeySeal: Sendable {
  /// What is sealed; each kind has a key of its own, so that none passes for another.
  enum Purpose: String, Sendable {
    case signingKey = "signing-key"
    case secondFactor = "second-factor"
    case recoveryCode = "recovery-code"
    case signInProof = "sign-in-proof"
  }

  private let key: SymmetricKey

  /// - Throws: `SettingError` when the secret has fewer than 32 bytes.
  init(secret: String, for purpose: Purpose = .signingKey) throws {
    guard secret.utf8.count >= 32 else {
      throw SettingError(description: "JALONS_SECRET must have at least 32 bytes")
    }
    key = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: Data(secret.utf8)), info: Data("jalons.identity.\(purpose.rawValue)".utf8),
      outputByteCount: 32)
  }

  /// A hash that nobody can compute, or try guesses against, without the suite's secret.
  func hash(_ text: String, name: String) -> Data {
    Data(HMAC<SHA256>.authenticationCode(for: Data("\(name)\n\(text)".utf8), using: key))
  }

  func seal(_ bytes: Data, name: String) throws -> Data {
    let box = try AES.GCM.seal(bytes, using: key, authenticating: Data(name.utf8))
    guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
    return combined
  }

  /// What was sealed, or nil when it was under another secret, under another name, or was changed.
  func open(_ sealed: Data, name: String) -> Data? {
    do {
      return try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: Data(name.utf8))
    } catch {
      return nil
    }
  }
}

extension Data {
  /// RFC 4648's alphabet for addresses, without padding.
  var base64URL: String {
    base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
      .replacingOccurrences(of: "=", with: "")
  }

  /// Bytes that nobody can guess.
  static func random(_ count: Int) -> Data {
    SymmetricKey(size: .init(bitCount: count * 8)).withUnsafeBytes { Data($0) }
  }
}

/// A secret that its owner shows to be known again; only its hash is stored.
struct OneSecret: Sendable {
  let text: String
  var hash: Data { Self.hash(of: text) }

  init() { text = Data.random(32).base64URL }

  static func hash(of text: String) -> Data { Data(SHA256.hash(data: Data(text.utf8))) }
}
