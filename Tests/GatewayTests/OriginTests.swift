import Foundation
import HTTPTypes
import NIOHTTP1
import TestSupport
import Testing

@testable import Gateway

@Suite("Origin and address", .timeLimit(.minutes(2)))
struct OriginTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let headers: HTTPFields
    let hasCookie: Bool
    let isAdmitted: Bool
    var testDescription: String { "\(headers) cookie \(hasCookie) -> \(isAdmitted)" }
  }

  static let cases: [Case] = [
    Case(headers: [.secFetchSite: "same-origin"], hasCookie: true, isAdmitted: true),
    Case(headers: [.secFetchSite: "none"], hasCookie: true, isAdmitted: true),
    Case(headers: [.secFetchSite: "same-site"], hasCookie: true, isAdmitted: false),
    Case(headers: [.secFetchSite: "cross-site"], hasCookie: true, isAdmitted: false),
    Case(headers: [.secFetchSite: "cross-site"], hasCookie: false, isAdmitted: false),
    Case(
      headers: [.secFetchSite: "cross-site", .origin: "https://jalons.fr"], hasCookie: true, isAdmitted: false),
    Case(headers: [.origin: "https://jalons.fr"], hasCookie: true, isAdmitted: true),
    Case(headers: [.origin: "https://inner:8080"], hasCookie: true, isAdmitted: true),
    Case(headers: [.origin: "https://jalons.fr.evil.com"], hasCookie: true, isAdmitted: false),
    Case(headers: [.origin: "https://evil.com"], hasCookie: false, isAdmitted: false),
    Case(headers: [.origin: "http://jalons.fr"], hasCookie: true, isAdmitted: false),
    Case(headers: [.origin: "null"], hasCookie: true, isAdmitted: false),
    Case(headers: [.referer: "https://jalons.fr/dossiers?x=1"], hasCookie: true, isAdmitted: true),
    Case(headers: [.referer: "https://evil.com/https://jalons.fr/"], hasCookie: true, isAdmitted: false),
    Case(headers: [:], hasCookie: true, isAdmitted: false),
    Case(headers: [:], hasCookie: false, isAdmitted: true),
  ]

  @Test("only our own pages may change something with the cookie", arguments: cases)
  func table(_ one: Case) throws {
    let rule = SameOrigin(publicAddress: try PublicAddress("https://jalons.fr"))
    #expect(rule.admits(one.headers, host: "inner:8080", hasCookie: one.hasCookie) == one.isAdmitted)
  }

  @Test("a form from elsewhere is stopped before the portal, with a page that says so")
  func stopped() async throws {
    let portal = try await Upstream.start()
    try await GatewayUnderTest.run(["portal": [portal]]) { gateway async throws in
      let foreign = [("Origin", "https://evil.example"), ("Accept", "text/html")]
      let answer = try await gateway.post("/dossiers/1/notes", foreign)
      #expect(answer.status == 403)
      #expect(answer.body.contains("<h1>Cette demande ne vient pas d’une page de Jalons.</h1>"))
      #expect(portal.seen.isEmpty)
      #expect(try await gateway.get("/dossiers", foreign).status == 200)
      #expect(try await gateway.post("/dossiers/1/notes", [("Sec-Fetch-Site", "same-origin")]).status == 200)
    }
    try await portal.stop()
  }

  @Test("a program with a token of its own needs no page of ours, a cookie on the interface does")
  func interface() async throws {
    let fse = try await Upstream.start()
    try await GatewayUnderTest.run(["fse": [fse]]) { gateway async throws in
      #expect(try await gateway.post("/api/fse/v1/x", [("Authorization", "Bearer t")]).status == 200)
      let cookie = ("Cookie", "jalons_session=c2VjcmV0LW9mLXR3ZW50eS1ieXRlcw")
      #expect(try await gateway.post("/api/fse/v1/x", [cookie]).status == 403)
    }
    try await fse.stop()
  }

  @Test(
    "an address that is not ours is misdirected",
    arguments: [
      ("jalons.fr", true), ("JALONS.fr:8443", true), ("localhost:8080", true), ("127.0.0.1", true), ("[::1]:80", true),
      ("evil.example", false), ("jalons.fr.evil.example", false), ("jalons.fr:80\"", false), ("", false),
    ])
  func hosts(_ host: String, _ isOurs: Bool) throws {
    #expect(HostCheck(publicAddress: try PublicAddress("https://jalons.fr")).admits(host) == isOurs)
  }

  @Test("the host is checked for pages, not for probes; odd paths are refused")
  func hostInPractice() async throws {
    let portal = try await Upstream.start()
    try await GatewayUnderTest.run(["portal": [portal]]) { gateway async throws in
      let foreign = [("Host", "evil.example")]
      #expect(try await gateway.get("/", foreign).status == 421)
      #expect(try await gateway.get("/health/live", foreign).status == 200)
      #expect(try await gateway.get("/a/%2e%2e/b").status == 400)
      #expect(try await gateway.ask(.TRACE, "/").status == 405)
      #expect(portal.seen.isEmpty)
    }
    try await portal.stop()
  }

  @Test("a PDF may be shown inside a page of ours, and of no other site")
  func framedPDF() {
    for (type, ancestors) in [("application/pdf", "'self'"), ("text/html; charset=utf-8", "'none'")] {
      var headers: HTTPFields = [.contentType: type]
      SecurityHeaders(isSecure: true).apply(to: &headers)
      #expect(headers[.contentSecurityPolicy]?.contains("frame-ancestors \(ancestors);") == true)
    }
  }

  @Test("every answer carries the browser's instructions, problems too")
  func securityHeaders() async throws {
    let portal = try await Upstream.start { _, _, _ in .text("x", [.contentSecurityPolicy: "default-src *"]) }
    try await GatewayUnderTest.run(["portal": [portal]]) { gateway async throws in
      for path in ["/", "/api/none/v1/x", "/health/live", "/a/%2e%2e/b", "/api/fse/v1/x"] {
        let headers = try await gateway.get(path).headers
        #expect(
          headers["content-security-policy"] == [
            "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; "
              + "object-src 'none'"
          ], "\(path)")
        #expect(headers.first(name: "x-content-type-options") == "nosniff")
        #expect(headers.first(name: "referrer-policy") == "same-origin")
        #expect(headers.first(name: "permissions-policy") != nil)
        #expect(headers.first(name: "cross-origin-opener-policy") == "same-origin")
        #expect(headers.first(name: "cache-control") == "no-store")
        #expect(headers.first(name: "strict-transport-security") == nil)
      }
    }
    try await portal.stop()
  }
}
