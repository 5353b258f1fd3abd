import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("An identifier in a body", .database) struct ReferenceTests {
  private static func fields(_ body: () async throws -> some Sendable) async throws -> [String]? {
    do {
      _ = try await body()
      return nil
    } catch let problem as Problem {
      #expect(problem.status == 422)
      return problem.faults?.map(\.field)
    }
  }

  @Test("names for an appointment an open agenda, a place in use and a step of the person's; what it had stays")
  func appointment() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let other = ID<Dossier>.new()
      try await scene.add(other, of: scene.lead, named: "Autre", in: service.database)
      let (place, closed) = (ID<Place>.new(), ID<Place>.new())
      let (own, foreign) = (ID<Step>.new(), ID<Step>.new())
      try await service.database.owner { transaction in
        for (id, active) in [(place, true), (closed, false)] {
          try await transaction.execute(
            "insert into scheduling.place (id, name, active) values (\(id), \(id.description), \(active))")
        }
        let offer = ID<Offer>.new()
        try await transaction.execute(
          """
          insert into fse.offer (id, name, classification, starts_on, ends_on)
          values (\(offer), 'Atelier', 'emploi', '2025-01-01', '2030-12-31')
          """)
        for (id, dossier) in [(own, scene.dossier), (foreign, other)] {
          try await transaction.execute(
            """
            insert into fse.step (id, dossier, offer, kind, planned_from, planned_until, registered_by,
              registered_by_name, registered_at)
            values (\(id), \(dossier), \(offer), 'step', '2026-01-01', '2026-06-30', \(scene.lead), 'DURAND Paul',
              '2026-01-01')
            """)
        }
      }
      func book(_ change: (inout AppointmentDraft) -> Void) async throws -> [String]? {
        var draft = scene.interview()
        change(&draft)
        let asked = draft
        return try await Self.fields {
          try await lead.call(SchedulingAPI.bookAppointment, ["dossier": scene.dossier], asked)
        }
      }
      #expect(try await book { $0.agent = .new() } == ["agent"])
      #expect(try await book { $0.place = .new() } == ["place"])
      #expect(try await book { ($0.place, $0.step) = (closed, foreign) } == ["place", "step"])
      #expect(try await book { $0.step = .new() } == ["step"])

      var draft = scene.interview()
      (draft.place, draft.step) = (place, own)
      let booked = try await lead.call(SchedulingAPI.bookAppointment, ["dossier": scene.dossier], draft)
      #expect(booked.place == place && booked.step == own)
      try await service.database.owner { _ = try await $0.execute("update scheduling.place set active = false") }
      let path = ["appointment": booked.id]
      var changed = draft
      changed.minutes = 30
      let kept = try await lead.call(
        SchedulingAPI.changeAppointment, path, changed, version: booked.version)
      #expect(kept.place == place && kept.step == own)
      for (field, change): (String, (inout AppointmentDraft) -> Void) in [
        ("agent", { $0.agent = scene.stranger }), ("place", { $0.place = closed }), ("step", { $0.step = foreign }),
      ] {
        var wrong = draft
        change(&wrong)
        let asked = wrong
        let fields = try await Self.fields {
          try await lead.call(SchedulingAPI.changeAppointment, path, asked, version: kept.version)
        }
        #expect(fields == [field])
      }
      // In a batch, what is wrong with the meeting stops it; a dossier out of reach is told in its row.
      var meeting = scene.interview(days: 9)
      meeting.step = own
      let batch = meeting
      let fields = try await Self.fields {
        try await lead.call(
          SchedulingAPI.bookBatch, [:], AppointmentBatchDraft(dossiers: [scene.dossier, other], appointment: batch))
      }
      #expect(fields == ["appointment.step"])
    }
  }

  @Test("names for a place a territory that there is, and for a share an open account")
  func placeAndShare() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let administrator = try await service.client(as: .someone(.administrateur))
      var draft = PlaceDraft(name: "CMS", address: nil, territory: .new(), active: true)
      let invented = draft
      let added = try await Self.fields { try await administrator.call(SchedulingAPI.addPlace, [:], invented) }
      #expect(added == ["territory"])
      draft.territory = nil
      let place = try await administrator.call(SchedulingAPI.addPlace, [:], draft)
      let changed = try await Self.fields {
        try await administrator.call(
          SchedulingAPI.changePlace, ["place": place.id], invented, version: place.version)
      }
      #expect(changed == ["territory"])
      let lead = try await service.client(as: scene.leadCaller)
      let shared = try await Self.fields {
        try await lead.call(SchedulingAPI.shareAgenda, [:], AgendaShareDraft(sharedWith: .new(), mayWrite: true))
      }
      #expect(shared == ["sharedWith"])
    }
  }
}
