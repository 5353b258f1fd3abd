import Domain
import Foundation

/// What the gateway reads in a token: whose it is and of which session. It does not check the signature: whoever is
/// called with the token does.
struct TokenReading: Decodable, Sendable {
  let account: String
  let session: ID<Session>?
  private let replaces: Caller.Replaced?

  /// Whose notifications are shown: those of the colleague away, in whose place somebody acts.
  var seat: String { replaces?.account.description ?? account }

  private enum CodingKeys: String, CodingKey {
    case account = "sub"
    case session = "sid"
    case replaces
  }

  /// - Returns: nil when the token is not a JWT with a subject.
  static func of(_ token: String) -> TokenReading? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    var text = parts[1].replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
    while text.utf8.count % 4 != 0 { text += "=" }
    guard let data = Data(base64Encoded: text) else { return nil }
    do {
      return try JSONDecoder().decode(TokenReading.self, from: data)
    } catch {
      // Not one of ours: the service says so.
      return nil
    }
  }
}
