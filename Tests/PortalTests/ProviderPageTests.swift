import API
import Domain
import Foundation
import HTTPTypes
import Testing

@testable import Portal

@Suite("Identity providers") struct ProviderPageTests {
  @Test("the ways in are links that keep where one was going; without them the page is as ever")
  func ways() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      let plain = try await browser.get("/connexion")
      #expect(plain.status == 200 && !plain.text.contains("Se connecter avec"))
      services.serve(IdentityAPI.listSignInProviders, [SignInProvider(id: "proconnect", label: "ProConnect")])
      let page = try await browser.get("/connexion?retour=%2Fagenda")
      #expect(page.html.contains("href=\"/connexion/avec/proconnect?retour=%2Fagenda\""))
    }
  }

  @Test("the browser leaves with a sealed visit and comes back with a code; the session is the gateway's")
  func visit() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      services.serve(
        IdentityAPI.visitSignInProvider, ProviderVisit(address: "https://fi.example/authorize?x=1", flow: "visite"))
      let away = try await browser.get("/connexion/avec/proconnect?retour=%2Fagenda")
      #expect(away.location == "https://fi.example/authorize?x=1")
      let cookie = try #require(away.header("set-cookie"))
      #expect(
        cookie.hasPrefix("jalons-visite=visite.") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"))
      // Nobody is led to another site by an address slipped under.
      let foreign = try await browser.get("/connexion/avec/proconnect?retour=https%3A%2F%2Fmal.example")
      #expect(foreign.header("set-cookie")?.hasPrefix("jalons-visite=visite;") == true)
      let without = try await browser.get("/connexion/retour/proconnect?code=c&state=s")
      #expect(without.status == 422 && services.calls(of: IdentityAPI.completeProviderSignIn).isEmpty)
    }
  }

  @Test("a provider that is away, and a person who gave up, are told on the sign-in page") func refusals() async throws
  {
    try await PortalUnderTest.run(as: nil) { services, browser in
      services.refuse(
        IdentityAPI.visitSignInProvider, Problem("fournisseur-absent", 503, "ProConnect ne répond pas comme prévu."))
      let away = try await browser.get("/connexion/avec/proconnect")
      #expect(away.status == 422 && away.text.contains("ProConnect ne répond pas comme prévu."))
      #expect(away.text.contains("Mot de passe oublié"))
    }
  }
}
