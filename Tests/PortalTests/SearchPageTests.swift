import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("One field for everything that has a name") struct SearchPageTests {
  @Test("people come first, then offers, colleagues and pages; where there are only people, their own list")
  func groups() async throws {
    try await PortalUnderTest.run(as: .referent) { services, browser in
      services.serve(DossiersAPI.listDossiers, Page(items: [Scene.row(1)], total: 1))
      services.serve(
        IdentityAPI.listAccounts,
        Page(items: [
          AccountRow(id: .new(), name: "MARTIN Hugo", organisation: nil, status: .active, email: nil)
        ]))
      let found = try await browser.get("/recherche?q=martin")
      #expect(found.status == 200 && found.text.contains("MARTIN Léa") && found.text.contains("MARTIN Hugo"))
      #expect(found.html.contains("/beneficiaires?q=martin"))
      services.serve(IdentityAPI.listAccounts, Page(items: []))
      #expect(try await browser.get("/recherche?q=martin").location == "/beneficiaires?q=martin")
      let page = try await browser.get("/recherche?q=INFOCENTRE")
      #expect(page.html.contains("href=\"/infocentre\""))
      #expect(try await browser.get("/recherche").location == "/beneficiaires")
    }
  }
}
