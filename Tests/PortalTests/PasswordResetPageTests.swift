import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Forgotten passwords") struct PasswordResetPageTests {
  @Test("the sign-in page leads there, without the address that was typed: addresses of pages are logged")
  func way() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      let page = try await browser.get("/connexion")
      #expect(page.html.contains("href=\"/mot-de-passe-oublie\""))
      services.refuse(IdentityAPI.signIn, Problem("identifiants", 401, "Adresse ou mot de passe incorrect."))
      let refused = try await browser.post("/connexion", ["email": "a@exemple.fr", "password": "x"])
      #expect(refused.html.contains("href=\"/mot-de-passe-oublie\""))
    }
  }

  @Test("the answer is the same for every address; what is no address is told at its field")
  func request() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      services.serve(IdentityAPI.requestPasswordReset, NoOutput())
      let wrong = try await browser.post("/mot-de-passe-oublie", ["email": "durand"])
      #expect(wrong.status == 422 && wrong.html.contains("champ-email-erreur"))
      #expect(services.calls(of: IdentityAPI.requestPasswordReset).isEmpty)
      let done = try await browser.post("/mot-de-passe-oublie", ["email": "a@exemple.fr"])
      #expect(done.status == 200 && done.text.contains("Si a@exemple.fr est celle d’un compte Jalons"))
      services.refuse(
        IdentityAPI.requestPasswordReset, Problem("trop-d-essais", 429, "Trop d’essais en peu de temps."))
      let slowed = try await browser.post("/mot-de-passe-oublie", ["email": "a@exemple.fr"])
      #expect(slowed.status == 422 && slowed.text.contains("Trop d’essais en peu de temps."))
    }
  }

  @Test("a link chooses a password; one that has run out leads to another")
  func choose() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      services.serve(IdentityAPI.inspectPasswordReset, Scene.passwordLink)
      services.serve(IdentityAPI.resetPassword, AcceptedInvitation(email: "a@exemple.fr"))
      let page = try await browser.get("/mot-de-passe/abc")
      #expect(page.text.contains("Choisissez un nouveau mot de passe"))
      let fields: KeyValuePairs = ["password": "cinq mots", "again": "cinq mots"]
      let done = try await browser.post("/mot-de-passe/abc", fields)
      #expect(done.location == "/connexion")
      #expect(services.calls(of: IdentityAPI.resetPassword).first?.json?["secret"] == .string("abc"))
      services.refuse(IdentityAPI.resetPassword, Problem("lien-perime", 410, "Ce lien n’est plus valable."))
      let stale = try await browser.post("/mot-de-passe/abc", fields)
      #expect(stale.status == 410 && stale.html.contains("href=\"/mot-de-passe-oublie\""))
    }
  }
}
