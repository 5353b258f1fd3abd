import API
import Crypto
import Domain
import Foundation
import Service

/// A visit to an identity provider that is under way. The browser keeps it sealed, in a cookie: whoever brings a code back
/// without it is not the one who left.
struct ProviderFlow: Codable, Sendable {
  let id: UUID
  let provider: String
  let state: String
  let nonce: String
  /// PKCE (RFC 7636): only whoever began can give the code back.
  let verifier: String
  let expiresAt: Date

  static let lifetime: TimeInterval = 10 * 60
  private static let name = "provider-flow"

  init(_ provider: ProviderSettings, at moment: Date) {
    id = UUID.version7(at: moment)
    self.provider = provider.id
    // 43 characters: ProConnect wants 32 at least.
    state = Data.random(32).base64URL
    nonce = Data.random(32).base64URL
    verifier = Data.random(32).base64URL
    expiresAt = moment.addingTimeInterval(Self.lifetime)
  }

  /// - Returns: nil when it was not sealed here, was changed, or ran out.
  init?(_ text: String, seal: KeySeal, at moment: Date) {
    guard let sealed = Data(base64URL: text), let bytes = seal.open(sealed, name: Self.name),
      let flow = try? JSONDecoder.jalons.decode(ProviderFlow.self, from: bytes), flow.expiresAt > moment
    else { return nil }
    self = flow
  }

  func sealed(_ seal: KeySeal) throws -> String {
    try seal.seal(JSONEncoder.jalons.encode(self), name: Self.name).base64URL
  }

  var challenge: String { Data(SHA256.hash(data: Data(verifier.utf8))).base64URL }

  /// Where the browser is sent. ProConnect refuses every parameter that it does not know.
  func address(_ provider: ProviderSettings, _ discovery: Discovery, redirect: String) -> String {
    var fields = [
      ("response_type", "code"), ("client_id", provider.clientId), ("redirect_uri", redirect),
      ("scope", provider.scope), ("state", state), ("nonce", nonce),
      ("code_challenge", challenge), ("code_challenge_method", "S256"),
    ]
    if let acr = provider.acr { fields.append(("acr_values", acr.joined(separator: " "))) }
    let mark = discovery.authorizationEndpoint.contains("?") ? "&" : "?"
    return discovery.authorizationEndpoint + mark + ProviderClient.encoded(fields)
  }
}
