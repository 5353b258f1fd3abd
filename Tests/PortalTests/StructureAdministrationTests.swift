import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Administration of structures and territories")
struct StructureAdministrationTests {
  private static let base = "/administration/structures"

  @Test("the list says how many structures wait, and asks for what the address says")
  func list() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Office.open(services)
      services.serve(IdentityAPI.listOrganisations, Page(items: [Office.structure(pending: true)], next: "suite"))
      let all = try await browser.get(Self.base)
      #expect(all.text.contains("Plus de 50 structures attendent"))
      #expect(all.text.contains("Genesis S1") && all.text.contains("Partenaire d’accompagnement"))
      let narrowed = try await browser.get("\(Self.base)?q=cms&nature=accompagnement&etat=a-confirmer")
      #expect(
        services.calls(of: IdentityAPI.listOrganisations).last?.query == [
          "q": "cms", "kind": "accompagnement", "pending": "true", "limit": "50",
        ])
      #expect(narrowed.html.contains("?q=cms&amp;nature=accompagnement&amp;etat=a-confirmer&amp;apres=suite"))
      #expect(!narrowed.text.contains("Plus de 50"))
    }
  }

  @Test("a structure is added once, and what is wrong is said at its field")
  func add() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Office.open(services)
      let empty = try await browser.post("\(Self.base)/nouvelle")
      #expect(empty.status == 422 && empty.text.contains("Indiquez le nom de la structure."))
      #expect(services.calls(of: IdentityAPI.addOrganisation).isEmpty)
      services.serve(IdentityAPI.addOrganisation, Office.structure())
      let fields: KeyValuePairs = [
        "cle": "k", "name": "CMS d’Aubenas", "kind": "operateur", "territory": Office.territory.description,
        "genesisRef": "S1",
      ]
      let added = try await browser.post("\(Self.base)/nouvelle", fields)
      #expect(added.location == Self.base)
      let call = try #require(services.calls(of: IdentityAPI.addOrganisation).first)
      #expect(call.key == "k" && call.json?["kind"] == .string("operateur"))
      services.refuse(
        IdentityAPI.addOrganisation,
        .conflict("reference-prise", "Une structure a déjà cette référence Genesis."))
      let taken = try await browser.post("\(Self.base)/nouvelle", fields)
      #expect(taken.status == 422 && taken.html.contains("champ-genesisRef-erreur"))
    }
  }

  @Test("saving a structure that the feed named confirms it; one changed meanwhile is told and loses nothing")
  func change() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Office.open(services)
      services.serve(IdentityAPI.showOrganisation, Office.structure(pending: true))
      let form = try await browser.get("\(Self.base)/\(Office.organisation)")
      #expect(form.text.contains("Confirmer la structure") && form.hidden("version") == "5")
      services.serve(IdentityAPI.changeOrganisation, Office.structure())
      let fields: KeyValuePairs = ["version": "5", "name": "CMS Sud", "kind": "departement"]
      let saved = try await browser.post("\(Self.base)/\(Office.organisation)", fields)
      #expect(saved.location == Self.base)
      let sent = try #require(services.calls(of: IdentityAPI.changeOrganisation).first)
      #expect(sent.version == "\"5\"" && sent.json?["territory"] == nil)
      services.refuse(IdentityAPI.changeOrganisation, .stale(.object([:])))
      let stale = try await browser.post("\(Self.base)/\(Office.organisation)", fields)
      #expect(stale.status == 412 && stale.html.contains("value=\"CMS Sud\""))
      #expect(stale.text.contains("a été modifiée pendant que vous l’aviez ouverte"))
    }
  }

  @Test("a territory is added and renamed; one renamed meanwhile is told")
  func territories() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Office.open(services)
      let base = "/administration/territoires"
      let list = try await browser.get(base)
      #expect(list.text.contains("1 territoire") && list.text.contains("CENTRE"))
      let row = TerritoryRow(id: Office.territory, code: "SUD", name: "Sud")
      services.serve(IdentityAPI.addTerritory, row)
      let added = try await browser.post("\(base)/nouveau", ["code": "SUD", "name": "Sud"])
      #expect(added.location == base)
      services.refuse(IdentityAPI.addTerritory, .conflict("code-pris", "Un territoire a déjà ce code."))
      let taken = try await browser.post("\(base)/nouveau", ["code": "SUD", "name": "Sud"])
      #expect(taken.status == 422 && taken.html.contains("champ-code-erreur"))
      services.serve(IdentityAPI.changeTerritory, row)
      let saved = try await browser.post("\(base)/\(Office.territory)", ["version": "2", "name": "Sud"])
      #expect(saved.location == base)
      #expect(services.calls(of: IdentityAPI.changeTerritory).first?.version == "\"2\"")
      services.refuse(IdentityAPI.changeTerritory, .stale(.object([:])))
      let stale = try await browser.post("\(base)/\(Office.territory)", ["version": "1", "name": "Midi"])
      #expect(stale.status == 412 && stale.html.contains("value=\"Midi\"") && stale.hidden("version") == "2")
      let gone = try await browser.get("\(base)/\(UUID())")
      #expect(gone.status == 404)
    }
  }
}
