import Crypto
import Foundation

/// Seals what must not be read where it is stored or on its way: AES-256-GCM under the key of one purpose, bound to a name,
/// so that a copy of the database signs nothing and one row cannot stand for another.
public struct KeySeal: Sendable {
  private let key: SymmetricKey

  public init(_ key: SymmetricKey) { self.key = key }

  /// A hash that nobody can compute, or try guesses against, without the key.
  public func hash(_ text: String, name: String) -> Data {
    Data(HMAC<SHA256>.authenticationCode(for: Data("\(name)\n\(text)".utf8), using: key))
  }

  /// What a line of the audit log bears beside its hash. Without the key no such mark can be computed.
  public func auditMark(of hash: Data) -> Data { self.hash(hash.base64EncodedString(), name: "audit") }

  public func seal(_ bytes: Data, name: String) throws -> Data {
    let box = try AES.GCM.seal(bytes, using: key, authenticating: Data(name.utf8))
    guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
    return combined
  }

  /// What was sealed, or nil when it was under another key, under another name, or was changed.
  public func open(_ sealed: Data, name: String) -> Data? {
    do {
      return try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key, authenticating: Data(name.utf8))
    } catch {
      return nil
    }
  }
}
