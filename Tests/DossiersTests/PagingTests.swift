import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("A list, page by page", .database) struct PagingTests {
  /// A dossier's page, opened as its reader does.
  private static func open(_ name: String, _ client: APIClient, _ ids: [String: ID<Dossier>]) async throws {
    let id = try #require(ids[name])
    _ = try await client.call(DossiersAPI.showDossier, ["dossier": id])
  }

  @Test("what an address keeps of a page's end says nothing of anybody, and serves its list alone")
  func sealed() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      for name in ["ABEL", "BRUN", "COSTE"] { try await scene.add(name, "Anne", in: service.database) }
      let hers = try await service.client(as: .someone(.referent, account: scene.lead))
      let page = try await hers.call(DossiersAPI.listDossiers, [:], DossierSearch(limit: 2))
      #expect(page.items.map(\.familyName) == ["ABEL", "BRUN"])
      let next = try #require(page.next)
      let bytes = try #require(Data(base64URL: next))
      #expect(bytes.range(of: Data("BRUN".utf8)) == nil && bytes.range(of: Data("Anne".utf8)) == nil)
      let rest = try await hers.call(DossiersAPI.listDossiers, [:], DossierSearch(limit: 2, after: next))
      #expect(rest.items.map(\.familyName) == ["COSTE", "MARTIN"] && rest.next == nil)

      // Changed, made up, of another order or another list: told, not passed over.
      let made = Data(#"{"order":"name","family":"A","given":"","id":"\#(scene.dossier)","isClose":false}"#.utf8)
      for (search, after) in [
        (DossierSearch(), String(next.dropLast()) + (next.hasSuffix("A") ? "B" : "A")),
        (DossierSearch(), made.base64URL),
        (DossierSearch(sort: .entered), next),
      ] {
        var search = search
        search.after = after
        let asked = search
        let refused = await #expect(throws: Problem.self) {
          try await hers.call(DossiersAPI.listDossiers, [:], asked)
        }
        #expect(refused?.status == 422)
      }
      let secretariat = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      let refused = await #expect(throws: Problem.self) {
        try await secretariat.call(DossiersAPI.listProposedExits, [:], ProposedExitQuery(after: next))
      }
      #expect(refused?.status == 422)
    }
  }

  @Test("the recent ones skip nobody, though dossiers are opened between two pages")
  func recent() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let names = ["ABEL", "BRUN", "COSTE", "DUVAL", "EYMARD", "FAURE"]
      var ids: [String: ID<Dossier>] = [:]
      for name in names {
        let id = ID<Dossier>.new()
        ids[name] = id
        try await scene.add(name, "Anne", as: id, in: service.database)
      }
      let hers = try await service.client(as: .someone(.referent, account: scene.lead))
      for name in ["ABEL", "BRUN", "COSTE", "DUVAL"] {
        service.clock.travel(seconds: 60)
        try await Self.open(name, hers, ids)
      }
      var after: String?
      func page(_ limit: Int) async throws -> [String] {
        let page = try await hers.call(
          DossiersAPI.listDossiers, [:], DossierSearch(sort: .recent, limit: limit, after: after))
        after = page.next
        return page.items.map(\.familyName)
      }
      #expect(try await page(2) == ["DUVAL", "COSTE"])
      // One that was opened before and one that never was: both leave their places further on.
      service.clock.travel(seconds: 60)
      try await Self.open("ABEL", hers, ids)
      service.clock.travel(seconds: 60)
      try await Self.open("FAURE", hers, ids)
      #expect(try await page(1) == ["ABEL"])
      #expect(try await page(2) == ["FAURE", "BRUN"])
      service.clock.travel(seconds: 60)
      try await Self.open("EYMARD", hers, ids)
      #expect(try await page(10) == ["EYMARD", "MARTIN"])
      #expect(after == nil)
    }
  }
}
