import Crypto
import Foundation
import Service

/// Proofs that something came from this portal: the field of every form, and what is said once after an act.
struct Seal: Sendable {
  private let key: SymmetricKey
  private let marks: KeySeal

  /// - Parameters:
  ///   - key: of what is said once (`KeyPurpose.flash`).
  ///   - marks: of the forms' marks, which identity reads as well (`KeyPurpose.formMark`).
  init(_ key: SymmetricKey, marks: SymmetricKey) {
    self.key = key
    self.marks = KeySeal(marks)
  }

  /// What every form sends back: whose it is and of which session, so that no other site can post in its name.
  func sealed(_ mark: FormMark) throws -> String { try mark.sealed(with: marks) }

  /// The mark that a form brought; nil when it was not made here.
  func mark(_ text: String?) -> FormMark? { FormMark(text, seal: marks) }

  /// A value for a cookie, good for one session.
  func sealed(_ value: Data, for session: String) -> String {
    let text = value.base64URL
    let code = HMAC<SHA256>.authenticationCode(for: Data("said:\(session):\(text)".utf8), using: key)
    return "\(text).\(Data(code).base64URL)"
  }

  /// The value, or nil when it was not sealed here for this session.
  func opened(_ text: some StringProtocol, for session: String) -> Data? {
    let parts = text.split(separator: ".")
    guard parts.count == 2, let code = Data(base64URL: parts[1]),
      HMAC<SHA256>.isValidAuthenticationCode(
        code, authenticating: Data("said:\(session):\(parts[0])".utf8), using: key)
    else { return nil }
    return Data(base64URL: parts[0])
  }
}
