import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("The same click again", .database) struct RepeatTests {
  @Test("enters one exit and tells of it once; taking it back names the référent")
  func exit() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      try await service.database.owner { transaction in
        _ = try await transaction.execute(
          """
          insert into identity.account (id, email, family_name, given_name)
          values (\(scene.lead), 'a@exemple.fr', 'DURAND', 'Paul')
          """)
      }
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      let draft = ExitDraft(on: CalendarDate(service.clock.now()).adding(days: 20), reason: nil)
      for _ in 0..<5 {
        let entry = try await lead.call(DossiersAPI.recordExit, ["dossier": scene.dossier], draft)
        #expect(entry.untilDate == draft.on && entry.name == "DURAND Paul" && entry.version == 2)
      }
      let told = try await service.database.owner {
        try await $0.first("select count(*) from dossiers.outbox where type = \(ExitRecorded.type)", as: Int.self)
      }
      #expect(told == 1)
      var caller = Caller.someone(.administrateur)
      caller.rights.insert(.cancelExit)
      let back = try await service.client(as: caller).call(DossiersAPI.cancelExit, ["dossier": scene.dossier])
      #expect(back.name == "DURAND Paul" && back.untilDate == nil && back.reason == nil)
    }
  }

  @Test("saves one search of a name; another of the same name is refused")
  func savedSearch() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let client = try await service.client(as: .someone(.siege))
      let draft = SavedSearchDraft(name: "En veille", audience: .mine, search: DossierSearch(state: [.standby]))
      let ids = try await withThrowingTaskGroup(of: ID<SavedSearch>.self) { group in
        for _ in 0..<5 { group.addTask { try await client.call(DossiersAPI.saveSearch, [:], draft).id } }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(ids.count == 1)
      var other = draft
      other.search = DossierSearch(state: [.entered])
      let refused = await #expect(throws: Problem.self) { try await client.call(DossiersAPI.saveSearch, [:], other) }
      #expect(refused?.type == "/problemes/recherche-existante")
      other.name = "Entrées"
      let second = try await client.call(DossiersAPI.saveSearch, [:], other)
      let renamed = await #expect(throws: Problem.self) {
        try await client.call(
          DossiersAPI.changeSavedSearch, ["search": second.id], draft, version: second.version)
      }
      #expect(renamed?.type == "/problemes/recherche-existante")
    }
  }
}
