import Foundation
import HTTPTypes
import Hummingbird
import NIOHTTP1
import TestSupport
import Testing

@testable import Gateway

@Suite("Rate limits", .timeLimit(.minutes(2)))
struct RateLimitTests {
  @Test("who gets in costs nothing: three hundred of one office in two minutes, with the default limits")
  func nineOClock() async throws {
    let stand = IdentityStandIn()
    stand.open("c2VjcmV0LW9mLXR3ZW50eS1ieXRlcw", token: makeToken("a"))
    let identity = try await Upstream.start(stand.respond)
    let portal = try await Upstream.start { request, _, _ in
      guard request.method == .post else { return .text("page") }
      return Response(status: .seeOther, headers: [.location: "/", .jalonsSession: "c2VjcmV0LW9mLXR3ZW50eS1ieXRlcw"])
    }
    try await GatewayUnderTest.run(["portal": [portal], "identity": [identity]]) { gateway async throws in
      gateway.clock.travel(to: Date(timeIntervalSince1970: 1_899_999_960))
      for person in 0..<300 {
        if person == 150 { gateway.clock.travel(seconds: 60) }
        for path in ["/", "/connexion", "/assets/a.css", "/assets/b.js"] {
          #expect(try await gateway.get(path).status == 200)
        }
        #expect(try await gateway.post("/connexion").status == 303, "\(person)")
      }
    }
    try await portal.stop()
    try await identity.stop()
  }

  @Test("tries to sign in that fail are few a minute, whatever way the address is written", arguments: [true, false])
  func signIn(isRedisThere: Bool) async throws {
    let refusing: Upstream.Respond = { request, _, _ in
      request.method == .get ? .text("") : .text("", status: .unprocessableContent)
    }
    let (portal, identity) = (try await Upstream.start(refusing), try await Upstream.start(refusing))
    try await GatewayUnderTest.run(
      ["portal": [portal], "identity": [identity]], environment: ["JALONS_LIMIT_SIGN_IN": "5"]
    ) { gateway async throws in
      gateway.clock.travel(to: Date(timeIntervalSince1970: 1_899_999_960 + 15))
      if !isRedisThere { gateway.redis.kill() }
      let paths = [
        "/connexion", "/api/identity/v1/sessions", "/api/identity/v1/sessions/second-factor", "//connexion/",
        "/%63onnexion",
      ]
      for path in paths { #expect(try await gateway.post(path).status == 422, "\(path)") }
      let refused = try await gateway.post("/connexion")
      #expect(refused.status == 429 && refused.body.contains("trop-de-demandes"))
      #expect(refused.headers.first(name: "retry-after") == "45")
      #expect(try await gateway.get("/connexion").status == 200)
      gateway.clock.travel(seconds: 60)
      #expect(try await gateway.post("/connexion").status == 422)
    }
    try await portal.stop()
    try await identity.stop()
  }

  @Test("links are counted when they are asked for, since nobody is told whether one is sent")
  func links() async throws {
    let portal = try await Upstream.start()
    try await GatewayUnderTest.run(["portal": [portal]], environment: ["JALONS_LIMIT_SIGN_IN": "3"]) {
      gateway async throws in
      gateway.clock.travel(to: Date(timeIntervalSince1970: 1_899_999_960))
      for _ in 0..<3 {
        let answer = try await gateway.post("/mot-de-passe-oublie")
        #expect(answer.status == 200, "\(answer.body)")
      }
      #expect(try await gateway.post("/mot-de-passe-oublie").status == 429)
    }
    try await portal.stop()
  }

  @Test("an account and an address have their own measure; two copies of the gateway count together")
  func measures() async throws {
    let stand = IdentityStandIn()
    stand.open("c2VjcmV0LW9mLXR3ZW50eS1ieXRlcw", token: makeToken("a"))
    let (portal, identity, fse) = (
      try await Upstream.start(), try await Upstream.start(stand.respond), try await Upstream.start()
    )
    let environment = ["JALONS_LIMIT_ACCOUNT": "6", "JALONS_LIMIT_ADDRESS": "3"]
    try await GatewayUnderTest.run(
      ["portal": [portal], "identity": [identity], "fse": [fse]], environment: environment
    ) { gateway async throws in
      let moment = Date(timeIntervalSince1970: floor(Date().timeIntervalSince1970 / 60) * 60 + 10)
      gateway.clock.travel(to: moment)
      let cookie = [("Cookie", "jalons_session=c2VjcmV0LW9mLXR3ZW50eS1ieXRlcw")]
      for _ in 0..<6 { #expect(try await gateway.get("/", cookie).status == 200) }
      #expect(try await gateway.get("/", cookie).status == 429)
      for _ in 0..<3 { #expect(try await gateway.get("/").status == 200) }
      #expect(try await gateway.get("/").status == 429)
      let program = [("Authorization", "Bearer t")]
      for _ in 0..<6 { #expect(try await gateway.get("/api/fse/v1/x", program).status == 200) }
      #expect(try await gateway.get("/api/fse/v1/x", program).status == 429)

      let shared = environment.merging(["JALONS_REDIS": gateway.redis.url(of: "gateway")]) { $1 }
      try await GatewayUnderTest.run(["portal": [portal]], environment: shared) { other async throws in
        other.clock.travel(to: moment)
        let status = try await other.get("/").status
        #expect(status == 429)
      }
    }
    for upstream in [portal, identity, fse] { try await upstream.stop() }
  }

  @Test("made-up tokens do not make their maker many")
  func madeUpTokens() async throws {
    let fse = try await Upstream.start()
    try await GatewayUnderTest.run(["fse": [fse]], environment: ["JALONS_LIMIT_ACCOUNT": "1"]) { gateway async throws in
      gateway.clock.travel(to: Date(timeIntervalSince1970: 1_900_000_020))
      for number in 0..<10 {
        let status = try await gateway.get("/api/fse/v1/x", [("Authorization", "Bearer \(number)")]).status
        #expect(status == 200)
      }
      #expect(try await gateway.get("/api/fse/v1/x", [("Authorization", "Bearer new")]).status == 429)
    }
    try await fse.stop()
  }
}
