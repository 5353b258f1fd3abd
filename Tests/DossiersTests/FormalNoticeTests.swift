import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("Formal notices", .database) struct FormalNoticeTests {
  @Test("one is asked for at a time, and is acquired when the feed's date is later than the request's")
  func acquired() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let today = CalendarDate(service.clock.now())
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      let office = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      let path = ["dossier": scene.dossier]
      func ask(_ reason: String = "Absences", on day: CalendarDate) async throws {
        _ = try await lead.call(DossiersAPI.requestFormalNotice, path, FormalNoticeDraft(reason: reason, on: day))
      }
      func feed(_ day: CalendarDate) async throws {
        try await service.database.owner { transaction in
          _ = try await transaction.execute(
            """
            update dossiers.dossier set formal_notice_on = \(day), formal_notice_reason = 'ABSENCE'
            where id = \(scene.dossier)
            """)
          try await transaction.script(FeedFollowUp.notices)
        }
      }
      func asked(served: Bool) async throws -> [String] {
        try await office.call(
          DossiersAPI.listFormalNoticeRequests, [:], FormalNoticeQuery(served: served)
        ).items.map(\.reason)
      }
      let tomorrow = await #expect(throws: Problem.self) { try await ask(on: today.adding(days: 1)) }
      #expect(tomorrow?.faults?.map(\.field) == ["on"])
      try await ask(on: today)
      let twice = await #expect(throws: Problem.self) { try await ask("Encore", on: today) }
      #expect(twice?.status == 409)
      #expect(try await asked(served: false) == ["Absences"])
      #expect(try await asked(served: true) == [])

      // The same day is not later.
      try await feed(today)
      #expect(try await asked(served: false) == ["Absences"])
      try await feed(today.adding(days: 2))
      #expect(try await asked(served: false) == [])
      #expect(try await asked(served: true) == ["Absences"])
      let values = try await lead.call(DossiersAPI.showCharacteristics, path).values
      #expect(
        ["motif_demande_midem", "date_demande_midem", "motif_midem", "date_midem"].map { code in
          values.first { $0.characteristic == code }?.value
        } == ["Absences", today.description, "ABSENCE", today.adding(days: 2).description])

      // Another may be asked for from the day of the notice on.
      let before = await #expect(throws: Problem.self) { try await ask("Encore", on: today) }
      #expect(before?.faults?.map(\.field) == ["on"])
    }
  }

  @Test("one asked for by mistake is taken back: it leaves the list and another may be asked for; one served stays")
  func withdrawn() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let today = CalendarDate(service.clock.now())
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      let office = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      let draft = FormalNoticeDraft(reason: "Absences", on: today)
      let made = try await lead.call(DossiersAPI.requestFormalNotice, ["dossier": scene.dossier], draft)
      let place = ["dossier": scene.dossier.description, "formalNotice": made.id.description]
      for _ in 1...2 {
        #expect(try await lead.call(DossiersAPI.withdrawFormalNotice, place).withdrawnOn == today)
      }
      let open = try await office.call(
        DossiersAPI.listFormalNoticeRequests, [:], FormalNoticeQuery(served: false))
      #expect(open.items.isEmpty && open.total == 0)
      let values = try await lead.call(DossiersAPI.showCharacteristics, ["dossier": scene.dossier]).values
      #expect(!values.contains { $0.characteristic == "date_demande_midem" })

      let again = try await lead.call(DossiersAPI.requestFormalNotice, ["dossier": scene.dossier], draft)
      try await service.database.owner { transaction in
        _ = try await transaction.execute(
          "update dossiers.formal_notice_request set served_on = \(today.adding(days: 1)) where id = \(again.id)")
      }
      let late = await #expect(throws: Problem.self) {
        try await lead.call(
          DossiersAPI.withdrawFormalNotice,
          ["dossier": scene.dossier.description, "formalNotice": again.id.description])
      }
      #expect(late?.status == 409)
    }
  }

  @Test("of twenty at once one is asked for; a stranger finds neither the dossier nor its request")
  func once() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let today = CalendarDate(service.clock.now())
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      let draft = FormalNoticeDraft(reason: "Absences", on: today)
      let done = await withTaskGroup(of: Bool.self) { group in
        for _ in 1...20 {
          group.addTask {
            do {
              _ = try await lead.call(DossiersAPI.requestFormalNotice, ["dossier": scene.dossier], draft)
              return true
            } catch { return false }
          }
        }
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(done == 1)
      let elsewhere = try await service.client(as: .someone(.secretariatDispositif, territories: [.new()]))
      #expect(try await elsewhere.call(DossiersAPI.listFormalNoticeRequests, [:], FormalNoticeQuery()).items.isEmpty)
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await elsewhere.call(DossiersAPI.requestFormalNotice, ["dossier": scene.dossier], draft)
      }
    }
  }
}
