import API
import Foundation
import JWTKit

/// What an identity provider says of whoever signed in (OpenID Connect Core, 2).
struct IDToken: JWTPayload, Sendable {
  /// One audience or several: both forms are in use.
  struct Audience: Codable, Sendable {
    let values: [String]
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      values = try (try? container.decode([String].self)) ?? [container.decode(String.self)]
    }
    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(values)
    }
  }

  let iss: String
  let sub: String
  let aud: Audience
  let exp: Double
  let iat: Double
  let nonce: String?
  let azp: String?
  let acr: String?
  let amr: [String]?
  let email: String?
  let emailVerified: Bool?
  let siret: String?

  enum CodingKeys: String, CodingKey {
    case iss, sub, aud, exp, iat, nonce, azp, acr, amr, email, siret
    case emailVerified = "email_verified"
  }

  // The signature is JWTKit's business; the claims are checked below, against our own clock.
  func verify(using algorithm: some JWTAlgorithm) async throws {}

  /// Seconds by which clocks may differ.
  static let leeway: Double = 60

  enum Fault: String, Error, Equatable {
    case issuer, audience, expired, early, nonce, acr, subject, algorithm, signature
  }

  /// - Throws: `Fault`, the first there is (OpenID Connect Core, 3.1.3.7).
  func check(_ provider: ProviderSettings, nonce expected: String, at moment: Date) throws {
    let now = moment.timeIntervalSince1970
    guard iss == provider.issuer else { throw Fault.issuer }
    guard aud.values.contains(provider.clientId) else { throw Fault.audience }
    if aud.values.count > 1 || azp != nil, azp != provider.clientId { throw Fault.audience }
    guard exp > now - Self.leeway else { throw Fault.expired }
    guard iat < now + Self.leeway else { throw Fault.early }
    guard nonce == expected else { throw Fault.nonce }
    guard !sub.isEmpty, sub.count <= 255 else { throw Fault.subject }
    if let accepted = provider.acr, !accepted.contains(acr ?? "") { throw Fault.acr }
  }

  /// Whether the provider asked for more than a password.
  var isTwofold: Bool { amr?.contains("mfa") == true || ["eidas2", "eidas3"].contains(acr ?? "") }
}

/// More of the same person, from the provider's userinfo.
struct UserInfo: JWTPayload, Sendable {
  let sub: String
  let iss: String?
  let aud: IDToken.Audience?
  let email: String?
  let emailVerified: Bool?
  let siret: String?

  enum CodingKeys: String, CodingKey {
    case sub, iss, aud, email, siret
    case emailVerified = "email_verified"
  }

  func verify(using algorithm: some JWTAlgorithm) async throws {}
}
