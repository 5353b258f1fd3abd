import API
import Domain
import Foundation
import TestSupport
import Testing

@testable import Portal

@Suite("A service that is stopped", .timeLimit(.minutes(2)))
struct FrozenServiceTests {
  private func timed(_ limit: Duration, _ body: () async throws -> Void) async throws {
    let start = ContinuousClock.now
    try await body()
    let time = ContinuousClock.now - start
    // The browser's tests run at the same moment: what waits for the silent service takes thirty seconds.
    #expect(time < limit + .seconds(2), "\(time)")
  }

  @Test("what stands beside the rest is named and left out within two seconds: the home page")
  func home() async throws {
    let frozen = try SilentServer()
    try await PortalUnderTest.run(elsewhere: [.insight: frozen.url]) { _, browser in
      for _ in 0..<2 {
        try await timed(.seconds(2)) {
          let page = try await browser.get("/")
          #expect(page.status == 200)
          #expect(page.text.contains("Alertes Momentanément indisponible Le reste de la page n’est pas concerné."))
        }
      }
    }
    frozen.stop()
  }

  @Test("what stands beside the rest is named and left out within two seconds: a dossier")
  func dossier() async throws {
    let frozen = try SilentServer()
    try await PortalUnderTest.run(elsewhere: [.contracts: frozen.url]) { services, browser in
      Scene.open(services)
      try await timed(.seconds(2)) {
        let page = try await browser.get(Scene.address)
        #expect(page.status == 200 && page.text.contains("Contrats Momentanément indisponible"))
      }
    }
    frozen.stop()
  }

  @Test("a part that lives and is slow is left out too; what the page is about is waited for")
  func slow() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      services.delay(DossiersAPI.listNotes, by: .seconds(6))
      try await timed(.seconds(3)) {
        let page = try await browser.get(Scene.address)
        #expect(page.status == 200 && page.text.contains("Notes Momentanément indisponible"))
      }
      services.delay(DossiersAPI.listNotes, by: .seconds(2))
      let notes = try await browser.get("\(Scene.address)/notes")
      #expect(notes.status == 200)
    }
  }

  @Test("a page that is about what is missing says which part that is, and when to come back")
  func missing() async throws {
    let frozen = try SilentServer()
    try await PortalUnderTest.run(elsewhere: [.dossiers: frozen.url]) { _, browser in
      for path in ["/beneficiaires", Scene.address] {
        try await timed(.seconds(2)) {
          let page = try await browser.get(path)
          #expect(page.status == 503 && page.header("retry-after") != nil)
          #expect(page.text.contains("La gestion des dossiers ne répond pas.") && page.text.contains("Réessayer"))
          #expect(!page.text.contains("enregistré"))
        }
      }
    }
    frozen.stop()
  }

  @Test("of two copies, reads go to the one that answers")
  func oneOfTwo() async throws {
    let (frozen, services) = (try SilentServer(), FakeServices())
    Scene.open(services)
    try await PortalUnderTest.run(services: services, beside: [.dossiers: frozen.url]) { _, browser in
      for _ in 0..<4 {
        try await timed(.seconds(3)) { () async throws in
          #expect(try await browser.get(Scene.address).status == 200)
        }
      }
    }
    frozen.stop()
  }

  @Test("an act whose answer does not come may have been done, and the page says so")
  func unknown() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      services.serve(DossiersAPI.changeContact, Scene.detail(version: 5))
      services.delay(DossiersAPI.changeContact, by: .seconds(4))
      let page = try await browser.post(
        "\(Scene.address)/identite", ["phone": "0612345678", "version": "4"], timeLeft: .seconds(2))
      #expect(page.status == 504 && page.text.contains("a peut-être été enregistrée"))
    }
  }

  @Test("the time that a page has is shared with what it asks for")
  func timeLeft() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      _ = try await browser.get(Scene.address, headers: ["Jalons-Time-Left": "4000"])
      let main = try #require(services.calls(of: DossiersAPI.showDossier).last?.timeLeft)
      let beside = try #require(services.calls(of: DossiersAPI.listNotes).last?.timeLeft)
      #expect((1500...3500).contains(main) && beside <= 1250)
    }
  }
}
