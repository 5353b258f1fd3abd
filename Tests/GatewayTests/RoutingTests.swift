import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Service
import TestSupport
import Testing

@testable import Gateway

@Suite("Routing", .timeLimit(.minutes(2)))
struct RoutingTests {
  @Test("a service's address reaches that service, everything else the portal")
  func places() async throws {
    let (portal, dossiers) = (try await Upstream.start(), try await Upstream.start())
    try await GatewayUnderTest.run(["portal": [portal], "dossiers": [dossiers]]) { gateway async throws in
      #expect(try await gateway.get("/api/dossiers/v1/notes?limit=2&after=a%20b").body == "\(dossiers.port)")
      #expect(dossiers.seen.last?.path == "/api/dossiers/v1/notes?limit=2&after=a%20b")
      for path in ["/", "/dossiers/1", "/outils/envois", "/apical"] {
        #expect(try await gateway.get(path).body == "\(portal.port)")
      }
      for path in ["/api/nobody/v1/x", "/api/dossiers/v2/x", "/api/dossiers/metrics", "/api"] {
        let answer = try await gateway.get(path, [("accept", "text/html")])
        #expect(answer.status == 404)
        #expect(answer.headers.first(name: "content-type")?.hasPrefix("application/problem+json") == true)
      }
    }
    try await portal.stop()
    try await dossiers.stop()
  }

