import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Selections and criteria of the list") struct SelectionPageTests {
  @Test("several values of a criterion are asked together, and each is taken away alone")
  func criteria() async throws {
    try await PortalUnderTest.run { services, browser in
      services.serve(DossiersAPI.listDossiers, Page(items: [Scene.row(1)], total: 1))
      let page = try await browser.get(
        "/beneficiaires?droit=4&droit=5&commune=07000,Aubenas&age-de=25&sans-cer=oui&tri=nom")
      let query = try #require(services.calls(of: DossiersAPI.listDossiers).first?.query)
      #expect(query["entitlement"] == "4,5" && query["commune"] == "07000,Aubenas")
      #expect(query["ageFrom"] == "25" && query["withoutContract"] == "true")
      #expect(page.text.contains("Sans CER") && page.text.contains("Âge : de 25 ans"))
      #expect(
        page.html.contains("?droit=5&amp;commune=07000&amp;commune=Aubenas&amp;age-de=25&amp;sans-cer=oui&amp;tri=nom"))
    }
  }

  @Test("persons ticked are named before they are kept, and kept as they are")
  func selection() async throws {
    try await PortalUnderTest.run { services, browser in
      let dossier = Scene.row(1).id
      let unnamed = try await browser.post("/beneficiaires/selection", ["dossier": dossier.description])
      #expect(unnamed.status == 200 && unnamed.text.contains("Enregistrer la sélection de 1 personne"))
      let refused = try await browser.post(
        "/beneficiaires/selection", ["dossier": dossier.description, "envoi": "oui"])
      #expect(refused.status == 422 && refused.text.contains("Donnez un nom à la sélection."))
      let id = ID<SavedSearch>.new()
      services.serve(
        DossiersAPI.saveSearch,
        SavedSearch(
          id: id, name: "Atelier", audience: .mine, ownerName: "DURAND Patricia", isMine: true,
          search: DossierSearch(selection: id, sort: .name), ticked: 1, version: 1))
      let kept = try await browser.post(
        "/beneficiaires/selection", ["dossier": dossier.description, "envoi": "oui", "name": "Atelier"])
      #expect(kept.location == "/beneficiaires?selection=\(id)&tri=nom")
      let sent = try #require(services.calls(of: DossiersAPI.saveSearch).first)
      let draft = try JSONDecoder.jalons.decode(SavedSearchDraft.self, from: sent.body)
      #expect(draft.dossiers == [dossier])
      let nothing = try await browser.post("/beneficiaires/selection", ["envoi": "oui"])
      #expect(nothing.location == "/beneficiaires?tri=recent")
    }
  }
}
