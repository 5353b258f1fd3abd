import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Administration of security") struct SecurityPageTests {
  private static let base = "/administration/securite"

  private static func rules(_ terms: SecurityTerms = SecurityTerms(), without: Int = 9) -> [SecurityRule] {
    Profile.allCases.map { profile in
      SecurityRule(
        profile: profile, terms: profile == .dpo ? terms : SecurityTerms(), accounts: 12,
        withoutSecondFactor: without, version: 3)
    }
  }

  private static let change = SecurityChange(
    position: 1, profile: .dpo, before: SecurityTerms(), after: SecurityTerms(secondFactor: true, sessions: 2),
    at: PortalUnderTest.moment, accountName: "MERCIER Louise")

  @Test("each profile is shown with its rules and whom they concern, and the history below")
  func page() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      services.serve(
        IdentityAPI.listSecurityRules, Self.rules(SecurityTerms(secondFactor: true, sessions: 2, hours: 8)))
      services.serve(IdentityAPI.listSecurityChanges, Page(items: [Self.change]))
      let page = try await browser.get(Self.base)
      #expect(page.text.contains("Délégué à la protection des données") && page.text.contains("Exigé"))
      #expect(page.text.contains("9 comptes n’en ont pas") && page.text.contains("sans limite"))
      #expect(page.text.contains("MERCIER Louise") && page.text.contains("facultatif"))
      // What did not change is not told.
      #expect(!page.text.contains("Durée totale :"))
      #expect(page.html.contains("\(Self.base)/referent_fse"))
      let contents = try await browser.get("/administration")
      #expect(contents.html.contains(Self.base))
    }
  }

  @Test("the rules of a profile are saved with the version seen; every fault is told at its field")
  func save() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      services.serve(IdentityAPI.listSecurityRules, Self.rules())
      services.serve(IdentityAPI.listSecurityChanges, Page(items: []))
      let form = try await browser.get("\(Self.base)/dpo")
      #expect(form.hidden("version") == "3" && form.text.contains("Rien n’a encore été changé"))
      #expect(form.text.contains("ils devront en ajouter un"))
      let wrong = try await browser.post(
        "\(Self.base)/dpo", ["version": "3", "sessions": "0", "idleMinutes": "trente", "hours": ""])
      #expect(wrong.status == 422 && services.calls(of: IdentityAPI.changeSecurityRule).isEmpty)
      for field in ["sessions", "idleMinutes", "hours"] {
        #expect(wrong.html.contains("champ-\(field)-erreur"), "\(field)")
      }
      #expect(wrong.html.contains("value=\"trente\""))
      services.serve(IdentityAPI.changeSecurityRule, Self.rules()[0])
      let saved = try await browser.post(
        "\(Self.base)/dpo",
        ["version": "3", "secondFactor": "oui", "sessions": "", "idleMinutes": "45", "hours": "12"])
      #expect(saved.location == Self.base)
      let call = try #require(services.calls(of: IdentityAPI.changeSecurityRule).first)
      #expect(call.version == "\"3\"" && call.parameters["profile"] == "dpo")
      #expect(call.json == .object(["secondFactor": .bool(true), "idleMinutes": .integer(45), "hours": .integer(12)]))
      services.refuse(IdentityAPI.changeSecurityRule, .stale(.object([:])))
      let stale = try await browser.post(
        "\(Self.base)/dpo", ["version": "2", "sessions": "4", "idleMinutes": "45", "hours": "12"])
      #expect(stale.status == 412 && stale.hidden("version") == "3" && stale.html.contains("value=\"4\""))
    }
  }

  @Test("a profile that does not exist is not found, and others than administrators see nothing")
  func others() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      services.serve(IdentityAPI.listSecurityRules, Self.rules())
      let unknown = try await browser.get("\(Self.base)/maire")
      #expect(unknown.status == 404)
    }
    try await PortalUnderTest.run(as: .dpo) { _, browser in
      let refused = try await browser.get(Self.base)
      #expect(refused.status == 403)
    }
  }
}
