import API
import Domain
import Foundation
import Testing

@testable import Portal

private let signedIn = SignedIn(
  token: "t", expiresAt: PortalUnderTest.moment, secret: "secret-of-the-session", session: .new(),
  account: AccountIdentity(id: PortalUnderTest.account, name: "DURAND-VASSEUR Patricia", email: "p@exemple.fr"),
  profile: .init(id: .new(), code: .referent, organisation: nil), profiles: [], changePassword: false)
private let question = Problem(
  "second-facteur", 401, "Saisissez le code.", offer: .object(["proof": .string("preuve-scellee")]))
private let enrolment = SecondFactorEnrolment(
  secret: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
  address: "otpauth://totp/Jalons:p@exemple.fr?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=Jalons")
private let codes = ["K7QF-3MZD-9A2B", "0123-4567-89AB"]
private let password: KeyValuePairs = ["email": "p@exemple.fr", "password": "une phrase", "retour": "/sorties"]

@Suite("Second factor, its pages")
struct SecondFactorPageTests {
  @Test("a right password leads to the field for the code, and the code to where one was going")
  func signsIn() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      services.refuse(IdentityAPI.signIn, question)
      services.serve(IdentityAPI.completeSignIn, signedIn)
      let page = try await browser.post("/connexion", password)
      #expect(page.status == 200)
      #expect(page.html.contains("autocomplete=\"one-time-code\"") && page.html.contains("inputmode=\"numeric\""))
      #expect(page.hidden("preuve") == "preuve-scellee" && page.hidden("retour") == "/sorties")
      #expect(!page.html.contains("une phrase") && page.header("jalons-session") == nil)
      let empty = try await browser.post("/connexion/code", ["preuve": "preuve-scellee", "genre": "application"])
      #expect(empty.status == 422 && empty.text.contains("Saisissez le code à six chiffres."))
      #expect(services.calls(of: IdentityAPI.completeSignIn).isEmpty)
      let answer = try await browser.post(
        "/connexion/code",
        ["preuve": "preuve-scellee", "retour": "/sorties", "genre": "application", "code": "123 456"])
      #expect(answer.status == 303 && answer.location == "/sorties")
      #expect(answer.header("jalons-session") == "secret-of-the-session")
      let sent = services.calls(of: IdentityAPI.completeSignIn).first?.json
      #expect(sent?["proof"]?.text == "preuve-scellee" && sent?["code"]?.text == "123 456")
    }
  }

  @Test("a wrong code is asked again; when the proof ran out, one begins again")
  func refused() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      let form: KeyValuePairs = ["preuve": "preuve-scellee", "genre": "secours", "code": "K7QF-3MZD-9A2B"]
      services.refuse(IdentityAPI.completeSignIn, Problem("code-refuse", 401, "Non."))
      let wrong = try await browser.post("/connexion/code", form)
      #expect(wrong.status == 422 && wrong.text.contains("Ce code de secours n’est pas le bon"))
      #expect(wrong.hidden("preuve") == "preuve-scellee" && !wrong.html.contains("value=\"K7QF-3MZD-9A2B\""))
      services.refuse(IdentityAPI.completeSignIn, Problem("trop-d-essais", 429, "Trop d’essais de connexion."))
      let slowed = try await browser.post("/connexion/code", form)
      #expect(slowed.status == 422 && slowed.text.contains("Trop d’essais"))
      services.refuse(IdentityAPI.completeSignIn, Problem("preuve-perimee", 401, "Cette connexion a trop attendu."))
      let late = try await browser.post("/connexion/code", form)
      #expect(late.text.contains("Cette connexion a trop attendu.") && late.html.contains("name=\"password\""))
    }
  }

  @Test("a recovery code is one button away without JavaScript, and the way back too; a reload begins again")
  func recovery() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      services.refuse(IdentityAPI.signIn, question)
      let page = try await browser.post("/connexion", password)
      #expect(page.html.contains("formaction=\"/connexion/secours\""))
      let other = try await browser.post("/connexion/secours", ["preuve": "preuve-scellee", "retour": "/sorties"])
      #expect(other.text.contains("Code de secours") && other.hidden("genre") == "secours")
      #expect(other.hidden("preuve") == "preuve-scellee" && other.hidden("retour") == "/sorties")
      #expect(other.html.contains("formaction=\"/connexion/application\""))
      for step in ["code", "secours", "application"] {
        #expect(try await browser.get("/connexion/\(step)").location == "/connexion")
        #expect(try await browser.post("/connexion/\(step)").location == "/connexion")
      }
    }
  }

  @Test("enrolling shows the picture and the secret in fours, then the recovery codes this once")
  func enrols() async throws {
    try await PortalUnderTest.run { services, browser in
      services.serve(IdentityAPI.listAccessTokens, Page(items: []))
      services.serve(IdentityAPI.listDelegations, Page(items: []))
      services.serve(
        IdentityAPI.showSecondFactor, SecondFactorState(since: nil, recoveryCodesLeft: 0, forced: false))
      services.serve(IdentityAPI.beginSecondFactor, enrolment)
      let first = try await browser.get("/compte/second-facteur")
      #expect(first.text.contains("Commencer"))
      #expect(services.calls(of: IdentityAPI.beginSecondFactor).isEmpty)
      let page = try await browser.post("/compte/second-facteur")
      #expect(page.status == 200 && page.html.contains("<svg class=\"qr-code\""))
      #expect(page.text.contains("ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567"))
      services.refuse(
        IdentityAPI.confirmSecondFactor, Problem.invalid([Fault("code", "faux", "Ce code n’est pas le bon.")]))
      let wrong = try await browser.post("/compte/second-facteur/confirmation", ["code": "000000"])
      #expect(wrong.status == 422 && wrong.text.contains("Ce code n’est pas le bon."))
      #expect(wrong.html.contains("<svg class=\"qr-code\""))
      services.serve(IdentityAPI.confirmSecondFactor, RecoveryCodes(codes: codes))
      let done = try await browser.post("/compte/second-facteur/confirmation", ["code": "123456"])
      #expect(done.status == 200 && codes.allSatisfy(done.text.contains))
      #expect(done.header("jalons-session") == "+" && done.header("cache-control") == "no-store")
    }
  }

  @Test("where the profile forces it, every page leads to enrolling but the account's own and the way out")
  func forced() async throws {
    try await PortalUnderTest.run(as: .administrateur, enrolling: true) { services, browser in
      for path in ["/", "/administration", "/beneficiaires?q=martin", "/notifications"] {
        #expect(try await browser.get(path).location == "/compte/second-facteur", "\(path)")
      }
      services.serve(IdentityAPI.listAccessTokens, Page(items: []))
      services.serve(IdentityAPI.listDelegations, Page(items: []))
      services.serve(
        IdentityAPI.showSecondFactor, SecondFactorState(since: nil, recoveryCodesLeft: 0, forced: true))
      let page = try await browser.get("/compte/second-facteur")
      #expect(page.status == 200 && page.text.contains("Votre profil demande un second facteur."))
      services.serve(IdentityAPI.signOut, NoOutput())
      #expect(try await browser.post("/deconnexion").location == "/connexion")
      // Enrolled already: the gateway only has to ask for the next token.
      services.serve(IdentityAPI.listAccessTokens, Page(items: []))
      services.serve(IdentityAPI.listDelegations, Page(items: []))
      services.serve(
        IdentityAPI.showSecondFactor,
        SecondFactorState(since: PortalUnderTest.moment, recoveryCodesLeft: 10, forced: true))
      let enrolled = try await browser.get("/compte/second-facteur")
      #expect(enrolled.location == "/" && enrolled.header("jalons-session") == "+")
    }
  }

  @Test("removing it and getting new codes ask for the password or a code")
  func owner() async throws {
    try await PortalUnderTest.run { services, browser in
      services.serve(IdentityAPI.removeSecondFactor, NoOutput())
      services.serve(IdentityAPI.renewRecoveryCodes, RecoveryCodes(codes: codes))
      for path in ["/compte/second-facteur/retrait", "/compte/second-facteur/codes"] {
        #expect(try await browser.get(path).html.contains("name=\"password\""))
        #expect(try await browser.post(path, ["password": "", "code": ""]).status == 422)
      }
      #expect(services.calls.isEmpty)
      let renewed = try await browser.post("/compte/second-facteur/codes", ["password": " une phrase ", "code": ""])
      #expect(codes.allSatisfy(renewed.text.contains))
      let sent = services.calls(of: IdentityAPI.renewRecoveryCodes).first?.json
      #expect(sent?["password"]?.text == " une phrase " && sent?["code"] == nil)
      let removed = try await browser.post("/compte/second-facteur/retrait", ["password": "", "code": "123456"])
      #expect(removed.location == "/compte" && removed.header("jalons-session") == "+")
      services.refuse(
        IdentityAPI.removeSecondFactor, Problem.invalid([Fault("password", "faux", "Ce n’est pas votre mot de passe.")])
      )
      let wrong = try await browser.post("/compte/second-facteur/retrait", ["password": "non", "code": ""])
      #expect(wrong.status == 422 && wrong.text.contains("Ce n’est pas votre mot de passe."))
      #expect(!wrong.html.contains("value=\"non\""))
    }
  }

  @Test("a QR code has the size, the margin and the three corners of ISO/IEC 18004") func picture() throws {
    let code = try #require(QRCode(enrolment.address, label: "L"))
    // Version v has 17 + 4v modules on a side, and four of margin on each.
    #expect((code.side - 8 - 17) % 4 == 0 && code.side > 8 + 21)
    let width = code.side - 8
    #expect(code.path.hasPrefix("M4 4h7v1h-7z"))
    #expect(code.path.contains("M\(4 + width - 7) 4h7v1h-7z"))
    #expect(code.path.contains("M4 \(4 + width - 7)h7v1h-7z"))
    #expect(QRCode(String(repeating: "x", count: 4000), label: "L") == nil)
  }
}
