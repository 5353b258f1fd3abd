import API
import Domain
import Foundation
import Service
import Testing

@testable import Portal

@Suite("What surrounds every page")
struct FrameTests {
  @Test(
    "a form without its proof, or with another session's, does nothing", arguments: ["", "AAAA", "pas-une-preuve"])
  func proof(_ forged: String) async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      let answer = try await browser.post("\(Scene.address)/identite", ["phone": "1", "version": "4"], csrf: forged)
      #expect(answer.status == 403)
      #expect(answer.text.contains("Ce formulaire n’est plus valable."))
      let other = try Browser.mark(Scene.colleague, session: "another session")
      let foreign = try await browser.post("\(Scene.address)/identite", ["version": "4"], csrf: other)
      #expect(foreign.status == 403 && foreign.text.contains("ouvert par une autre personne"))
      #expect(services.calls.isEmpty)
    }
  }

  @Test("absent, out of reach and malformed are told in the same words")
  func notFound() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      let pages = [
        try await browser.get("/nulle-part"), try await browser.get("/dossiers/\(Scene.partner)"),
        try await browser.get("/dossiers/pas-un-dossier"), try await browser.get("/dossiers/\(Scene.partner)/notes"),
      ]
      #expect(pages.map(\.status) == [404, 404, 404, 404])
      #expect(Set(pages.map(\.text)).count == 1)
      #expect(pages[0].text.contains("elle ne vous est pas accessible"))
    }
  }

  @Test("a page that the profile does not open is refused before any service is asked")
  func forbidden() async throws {
    try await PortalUnderTest.run { services, browser in
      let page = try await browser.get("/flux")
      #expect(page.status == 403)
      #expect(page.text.contains("Votre profil ne permet pas cette action."))
      #expect(page.text.contains("demandez-la au secrétariat de dispositif"))
      #expect(services.calls.isEmpty)
    }
    // Nobody is sent to somebody like themselves.
    try await PortalUnderTest.run(as: .secretariatDispositif) { _, browser in
      let page = try await browser.get("/flux")
      #expect(page.status == 403 && !page.text.contains("au secrétariat") && page.text.contains("au chef de service"))
    }
  }

  @Test("the bar opens only the areas of the profile")
  func areas() async throws {
    func areas(_ profile: Profile) async throws -> String {
      let found = Found()
      try await PortalUnderTest.run(as: profile) { _, browser in
        let page = try await browser.get("/nulle-part")
        found.set(page.html.firstMatch(of: /<nav class="areas".*?<\/nav>/.dotMatchesNewlines()).map { String($0.0) })
      }
      return found.value ?? ""
    }
    let referent = try await areas(.referent)
    #expect(referent.contains("Bénéficiaires") && !referent.contains("Administration"))
    let operating = try await areas(.exploitant)
    #expect(operating.contains("Administration") && !operating.contains("Bénéficiaires"))
  }

  @Test("a service that is away is told as such, and a session that ended leads to sign in")
  func away() async throws {
    try await PortalUnderTest.run { services, browser in
      services.refuse(DossiersAPI.listDossiers, .busy)
      let page = try await browser.get("/beneficiaires")
      #expect(page.status == 503)
      #expect(page.text.contains("momentanément indisponible"))
      services.refuse(DossiersAPI.listDossiers, .signedOut)
      let ended = try await browser.get("/beneficiaires")
      #expect(ended.location == "/connexion?retour=%2Fbeneficiaires")
    }
  }

  @Test("what was done is said once, by the next page, and cannot be made up")
  func saying() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      services.serve(DossiersAPI.changeContact, Scene.detail(version: 5))
      let done = try await browser.post("\(Scene.address)/identite", ["phone": "0612345678", "version": "4"])
      let cookie = try #require(done.header("set-cookie")?.split(separator: ";").first.map(String.init))
      let next = try await browser.get(Scene.address, headers: ["Cookie": cookie])
      #expect(next.text.contains("Le contact est enregistré."))
      #expect(next.header("set-cookie")?.contains("Max-Age=0") == true)
      let forged = "jalons-dit=\(Data("{\"text\":\"Gagné !\",\"tone\":\"done\"}".utf8).base64URL).AAAA"
      let deceived = try await browser.get(Scene.address, headers: ["Cookie": forged])
      #expect(!deceived.text.contains("Gagné"))
    }
  }

  @Test("style and scripts are answered once and then known by their content")
  func assets() async throws {
    try await PortalUnderTest.run(as: nil) { _, browser in
      let first = try await browser.get("/assets/jalons.css")
      #expect(first.status == 200)
      let tag = try #require(first.header("etag"))
      let known = try await browser.get("/assets/jalons.css", headers: ["If-None-Match": tag])
      #expect(known.status == 304)
      // Under the address that says its content it is kept for a year; under an older one it is what it is now.
      let address = StaticFiles.address(of: "jalons.css")
      #expect(address.contains(/^\/assets\/jalons\.[0-9a-f]{16}\.css$/))
      let marked = try await browser.get(address)
      #expect(marked.status == 200 && marked.html == first.html)
      #expect(marked.header("cache-control") == "public, max-age=31536000, immutable")
      #expect(try await browser.get(address, headers: ["If-None-Match": "W/" + tag]).status == 304)
      let former = try await browser.get("/assets/jalons.0000000000000000.css")
      #expect(former.html == first.html && former.header("cache-control")?.contains("immutable") == false)
      let outside = try await browser.get("/assets/..%2FPortal.swift")
      #expect(outside.status == 404)
    }
  }

  @Test("no page may be framed, cached or run a script of another site")
  func headers() async throws {
    try await PortalUnderTest.run(as: nil) { _, browser in
      let page = try await browser.get("/connexion")
      #expect(page.header("content-security-policy")?.contains("default-src 'self'") == true)
      #expect(page.header("cache-control") == "no-store")
      #expect(page.header("x-content-type-options") == "nosniff")
    }
  }

  @Test("every request is counted by its route, never by what was in it")
  func metrics() async throws {
    try await PortalUnderTest.run { _, browser in
      _ = try await browser.get("/dossiers/\(Scene.dossier)")
      let text = try await browser.get("/metrics").html
      #expect(text.contains("route=\"/dossiers/{dossier}\",method=\"GET\",status=\"404\""))
      #expect(!text.contains(Scene.dossier.description))
    }
  }
}

/// A value found inside a closure that returns nothing.
final class Found: @unchecked Sendable {
  // Set and read one after the other by one test.
  private(set) var value: String?
  func set(_ value: String?) { self.value = value }
}
