import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("Groups, lists and places", .database) struct AppointmentListTests {
  @Test("a group shares one hour; a row out of reach or busy says so and holds up no other")
  func batch() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let (second, busy, foreign) = (ID<Dossier>.new(), ID<Dossier>.new(), ID<Dossier>.new())
      try await scene.add(second, of: scene.lead, named: "Deux", in: service.database)
      try await scene.add(busy, of: scene.lead, named: "Trois", in: service.database)
      try await scene.add(foreign, of: scene.stranger, named: "Quatre", in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      _ = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": busy], scene.interview(agent: scene.colleague))
      var meeting = scene.interview()
      meeting.kind = "collectif"
      let batch = try await lead.call(
        SchedulingAPI.bookBatch, [:],
        AppointmentBatchDraft(dossiers: [scene.dossier, foreign, busy, second], appointment: meeting))
      #expect(batch.rows.map { $0.problem?.status } == [nil, 404, 409, nil])
      // The hour is taken for any other meeting.
      let third = ID<Dossier>.new()
      try await scene.add(third, of: scene.lead, named: "Cinq", in: service.database)
      let refused = await #expect(throws: Problem.self) {
        try await lead.call(SchedulingAPI.bookAppointment, ["dossier": third], scene.interview())
      }
      #expect(refused?.status == 409)
    }
  }

  @Test("the appointments of a dossier come page by page, latest first, none twice")
  func pages() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      var expected: [ID<Appointment>] = []
      for day in 1...5 {
        let booked = try await lead.call(
          SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(days: day))
        expected.insert(booked.id, at: 0)
      }
      var found: [ID<Appointment>] = []
      var after: String?
      repeat {
        let page = try await lead.call(
          SchedulingAPI.listAppointments, ["dossier": scene.dossier], SchedulingPageQuery(after: after, limit: 2))
        found += page.items.map(\.id)
        after = page.next
      } while after != nil
      #expect(found == expected)
    }
  }

  @Test("places are the administrator's; a name stands once")
  func places() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let administrator = try await service.client(as: .someone(.administrateur, name: "MERCIER Louise"))
      let draft = PlaceDraft(name: "CMS de Privas", address: "2 bis rue de la Recluse")
      let place = try await administrator.call(SchedulingAPI.addPlace, [:], draft)
      let twin = await #expect(throws: Problem.self) {
        try await administrator.call(SchedulingAPI.addPlace, [:], draft)
      }
      #expect(twin?.type == "/problemes/lieu-existant")
      let closed = try await administrator.call(
        SchedulingAPI.changePlace, ["place": place.id], PlaceDraft(name: "CMS de Privas", active: false), version: 1)
      #expect(!closed.active && closed.version == 2)
      let history = try await administrator.call(SchedulingAPI.listPlaceChanges, [:], ListChangeQuery()).items
      #expect(history.map(\.after.active) == [false, true])
      #expect(history.first?.before == draft && history.last?.before == nil)
      #expect(history.allSatisfy { $0.accountName == "MERCIER Louise" })
      let referent = try await service.client(as: .someone(.referent))
      let refused = await #expect(throws: Problem.self) { try await referent.call(SchedulingAPI.addPlace, [:], draft) }
      #expect(refused?.status == 403)
      #expect(
        try await referent.call(ServiceName.scheduling.lists.all)[.appointmentTheme].entries.first?.label
          == "Premier entretien")
    }
  }

  @Test("what an appointment is about is changed without its hour; those not honoured are counted on the dossier")
  func changedAndCounted() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      // Of this morning: it is over, and what it was about may still be put right.
      let booked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(days: 0, hour: 8, minutes: 30))
      var draft = scene.interview(days: 0, hour: 8, minutes: 30)
      (draft.theme, draft.note) = ("bilan", "Apporter les justificatifs.")
      let changed = try await lead.call(
        SchedulingAPI.changeAppointment, ["appointment": booked.id], draft, version: booked.version)
      #expect(changed.theme == "bilan" && changed.note == draft.note && changed.startsAt == booked.startsAt)
      _ = try await lead.call(
        SchedulingAPI.recordOutcome, ["appointment": booked.id],
        OutcomeDraft(outcome: .absent, summary: "N’a pas prévenu."), version: changed.version)
      let attendance = try await lead.call(SchedulingAPI.showAttendance, ["dossier": scene.dossier])
      #expect(attendance == AppointmentCounts(held: 0, excused: 0, absent: 1, lastAbsence: booked.startsAt))
    }
  }
}
