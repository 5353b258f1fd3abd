import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("Appointments", .database) struct AppointmentTests {
  @Test("of twenty who want the same hour at once one gets it, and the others are offered the next")
  func race() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      var dossiers: [ID<Dossier>] = []
      for number in 0..<20 {
        let dossier = ID<Dossier>.new()
        try await scene.add(dossier, of: scene.lead, named: "Personne \(number)", in: service.database)
        dossiers.append(dossier)
      }
      let client = try await service.client(as: scene.leadCaller)
      let problems = try await withThrowingTaskGroup(of: Problem?.self) { group in
        for dossier in dossiers {
          group.addTask {
            do {
              _ = try await client.call(SchedulingAPI.bookAppointment, ["dossier": dossier], scene.interview())
              return nil
            } catch let problem as Problem {
              return problem
            }
          }
        }
        return try await group.reduce(into: [Problem?]()) { $0.append($1) }
      }
      #expect(problems.filter { $0 == nil }.count == 1)
      let refusals = problems.compactMap { $0 }
      #expect(refusals.map(\.type) == Array(repeating: "/problemes/creneau-pris", count: 19))
      let next = scene.interview(hour: 11).startsAt
      #expect(refusals.allSatisfy { $0.offer?["startsAt"]?.text == Moment.text(next) })
      #expect(
        refusals.first?.detail
          == "DURAND Paul n’est pas libre avant le 19 mars 2026 à 11 h 00."
          + " Prochain créneau libre : le 19 mars 2026 à 11 h 00.")
    }
  }

  @Test("the same person cannot be at two places at once, even with two agents")
  func twoPlaces() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let client = try await service.client(as: scene.leadCaller)
      _ = try await client.call(SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview())
      let problem = await #expect(throws: Problem.self) {
        try await client.call(
          SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(agent: scene.colleague))
      }
      #expect(problem?.status == 409)
      #expect(problem?.detail?.hasPrefix("La personne a déjà un rendez-vous, jusqu’au 19 mars 2026 à 11 h 00.") == true)
    }
  }

  @Test("an agenda is open to the organisation and to whom it is shared with; to anybody else it does not exist")
  func agendas() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let colleague = try await service.client(as: scene.colleagueCaller)
      let stranger = try await service.client(as: scene.strangerCaller)
      let booked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(agent: scene.colleague))
      #expect(booked.agentName == "LEROY Anne")
      let own = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(hour: 14))

      let day = CalendarDate(booked.startsAt)
      let query = AgendaQuery(agent: scene.lead, from: day, until: day)
      // The colleague sees that the hour is taken, and not by whom: the dossier is not theirs.
      let seen = try await colleague.call(SchedulingAPI.showAgenda, [:], query)
      #expect(seen.mayWrite)
      #expect(seen.items.map(\.startsAt) == [own.startsAt])
      #expect(seen.items.map(\.dossierName) == [nil])
      #expect(try await lead.call(SchedulingAPI.showAgenda, [:], query).items.map(\.dossierName) == ["MARTIN Léa"])

      await #expect(throws: Problem.notFound("Cet agenda")) {
        try await stranger.call(SchedulingAPI.showAgenda, [:], query)
      }
      let closed = await #expect(throws: Problem.self) {
        try await lead.call(
          SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(hour: 16, agent: scene.stranger))
      }
      #expect(closed?.status == 422 && closed?.faults?.map(\.field) == ["agent"])
      _ = try await lead.call(
        SchedulingAPI.shareAgenda, [:], AgendaShareDraft(sharedWith: scene.stranger, mayWrite: false))
      let shared = try await stranger.call(SchedulingAPI.showAgenda, [:], query)
      #expect(!shared.mayWrite && shared.items.count == 1)
      #expect(try await stranger.call(SchedulingAPI.listAgendaAgents).map(\.name) == ["DURAND Paul", "PETIT Jean"])

      let theirs = ID<Dossier>.new()
      try await scene.add(theirs, of: scene.stranger, named: "Autre", in: service.database)
      let refused = await #expect(throws: Problem.self) {
        try await stranger.call(
          SchedulingAPI.bookAppointment, ["dossier": theirs], scene.interview(hour: 16, agent: scene.lead))
      }
      #expect(refused?.faults?.first?.message.contains("lecture seule") == true)
      _ = try await lead.call(
        SchedulingAPI.shareAgenda, [:], AgendaShareDraft(sharedWith: scene.stranger, mayWrite: true))
      let written = try await stranger.call(
        SchedulingAPI.bookAppointment, ["dossier": theirs], scene.interview(hour: 16, agent: scene.lead))
      #expect(written.agent == scene.lead)
      _ = try await service.eventually("the agent is told") {
        try await service.titles(of: scene.lead).first { $0.hasPrefix("Rendez-vous pris dans votre agenda") }
      }
      _ = try await lead.call(SchedulingAPI.unshareAgenda, ["account": scene.stranger])
      await #expect(throws: Problem.notFound("Cet agenda")) {
        try await stranger.call(SchedulingAPI.showAgenda, [:], query)
      }
    }
  }

  @Test("out of reach an appointment is not found, whatever is done to it")
  func scope() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let booked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview())
      let stranger = try await service.client(as: scene.strangerCaller)
      let at = ["appointment": booked.id]
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await stranger.call(SchedulingAPI.listAppointments, ["dossier": scene.dossier], SchedulingPageQuery())
      }
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await stranger.call(SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview())
      }
      await #expect(throws: Problem.notFound("Ce rendez-vous")) {
        try await stranger.call(SchedulingAPI.showAppointment, at)
      }
      await #expect(throws: Problem.notFound("Ce rendez-vous")) {
        try await stranger.call(SchedulingAPI.changeAppointment, at, scene.interview(), version: 1)
      }
      await #expect(throws: Problem.notFound("Ce rendez-vous")) {
        try await stranger.call(
          SchedulingAPI.recordOutcome, at, OutcomeDraft(outcome: .cancelledPerson), version: 1)
      }
      await #expect(throws: Problem.notFound("Ce rendez-vous")) {
        try await stranger.call(SchedulingAPI.deleteAppointment, at, version: 1)
      }
      #expect(try await lead.call(SchedulingAPI.showAppointment, at).version == 1)
      let chief = Caller.someone(.chefDeService, territories: [scene.territory])
      let away = Caller.someone(.chefDeService, territories: [.new()])
      #expect(try await service.client(as: chief).call(SchedulingAPI.showAppointment, at).id == booked.id)
      await #expect(throws: Problem.notFound("Ce rendez-vous")) {
        try await service.client(as: away).call(SchedulingAPI.showAppointment, at)
      }
    }
  }

  @Test("an outcome is known from the hour on; what was recorded is not moved, and a stale tab is shown what changed")
  func outcomes() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let booked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview())
      let at = ["appointment": booked.id]
      for outcome in [AppointmentOutcome.held, .absent] {
        let early = await #expect(throws: Problem.self) {
          try await lead.call(SchedulingAPI.recordOutcome, at, OutcomeDraft(outcome: outcome), version: 1)
        }
        #expect(early?.type == "/problemes/pas-encore-passe")
      }
      #expect(
        try await lead.call(SchedulingAPI.listPendingOutcomes, [:], PendingOutcomeQuery()).items.isEmpty)
      service.clock.travel(to: booked.endsAt.addingTimeInterval(60))
      let pending = try await lead.call(SchedulingAPI.listPendingOutcomes, [:], PendingOutcomeQuery(mine: true))
      #expect(pending.items.map(\.appointment) == [booked.id])

      let held = try await lead.call(
        SchedulingAPI.recordOutcome, at, OutcomeDraft(outcome: .held, summary: "Projet précisé."), version: 1)
      #expect(held.outcome == .held && held.summary == "Projet précisé." && held.version == 2)
      let stale = await #expect(throws: Problem.self) {
        try await lead.call(SchedulingAPI.recordOutcome, at, OutcomeDraft(outcome: .absent), version: 1)
      }
      #expect(stale?.status == 412)
      #expect(stale?.current?["outcome"]?.text == "held")
      let moved = await #expect(throws: Problem.self) {
        try await lead.call(SchedulingAPI.changeAppointment, at, scene.interview(days: 9), version: 2)
      }
      #expect(moved?.type == "/problemes/deja-realise")
      let deleted = await #expect(throws: Problem.self) {
        try await lead.call(SchedulingAPI.deleteAppointment, at, version: 2)
      }
      #expect(deleted?.type == "/problemes/non-supprimable")
      let changes = try await service.database.owner {
        try await $0.query(
          """
          select data->>'change' || ' ' || (data->>'outcome') from scheduling.outbox
          where type = 'scheduling.appointment-changed.v1' order by position
          """, as: String.self)
      }
      #expect(changes == ["booked planned", "outcome held"])
    }
  }

  @Test("a cancelled hour is free again, and cannot be taken back once somebody else has it")
  func cancelled() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let other = ID<Dossier>.new()
      try await scene.add(other, of: scene.lead, named: "Autre", in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let first = try await lead.call(SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview())
      let at = ["appointment": first.id]
      _ = try await lead.call(
        SchedulingAPI.recordOutcome, at, OutcomeDraft(outcome: .cancelledPerson), version: 1)
      _ = try await lead.call(SchedulingAPI.bookAppointment, ["dossier": other], scene.interview())
      let again = await #expect(throws: Problem.self) {
        try await lead.call(SchedulingAPI.recordOutcome, at, OutcomeDraft(outcome: .planned), version: 2)
      }
      #expect(again?.type == "/problemes/creneau-pris")
    }
  }

  @Test("an appointment that is changed keeps out of its own way, and takes the hour of no other")
  func changed() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let other = ID<Dossier>.new()
      try await scene.add(other, of: scene.lead, named: "Autre", in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let first = try await lead.call(SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview())
      _ = try await lead.call(SchedulingAPI.bookAppointment, ["dossier": other], scene.interview(hour: 14))
      let at = ["appointment": first.id]
      let longer = try await lead.call(
        SchedulingAPI.changeAppointment, at, scene.interview(minutes: 90), version: 1)
      #expect(longer.endsAt.timeIntervalSince(longer.startsAt) == 5400)
      let onto = await #expect(throws: Problem.self) {
        try await lead.call(SchedulingAPI.changeAppointment, at, scene.interview(hour: 14), version: 2)
      }
      #expect(onto?.offer?["startsAt"]?.text == Moment.text(scene.interview(hour: 15).startsAt))
      let unknown = await #expect(throws: Problem.self) {
        var draft = scene.interview()
        draft.kind = "inconnu"
        return try await lead.call(SchedulingAPI.changeAppointment, at, draft, version: 2)
      }
      #expect(unknown?.faults?.map(\.field) == ["kind"])
      _ = try await lead.call(SchedulingAPI.deleteAppointment, at, version: 2)
      await #expect(throws: Problem.notFound("Ce rendez-vous")) {
        try await lead.call(SchedulingAPI.showAppointment, at)
      }
    }
  }
}
