import API
import Domain
import Foundation
import JWTKit
import Logging
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

@Suite("Tokens and keys", .database) struct TokenTests {
  @Test("a token without signature, of another algorithm, of an unknown or a foreign key is nobody's")
  func forged() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr", [.administrateur])
      let token = try await identity.signIn("a@exemple.fr").token
      _ = try await identity.client(token: token).call(IdentityAPI.showMe)
      for (name, forgery) in try await Self.forgeries(of: token, identity) {
        let problem = await #expect(throws: Problem.self, "\(name)") {
          try await identity.client(token: forgery).call(IdentityAPI.showMe)
        }
        #expect(problem?.status == 401, "\(name)")
      }
      _ = try await identity.client(token: token).call(IdentityAPI.showMe)
      identity.service.clock.travel(seconds: 301)
      await #expect(throws: Problem.signedOut) {
        try await identity.client(token: token).call(IdentityAPI.showMe)
      }
    }
  }

  private static func forgeries(of token: String, _ identity: IdentityUnderTest) async throws -> [String: String] {
    let parts = token.split(separator: ".").map(String.init)
    let header = try header(of: token)
    #expect(header["alg"] == .string("EdDSA"))
    let kid = try #require(header["kid"]?.text)
    let key = try await identity.client().call(IdentityAPI.listKeys).keys[0]
    #expect(key == KeySet.Key(kid: kid, x: key.x))
    let claims = TokenClaims(
      caller: .someone(.administrateur), issuedAt: identity.service.clock.now(), lifetime: 300)
    // The published key taken for a shared secret.
    let symmetric = JWTKeyCollection()
    await symmetric.add(hmac: HMACKey(from: key.x), digestAlgorithm: .sha256, kid: JWKIdentifier(string: kid))
    let foreignKey = try EdDSA.PrivateKey(curve: .ed25519)
    let foreign = JWTKeyCollection()
    await foreign.add(eddsa: foreignKey, kid: JWKIdentifier(string: kid))
    let unknown = JWTKeyCollection()
    await unknown.add(eddsa: foreignKey, kid: "une-autre")
    let none = try JSONEncoder().encode(["alg": "none", "typ": "JWT", "kid": kid]).base64URL
    let altered = try bytes(of: parts[1])
    let other = String(decoding: altered, as: UTF8.self).replacingOccurrences(of: "DURAND", with: "DUPOND")
    #expect(Data(other.utf8) != altered)
    return [
      "none": "\(none).\(parts[1]).", "none, signed": "\(none).\(parts[1]).\(parts[2])",
      "HS256": try await symmetric.sign(claims, kid: JWKIdentifier(string: kid)),
      "foreign": try await foreign.sign(claims, kid: JWKIdentifier(string: kid)),
      "unknown": try await unknown.sign(claims, kid: "une-autre"),
      "altered": "\(parts[0]).\(Data(other.utf8).base64URL).\(parts[2])",
    ]
  }

  @Test("the private key is stored sealed, and opens with the same secret and name alone") func sealed() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      _ = try await identity.signIn("a@exemple.fr")
      let stored = try #require(
        try await identity.value("select kid, public_x, sealed, made_at from identity.signing_key", as: StoredKey.self))
      let seal = KeySeal(try KeyPurpose.signing.derived(from: "test-secret-of-thirty-two-bytes!!", for: "identity"))
      let bytes = try #require(seal.open(stored.sealed, name: stored.kid))
      let key = try EdDSA.PrivateKey(d: bytes.base64URL, curve: .ed25519)
      #expect(key.publicKey.rawRepresentation.base64URL == stored.publicX)
      #expect(stored.sealed.range(of: bytes) == nil)
      #expect(seal.open(stored.sealed, name: "autre") == nil)
      #expect(
        KeySeal(try KeyPurpose.signing.derived(from: String(repeating: "x", count: 32), for: "identity")).open(
          stored.sealed, name: stored.kid) == nil)
      #expect(throws: SettingError.self) { try KeyPurpose.signing.derived(from: "trop court", for: "identity") }
    }
  }

  @Test("copies that start at once agree on one key; another secret makes its own and leaves theirs alone")
  func copies() async throws {
    let moment = Date()
    let store = SigningKeyStore(postgres: try TestDatabase.required().client(.identity))
    func keys(_ secret: Character) throws -> SigningKeys {
      SigningKeys(
        store: store,
        seal: KeySeal(try KeyPurpose.signing.derived(from: String(repeating: secret, count: 32), for: "identity")),
        logger: Logger(label: "test"))
    }
    let copies = try (0..<8).map { _ in try keys("a") }
    let kids = try await withThrowingTaskGroup(of: [String].self) { tasks in
      for copy in copies { tasks.addTask { try await copy.published(at: moment).keys.map(\.kid) } }
      return try await tasks.reduce(into: Set<[String]>()) { $0.insert($1) }
    }
    #expect(kids.count == 1)
    #expect(kids.first?.count == 1)
    #expect(try await keys("b").published(at: moment).keys.count == 2)
    #expect(try await store.unretired(at: moment.addingTimeInterval(3600)).count == 2)
    await store.postgres.close()
  }

  @Test("after thirty days a new key signs once it was published a minute, and the old one is shown a day longer")
  func rotation() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      func kid() async throws -> String {
        try #require(try Self.header(of: try await identity.signIn("a@exemple.fr").token)["kid"]?.text)
      }
      func published() async throws -> [String] {
        try await identity.client().call(IdentityAPI.listKeys).keys.map(\.kid)
      }
      let first = try await kid()
      identity.service.clock.travel(days: 29)
      #expect(try await kid() == first)
      #expect(try await published() == [first])
      identity.service.clock.travel(days: 1)
      #expect(try await kid() == first)
      #expect(try await published().count == 2)
      identity.service.clock.travel(seconds: 61)
      let second = try await kid()
      #expect(second != first)
      #expect(try await published() == [first, second])
      identity.service.clock.travel(days: 1)
      #expect(try await published() == [second])
    }
  }

  private static func header(of token: String) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: bytes(of: String(token.prefix { $0 != "." })))
  }

  private static func bytes(of part: String) throws -> Data {
    let text = part.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
    return try #require(Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4)))
  }
}
