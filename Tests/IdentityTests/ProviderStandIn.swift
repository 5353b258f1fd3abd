import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import JWTKit
import Logging
import NIOCore
import Service
import ServiceLifecycle
import Synchronization
import Testing

@testable import Identity

/// An identity provider that speaks OpenID Connect over real HTTP, and lies where a test tells it to.
final class ProviderStandIn: Sendable {
  /// What it says of whoever comes, and how.
  struct Manner: Sendable {
    var subject = "sub-1"
    var email: String? = "a@exemple.fr"
    var emailVerified: Bool? = true
    var issuer: String?
    var audience: String?
    var nonce: String?
    var acr: String?
    var amr: [String]?
    var siret: String?
    /// Seconds from now.
    var expiresIn: Double = 60
    var userInfoSubject: String?
    /// Signed, as ProConnect's.
    var signsUserInfo = false
    var signing = Signing.es256
  }
  enum Signing: Sendable { case es256, rs256, hs256, none, strangerWithOurName, unknownName }

  private struct State {
    var manner = Manner()
    var codes: [String: (challenge: String, nonce: String, redirect: String)] = [:]
    var tokenCalls = 0
  }
  private let state = Mutex(State())
  private let address = Mutex("")
  private let ours = ES256PrivateKey()
  private let stranger = ES256PrivateKey()
  private let rsa: JWTKit.Insecure.RSA.PrivateKey
  let now: @Sendable () -> Date

  static let clientId = "jalons"
  static let clientSecret = "the secret of the client, 32 bytes long"

  init(now: @escaping @Sendable () -> Date) throws {
    self.now = now
    rsa = try JWTKit.Insecure.RSA.PrivateKey(pem: Self.pem())
  }

  private static func pem() throws -> String {
    let openssl = Process()
    let output = Pipe()
    openssl.executableURL = URL(filePath: "/usr/bin/openssl")
    openssl.arguments = ["genrsa", "-traditional", "2048"]
    openssl.standardOutput = output
    openssl.standardError = FileHandle.nullDevice
    try openssl.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    openssl.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  var url: String { address.withLock { $0 } }
  var tokenCalls: Int { state.withLock(\.tokenCalls) }
  func say(_ change: @Sendable (inout Manner) -> Void) { state.withLock { change(&$0.manner) } }

  func settings(_ kind: ProviderSettings.Kind = .keycloak, acr: [String]? = nil) -> ProviderSettings {
    ProviderSettings(
      id: "essai", kind: kind, label: "Essai", issuer: url, clientId: Self.clientId,
      clientSecret: Self.clientSecret, acr: acr, trustsEmail: nil)
  }

  /// Runs it while `body` runs.
  func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
    let (ports, port) = AsyncStream<Int>.makeStream()
    var logger = Logger(label: "provider")
    logger.logLevel = .critical
    let application = Application(
      router: router(), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in
        port.yield(channel.localAddress?.port ?? 0)
        port.finish()
      }, logger: logger)
    let group = ServiceGroup(services: [application], logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      for await port in ports { address.withLock { $0 = "http://127.0.0.1:\(port)" } }
      let result: Result<Void, any Error>
      do {
        try await body()
        result = .success(())
      } catch {
        result = .failure(error)
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
      try result.get()
    }
  }

