import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("Working hours and absences", .database) struct WorkingTimeTests {
  @Test("an hour that is taken is answered with the next one within the agent's own hours, and not while they are away")
  func offered() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let other = ID<Dossier>.new()
      try await scene.add(other, of: scene.lead, named: "Deux", in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      // The next Thursday from 10 to 11 h; then away until Sunday, and on Mondays in the afternoon alone.
      let thursday = CalendarDate(SchedulingScene.start).adding(days: 7)
      _ = try await lead.call(
        SchedulingAPI.setWorkingHours, [:],
        WorkingHours(periods: [
          WorkingPeriod(weekday: 4, opens: 600, closes: 660), WorkingPeriod(weekday: 1, opens: 840, closes: 1020),
        ]))
      _ = try await lead.call(
        SchedulingAPI.addAbsence, [:],
        AbsenceDraft(from: thursday.adding(days: 1), until: thursday.adding(days: 3), note: "Congés"))
      _ = try await lead.call(SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview())
      let refused = await #expect(throws: Problem.self) {
        try await lead.call(SchedulingAPI.bookAppointment, ["dossier": other], scene.interview())
      }
      let offer = refused?.offer?["startsAt"]?.text.flatMap { Moment.parse($0) }
      #expect(offer == thursday.adding(days: 4).moment(hour: 14))

      let colleague = try await service.client(as: scene.colleagueCaller)
      let seen = try await colleague.call(
        SchedulingAPI.showAgenda, [:],
        AgendaQuery(agent: scene.lead, from: thursday, until: thursday.adding(days: 6)))
      #expect(seen.absences.map(\.note) == ["Congés"])
      #expect(seen.hours.map(\.weekday) == [1, 4])
      let own = try await colleague.call(
        SchedulingAPI.showAgenda, [:], AgendaQuery(from: thursday, until: thursday))
      #expect(own.absences.isEmpty && own.hours.count == 10)
    }
  }

  @Test("days in the wrong order or past, and hours that lie over each other, are refused; nobody takes back another's")
  func refused() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let today = CalendarDate(SchedulingScene.start)
      for draft in [
        AbsenceDraft(from: today.adding(days: 2), until: today.adding(days: 1)),
        AbsenceDraft(from: today.adding(days: -9), until: today.adding(days: -8)),
      ] {
        let problem = await #expect(throws: Problem.self) {
          try await lead.call(SchedulingAPI.addAbsence, [:], draft)
        }
        #expect(problem?.faults?.map(\.field) == ["until"])
      }
      let over = await #expect(throws: Problem.self) {
        try await lead.call(
          SchedulingAPI.setWorkingHours, [:],
          WorkingHours(periods: [
            WorkingPeriod(weekday: 1, opens: 480, closes: 720), WorkingPeriod(weekday: 1, opens: 700, closes: 800),
          ]))
      }
      #expect(over?.status == 422)
      let kept = try await lead.call(SchedulingAPI.addAbsence, [:], AbsenceDraft(from: today, until: today))
      let colleague = try await service.client(as: scene.colleagueCaller)
      _ = try await colleague.call(SchedulingAPI.removeAbsence, ["absence": kept.id])
      #expect(try await lead.call(SchedulingAPI.listAbsences).map(\.id) == [kept.id])
      _ = try await lead.call(SchedulingAPI.removeAbsence, ["absence": kept.id])
      #expect(try await lead.call(SchedulingAPI.listAbsences).isEmpty)
    }
  }
}
