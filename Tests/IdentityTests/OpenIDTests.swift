import API
import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Service
import Synchronization
import TestSupport
import Testing

@testable import Identity

@Suite("Identity providers", .database) struct OpenIDTests {
  @Test("the first time an account is known by its verified address, then by the provider's own name for it")
  func linking() async throws {
    try await OpenIDScene.run { scene in
      let account = try await scene.identity.account("A@exemple.fr")
      #expect(try await scene.signIn().account.id == account)
      // The address changed at the provider, and somebody else has it here now: the person is still who they were.
      scene.provider.say { $0.email = "b@exemple.fr" }
      try await scene.identity.account("b@exemple.fr")
      #expect(try await scene.signIn().account.id == account)
      // Another person of the provider who claims the first one's address gets nothing.
      scene.provider.say { ($0.subject, $0.email) = ("sub-2", "a@exemple.fr") }
      #expect(try await scene.refusal().type == "/problemes/sans-compte")
      #expect(try await scene.identity.value("select count(*) from identity.openid_link", as: Int.self) == 1)
      let acts = try await scene.identity.value(
        "select count(*) from identity.outbox where data::text like '%identity.completeProviderSignIn%'", as: Int.self)
      #expect(acts == 2)
    }
  }

  @Test("nobody is let in, and no account made, for an unknown, unverified, missing or closed one")
  func unknown() async throws {
    try await OpenIDScene.run { scene in
      try await scene.identity.account("closed@exemple.fr", status: "closed")
      try await scene.identity.account("invited@exemple.fr", status: "invited")
      try await scene.identity.account("a@exemple.fr")
      let before = try await scene.identity.value("select count(*) from identity.account", as: Int.self)
      for (email, verified) in [
        ("nobody@exemple.fr", true), ("closed@exemple.fr", true), ("invited@exemple.fr", true), ("a@exemple.fr", false),
        ("a@exemple.fr", nil), (nil, true),
      ] as [(String?, Bool?)] {
        scene.provider.say { ($0.email, $0.emailVerified) = (email, verified) }
        let problem = try await scene.refusal()
        #expect(problem.status == 403 && problem.type == "/problemes/sans-compte", "\(email ?? "none")")
      }
      #expect(try await scene.identity.value("select count(*) from identity.account", as: Int.self) == before)
      #expect(try await scene.identity.value("select count(*) from identity.openid_link", as: Int.self) == 0)
      // An account that is closed after it was linked.
      scene.provider.say { ($0.email, $0.emailVerified) = ("a@exemple.fr", true) }
      let account = try await scene.signIn().account.id
      let administrator = try await scene.identity.administrator()
      _ = try await administrator.call(IdentityAPI.closeAccount, ["account": account])
      #expect(try await scene.refusal().type == "/problemes/sans-compte")
    }
  }

  @Test("a token of another issuer, audience, nonce, time, key or algorithm is refused", arguments: Lie.allCases)
  func lies(_ lie: Lie) async throws {
    try await OpenIDScene.run { scene in
      try await scene.identity.account("a@exemple.fr")
      scene.provider.say { lie.apply(to: &$0) }
      let problem = try await scene.refusal()
      #expect(problem.status == 401 && problem.type == "/problemes/fournisseur-refuse")
      #expect(try await scene.identity.value("select count(*) from identity.session", as: Int.self) == 0)
    }
  }

  enum Lie: CaseIterable, Sendable {
    case issuer, audience, nonce, expired, hmac, unsigned, stranger, unknownKey, otherPerson

    func apply(to manner: inout ProviderStandIn.Manner) {
      switch self {
      case .issuer: manner.issuer = "https://ailleurs.example"
      case .audience: manner.audience = "another"
      case .nonce: manner.nonce = String(repeating: "n", count: 43)
      case .expired: manner.expiresIn = -120
      case .hmac: manner.signing = .hs256
      case .unsigned: manner.signing = .none
      case .stranger: manner.signing = .strangerWithOurName
      case .unknownKey: manner.signing = .unknownName
      case .otherPerson: manner.userInfoSubject = "sub-9"
      }
    }
  }

