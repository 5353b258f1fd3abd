import Crypto
import Foundation

/// Seals what must not be read where it is stored or on its way: AES-256-GCM under a key derived from the suite's secret,
/// bound to a name, so that a copy of the database signs nothing and one row cannot stand for another.
public struct KeySeal: Sendable {
  /// What is sealed; each kind has a key of its own, so that none passes for another.
  public enum Purpose: String, Sendable {
    case signingKey = "signing-key"
    case secondFactor = "second-factor"
    case recoveryCode = "recovery-code"
    case signInProof = "sign-in-proof"
    case providerFlow = "provider-flow"
    case idToken = "id-token"
    /// What an e-mail says, from the service that writes it to the one that sends it.
    case mail
    /// Where a page of a list ended.
    case cursor
    /// Whose form it is, from the page that shows it to whoever keeps what was typed in it.
    case formMark = "form-mark"
    /// What was typed in a form, until its author is back.
    case keptForm = "kept-form"
  }

  private let key: SymmetricKey

  /// - Throws: `SettingError` when the secret has fewer than 32 bytes.
  public init(secret: String, for purpose: Purpose = .signingKey) throws {
    guard secret.utf8.count >= 32 else {
      throw SettingError(description: "JALONS_SECRET must have at least 32 bytes")
    }
    key = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: Data(secret.utf8)), info: Data("jalons.identity.\(purpose.rawValue)".utf8),
      outputByteCount: 32)
  }

  /// A hash that nobody can compute, or try guesses against, without the suite's secret.
  public func hash(_ text: String, name: String) -> Data {
    Data(HMAC<SHA256>.authenticationCode(for: Data("\(name)\n\(text)".utf8), using: key))
  }

  public func seal(_ bytes: Data, name: String) throws -> Data {
    let box = try AES.GCM.seal(bytes, using: key, authenticating: Data(name.utf8))
    guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
    return combined
  }

  /// What was sealed, or nil when it was under another secret, under another name, or was changed.
  public func open(_ sealed: Data, name: String) -> Data? {
    do {
      return try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: Data(name.utf8))
    } catch {
      return nil
    }
  }
}
