import API
import AsyncHTTPClient
import Foundation
import JWTKit
import NIOCore
import NIOHTTP1
import Service

/// One identity provider, as it describes itself.
struct Discovery: Codable, Sendable {
  let issuer: String
  let authorizationEndpoint: String
  let tokenEndpoint: String
  let jwksURI: String
  let userinfoEndpoint: String?
  let endSessionEndpoint: String?

  enum CodingKeys: String, CodingKey {
    case issuer
    case authorizationEndpoint = "authorization_endpoint"
    case tokenEndpoint = "token_endpoint"
    case jwksURI = "jwks_uri"
    case userinfoEndpoint = "userinfo_endpoint"
    case endSessionEndpoint = "end_session_endpoint"
  }
}

/// The person whom a provider vouches for.
struct Vouched: Sendable {
  let token: IDToken
  let raw: String
  let email: String?
  let isEmailVerified: Bool
  let siret: String?
}

enum ProviderFault: Error { case unreachable(String), refused(String) }

/// Speaks with identity providers. What they say of themselves is kept for an hour; a key that is not known is looked for
/// again, once a minute at most.
actor ProviderClient {
  private struct Known {
    let discovery: Discovery
    var keys: [String: JWK]
    let readAt: Date
    var keysReadAt: Date
  }
  private var known: [String: Known] = [:]

  /// - Throws: `ProviderFault` when the provider cannot be asked, or is another than the settings say.
  func discovery(_ provider: ProviderSettings, at moment: Date) async throws -> Discovery {
    if let known = known[provider.issuer], abs(moment.timeIntervalSince(known.readAt)) < 3600 {
      return known.discovery
    }
    let base = provider.issuer.hasSuffix("/") ? String(provider.issuer.dropLast()) : provider.issuer
    let data = try await Self.get("\(base)/.well-known/openid-configuration")
    let found = try Self.decode(Discovery.self, data.body)
    guard found.issuer == provider.issuer else { throw ProviderFault.refused("issuer \(found.issuer)") }
    let keys = try await Self.keys(found.jwksURI)
    known[provider.issuer] = Known(discovery: found, keys: keys, readAt: moment, keysReadAt: moment)
    return found
  }

  /// Gives the code back and checks what comes (OpenID Connect Core, 3.1.3).
  /// - Throws: `ProviderFault`; `IDToken.Fault`.
  func exchange(
    _ code: String, verifier: String, redirect: String, nonce: String, _ provider: ProviderSettings, at moment: Date
  ) async throws -> Vouched {
    struct Tokens: Decodable {
      let idToken: String
      let accessToken: String
      enum CodingKeys: String, CodingKey {
        case idToken = "id_token"
        case accessToken = "access_token"
      }
    }
    let discovery = try await discovery(provider, at: moment)
    let answer = try await Self.post(
      discovery.tokenEndpoint,
      [
        ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect),
        ("client_id", provider.clientId), ("client_secret", provider.clientSecret), ("code_verifier", verifier),
      ])
    let tokens = try Self.decode(Tokens.self, answer)
    let token = try await verified(tokens.idToken, as: IDToken.self, provider, at: moment)
    try token.check(provider, nonce: nonce, at: moment)
    let more = try await userInfo(tokens.accessToken, of: token, provider, discovery, at: moment)
    let claimed = more?.email == nil ? token.emailVerified : more?.emailVerified
    return Vouched(
      token: token, raw: tokens.idToken, email: more?.email ?? token.email,
      isEmailVerified: provider.takesEmailAsVerified || claimed == true, siret: more?.siret ?? token.siret)
  }

  /// ProConnect answers with a signed JWT, others with JSON.
  private func userInfo(
    _ accessToken: String, of token: IDToken, _ provider: ProviderSettings, _ discovery: Discovery, at moment: Date
  ) async throws -> UserInfo? {
    guard let address = discovery.userinfoEndpoint else { return nil }
    let answer = try await Self.get(address, bearer: accessToken)
    let info: UserInfo
    if answer.contentType.hasPrefix("application/jwt") {
      let text = String(decoding: answer.body, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      info = try await verified(text, as: UserInfo.self, provider, at: moment)
      if let iss = info.iss, iss != provider.issuer { throw IDToken.Fault.issuer }
      if let aud = info.aud, !aud.values.contains(provider.clientId) { throw IDToken.Fault.audience }
    } else {
      info = try Self.decode(UserInfo.self, answer.body)
    }
    // Somebody else's details must not be put beside this token (OpenID Connect Core, 5.3.2).
    guard info.sub == token.sub else { throw IDToken.Fault.subject }
    return info
  }

  // MARK: Signatures

  private struct Header: Decodable {
    let alg: String
    let kid: String?
  }

  /// What a token says, if one of the provider's own keys signed it with RS256 or ES256.
  private func verified<P: JWTPayload>(
    _ text: String, as type: P.Type, _ provider: ProviderSettings, at moment: Date
  ) async throws -> P {
    let head = text.split(separator: ".", omittingEmptySubsequences: false).first.flatMap { Data(base64URL: $0) }
    guard let head, let header = try? JSONDecoder().decode(Header.self, from: head),
      ["RS256", "ES256"].contains(header.alg)
    else { throw IDToken.Fault.algorithm }
    guard let key = try await key(header.kid, provider, at: moment) else { throw IDToken.Fault.signature }
    let collection = JWTKeyCollection()
    do {
      // A key is of one kind: the header cannot make an RSA key check an HMAC.
      try await collection.add(jwk: Self.bound(key, to: header.alg))
      return try await collection.verify(text, as: P.self, iteratingKeys: true)
    } catch {
      throw IDToken.Fault.signature
    }
  }

  private static func bound(_ key: JWK, to algorithm: String) throws -> JWK {
    var key = key
    switch (key.keyType, algorithm) {
    case (.rsa, "RS256"): key.algorithm = .rs256
    case (.ecdsa, "ES256"): key.algorithm = .es256
    default: throw IDToken.Fault.algorithm
    }
    if key.keyIdentifier == nil { key.keyIdentifier = JWKIdentifier(string: "only") }
    return key
  }

  private func key(_ kid: String?, _ provider: ProviderSettings, at moment: Date) async throws -> JWK? {
    let discovery = try await discovery(provider, at: moment)
    if let key = known[provider.issuer].flatMap({ Self.chosen(kid, from: $0.keys) }) { return key }
    guard let last = known[provider.issuer]?.keysReadAt, moment.timeIntervalSince(last) > 60 else { return nil }
    let keys = try await Self.keys(discovery.jwksURI)
    known[provider.issuer]?.keys = keys
    known[provider.issuer]?.keysReadAt = moment
    return Self.chosen(kid, from: keys)
  }

  /// A token without a key's name is the only key's.
  private static func chosen(_ kid: String?, from keys: [String: JWK]) -> JWK? {
    if let kid { return keys[kid] }
    return keys.count == 1 ? keys.values.first : nil
  }

  private static func keys(_ address: String) async throws -> [String: JWK] {
    struct Set: Decodable { let keys: [Lenient] }
    // A provider may publish keys of kinds that we do not know.
    struct Lenient: Decodable {
      let key: JWK?
      init(from decoder: any Decoder) throws { key = try? JWK(from: decoder) }
    }
    let found = try decode(Set.self, try await get(address).body).keys.compactMap(\.key)
    return Dictionary(found.map { ($0.keyIdentifier?.string ?? "", $0) }) { first, _ in first }
  }

  // MARK: HTTP

  private static func get(_ address: String, bearer: String? = nil) async throws -> (body: Data, contentType: String) {
    var request = HTTPClientRequest(url: address)
    if let bearer { request.headers.add(name: "authorization", value: "Bearer \(bearer)") }
    return try await send(request)
  }

  private static func post(_ address: String, _ fields: [(String, String)]) async throws -> Data {
    var request = HTTPClientRequest(url: address)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
    request.headers.add(name: "accept", value: "application/json")
    request.body = .bytes(Data(encoded(fields).utf8))
    return try await send(request).body
  }

  static func encoded(_ fields: [(String, String)]) -> String {
    fields.map { name, value in "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .urlPathPart) ?? "")" }
      .joined(separator: "&")
  }

  private static func send(_ request: HTTPClientRequest) async throws -> (body: Data, contentType: String) {
    do {
      let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
      let body = Data(try await response.body.collect(upTo: 256 * 1024).readableBytesView)
      guard response.status == .ok else { throw ProviderFault.refused("\(response.status.code)") }
      return (body, response.headers.first(name: "content-type")?.lowercased() ?? "")
    } catch let fault as ProviderFault {
      throw fault
    } catch {
      throw ProviderFault.unreachable("\(type(of: error))")
    }
  }

  private static func decode<T: Decodable>(_ type: T.Type, _ data: Data) throws -> T {
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw ProviderFault.refused("an answer that cannot be read")
    }
  }
}
