import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Access tokens") struct AccessTokenPageTests {
  private static let id = ID<AccessToken>.new()
  private static let row = AccessTokenRow(
    id: id, name: "Export de nuit", profile: .referent,
    permits: ["dossiers:read", "scheduling:read", "scheduling:write"],
    createdAt: PortalUnderTest.moment, expiresOn: CalendarDate(PortalUnderTest.moment).adding(days: 90),
    lastUsedAt: nil, lastAddress: nil)

  private static func open(_ services: FakeServices) {
    let choice = ProfileChoice(id: .new(), code: .referent, organisation: nil)
    services.serve(
      IdentityAPI.showMe,
      Me(
        account: AccountIdentity(id: PortalUnderTest.account, name: "DURAND Paul", email: "a@exemple.fr"),
        organisation: nil, profile: choice, profiles: [choice], territories: [], rights: [], scope: .own))
    services.serve(IdentityAPI.listSessions, Page(items: []))
    services.serve(
      IdentityAPI.showSecondFactor, SecondFactorState(since: nil, recoveryCodesLeft: 0, forced: false))
    services.serve(IdentityAPI.listAccessTokens, Page(items: [row]))
    services.serve(IdentityAPI.listDelegations, Page(items: []))
    services.serve(ServiceName.identity.delays.all, [DelayValue(name: .accessToken, value: 30)])
  }

  @Test("one's tokens are listed with how far each reaches and a question before one is revoked")
  func list() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.open(services)
      let page = try await browser.get("/compte")
      #expect(page.text.contains("Agendas et envois") && page.text.contains("lecture et écriture"))
      #expect(page.text.contains("jamais utilisé") && page.text.contains("Révoquer le jeton « Export de nuit »"))
      let question = try await browser.get("/compte/jetons/\(Self.id)/revocation")
      #expect(question.text.contains("refusé dans la seconde"))
      services.serve(IdentityAPI.revokeAccessToken, NoOutput())
      let revoked = try await browser.post("/compte/jetons/\(Self.id)/revocation")
      #expect(revoked.location == "/compte#jetons")
    }
  }

  @Test("a token is made with what was chosen and shown this once; faults are told at their fields")
  func make() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.open(services)
      services.serve(IdentityAPI.addAccessToken, IssuedAccessToken(token: Self.row, secret: "jal_secret"))
      // The county says how long is proposed.
      #expect(try await browser.get("/compte/jetons/nouveau").html.contains("value=\"11/04/2026\""))
      let wrong = try await browser.post("/compte/jetons/nouveau", ["expiresOn": "32/13", "portee.fse": ""])
      #expect(wrong.status == 422 && services.calls(of: IdentityAPI.addAccessToken).isEmpty)
      for field in ["name", "expiresOn"] { #expect(wrong.html.contains("champ-\(field)-erreur"), "\(field)") }
      #expect(wrong.text.contains("Choisissez au moins une partie"))
      let made = try await browser.post(
        "/compte/jetons/nouveau",
        ["name": "Export", "expiresOn": "+30j", "portee.dossiers": "lire", "portee.fse": "ecrire"])
      #expect(made.html.contains("value=\"jal_secret\"") && made.text.contains("ne sera plus montré"))
      let sent = try #require(services.calls(of: IdentityAPI.addAccessToken).first?.json)
      #expect(sent["permits"] == .array([.string("dossiers:read"), .string("fse:read"), .string("fse:write")]))
      #expect(sent["expiresOn"] == .string("2026-04-11"))
    }
  }
}
