import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Lists, home and the feed")
struct ListPageTests {
  @Test("what a list is narrowed to is in the address, and asked as such")
  func filters() async throws {
    try await PortalUnderTest.run { services, browser in
      services.serve(
        DossiersAPI.listDossiers, Page(items: [Scene.row(1), Scene.row(2)], next: "suite+1", total: 68))
      let page = try await browser.get(
        "/beneficiaires?q=mar%20tin&etat=veille&droit=4&sdd=non&commune=Privas&tri=nom")
      let query = try #require(services.calls(of: DossiersAPI.listDossiers).first?.query)
      #expect(
        query == [
          "q": "mar tin", "state": "standby", "entitlement": "4", "duties": "false", "commune": "Privas",
          "sort": "name", "limit": "50",
        ])
      #expect(page.text.contains("2 bénéficiaires sur 68"))
      #expect(page.text.contains("MARTIN Léa"))
      #expect(page.html.contains("apres=suite%2B1"))
      // Each filter can be taken away alone.
      #expect(
        page.html.contains("href=\"/beneficiaires?q=mar%20tin&amp;etat=veille&amp;droit=4&amp;sdd=non&amp;tri=nom\""))
    }
  }

  @Test(
    "a référent sees her caseload at once, a secretariat its territory; who reaches the county is asked whom she seeks")
  func unasked() async throws {
    try await PortalUnderTest.run(as: .referent) { services, browser in
      services.serve(DossiersAPI.listDossiers, Page(items: [], total: 0))
      let caseload = try await browser.get("/beneficiaires")
      #expect(caseload.text.contains("Votre file active est vide"))
      #expect(services.calls(of: DossiersAPI.listDossiers).first?.query["sort"] == "recent")
    }
    try await PortalUnderTest.run(as: .secretariatDispositif) { services, browser in
      services.serve(DossiersAPI.listDossiers, Page(items: [Scene.row(1)], total: 1))
      let territory = try await browser.get("/beneficiaires")
      #expect(territory.text.contains("MARTIN Léa"))
      #expect(services.calls(of: DossiersAPI.listDossiers).map { $0.query["opened"] } == [nil])
    }
    try await PortalUnderTest.run(as: .siege) { services, browser in
      services.serve(DossiersAPI.listDossiers, Page(items: [], total: 0))
      let unasked = try await browser.get("/beneficiaires")
      #expect(unasked.text.contains("Recherchez une personne"))
      #expect(services.calls(of: DossiersAPI.listDossiers).map { $0.query["opened"] } == ["true"])
      services.serve(DossiersAPI.listDossiers, Page(items: [Scene.row(1)], total: 1))
      let recent = try await browser.get("/beneficiaires")
      #expect(recent.text.contains("Consultés récemment") && !recent.text.contains("Recherchez une personne"))
      let found = try await browser.get("/beneficiaires?q=martin")
      #expect(found.text.contains("MARTIN Léa"))
    }
  }

  @Test("close names are said to be close, unless they were asked for")
  func closeNames() async throws {
    try await PortalUnderTest.run { services, browser in
      services.serve(DossiersAPI.listDossiers, Page(items: [Scene.row(1)], total: 1, close: true))
      let found = try await browser.get("/beneficiaires?q=marttin")
      #expect(found.text.contains("Aucun nom ne s’écrit « marttin »") && found.text.contains("MARTIN Léa"))
      let asked = try await browser.get("/beneficiaires?q=marttin&proches=oui")
      #expect(!asked.text.contains("Aucun nom ne s’écrit") && asked.text.contains("Noms proches aussi"))
      #expect(services.calls(of: DossiersAPI.listDossiers).map { $0.query["close"] } == [nil, "true"])
    }
  }

  @Test("the home page stands when one of its blocks fails")
  func home() async throws {
    try await PortalUnderTest.run { services, browser in
      services.refuse(DossiersAPI.listDossiers, .busy)
      services.serve(DossiersAPI.listProposedExits, Page(items: [Scene.exit(1)], total: 1))
      let page = try await browser.get("/")
      #expect(page.status == 200)
      #expect(page.text.contains("Bonjour Patricia") && page.text.contains("Jeudi 12 mars 2026"))
      #expect(page.text.contains("ROUX Kévin"))
      #expect(page.text.contains("Momentanément indisponible"))
    }
  }

  @Test("exits are decided together with a day of one's own, and what goes on or was refused has a page")
  func exits() async throws {
    try await PortalUnderTest.run { services, browser in
      let (first, second) = (Scene.exit(1), Scene.exit(2))
      func batch(done: Int, refused: Int = 0, ended: Bool = true, undoable: Bool = false) -> Batch {
        Batch(
          id: ID(first.id), kind: .exitsAccepted, total: 2, done: done, refused: refused,
          createdAt: PortalUnderTest.moment, endedAt: ended ? PortalUnderTest.moment : nil, undoable: undoable)
      }
      services.serve(IdentityAPI.listAccounts, Page(items: []))
      let chosen: KeyValuePairs = ["dossier": first.dossier.description, "dossier": second.dossier.description]
      let question = try await browser.post("/sorties/choix", chosen)
      #expect(
        question.text.contains("Accepter 2 sorties") && question.text.contains("Les annuler")
          && question.text.contains("Le 30 avril 2026"))

      services.serve(DossiersAPI.decideProposedExits, batch(done: 2))
      let form: KeyValuePairs = [
        "dossier": first.dossier.description, "dossier": second.dossier.description, "choix": "mois-prochain",
      ]
      #expect(try await browser.post("/sorties/accepter", form).location == "/sorties")
      let sent = services.calls(of: DossiersAPI.decideProposedExits)
      #expect(sent.map { $0.json?["exitOn"] } == [.string("2026-04-30")])
      let wrong = try await browser.post(
        "/sorties/accepter", ["dossier": first.dossier.description, "choix": "autre", "on": "32/13"])
      #expect(wrong.status == 422 && wrong.text.contains("n’est pas une date"))

      services.serve(DossiersAPI.decideProposedExits, batch(done: 1, refused: 1))
      services.serve(DossiersAPI.showBatch, batch(done: 1, refused: 1))
      services.serve(
        DossiersAPI.listBatchRows,
        Page(items: [
          BatchRow(position: 1, dossier: first.dossier, name: "ROUX Kévin", outcome: .done, reason: nil),
          BatchRow(
            position: 2, dossier: second.dossier, name: nil, outcome: .refused, reason: "Ce dossier n’existe pas."),
        ]))
      let address = try #require(try await browser.post("/sorties/accepter", form).location)
      let page = try await browser.get(address)
      #expect(page.text.contains("1 sortie acceptée, 1 dossier refusé"))
      #expect(page.text.contains("Ce dossier n’existe pas.") && page.text.contains("Dossier hors de votre portée"))

      services.serve(DossiersAPI.showBatch, batch(done: 1, ended: false))
      #expect(try await browser.get(address).text.contains("1 dossiers sur 2"))
    }
  }

  @Test("a feed file goes on as it came, tried out unless one says to apply it")
  func feedUpload() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      let run = feedRun()
      services.serve(DossiersAPI.listFeeds, Page(items: [run]))
      services.serve(DossiersAPI.importFeed, run)
      let bytes = Data([0x3c, 0x0d, 0x0a, 0x2d, 0x2d, 0xff, 0x00])
      var body = Data("--B\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n\(try browser.proof)\r\n".utf8)
      body += Data("--B\r\nContent-Disposition: form-data; name=\"mode\"\r\n\r\ndry-run\r\n".utf8)
      body += Data(
        "--B\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"C:\\flux du 12.xml\"\r\n".utf8)
      body += Data("Content-Type: text/xml\r\n\r\n".utf8) + bytes + Data("\r\n--B--\r\n".utf8)
      let answer = try await browser.send(
        "POST", "/flux", headers: ["content-type": "multipart/form-data; boundary=B"], body: body)
      #expect(answer.location == "/flux/\(run.id.uuidString.lowercased())")
      let call = try #require(services.calls(of: DossiersAPI.importFeed).first)
      #expect(call.query == ["mode": "dry-run", "name": "flux du 12.xml", "wait": "false"])
      #expect(call.body == bytes)
    }
  }

  @Test("an operator sees what a run did in figures, and no name")
  func feedRows() async throws {
    try await PortalUnderTest.run(as: .exploitant) { services, browser in
      let run = feedRun()
      services.serve(DossiersAPI.showFeed, run)
      services.serve(
        DossiersAPI.showFeedEffects,
        FeedEffects(
          fields: [.init(name: "entitlement", count: 1204)], problems: [.init(name: "nir-invalide", count: 3)], gaps: 2,
          gapPersons: 5))
      services.serve(DossiersAPI.listFeedRows, Page(items: []))
      let page = try await browser.get("/flux/\(run.id.uuidString.lowercased())")
      #expect(page.text.contains("Droit 1 204") && page.text.contains("NIR impossible 3"))
      #expect(page.text.contains("5 personnes d’écart chez 2 référents"))
      #expect(!page.html.contains("#lignes") && !page.html.contains("/ecarts"))
      #expect(page.text.contains("Dossiers créés 12"))
      #expect(services.calls(of: DossiersAPI.listFeedRows).isEmpty)
    }
  }

  @Test("a run that goes on says how far it is and asks again by itself; without scripts a link does")
  func feedProgress() async throws {
    try await PortalUnderTest.run(as: .exploitant) { services, browser in
      var run = feedRun()
      run.status = .running
      run.progress = .init(phase: .reading, bytes: 80_000_000, bytesRead: 40_000_000, expected: 151_204, rate: 4500)
      services.serve(DossiersAPI.showFeed, run)
      let address = "/flux/\(run.id.uuidString.lowercased())"
      let page = try await browser.get(address)
      #expect(page.html.contains("hx-get=\"\(address)\"") && page.html.contains("hx-trigger=\"every 2s\""))
      #expect(page.html.contains("max=\"100\" value=\"25\""))
      #expect(page.text.contains("100 demandeurs et conjoints lus · 151 204 personnes annoncées"))
      #expect(page.text.contains("40 sur 80 Mo · 4 500 personnes par seconde"))
      #expect(page.html.contains("href=\"\(address)\""))
      #expect(services.calls(of: DossiersAPI.showFeedEffects).isEmpty)
    }
  }

  private func feedRun() -> FeedRun {
    FeedRun(
      id: UUID(), mode: .apply, status: .applied, origin: "dépôt", fileName: "flux.xml", stock: true,
      referenceDate: Scene.date("2026-03-11"), startedAt: PortalUnderTest.moment, endedAt: nil,
      counts: .init(read: 100, created: 12), refusal: nil, refusalCode: nil, notes: [])
  }
}