  @Test("RS256 and ES256 are taken, with userinfo in JSON or signed as ProConnect's", arguments: [false, true])
  func algorithms(_ signsUserInfo: Bool) async throws {
    try await OpenIDScene.run { scene in
      let account = try await scene.identity.account("a@exemple.fr")
      for signing in [ProviderStandIn.Signing.es256, .rs256] {
        scene.provider.say { ($0.signing, $0.signsUserInfo, $0.siret) = (signing, signsUserInfo, "22070001700018") }
        #expect(try await scene.signIn().account.id == account)
      }
      let siret = try await scene.identity.value("select siret from identity.openid_link", as: String.self)
      #expect(siret == "22070001700018")
    }
  }

  @Test("ProConnect is asked for what it knows alone, and vouches for the address without a claim")
  func proConnect() async throws {
    try await OpenIDScene.run(.proconnect, acr: ["eidas1", "eidas2"]) { scene in
      let account = try await scene.identity.account("a@exemple.fr")
      let visit = try await scene.visit()
      let names = URLComponents(string: visit.address)?.queryItems?.map(\.name) ?? []
      #expect(
        Set(names) == [
          "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
          "code_challenge_method", "acr_values",
        ])
      scene.provider.say { ($0.emailVerified, $0.acr, $0.signsUserInfo) = (nil, "eidas1", true) }
      #expect(try await scene.signIn().account.id == account)
      scene.provider.say { $0.acr = "eidas0" }
      #expect(try await scene.refusal().type == "/problemes/fournisseur-refuse")
    }
  }

  @Test("what the browser brings back belongs to the visit it left on, once and for ten minutes")
  func flow() async throws {
    try await OpenIDScene.run { scene in
      try await scene.identity.account("a@exemple.fr")
      let (first, second) = (try await scene.visit(), try await scene.visit())
      let (one, two) = (try await scene.follow(first), try await scene.follow(second))
      // Somebody else's code and state, slipped under this browser.
      for wrong in [
        ProviderReturn(flow: first.flow, state: two.state, code: two.code),
        ProviderReturn(flow: "x" + first.flow.dropFirst(), state: one.state, code: one.code),
      ] { #expect(try await scene.refusal(wrong) == OpenIDEntrance.ended) }
      #expect(scene.provider.tokenCalls == 0)
      // The code alone, in another visit: PKCE.
      let crossed = try await scene.refusal(ProviderReturn(flow: second.flow, state: two.state, code: one.code))
      #expect(crossed.status == 503)
      let good = ProviderReturn(flow: second.flow, state: two.state, code: two.code)
      _ = try await scene.complete(good)
      #expect(try await scene.refusal(good).status == 503)
      let third = try await scene.visit()
      let late = try await scene.follow(third)
      scene.identity.service.clock.travel(seconds: 600)
      #expect(
        try await scene.refusal(ProviderReturn(flow: third.flow, state: late.state, code: late.code))
          == OpenIDEntrance.ended)
    }
  }

  @Test("a second factor here is asked for, unless the provider asked for one") func secondFactor() async throws {
    try await OpenIDScene.run { scene in
      let phone = try await scene.identity.enrolled("a@exemple.fr")
      let question = try await scene.refusal()
      #expect(question.type == "/problemes/second-facteur")
      let proof = try #require(question.offer?["proof"]?.text)
      _ = try await scene.identity.complete(proof, phone.code())
      scene.provider.say { $0.amr = ["pwd", "mfa"] }
      _ = try await scene.signIn()
    }
  }

  @Test("whoever leaves is told where to leave the provider too; whoever came with a password is not")
  func farewell() async throws {
    try await OpenIDScene.run { scene in
      try await scene.identity.account("a@exemple.fr")
      let signedIn = try await scene.signIn()
      let farewell = try await scene.identity.client(token: signedIn.token).call(IdentityAPI.showProviderFarewell)
      let address = try #require(farewell.address.flatMap { URLComponents(string: $0) })
      #expect(address.path == "/end" && farewell.label == "Essai")
      let hint = address.queryItems?.first { $0.name == "id_token_hint" }?.value
      #expect(hint?.split(separator: ".").count == 3)
      let kept = try await scene.identity.value(
        "select encode(id_token, 'escape') from identity.session where provider = 'essai'", as: String.self)
      #expect(kept?.contains(hint ?? "?") == false)
      let plain = try await scene.identity.signIn("a@exemple.fr")
      let none = try await scene.identity.client(token: plain.token).call(IdentityAPI.showProviderFarewell)
      #expect(none == ProviderFarewell())
    }
  }

  @Test("a provider that is away is said to be; one that nobody configured does not exist") func away() async throws {
    try await OpenIDScene.run { scene in
      #expect(
        try await scene.identity.client().call(IdentityAPI.listSignInProviders)
          == [SignInProvider(id: "essai", label: "Essai")])
      let unknown = await scene.identity.refusal {
        try await scene.identity.client().call(IdentityAPI.visitSignInProvider, ["provider": "autre"])
      }
      #expect(unknown?.status == 404)
      var settings = scene.provider.settings()
      settings = ProviderSettings(
        id: "loin", kind: .keycloak, label: "Loin", issuer: "http://127.0.0.1:9", clientId: "x", clientSecret: "x",
        acr: nil, trustsEmail: nil)
      // Added without a stop.
      try scene.configure([scene.provider.settings(), settings], changedAt: Date() + 5)
      #expect(try await scene.identity.client().call(IdentityAPI.listSignInProviders).map(\.id) == ["essai", "loin"])
      let away = await scene.identity.refusal {
        try await scene.identity.client().call(IdentityAPI.visitSignInProvider, ["provider": "loin"])
      }
      #expect(away?.status == 503 && away?.type == "/problemes/fournisseur-absent")
    }
  }
}

