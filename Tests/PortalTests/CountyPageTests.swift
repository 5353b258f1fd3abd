import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Administration of the county") struct CountyPageTests {
  private static let address = "/administration/departement"
  private static let county = County(
    details: CountyDetails(name: "Département de la Creuse", department: "23"), version: 3)
  private static let change = CountyChange(
    position: 1, before: CountyDetails(), after: county.details, at: PortalUnderTest.moment,
    accountName: "MERCIER Louise")

  @Test("the page shows who the county is, what waits for what is missing, and who said so")
  func page() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      services.serve(IdentityAPI.showCounty, Self.county)
      services.serve(IdentityAPI.listCountyChanges, Page(items: [Self.change]))
      let page = try await browser.get(Self.address)
      #expect(page.html.contains("value=\"Département de la Creuse\"") && page.hidden("version") == "3")
      #expect(page.text.contains("les rappels attendent") && page.text.contains("les courriels attendent"))
      #expect(!page.text.contains("aucun contrat ne s’imprime") && page.text.contains("Aucun logo"))
      #expect(page.text.contains("MERCIER Louise"))
      #expect(try await browser.get("/administration").html.contains(Self.address))
    }
  }

  @Test("what is said is sent with the version seen, and stands on the sign-in page from then on")
  func save() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      services.serve(IdentityAPI.showCounty, Self.county)
      services.serve(IdentityAPI.listCountyChanges, Page(items: []))
      services.serve(IdentityAPI.changeCounty, Self.county)
      let saved = try await browser.post(
        Self.address,
        ["version": "3", "name": "Département de la Creuse", "department": "23", "timeZone": "Europe/Paris"])
      #expect(saved.location == Self.address)
      let call = try #require(services.calls(of: IdentityAPI.changeCounty).first)
      #expect(call.version == "\"3\"" && call.json?["department"] == .string("23"))
      #expect(try await browser.get(Self.address).html.contains("· Département de la Creuse</span>"))
    }
  }
}
