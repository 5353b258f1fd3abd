import API
import Domain
import Foundation
import Testing

@testable import Portal

private let me = AccountIdentity(id: PortalUnderTest.account, name: "DURAND-VASSEUR Patricia", email: "p@exemple.fr")
private let referent = API.ProfileChoice(id: .new(), code: .referent, organisation: nil)
private let secretary = API.ProfileChoice(
  id: .new(), code: .secretariatDispositif, organisation: OrganisationReference(id: .new(), name: "DTAS Sud-Ouest"))

private func signedIn(secret: String = "secret-of-the-session", changePassword: Bool = false) -> SignedIn {
  SignedIn(
    token: "t", expiresAt: PortalUnderTest.moment, secret: secret, session: .new(), account: me, profile: referent,
    profiles: [referent], changePassword: changePassword)
}

@Suite("Signing in")
struct SignInTests {
  @Test("whoever is not signed in is sent to sign in, and back to where she was")
  func sentToSignIn() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      let page = try await browser.get("/beneficiaires?q=martin")
      #expect(page.status == 303)
      #expect(page.location == "/connexion?retour=%2Fbeneficiaires%3Fq%3Dmartin")
      let form = try await browser.get("/connexion?retour=%2Fbeneficiaires%3Fq%3Dmartin")
      #expect(form.status == 200)
      #expect(form.hidden("retour") == "/beneficiaires?q=martin")
      #expect(services.calls.isEmpty)
    }
  }

  @Test("signing in hands the session's secret to the gateway and leads back")
  func handsOver() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      services.serve(IdentityAPI.signIn, signedIn())
      let answer = try await browser.post(
        "/connexion", ["email": "p@exemple.fr", "password": " deux espaces ", "retour": "/sorties"])
      #expect(answer.status == 303)
      #expect(answer.location == "/sorties")
      #expect(answer.header("jalons-session") == "secret-of-the-session")
      let sent = try #require(services.calls(of: IdentityAPI.signIn).first?.json)
      #expect(sent["email"]?.text == "p@exemple.fr")
      #expect(sent["password"]?.text == " deux espaces ")
      #expect(sent["client"]?.text == "browser")
    }
  }

  @Test(
    "an address of another site is not followed after signing in",
    arguments: ["//ailleurs.example", "https://ailleurs.example/", "/\\ailleurs.example", "sorties", "/connexion"])
  func openRedirect(_ address: String) async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      services.serve(IdentityAPI.signIn, signedIn())
      let answer = try await browser.post(
        "/connexion", ["email": "p@exemple.fr", "password": "x", "retour": address])
      #expect(answer.location == "/")
    }
  }

  @Test("a refusal is said kindly, keeps the address typed and never the password")
  func refused() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      services.refuse(
        IdentityAPI.signIn, Problem("identifiants", 401, "Adresse électronique ou mot de passe incorrect."))
      let answer = try await browser.post("/connexion", ["email": "p@exemple.fr", "password": "chut-chut"])
      #expect(answer.status == 422)
      #expect(answer.text.contains("Adresse électronique ou mot de passe incorrect."))
      #expect(answer.html.contains("value=\"p@exemple.fr\""))
      #expect(!answer.html.contains("chut-chut"))
      #expect(answer.header("jalons-session") == nil)
    }
  }

  @Test("a form without an answer is not sent")
  func empty() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      let answer = try await browser.post("/connexion", ["email": "", "password": ""])
      #expect(answer.text.contains("2 points sont à corriger"))
      #expect(services.calls.isEmpty)
    }
  }

  @Test("the sign-in page says why the session before ended")
  func farewell() async throws {
    try await PortalUnderTest.run(as: nil) { _, browser in
      let page = try await browser.get("/connexion", headers: ["Jalons-Signed-Out": "inactivite"])
      #expect(page.text.contains("un long moment sans activité"))
      let plain = try await browser.get("/connexion")
      #expect(!plain.text.contains("session"))
    }
  }

  @Test("signing out takes the cookie away, even where the session was already closed")
  func signOut() async throws {
    try await PortalUnderTest.run { services, browser in
      services.refuse(IdentityAPI.signOut, .signedOut)
      let answer = try await browser.post("/deconnexion")
      #expect(answer.location == "/connexion")
      #expect(answer.header("jalons-session") == "-")
    }
  }

  @Test("switching the profile asks the gateway for a new token")
  func switchProfile() async throws {
    try await PortalUnderTest.run { services, browser in
      services.serve(
        IdentityAPI.switchProfile,
        RenewedToken(
          token: "t", expiresAt: PortalUnderTest.moment, session: .new(), account: me, profile: secretary))
      let answer = try await browser.post("/profil", ["profil": secretary.id.description])
      #expect(answer.location == "/")
      #expect(answer.header("jalons-session") == "+")
      let sent = services.calls(of: IdentityAPI.switchProfile).first?.json
      #expect(sent?["accountProfile"]?.text == secretary.id.description)
    }
  }

  @Test("the account's page shows its profiles and closes its other sessions")
  func account() async throws {
    try await PortalUnderTest.run { services, browser in
      let other = SessionRow(
        id: .new(), createdAt: PortalUnderTest.moment, seenAt: PortalUnderTest.moment,
        expiresAt: PortalUnderTest.moment, address: "10.0.0.1", agent: "Mozilla/5.0 (Windows NT) Firefox/132.0",
        current: false)
      services.serve(
        IdentityAPI.showMe,
        Me(
          account: me, organisation: nil, profile: referent, profiles: [referent, secretary], territories: [],
          rights: [], scope: .own))
      services.serve(IdentityAPI.listSessions, Page(items: [other]))
      services.serve(IdentityAPI.closeSession, NoOutput())
      services.serve(IdentityAPI.listAccessTokens, Page(items: []))
      services.serve(IdentityAPI.listDelegations, Page(items: []))
      services.serve(
        IdentityAPI.showSecondFactor, SecondFactorState(since: nil, recoveryCodesLeft: 0, forced: false))
      let page = try await browser.get("/compte")
      #expect(page.text.contains("Secrétariat de dispositif DTAS Sud-Ouest"))
      #expect(page.text.contains("Firefox sur Windows"))
      #expect(page.html.contains("href=\"/compte/second-facteur\""))
      let closed = try await browser.post("/compte/sessions/\(other.id)/fermeture")
      #expect(closed.location == "/compte")
      #expect(services.calls(of: IdentityAPI.closeSession).first?.parameters["session"] == other.id.description)
    }
  }

  @Test("an invitation chooses a password typed twice alike")
  func invitation() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      services.serve(IdentityAPI.inspectInvitation, Scene.passwordLink)
      services.serve(IdentityAPI.acceptInvitation, AcceptedInvitation(email: "p@exemple.fr"))
      let page = try await browser.get("/invitation/abc")
      #expect(page.text.contains("16 caractères au moins") && page.text.contains("p@exemple.fr"))
      #expect(page.html.contains("data-least=\"16\"") && page.html.contains("data-own=\"durand paul\""))
      let differing = try await browser.post("/invitation/abc", ["password": "un", "again": "deux"])
      #expect(differing.status == 422)
      #expect(services.calls(of: IdentityAPI.acceptInvitation).isEmpty)
      let alike = try await browser.post("/invitation/abc", ["password": "une phrase", "again": "une phrase"])
      #expect(alike.location == "/connexion")
      #expect(services.calls(of: IdentityAPI.acceptInvitation).first?.json?["secret"]?.text == "abc")
    }
  }

  @Test("a link that is no longer good says so before a password is typed, and what to do")
  func staleInvitation() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      services.refuse(
        IdentityAPI.inspectInvitation, Problem("lien-perime", 410, "Ce lien d’invitation n’est plus valable."))
      let page = try await browser.get("/invitation/abc")
      #expect(page.status == 410 && page.text.contains("n’est plus valable"))
      #expect(!page.html.contains("name=\"password\"") && page.html.contains("href=\"/connexion\""))
    }
  }

  @Test("one's number at work is shown, changed, and kept as typed where it is none")
  func phone() async throws {
    try await PortalUnderTest.run { services, browser in
      let choice = ProfileChoice(id: .new(), code: .referent, organisation: nil)
      services.serve(
        IdentityAPI.showMe,
        Me(
          account: AccountIdentity(id: PortalUnderTest.account, name: "DURAND Paul", email: "a@exemple.fr"),
          organisation: nil, phone: "04 75 66 01 02", profile: choice, profiles: [choice], territories: [],
          rights: [], scope: .own))
      #expect(try await browser.get("/compte/telephone").html.contains("value=\"04 75 66 01 02\""))
      services.refuse(IdentityAPI.changeOwnPhone, .invalid([Fault("phone", "numero", "Ce n’est pas un numéro.")]))
      let wrong = try await browser.post("/compte/telephone", ["phone": "bureau 12"])
      #expect(wrong.status == 422 && wrong.html.contains("value=\"bureau 12\""))
      services.serve(IdentityAPI.changeOwnPhone, OwnPhone(phone: nil))
      #expect(try await browser.post("/compte/telephone", ["phone": ""]).location == "/compte")
      #expect(services.calls(of: IdentityAPI.changeOwnPhone).last?.json?["phone"] == nil)
    }
  }
}
