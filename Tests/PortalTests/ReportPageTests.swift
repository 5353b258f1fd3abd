import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Reports and alerts") struct ReportPageTests {
  private static let columns = [
    DatasetColumn(code: "personne", label: "Personne", kind: .text),
    DatasetColumn(code: "jours", label: "Jours", kind: .integer, unit: "jours"),
    DatasetColumn(code: "fin", label: "Fin", kind: .date),
  ]

  private static func entry(_ filters: [ReportEntry.Filter], days: Int? = nil) -> ReportEntry {
    ReportEntry(
      code: "essai", label: "Essai", summary: "Un essai", subject: .dossier, columns: columns, filters: filters,
      periodLabel: "Entrée", periodDays: days, order: "fin")
  }

  private static func serve(_ entry: ReportEntry, _ services: FakeServices) {
    services.serve(InsightAPI.listReports, Page(items: [entry]))
    services.serve(IdentityAPI.listTerritories, Page(items: []))
    services.serve(IdentityAPI.listOrganisations, Page(items: []))
    let row = DatasetRow(
      dossier: .new(), key: "1", target: UUID(),
      cells: [
        DatasetCell(text: "MARTIN Léa"), DatasetCell(number: -16), DatasetCell(date: CalendarDate("2026-02-14")),
      ])
    services.serve(
      InsightAPI.showReport, Report(entry: entry, rows: [row], next: nil, total: 1, figures: [], days: 60))
  }

  private static let page = "/infocentre/rapports/essai"

  @Test("a report opens on its last days, shows each value as one reads it, and is asked again as it is sorted")
  func shown() async throws {
    try await PortalUnderTest.run(as: .referent) { services, browser in
      Self.serve(Self.entry([.period], days: 7), services)
      let page = try await browser.get(Self.page)
      #expect(page.text.contains("MARTIN Léa") && page.text.contains("\u{2212}16") && page.text.contains("14/02/2026"))
      let today = CalendarDate(PortalUnderTest.moment)
      #expect(
        services.calls(of: InsightAPI.showReport).last?.query["from"] == today.adding(days: -7).description)
      _ = try await browser.get("\(Self.page)?du=&au=&tri=jours&ordre=desc")
      let asked = try #require(services.calls(of: InsightAPI.showReport).last)
      #expect(asked.query["from"] == nil && asked.query["sort"] == "jours" && asked.query["descending"] == "true")
    }
  }

  @Test("a wrong value is said at its field, and nothing is asked for in its place")
  func wrong() async throws {
    try await PortalUnderTest.run(as: .referent) { services, browser in
      Self.serve(Self.entry([.period, .days, .state, .structure]), services)
      let wrong = [
        "jours=soixante": "« soixante » n’est pas un nombre de jours", "du=32/13": "n’est pas une date",
        "du=12/03/2026&au=01/03/2026": "précède le début", "etat=perdu": "n’est pas un état de contrat",
        "structure=x": "Choisissez une structure", "tri=nir": "n’a pas de colonne « nir »",
      ]
      for (query, words) in wrong {
        let page = try await browser.get("\(Self.page)?\(query)")
        #expect(page.status == 422 && page.text.contains(words), "\(query)")
      }
      #expect(services.calls(of: InsightAPI.showReport).isEmpty)
      #expect(try await browser.get("/infocentre/rapports/rien").status == 404)
    }
  }

  @Test("an export is asked for as the page is narrowed, and followed until its file is there")
  func export() async throws {
    try await PortalUnderTest.run(as: .referent) { services, browser in
      Self.serve(Self.entry([.days]), services)
      var export = ReportExport(
        id: .new(), report: "essai", label: "Essai", askedAt: PortalUnderTest.moment, state: .writing)
      services.serve(InsightAPI.exportReport, export)
      services.serve(InsightAPI.showExport, export)
      let answer = try await browser.post("\(Self.page)/export", ["jours": "30", "format": "csv"])
      #expect(answer.location == "/infocentre/exports/\(export.id)")
      let sent = try #require(services.calls(of: InsightAPI.exportReport).first)
      let query = try JSONDecoder.jalons.decode(ReportQuery.self, from: sent.body)
      #expect(query.days == 30 && query.format == .csv && query.limit == nil)
      #expect(try await browser.get("/infocentre/exports/\(export.id)").text.contains("Le fichier s’écrit"))
      export.state = .ready
      (export.name, export.rows) = ("Essai.csv", 12)
      services.serve(InsightAPI.showExport, export)
      let ready = try await browser.get("/infocentre/exports/\(export.id)")
      #expect(ready.text.contains("Essai.csv") && ready.html.contains("/infocentre/exports/\(export.id)/fichier"))
    }
  }

  @Test("an alert's number of days is kept or refused at its field")
  func threshold() async throws {
    try await PortalUnderTest.run(as: .referent) { services, browser in
      let alert = InsightAlert(
        code: "etapes", label: "étapes qui finissent", summary: "Étapes", count: 0, tone: .neutral, isFavourite: false,
        days: 30)
      services.serve(
        InsightAPI.listAlert,
        AlertList(
          alert: alert, subject: .step, columns: Self.columns, rows: [], next: nil,
          filter: AlertFilter(situation: .active)))
      services.serve(InsightAPI.chooseAlert, NoOutput())
      let address = "/infocentre/alertes/etapes"
      let refused = try await browser.post(address, ["jours": "-3", "favori": "non"])
      #expect(refused.status == 422 && refused.text.contains("n’est pas un nombre de jours"))
      #expect(services.calls(of: InsightAPI.chooseAlert).isEmpty)
      let kept = try await browser.post(address, ["jours": "45", "favori": "oui", "retour": address])
      #expect(kept.location == address)
      let sent = try #require(services.calls(of: InsightAPI.chooseAlert).first)
      let choice = try JSONDecoder.jalons.decode(AlertChoice.self, from: sent.body)
      #expect(choice.isFavourite && choice.days == 45)
    }
  }
}