/// The clock of the process under test, for the provider that starts before it.
private final class SharedClock: Sendable {
  let clock = Mutex<TestClock?>(nil)
}

/// Identity with a provider beside it, and a browser between them.
struct OpenIDScene: Sendable {
  let identity: IdentityUnderTest
  let provider: ProviderStandIn
  let file: String

  static func run(
    _ kind: ProviderSettings.Kind = .keycloak, acr: [String]? = nil,
    _ body: @escaping @Sendable (OpenIDScene) async throws -> Void
  ) async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "openid-\(UUID().uuidString).json").path
    let clock = SharedClock()
    let provider = try ProviderStandIn(now: { clock.clock.withLock { $0?.now() } ?? TestClock.present })
    try await provider.run {
      try await IdentityUnderTest.run(environment: ["JALONS_OPENID_FILE": file]) { identity in
        clock.clock.withLock { $0 = identity.service.clock }
        let scene = OpenIDScene(identity: identity, provider: provider, file: file)
        try scene.configure([provider.settings(kind, acr: acr)])
        try await body(scene)
      }
    }
    try FileManager.default.removeItem(atPath: file)
  }

  func configure(_ providers: [ProviderSettings], changedAt: Date = Date()) throws {
    try JSONEncoder().encode(providers).write(to: URL(filePath: file))
    try FileManager.default.setAttributes([.modificationDate: changedAt], ofItemAtPath: file)
  }

  func visit() async throws -> ProviderVisit {
    try await identity.client().call(IdentityAPI.visitSignInProvider, ["provider": "essai"])
  }

  /// Goes where the browser is sent; the provider sends it back at once.
  func follow(_ visit: ProviderVisit) async throws -> (state: String, code: String) {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .seconds(5)
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    let response: HTTPClientResponse
    do {
      response = try await client.execute(HTTPClientRequest(url: visit.address), timeout: .seconds(5))
    } catch {
      try await client.shutdown()
      throw error
    }
    let location = response.headers.first(name: "location").flatMap { URLComponents(string: $0) }
    try await client.shutdown()
    let back = try #require(location)
    #expect(back.path == "/connexion/retour/essai")
    let items = Dictionary((back.queryItems ?? []).map { ($0.name, $0.value ?? "") }) { $1 }
    return (items["state"] ?? "", items["code"] ?? "")
  }

  func complete(_ input: ProviderReturn) async throws -> SignedIn {
    try await identity.client().call(IdentityAPI.completeProviderSignIn, ["provider": "essai"], input)
  }

  func signIn() async throws -> SignedIn {
    let visit = try await visit()
    let back = try await follow(visit)
    return try await complete(ProviderReturn(flow: visit.flow, state: back.state, code: back.code))
  }

  func refusal(_ input: ProviderReturn) async throws -> Problem {
    try #require(await identity.refusal { try await complete(input) })
  }

  func refusal() async throws -> Problem { try #require(await identity.refusal { try await signIn() }) }
}
