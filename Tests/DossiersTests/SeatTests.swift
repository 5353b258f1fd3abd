import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

/// Rule A6: whoever acts in the place of a colleague away has that colleague's dossiers, and signs both names.
@Suite("In a colleague's place", .database) struct SeatTests {
  @Test("the absent's dossiers are reached and no other; what is written bears both names; private notes stay hidden")
  func reach() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let other = try await Scene.one(in: service.database)
      let lead = try await service.client(as: .someone(.referent, account: scene.lead, name: "PETIT Anne"))
      let privately = try await lead.call(
        DossiersAPI.addNote, ["dossier": scene.dossier], NoteDraft(text: "Pour moi", audience: .private))
      var caller = Caller.someone(.referent, account: other.lead)
      let alone = try await service.client(as: caller)
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await alone.call(DossiersAPI.showDossier, ["dossier": scene.dossier])
      }
      let replaced = Caller.Replaced(account: scene.lead, name: "PETIT Anne")
      caller.replaces = replaced
      caller.name += replaced.suffix
      let acting = try await service.client(as: caller)
      let rows = try await acting.call(DossiersAPI.listDossiers, [:], DossierSearch(limit: 20)).items
      #expect(rows.map(\.id) == [scene.dossier])
      // Their own are theirs under their own profile.
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await acting.call(DossiersAPI.showDossier, ["dossier": other.dossier])
      }
      let note = try await acting.call(
        DossiersAPI.addNote, ["dossier": scene.dossier], NoteDraft(text: "Vu pour elle", audience: .public))
      #expect(note.author == other.lead && note.authorName == "DURAND Paul (pour PETIT Anne)")
      let seen = try await acting.call(DossiersAPI.listNotes, ["dossier": scene.dossier]).items
      #expect(seen.map(\.id) == [note.id])
      let hers = try await lead.call(DossiersAPI.listNotes, ["dossier": scene.dossier]).items
      #expect(hers.map(\.id).contains(privately.id))
      let audited = try await service.database.owner {
        try await $0.first(
          """
          select data->>'replaces' from dossiers.outbox
          where stream = 'audit' and data->'act'->>'name' = 'dossiers.addNote' order by position desc limit 1
          """, as: String.self)
      }
      #expect(audited == scene.lead.description)
    }
  }

  @Test("the dossiers that a transaction found to be the caller's are found again once a référent changes, or the seat")
  func kept() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let other = try await Scene.one(in: service.database)
      let found = try await service.database.client(.dossiers).withTransaction(
        as: .someone(.referent, account: scene.lead)
      ) { transaction in
        let ids: SQL = "select id from dossiers.dossier order by id"
        let before = try await transaction.query(ids, as: ID<Dossier>.self)
        let elsewhere = try await transaction.gives(ids, to: .someone(.referent, account: other.lead))
        try await transaction.execute("update dossiers.referent set from_date = caller.today() + 30")
        let after = try await transaction.query(ids, as: ID<Dossier>.self)
        return (before, elsewhere, after)
      }
      #expect(found.0 == [scene.dossier])
      #expect(found.1)
      #expect(found.2.isEmpty)
    }
  }
}
