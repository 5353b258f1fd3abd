import API
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOHTTP1
import TestSupport
import Testing

@testable import Gateway

@Suite("Sessions", .timeLimit(.minutes(2)))
struct SessionTests {
  private let secret = "c2VjcmV0LW9mLXR3ZW50eS1ieXRlcw"
  private var cookie: (String, String) { ("Cookie", "theme=dark; jalons_session=\(secret)") }

  @Test("the cookie becomes a token for the portal and the services, asked for once")
  func token() async throws {
    let stand = IdentityStandIn(delay: .milliseconds(200))
    let mine = makeToken("a")
    stand.open(secret, token: mine)
    let (identity, portal, fse) = (
      try await Upstream.start(stand.respond), try await Upstream.start(), try await Upstream.start()
    )
    try await GatewayUnderTest.run(["identity": [identity], "portal": [portal], "fse": [fse]]) { gateway async throws in
      let cookie = cookie
      try await withThrowingTaskGroup(of: Int.self) { tasks in
        for number in 0..<30 {
          tasks.addTask { try await gateway.get(number % 2 == 0 ? "/page" : "/api/fse/v1/x", [cookie]).status }
        }
        for try await status in tasks { #expect(status == 200) }
      }
      #expect(stand.refreshes == 1)
      for seen in portal.seen + fse.seen {
        #expect(seen["authorization"] == "Bearer \(mine)")
        #expect(seen["cookie"]?.contains("jalons_session") != true)
      }
      // A program's own token goes before the browser's.
      _ = try await gateway.get("/api/fse/v1/x", [cookie, ("Authorization", "Bearer own")])
      #expect(fse.seen.last?["authorization"] == "Bearer own")
      // Half a minute before its end a token is replaced.
      gateway.clock.travel(seconds: 285)
      _ = try await gateway.get("/page", [cookie])
      #expect(stand.refreshes == 2)
    }
    for upstream in [identity, portal, fse] { try await upstream.stop() }
  }

  @Test("typing keeps the session alive, and hears when it has ended without taking the cookie away")
  func beat() async throws {
    let stand = IdentityStandIn()
    stand.open(secret, token: makeToken("a"))
    let (identity, portal) = (try await Upstream.start(stand.respond), try await Upstream.start())
    try await GatewayUnderTest.run(["identity": [identity], "portal": [portal]]) { gateway async throws in
      #expect(try await gateway.get("/battement", [cookie]).status == 204)
      gateway.clock.travel(seconds: 285)
      #expect(try await gateway.get("/battement", [cookie]).status == 204)
      #expect(stand.refreshes == 2)
      let other = ("Cookie", "jalons_session=YW5vdGhlci1zZWNyZXQtb2YtYnl0ZXM")
      let ended = try await gateway.get("/battement", [other])
      #expect(ended.status == 401 && ended.headers["set-cookie"].isEmpty)
      #expect(try await gateway.get("/battement").status == 401)
      #expect(portal.seen.isEmpty)
    }
    for upstream in [identity, portal] { try await upstream.stop() }
  }

  @Test("what the portal says of the session becomes the cookie and is not shown; nobody else may say it")
  func cookieSetting() async throws {
    let respond: Upstream.Respond = { request, _, _ in
      let value = request.uri.path.hasSuffix("out") ? "-" : "bmV3LXNlY3JldC1vZi1pZGVudGl0eQ"
      return .text("", [.jalonsSession: value, .setCookie: "inner=1"])
    }
    let (portal, fse) = (try await Upstream.start(respond), try await Upstream.start(respond))
    try await GatewayUnderTest.run(["portal": [portal], "fse": [fse]]) { gateway async throws in
      let signedIn = try await gateway.post("/connexion")
      #expect(
        signedIn.headers["set-cookie"].last
          == "jalons_session=bmV3LXNlY3JldC1vZi1pZGVudGl0eQ; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400")
      #expect(signedIn.headers.first(name: "jalons-session") == nil)
      let signedOut = try await gateway.post("/out")
      #expect(signedOut.headers["set-cookie"].last?.hasPrefix("jalons_session=; ") == true)
      #expect(signedOut.headers["set-cookie"].last?.contains("Max-Age=0") == true)
      let service = try await gateway.get("/api/fse/v1/x")
      #expect(service.headers["set-cookie"].isEmpty && service.headers.first(name: "jalons-session") == nil)
    }
    try await portal.stop()
    try await fse.stop()
  }

  @Test("a refused cookie is cleared, and the portal is told why")
  func refused() async throws {
    let (identity, portal) = (try await Upstream.start(IdentityStandIn().respond), try await Upstream.start())
    try await GatewayUnderTest.run(["identity": [identity], "portal": [portal]]) { gateway async throws in
      let answer = try await gateway.get("/page", [cookie])
      #expect(answer.status == 200)
      #expect(answer.headers["set-cookie"].first?.hasPrefix("jalons_session=; ") == true)
      #expect(portal.seen.last?["jalons-signed-out"] == "session-expiree")
      #expect(portal.seen.last?["authorization"] == nil)
    }
    try await identity.stop()
    try await portal.stop()
  }

