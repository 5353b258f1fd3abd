import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Administration of lists") struct ListAdministrationTests {
  private static let base = "/administration/listes"
  private static let address = "\(base)/objective_theme"
  private static let lists = ServiceName.contracts.lists

  private static let list = CountyList(
    name: .objectiveTheme,
    entries: [
      ListEntry(code: "emploi", label: "Emploi", position: 1, version: 3),
      ListEntry(code: "sante", label: "Santé", position: 2, version: 2),
      ListEntry(code: "ancien", label: "Ancien thème", position: 3, open: false),
    ])

  private static func serve(_ services: FakeServices) {
    for service in ServiceName.withLists { services.serve(service.lists.all, service == .contracts ? [list] : []) }
    services.serve(
      lists.changes,
      Page(items: [
        ListChange(
          position: 2, list: .objectiveTheme, code: nil, before: .init(order: ["sante", "emploi", "ancien"]),
          after: .init(order: ["emploi", "sante", "ancien"]), at: PortalUnderTest.moment, accountName: "MERCIER Louise"),
        ListChange(
          position: 1, list: .objectiveTheme, code: "sante", before: .init(label: "Soins", open: true),
          after: .init(label: "Santé", open: true), at: PortalUnderTest.moment, accountName: "MERCIER Louise"),
      ]))
  }

  @Test("every list of every service is there, with what it is for; a list shows its entries and its history")
  func pages() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Self.serve(services)
      let all = try await browser.get(Self.base)
      for name in CountyListName.allCases { #expect(all.html.contains(name.address), "\(name)") }
      #expect(all.text.contains("2 valeurs proposées") && all.text.contains("1 fermée"))
      let page = try await browser.get(Self.address)
      #expect(page.text.contains("Se choisit pour chaque objectif"))
      #expect(page.text.contains("Santé :") && page.text.contains("1re place") && page.text.contains("Soins"))
      // The first cannot go up, the last cannot go down.
      #expect(!page.html.contains("valeurs/emploi/monter") && page.html.contains("valeurs/emploi/descendre"))
      #expect(!page.html.contains("valeurs/ancien/descendre") && page.html.contains("valeurs/ancien/rouvrir"))
      #expect(try await browser.get("\(Self.base)/nulle").status == 404)
    }
  }

  @Test("an entry goes up under the version of the list, and closes under its own, with a way back")
  func acts() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Self.serve(services)
      services.serve(Self.lists.order, Self.list)
      let moved = try await browser.post("\(Self.address)/valeurs/sante/monter", ["version": "6"])
      #expect(moved.location == Self.address)
      let order = try #require(services.calls(of: Self.lists.order).first)
      #expect(order.version == "\"6\"")
      #expect(order.json?["codes"] == .array([.string("sante"), .string("emploi"), .string("ancien")]))
      services.serve(
        Self.lists.changeEntry, ListEntry(code: "sante", label: "Santé", position: 2, open: false, version: 3))
      let closed = try await browser.post("\(Self.address)/valeurs/sante/fermer", ["version": "2"])
      #expect(closed.location == Self.address)
      let close = try #require(services.calls(of: Self.lists.changeEntry).first)
      #expect(close.version == "\"2\"" && close.json?["open"] == .bool(false) && close.json?["label"]?.text == "Santé")
    }
  }

  @Test("a label that is missing or taken is told at its field, and what was typed stays")
  func faults() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Self.serve(services)
      let missing = try await browser.post(Self.address, ["label": " "])
      #expect(missing.status == 422 && missing.text.contains("Donnez un libellé."))
      services.refuse(
        Self.lists.addEntry,
        .conflict("libelle-existant", "« Santé » est déjà dans la liste.", detail: "Donnez un autre libellé."))
      let taken = try await browser.post(Self.address, ["label": "santé"])
      #expect(taken.status == 422 && taken.text.contains("« Santé » est déjà dans la liste."))
      #expect(taken.html.contains("value=\"santé\""))
      services.refuse(Self.lists.changeEntry, .stale(nil))
      let stale = try await browser.post("\(Self.address)/valeurs/sante", ["version": "1", "label": "Soins"])
      #expect(stale.status == 412 && stale.hidden("version") == "2" && stale.html.contains("value=\"Soins\""))
    }
  }
}
