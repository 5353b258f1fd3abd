import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("Agendas of a territory", .database) struct TerritoryAgendaTests {
  @Test("the agendas of a territory's référents are open to its secretariat, and to no other's")
  func territory() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      try await scene.grant(.referent, to: scene.lead, in: service.database)
      try await scene.grant(.operateur, to: scene.stranger, in: service.database)
      let office = try await service.client(
        as: .someone(.secretariatDispositif, name: "ROUX Claire", territories: [scene.territory]))
      #expect(try await office.call(SchedulingAPI.listAgendaAgents).map(\.name) == ["ROUX Claire", "DURAND Paul"])
      let booked = try await office.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(agent: scene.lead))
      #expect(booked.agent == scene.lead)
      let other = try await service.client(as: .someone(.secretariatDispositif, territories: [.new()]))
      let day = CalendarDate(SchedulingScene.start)
      let hidden = await #expect(throws: Problem.self) {
        try await other.call(
          SchedulingAPI.showAgenda, [:], AgendaQuery(agent: scene.lead, from: day, until: day.adding(days: 7)))
      }
      #expect(hidden?.status == 404)
    }
  }
}