  @Test("copies are asked in turn; one that refuses is set aside, and asked again once it lives")
  func turns() async throws {
    let (one, two) = (try await Upstream.start(), try await Upstream.start())
    try await GatewayUnderTest.run(["fse": [one, two]]) { gateway async throws in
      for _ in 0..<20 { #expect(try await gateway.get("/api/fse/v1/x").status == 200) }
      #expect(one.seen.count == 10 && two.seen.count == 10)

      try await one.stop()
      for number in 0..<10 {
        // A write too: nothing reached the copy that refused.
        #expect(try await gateway.post("/api/fse/v1/x", [], "\(number)").status == 200)
      }
      #expect(two.seen.filter { $0.method == "POST" }.map(\.body) == (0..<10).map(String.init))
      #expect(gateway.parts.upstreams.candidates("fse") == [two.url])

      let back = try await Upstream.start(port: one.port)
      try await eventually("the copy is used again") { gateway.parts.upstreams.candidates("fse").count == 2 }
      for _ in 0..<4 { #expect(try await gateway.get("/api/fse/v1/x").status == 200) }
      #expect(back.seen.count == 2)
      try await back.stop()
    }
    try await two.stop()
  }

  @Test("a read lost on the way is asked of another copy, a write never twice")
  func losses() async throws {
    let breaking = try await Upstream.start { request, context, upstream in
      upstream.remember(request)
      try await context.channel.close()
      throw CancellationError()
    }
    let whole = try await Upstream.start()
    try await GatewayUnderTest.run(["insight": [breaking, whole]]) { gateway async throws in
      for _ in 0..<10 { #expect(try await gateway.get("/api/insight/v1/x").status == 200) }
      let (brokenReads, wholeReads) = (breaking.seen.count, whole.seen.count)
      #expect(brokenReads == 5 && wholeReads == 10)

      var statuses: [Int] = []
      for _ in 0..<10 { statuses.append(try await gateway.post("/api/insight/v1/x").status) }
      #expect(statuses.filter { $0 == 200 }.count == 5 && statuses.filter { $0 == 502 }.count == 5)
      #expect(breaking.seen.count - brokenReads == 5 && whole.seen.count - wholeReads == 5)
    }
    try await breaking.stop()
    try await whole.stop()
  }

  @Test("a process that is not there is a problem in French, and a page where a browser asks")
  func dead() async throws {
    try await GatewayUnderTest.run { gateway async throws in
      let data = try await gateway.get("/api/contracts/v1/x")
      #expect(data.status == 503)
      #expect(data.headers.first(name: "content-type") == "application/problem+json; charset=utf-8")
      #expect(data.body.contains("/problemes/indisponible") && data.body.contains("momentanément"))
      #expect(data.headers.first(name: "retry-after") != nil)

      let page = try await gateway.get("/dossiers", [("accept", "text/html,*/*")])
      #expect(page.status == 503)
      #expect(page.headers.first(name: "content-type") == "text/html; charset=utf-8")
      let trace = try #require(page.headers.first(name: "jalons-trace"))
      #expect(page.body.contains("<html lang=\"fr\">") && page.body.contains(trace))
      // Drawn without the portal, in its colours.
      #expect(page.body.contains("href=\"/\(ProblemPage.style)\""))
      let style = try await gateway.get("/\(ProblemPage.style)")
      #expect(style.status == 200 && style.headers.first(name: "content-type") == "text/css; charset=utf-8")
    }
  }

  @Test("an answer that does not come in time is 504")
  func late() async throws {
    let slow = try await Upstream.start { _, _, _ in
      try await Task.sleep(for: .seconds(3))
      return .text("late")
    }
    let environment = ["JALONS_REQUEST_SECONDS": "1"]
    try await GatewayUnderTest.run(["fse": [slow]], environment: environment) { gateway async throws in
      let answer = try await gateway.get("/api/fse/v1/x")
      #expect(answer.status == 504 && answer.body.contains("delai-depasse"))
    }
    try await slow.stop()
  }

  @Test("what a stranger says of himself is dropped, and what the gateway knows is said instead")
  func identityHeaders() async throws {
    let (portal, fse) = (try await Upstream.start(), try await Upstream.start())
    try await GatewayUnderTest.run(["portal": [portal], "fse": [fse]]) { gateway async throws in
      let forged = [
        ("Jalons-Client", "6.6.6.6"), ("Jalons-Signed-Out", "x"), ("Forwarded", "for=6.6.6.6"),
        ("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-Proto", "https"), ("X-Real-IP", "6.6.6.6"),
        ("Connection", "keep-alive, X-Secret-Hop"), ("X-Secret-Hop", "1"), ("TE", "trailers"),
        ("Authorization", "Bearer mine"), ("Cookie", "theme=dark; other=1"), ("If-Match", "\"3\""),
      ]
      #expect(try await gateway.get("/page", forged).status == 200)
      #expect(try await gateway.get("/api/fse/v1/x", forged).status == 200)
      for upstream in [portal, fse] {
        let seen = try #require(upstream.seen.last)
        #expect(seen["jalons-client"] == "127.0.0.1")
        #expect(seen["x-forwarded-for"] == "127.0.0.1")
        #expect(seen["x-forwarded-proto"] == "http")
        #expect(seen["forwarded"]?.hasPrefix("for=127.0.0.1;host=\"127.0.0.1:") == true)
        for name in ["jalons-signed-out", "x-real-ip", "x-secret-hop", "te"] { #expect(seen[name] == nil, "\(name)") }
        #expect(seen["if-match"] == "\"3\"")
      }
      #expect(portal.seen.last?["authorization"] == nil)
      #expect(portal.seen.last?["cookie"] == "theme=dark; other=1")
      #expect(fse.seen.last?["authorization"] == "Bearer mine")
      #expect(fse.seen.last?["cookie"] == nil)
    }
    try await portal.stop()
    try await fse.stop()
  }

  @Test("a balancer that is trusted says who the client is; its client's own additions do not count")
  func trustedProxy() async throws {
    let portal = try await Upstream.start()
    try await GatewayUnderTest.run(
      ["portal": [portal]], environment: ["JALONS_TRUSTED_PROXIES": "127.0.0.0/8, 10.1.0.0/16"]
    ) { gateway async throws in
      _ = try await gateway.get("/", [("X-Forwarded-For", "6.6.6.6, 192.0.2.7, 10.1.3.4")])
      #expect(portal.seen.last?["jalons-client"] == "192.0.2.7")
      _ = try await gateway.get("/", [("X-Forwarded-For", "6.6.6.6, nonsense")])
      #expect(portal.seen.last?["jalons-client"] == "127.0.0.1")
    }
    try await portal.stop()
  }

  @Test("a trace begins here unless a well-formed one comes along, and is given back")
  func trace() async throws {
    let portal = try await Upstream.start()
    try await GatewayUnderTest.run(["portal": [portal]]) { gateway async throws in
      let made = try await gateway.get("/").headers.first(name: "jalons-trace")
      let sent = try #require(portal.seen.last?["traceparent"])
      #expect(sent.count == 55 && sent.split(separator: "-")[1] == made ?? "")

      let own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
      #expect(
        try await gateway.get("/", [("traceparent", own)]).headers.first(name: "jalons-trace")
          == "0af7651916cd43dd8448eb211c80319c")
      #expect(portal.seen.last?["traceparent"] == own)
      _ = try await gateway.get("/", [("traceparent", "00-rubbish")])
      #expect(portal.seen.last?["traceparent"]?.contains("rubbish") == false)
    }
    try await portal.stop()
  }

  @Test("tags, lengths and cookies of the portal pass; hop headers and inner ones do not")
  func answers() async throws {
    let portal = try await Upstream.start { request, _, _ in
      if request.headers[.ifNoneMatch] == "\"7\"" { return Response(status: .notModified, headers: [.eTag: "\"7\""]) }
      return .text(
        request.method == .head ? "" : "picture",
        [
          .eTag: "\"7\"", .cacheControl: "max-age=60", .contentType: "image/png", .setCookie: "theme=dark",
          .server: "inside", .ours("Jalons-Inner"): "1", .contentLength: "7",
        ])
    }
    try await GatewayUnderTest.run(["portal": [portal]]) { gateway async throws in
      let answer = try await gateway.get("/assets/a.png")
      #expect(answer.body == "picture")
      #expect(answer.headers.first(name: "etag") == "\"7\"")
      #expect(answer.headers.first(name: "cache-control") == "max-age=60")
      #expect(answer.headers["set-cookie"] == ["theme=dark"])
      #expect(answer.headers.first(name: "server") == nil && answer.headers.first(name: "jalons-inner") == nil)
      let unchanged = try await gateway.get("/assets/a.png", [("if-none-match", "\"7\"")])
      #expect(unchanged.status == 304 && unchanged.body.isEmpty)
      let head = try await gateway.ask(.HEAD, "/assets/a.png")
      #expect(head.status == 200 && head.headers.first(name: "content-length") == "7")
    }
    try await portal.stop()
  }
}
