import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("Selections and criteria", .database) struct SelectionTests {
  @Test(
    "persons ticked are kept as they are; who shares the selection finds those in reach, and a stranger’s are left out")
  func kept() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let second = ID<Dossier>.new()
      try await scene.add("ABEILLE", "Zoé", as: second, in: service.database)
      try await scene.add("ROUX", "Paul", in: service.database)
      let stranger = try await Scene.one(in: service.database)
      let hers = try await service.client(as: .someone(.referent, account: scene.lead))
      let draft = SavedSearchDraft(
        name: "Atelier", audience: .everyone, search: DossierSearch(),
        dossiers: [scene.dossier, second, stranger.dossier])
      let saved = try await hers.call(DossiersAPI.saveSearch, [:], draft)
      #expect(saved.ticked == 2 && saved.search.selection == saved.id)
      let found = try await hers.call(DossiersAPI.listDossiers, [:], saved.search).items
      #expect(found.map(\.id) == [second, scene.dossier])
      // What a person becomes does not take them out.
      _ = try await service.database.owner {
        try await $0.execute("update dossiers.dossier set state = 'standby' where id = \(second)")
      }
      #expect(try await hers.call(DossiersAPI.listDossiers, [:], saved.search).items.count == 2)

      let other = try await service.client(as: .someone(.referent, account: stranger.lead))
      let shared = try #require(try await other.call(DossiersAPI.listSavedSearches).items.first)
      #expect(shared.ticked == 0)
      #expect(try await other.call(DossiersAPI.listDossiers, [:], shared.search).items.isEmpty)
      let renamed = try await hers.call(
        DossiersAPI.changeSavedSearch, ["search": saved.id],
        SavedSearchDraft(name: "Forum", audience: .mine, search: saved.search), version: saved.version)
      #expect(renamed.name == "Forum" && renamed.ticked == 2)
      #expect(try await other.call(DossiersAPI.listDossiers, [:], shared.search).items.isEmpty)

      let none = await #expect(throws: Problem.self) {
        try await hers.call(
          DossiersAPI.saveSearch, [:],
          SavedSearchDraft(name: "Ailleurs", audience: .mine, search: DossierSearch(), dossiers: [stranger.dossier]))
      }
      #expect(none?.faults?.map(\.field) == ["dossiers"])
      let invented = await #expect(throws: Problem.self) {
        try await hers.call(
          DossiersAPI.saveSearch, [:],
          SavedSearchDraft(name: "Rien", audience: .mine, search: DossierSearch(selection: .new())))
      }
      #expect(invented?.faults?.map(\.field) == ["search.selection"])
    }
  }

  @Test("several values of a criterion are one or the other, several criteria all of them")
  func criteria() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let second = ID<Dossier>.new()
      try await scene.add("ABEILLE", "Zoé", as: second, in: service.database)
      let today = CalendarDate(TestClock.present)
      try await service.database.owner { transaction in
        _ = try await transaction.execute(
          """
          update dossiers.dossier set entitlement = '4', postal_code = '07200', commune = 'Aubenas',
            birth_date = \(today)::date - interval '25 years' where id = \(second)
          """)
        _ = try await transaction.execute(
          """
          update dossiers.dossier set entitlement = '5', postal_code = '07000', commune = 'Privas',
            birth_date = \(today)::date - interval '25 years' + interval '1 day', lead_since = \(today)::date - 30
          where id = \(scene.dossier)
          """)
      }
      let hers = try await service.client(as: .someone(.referent, account: scene.lead))
      func names(_ change: (inout DossierSearch) -> Void) async throws -> [String] {
        var search = DossierSearch(sort: .name)
        change(&search)
        return try await hers.call(DossiersAPI.listDossiers, [:], search).items.map(\.familyName)
      }
      #expect(try await names { $0.entitlement = [.closed, .paymentSuspended] } == ["ABEILLE", "MARTIN"])
      #expect(
        try await names { ($0.entitlement, $0.commune) = ([.closed, .paymentSuspended], ["aub"]) } == ["ABEILLE"])
      #expect(try await names { $0.commune = ["07000", "07200"] } == ["ABEILLE", "MARTIN"])
      #expect(try await names { $0.ageFrom = 25 } == ["ABEILLE"])
      #expect(try await names { $0.ageUntil = 24 } == ["MARTIN"])
      #expect(try await names { $0.enteredUntil = today.adding(days: -1) } == ["MARTIN"])
      #expect(try await names { $0.lead = [.new(), scene.lead] } == ["ABEILLE", "MARTIN"])
      #expect(try await names { $0.organisation = [.new()] } == [])
      #expect(try await names { $0.withoutContract = true } == ["ABEILLE", "MARTIN"])
      #expect(try await names { $0.withoutAppointmentSince = today.adding(days: -90) } == ["ABEILLE", "MARTIN"])
      #expect(try await names { $0.theme = ["insertion"] } == [])
    }
  }

  @Test("a note, a standby and a step référent for many dossiers are each done or refused by itself")
  func batches() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let stranger = try await Scene.one(in: service.database)
      let hers = try await service.client(as: .someone(.referent, account: scene.lead))
      let both = [scene.dossier, stranger.dossier]
      func ended(_ batch: Batch) async throws -> Batch {
        try await service.eventually("the batch has ended") {
          let now = try await hers.call(DossiersAPI.showBatch, ["batch": batch.id])
          return now.endedAt == nil ? nil : now
        }
      }
      let notes = try await ended(
        try await hers.call(
          DossiersAPI.addNotes, [:], NoteBatch(note: NoteDraft(text: "Forum", audience: .public), dossiers: both)))
      #expect(notes.kind == .notesAdded && notes.done == 1 && notes.refused == 1 && !notes.undoable)
      let rows = try await hers.call(DossiersAPI.listBatchRows, ["batch": notes.id], BatchRowQuery()).items
      #expect(rows.first { $0.dossier == stranger.dossier }?.name == nil)
      #expect(try await hers.call(DossiersAPI.listNotes, ["dossier": scene.dossier]).items.map(\.text) == ["Forum"])
      #expect(try await hers.call(DossiersAPI.listOwnNotes, [:], OwnNoteQuery()).items.map(\.text) == ["Forum"])
      #expect(try await hers.call(DossiersAPI.listOwnNotes, [:], OwnNoteQuery(assigned: true)).items.isEmpty)

      let filed = try await ended(
        try await hers.upload(
          DossiersAPI.fileDocuments,
          query: [
            "folder": "autres", "type": "autre", "fileName": "affiche.pdf",
            "dossiers": both.map(\.description).joined(separator: ","),
          ], bytes: Data("%PDF-1.7\nforum\n%%EOF\n".utf8)))
      #expect(filed.kind == .documentsFiled && filed.done == 1 && filed.refused == 1)
      let kept = try await hers.call(DossiersAPI.listDocuments, ["dossier": scene.dossier], DocumentQuery()).items
      #expect(kept.map(\.kind) == [.pdf])

      let today = CalendarDate(TestClock.present)
      let standby = StandbyDraft(from: today, until: today.adding(days: 30), reason: "contrat_aide")
      let aside = try await ended(
        try await hers.call(
          DossiersAPI.startStandbys, [:], StandbyBatch(standby: standby, dossiers: [scene.dossier])))
      #expect(aside.done == 1)
      // The same days again: refused in its row.
      let again = try await ended(
        try await hers.call(
          DossiersAPI.startStandbys, [:], StandbyBatch(standby: standby, dossiers: [scene.dossier])))
      #expect(again.refused == 1)
      let empty = await #expect(throws: Problem.self) {
        try await hers.call(DossiersAPI.startStandbys, [:], StandbyBatch(standby: standby, dossiers: []))
      }
      #expect(empty?.status == 422)
    }
  }

  @Test("a list is written as a file in its order, with its columns, for its asker alone, and not beyond their reach")
  func exported() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      try await scene.add("ABEILLE", "Zoé", in: service.database)
      _ = try await Scene.one(in: service.database)
      let hers = try await service.client(as: .someone(.referent, account: scene.lead))
      for format in ListExportOrder.Format.allCases {
        let asked = try await hers.call(
          DossiersAPI.exportDossiers, [:],
          ListExportOrder(search: DossierSearch(sort: .name), columns: [.state, .since], format: format))
        let done = try await service.eventually("the file is written") {
          let now = try await hers.call(DossiersAPI.showListExport, ["listExport": asked.id])
          return now.state == .writing ? nil : now
        }
        #expect(done.state == .ready && done.rows == 2)
        let file = try await hers.file(DossiersAPI.downloadListExport, ["listExport": asked.id], NoInput())
        #expect(file.name.hasSuffix(".\(format.rawValue)"))
        if format == .csv {
          let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\r\n")
          #expect(lines.count == 3 && lines[1].contains("ABEILLE") && lines[1].contains("Entrée"))
        }
        let other = try await service.client(as: .someone(.referent))
        let foreign = await #expect(throws: Problem.self) {
          try await other.call(DossiersAPI.showListExport, ["listExport": asked.id])
        }
        #expect(foreign?.status == 404)
      }
    }
  }
}