  @Test("a refused cookie is kept over a redirection, so that the page it leads to says why")
  func refusedAndLedOn() async throws {
    let identity = try await Upstream.start(IdentityStandIn().respond)
    let portal = try await Upstream.start { request, context, upstream in
      if request.uri.path == "/page" { return Response(status: .seeOther, headers: [.location: "/connexion"]) }
      return try await Upstream.echo(request, context, upstream)
    }
    try await GatewayUnderTest.run(["identity": [identity], "portal": [portal]]) { gateway async throws in
      let first = try await gateway.get("/page", [cookie])
      #expect(first.status == 303 && first.headers["set-cookie"].isEmpty)
      let second = try await gateway.get("/connexion", [cookie])
      #expect(second.headers["set-cookie"].first?.hasPrefix("jalons_session=; ") == true)
      #expect(portal.seen.last?["jalons-signed-out"] == "session-expiree")
    }
    try await identity.stop()
    try await portal.stop()
  }

  @Test("while identity is away known tokens go on, unknown cookies are kept, and pictures still come")
  func identityAway() async throws {
    let stand = IdentityStandIn()
    stand.open(secret, token: makeToken("a"))
    let (identity, portal) = (try await Upstream.start(stand.respond), try await Upstream.start())
    try await GatewayUnderTest.run(["identity": [identity], "portal": [portal]]) { gateway async throws in
      #expect(try await gateway.get("/page", [cookie]).status == 200)
      stand.goAway(true)
      gateway.clock.travel(seconds: 280)
      #expect(try await gateway.get("/page", [cookie]).status == 200)
      #expect(portal.seen.last?["authorization"] != nil)
      let other = [("Cookie", "jalons_session=YW5vdGhlci1zZWNyZXQtaGVyZQ")]
      let unknown = try await gateway.get("/page", other)
      #expect(unknown.status == 503 && unknown.headers["set-cookie"].isEmpty)
      #expect(try await gateway.get("/assets/a.css", other).status == 200)
    }
    try await identity.stop()
    try await portal.stop()
  }

  @Test("a session that is closed stops working at once, in the browser and in the hands of a program")
  func closed() async throws {
    let stand = IdentityStandIn()
    let session = ID<Session>.new()
    let mine = makeToken("a", session: session.description)
    stand.open(secret, token: mine)
    let (identity, portal, fse) = (
      try await Upstream.start(stand.respond), try await Upstream.start(), try await Upstream.start()
    )
    try await GatewayUnderTest.run(["identity": [identity], "portal": [portal], "fse": [fse]]) { gateway async throws in
      let cookie = cookie
      _ = try await gateway.get("/page", [cookie])
      #expect(portal.seen.last?["authorization"] == "Bearer \(mine)")
      #expect(try await gateway.get("/api/fse/v1/x", [("Authorization", "Bearer \(mine)")]).status == 200)

      // Identity still gives the token away, as a copy that lags behind would.
      try await gateway.announce(SessionClosed(session: session, account: .new(), because: "administrator"))
      try await eventually("the program is refused") {
        try await gateway.get("/api/fse/v1/x", [("Authorization", "Bearer \(mine)")]).status == 401
      }
      _ = try await gateway.get("/page", [cookie])
      #expect(portal.seen.last?["authorization"] == nil)
      #expect(portal.seen.last?["jalons-signed-out"] == "session-fermee")
    }
    for upstream in [identity, portal, fse] { try await upstream.stop() }
  }

  @Test("a session closed before this copy started is refused too, and one closed while Redis was away")
  func closedBefore() async throws {
    let (first, second) = (ID<Session>.new(), ID<Session>.new())
    let fse = try await Upstream.start()
    try await GatewayUnderTest.run(["fse": [fse]]) { gateway async throws in
      try await gateway.announce(SessionClosed(session: first, account: .new(), because: "x"))
      try await eventually("read") { await gateway.parts.sessions.isClosed(session: first) }
      gateway.redis.kill()
      try await gateway.redis.restart()
      try await gateway.announce(SessionClosed(session: second, account: .new(), because: "x"))
      try await eventually("read after the loss") {
        await gateway.parts.sessions.isClosed(session: second)
      }
      #expect(await gateway.parts.sessions.isClosed(session: first))
    }
    try await fse.stop()
  }

  @Test("over TLS the cookie is a __Host- one, and browsers are told to stay there")
  func tls() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gateway-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let (key, certificate) = (folder.appending(path: "key.pem").path, folder.appending(path: "cert.pem").path)
    let openssl = Process()
    openssl.executableURL = URL(filePath: "/usr/bin/openssl")
    openssl.arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out",
      certificate, "-days", "2", "-subj", "/CN=localhost",
    ]
    openssl.standardError = FileHandle.nullDevice
    try openssl.run()
    openssl.waitUntilExit()
    let portal = try await Upstream.start { _, _, _ in .text("", [.jalonsSession: "bmV3LXNlY3JldC1vZi1pZGVudGl0eQ"]) }
    try await GatewayUnderTest.run(
      ["portal": [portal]],
      environment: [
        "JALONS_TLS_KEY": key, "JALONS_TLS_CERTIFICATE": certificate, "JALONS_PUBLIC_URL": "https://jalons.example.fr",
      ]
    ) { gateway async throws in
      let answer = try await gateway.post("/connexion")
      let cookie = try #require(answer.headers["set-cookie"].last)
      #expect(cookie.hasPrefix("__Host-jalons=bmV3") && cookie.hasSuffix("; Secure"))
      #expect(answer.headers.first(name: "strict-transport-security") == "max-age=31536000")
    }
    try await portal.stop()
  }
}
