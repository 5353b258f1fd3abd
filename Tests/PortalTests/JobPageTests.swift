import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("One's own jobs") struct JobPageTests {
  private static func job(done: Int, refused: Int = 0, cancelled: Int = 0, isOver: Bool) -> OwnJob {
    OwnJob(
      id: .new(), kind: .transferred, total: 40, done: done, refused: refused, cancelled: cancelled,
      createdAt: PortalUnderTest.moment, endedAt: isOver ? PortalUnderTest.moment : nil)
  }

  @Test("each job says how far it is and leads to what it did; one that goes on can be stopped")
  func page() async throws {
    try await PortalUnderTest.run { services, browser in
      let (running, over) = (Self.job(done: 12, isOver: false), Self.job(done: 38, refused: 2, isOver: true))
      services.serve(ServiceName.dossiers.jobs.all, [running, over])
      let page = try await browser.get("/travaux")
      #expect(page.text.contains("En cours") && page.text.contains("12 sur 40"))
      #expect(page.text.contains("38 faits, 2 refusés") && page.html.contains("/lots/\(over.id)"))
      let stop = "/travaux/dossiers/\(running.id)/arret"
      #expect(page.html.contains(stop) && !page.html.contains("/travaux/dossiers/\(over.id)/arret"))
      services.serve(ServiceName.dossiers.jobs.cancel, Self.job(done: 12, cancelled: 28, isOver: true))
      #expect(try await browser.post(stop, [:]).location == "/travaux")
      #expect(try await browser.post("/travaux/portail/\(running.id)/arret", [:]).status == 404)
    }
  }
}
