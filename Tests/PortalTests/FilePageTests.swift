import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Characteristics, formal notices and side data on a dossier's pages")
struct FilePageTests {
  private static let characteristics = "\(Scene.address)/caracteristiques"

  @Test("the summary shows by family what is filled in; the page also what is awaited")
  func characteristics() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      let summary = try await browser.get(Scene.address).text
      #expect(summary.contains("AdministratifCD07") && summary.contains("3 février 2026"))
      #expect(summary.contains("Locataire") && !summary.contains("Projet"))
      let page = try await browser.get(Self.characteristics).text
      #expect(
        page.contains("Projet") && page.contains("À renseigner") && page.contains("Actualisation avec historique"))
    }
    try await PortalUnderTest.run(as: .secretariatDispositif) { services, browser in
      Scene.open(services)
      let page = try await browser.get(Self.characteristics).text
      #expect(!page.contains("Actualisation avec historique"))
    }
  }

  @Test("what is written is sent whole with the version that was read, and a refusal stands at its field")
  func writing() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      let form = try await browser.get("\(Self.characteristics)/actualisation")
      #expect(form.hidden("version") == "3" && !form.html.contains("name=\"c_date_midem\""))
      services.refuse(
        DossiersAPI.updateCharacteristics, .invalid([Fault("values.1.value", "valeur", "Choisissez autre chose.")]))
      let typed: KeyValuePairs = ["version": "3", "c_projet": "Boulangerie", "c_logement": "Hébergé"]
      let refused = try await browser.post("\(Self.characteristics)/actualisation", typed)
      #expect(refused.status == 422 && refused.html.contains("champ-c_logement-erreur"))
      #expect(refused.html.contains("value=\"Boulangerie\""))
      services.serve(DossiersAPI.updateCharacteristics, Scene.characteristics)
      let saved = try await browser.post("\(Self.characteristics)/correction", typed)
      #expect(saved.location == Self.characteristics)
      let call = try #require(services.calls(of: DossiersAPI.updateCharacteristics).last)
      #expect(call.version == "\"3\"" && call.json?["keepsHistory"] == .bool(false))
    }
  }

  @Test("a criterion is added to what the list is narrowed to already; one without a value says so")
  func criteria() async throws {
    try await PortalUnderTest.run { services, browser in
      services.serve(DossiersAPI.listCharacteristics, Page(items: Scene.characteristics.definitions))
      services.serve(DossiersAPI.listSavedSearches, Page(items: []))
      services.serve(DossiersAPI.showListView, .usual)
      services.serve(DossiersAPI.listDossiers, Page(items: [Scene.row(1)], total: 1))
      let address = "/beneficiaires/caracteristiques"
      let choice = try await browser.get("\(address)?etat=entree")
      #expect(choice.text.contains("DateMIDEM") && choice.hidden("etat") == "entree")
      let filled: KeyValuePairs = ["etat": "entree", "caracteristique": "date_midem", "test": "after"]
      let empty = try await browser.post(address, filled)
      #expect(empty.status == 422 && empty.html.contains("champ-valeur-erreur"))
      let added = try await browser.post(
        address, ["etat": "entree", "caracteristique": "date_midem", "test": "after", "valeur": "1er février 2026"])
      let list = try #require(added.location)
      #expect(list.contains("etat=entree") && list.contains("critere=date_midem%3Aafter%3A2026-02-01"))
      let page = try await browser.get(list)
      #expect(page.text.contains("DateMIDEM : après, ou plus de 1er février 2026"))
      #expect(
        services.calls(of: DossiersAPI.listDossiers).last?.query["criteria"] == "date_midem:after:2026-02-01")
    }
  }

  @Test("a formal notice is asked for with a reason; a second one is told to be asked for already")
  func formalNotice() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      let address = "\(Scene.address)/mises-en-demeure"
      let request = FormalNoticeRequest(
        id: .new(), dossier: Scene.dossier, number: 71_042, familyName: "Martin", givenName: "Léa",
        reason: "Absences répétées", requestedOn: Scene.date("2026-03-12"), authorName: "DURAND Paul")
      services.serve(DossiersAPI.listFormalNotices, Page(items: [request]))
      let page = try await browser.get(address).text
      for expected in ["Absences répétées", "Demandée", "12 mars 2026", "DateMIDEM"] {
        #expect(page.contains(expected), "\(expected) is missing")
      }
      let empty = try await browser.post("\(address)/demande", ["reason": "", "on": "12/3/2026"])
      #expect(empty.status == 422 && empty.html.contains("champ-reason-erreur"))
      services.refuse(
        DossiersAPI.requestFormalNotice, .conflict("mise-en-demeure-demandee", "Une mise en demeure est déjà demandée.")
      )
      let twice = try await browser.post("\(address)/demande", ["reason": "Encore", "on": "12/3/2026"])
      #expect(twice.text.contains("Une mise en demeure est déjà demandée.") && twice.text.contains("Encore"))
    }
    try await PortalUnderTest.run(as: .secretariatDispositif) { services, browser in
      let request = FormalNoticeRequest(
        id: .new(), dossier: Scene.dossier, number: 71_042, familyName: "Martin", givenName: "Léa",
        reason: "Absences", requestedOn: Scene.date("2026-03-12"), authorName: "DURAND Paul")
      services.serve(DossiersAPI.listFormalNoticeRequests, Page(items: [request], total: 1))
      let list = try await browser.get("/mises-en-demeure").text
      #expect(list.contains("MARTIN Léa") && list.contains("Absences") && list.contains("1 demande"))
    }
  }

  @Test("side data stands by kind; a trade is looked up, and one that is not found keeps what was typed")
  func sideData() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      let address = "\(Scene.address)/donnees"
      let datum = SideDatum(
        id: .new(), dossier: Scene.dossier, kind: .trade, code: "A1203", label: "Aménagement et entretien",
        fromDate: Scene.date("2026-03-01"), authorName: "DURAND Paul", writtenAt: PortalUnderTest.moment, version: 1)
      services.serve(DossiersAPI.listSideData, Page(items: [datum]))
      services.serve(FSEAPI.listSteps, Page(items: []))
      let page = try await browser.get(address).text
      #expect(page.contains("A1203 Aménagement et entretien") && page.contains("Difficultés"))
      services.serve(DossiersAPI.listTrades, Page(items: []))
      let unknown = try await browser.post("\(address)/nouvelle/trade", ["code": "licornes", "from": "1/3/2026"])
      #expect(unknown.status == 422 && unknown.html.contains("value=\"licornes\""))
      services.serve(DossiersAPI.listTrades, Page(items: [Trade(code: "D1102", label: "Boulangerie, viennoiserie")]))
      services.serve(DossiersAPI.addSideDatum, datum)
      let saved = try await browser.post("\(address)/nouvelle/trade", ["code": "boulangerie", "from": "1/3/2026"])
      #expect(saved.location == address)
      let call = try #require(services.calls(of: DossiersAPI.addSideDatum).first)
      #expect(call.json?["code"]?.text == "D1102" && call.json?["kind"]?.text == "trade")
    }
  }

  @Test("an administrator defines a characteristic with its values, one a line")
  func defining() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      services.serve(DossiersAPI.listCharacteristics, Page(items: Scene.characteristics.definitions))
      services.serve(
        ServiceName.dossiers.lists.all,
        [
          CountyList(
            name: .characteristicFamily, entries: [ListEntry(code: "parcours", label: "Parcours", position: 1)])
        ])
      let address = "/administration/caracteristiques"
      #expect(try await browser.get(address).text.contains("Remplie par Genesis"))
      services.serve(DossiersAPI.addCharacteristic, Scene.characteristics.definitions[2])
      let saved = try await browser.post(
        "\(address)/nouvelle",
        [
          "family": "parcours", "label": "Logement", "kind": "choice", "choices": "Hébergé\r\n\r\nLocataire",
          "open": "oui", "cle": "k1",
        ])
      #expect(saved.location == address)
      let call = try #require(services.calls(of: DossiersAPI.addCharacteristic).first)
      #expect(call.json?["choices"] == .array([.string("Hébergé"), .string("Locataire")]))
      #expect(call.key == "k1" && call.json?["open"] == .bool(true))
      #expect(try await browser.get("\(address)/date_midem").status == 404)
    }
  }
}