  private func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.get(".well-known/openid-configuration") { [self] _, _ in
      Self.json([
        "issuer": url, "authorization_endpoint": "\(url)/authorize", "token_endpoint": "\(url)/token",
        "jwks_uri": "\(url)/jwks", "userinfo_endpoint": "\(url)/userinfo", "end_session_endpoint": "\(url)/end",
      ])
    }
    router.get("jwks") { [self] _, _ in
      let point = ours.publicKey.parameters
      let key = rsa.publicKey
      let (n, e) = try key.getKeyPrimitives()
      return Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: .init(
          byteBuffer: ByteBuffer(
            string: """
              {"keys":[{"kty":"OKP-of-the-future","kid":"x"},
              {"kty":"EC","crv":"P-256","kid":"ec","use":"sig","x":"\(Self.plain(point?.x))","y":"\(Self.plain(point?.y))"},
              {"kty":"RSA","kid":"rsa","n":"\(n.base64URL)","e":"\(e.base64URL)"}]}
              """)))
    }
    router.get("authorize") { [self] request, _ in authorize(request) }
    router.post("token") { [self] request, _ in try await token(request) }
    router.get("userinfo") { [self] _, _ in try await userInfo() }
    return router
  }

  private static func plain(_ text: String?) -> String {
    (text ?? "").replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
      .replacingOccurrences(of: "=", with: "")
  }

  private static func json(_ fields: [String: String], _ status: HTTPResponse.Status = .ok) -> Response {
    let body = (try? JSONEncoder().encode(fields)) ?? Data()
    return Response(
      status: status, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }

  /// The person is signed in there already: back at once, with a code.
  private func authorize(_ request: Request) -> Response {
    let query = Dictionary(
      request.uri.queryParameters.map { (String($0.key), $0.value.removingPercentEncoding ?? "") }
    ) { $1 }
    guard query["client_id"] == Self.clientId, query["response_type"] == "code",
      query["code_challenge_method"] == "S256", let challenge = query["code_challenge"], let nonce = query["nonce"],
      let redirect = query["redirect_uri"], let state = query["state"], state.count >= 32, nonce.count >= 32
    else { return Self.json(["error": "invalid_request"], .badRequest) }
    let code = UUID().uuidString
    self.state.withLock { $0.codes[code] = (challenge, nonce, redirect) }
    return Response(status: .seeOther, headers: [.location: "\(redirect)?code=\(code)&state=\(state)"])
  }

  private func token(_ request: Request) async throws -> Response {
    let body = String(buffer: try await request.body.collect(upTo: 65_536))
    let fields = Dictionary(
      body.split(separator: "&").map { pair -> (String, String) in
        let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
        return (parts[0], (parts.count > 1 ? parts[1] : "").removingPercentEncoding ?? "")
      }
    ) { $1 }
    let kept = state.withLock { state in
      state.tokenCalls += 1
      return fields["code"].flatMap { state.codes.removeValue(forKey: $0) }
    }
    let verifier = fields["code_verifier"] ?? ""
    guard let kept, fields["client_secret"] == Self.clientSecret, fields["redirect_uri"] == kept.redirect,
      Data(SHA256.hash(data: Data(verifier.utf8))).base64URL == kept.challenge
    else { return Self.json(["error": "invalid_grant"], .badRequest) }
    return Self.json(["access_token": "access", "id_token": try await idToken(nonce: kept.nonce)])
  }

  private struct Claims: JWTPayload {
    var iss: String
    var sub: String
    var aud: String
    var exp: Double
    var iat: Double
    var nonce: String?
    var acr: String?
    var amr: [String]?
    var email: String?
    var email_verified: Bool?
    var siret: String?
    func verify(using algorithm: some JWTAlgorithm) async throws {}
  }

  private func claims(nonce: String?, subject: String? = nil) -> Claims {
    let manner = state.withLock(\.manner)
    let moment = now().timeIntervalSince1970
    return Claims(
      iss: manner.issuer ?? url, sub: subject ?? manner.subject, aud: manner.audience ?? Self.clientId,
      exp: moment + manner.expiresIn, iat: moment, nonce: nonce.map { manner.nonce ?? $0 }, acr: manner.acr,
      amr: manner.amr, email: manner.email, email_verified: manner.emailVerified, siret: manner.siret)
  }

  private func idToken(nonce: String) async throws -> String {
    try await signed(claims(nonce: nonce), state.withLock(\.manner).signing)
  }

  private func signed(_ claims: Claims, _ signing: Signing) async throws -> String {
    let keys = JWTKeyCollection()
    switch signing {
    case .es256: await keys.add(ecdsa: ours, kid: "ec")
    case .rs256: await keys.add(rsa: rsa, digestAlgorithm: .sha256, kid: "rsa")
    case .hs256: await keys.add(hmac: HMACKey(from: Data(Self.clientSecret.utf8)), digestAlgorithm: .sha256, kid: "ec")
    case .none:
      let body = try JSONEncoder().encode(claims)
      return "\(Data("{\"alg\":\"none\",\"kid\":\"ec\"}".utf8).base64URL).\(body.base64URL)."
    case .strangerWithOurName: await keys.add(ecdsa: stranger, kid: "ec")
    case .unknownName: await keys.add(ecdsa: ours, kid: "other")
    }
    return try await keys.sign(claims, kid: signing == .rs256 ? "rsa" : signing == .unknownName ? "other" : "ec")
  }

  private func userInfo() async throws -> Response {
    let manner = state.withLock(\.manner)
    let claims = claims(nonce: nil, subject: manner.userInfoSubject)
    guard manner.signsUserInfo else {
      return Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: .init(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(claims))))
    }
    return Response(
      status: .ok, headers: [.contentType: "application/jwt"],
      body: .init(byteBuffer: ByteBuffer(string: try await signed(claims, manner.signing))))
  }
}
