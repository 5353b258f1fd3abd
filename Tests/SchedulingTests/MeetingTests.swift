import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("Meetings of a group", .database) struct MeetingTests {
  private static func draft(_ scene: SchedulingScene, _ dossiers: [ID<Dossier>], seats: Int? = nil) -> GroupMeetingDraft
  {
    var appointment = scene.interview()
    appointment.kind = "collectif"
    return GroupMeetingDraft(dossiers: dossiers, capacity: seats, appointment: appointment)
  }

  @Test("a meeting books each of the group until its places are taken; each refusal says why and holds up no other")
  func booked() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let (second, busy, foreign, late) = (ID<Dossier>.new(), ID<Dossier>.new(), ID<Dossier>.new(), ID<Dossier>.new())
      try await scene.add(second, of: scene.lead, named: "Deux", in: service.database)
      try await scene.add(busy, of: scene.lead, named: "Trois", in: service.database)
      try await scene.add(foreign, of: scene.stranger, named: "Quatre", in: service.database)
      try await scene.add(late, of: scene.lead, named: "Cinq", in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      _ = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": busy], scene.interview(agent: scene.colleague))
      let meeting = try await lead.call(
        SchedulingAPI.planMeeting, [:], Self.draft(scene, [scene.dossier, busy, foreign, second, late], seats: 2))
      #expect(meeting.booking?.done == 2 && meeting.booking?.refused == 3 && meeting.expected == 2)
      let rows = try await lead.call(SchedulingAPI.listMeetingRows, ["meeting": meeting.id], BatchRowQuery()).items
      #expect(rows.map(\.outcome) == [.done, .refused, .refused, .done, .refused])
      #expect(rows[2].name == nil && rows[4].reason?.contains("complète") == true)

      // The sheet is the group's; it is the author's and of those to whom the agenda is open.
      let attendees = try await lead.call(SchedulingAPI.listAttendees, ["meeting": meeting.id])
      #expect(attendees.map(\.name) == ["DEUX Léa", "MARTIN Léa"])
      let stranger = try await service.client(as: scene.strangerCaller)
      let hidden = await #expect(throws: Problem.self) {
        try await stranger.call(SchedulingAPI.listAttendees, ["meeting": meeting.id])
      }
      #expect(hidden?.status == 404)
      let again = await #expect(throws: Problem.self) {
        try await lead.call(SchedulingAPI.planMeeting, [:], Self.draft(scene, [late]))
      }
      #expect(again?.type == "/problemes/creneau-pris")
    }
  }

  @Test("who came is recorded from the hour on, each by themselves; an appointment of another meeting is refused")
  func ticked() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      var draft = Self.draft(scene, [scene.dossier])
      draft.appointment.startsAt = CalendarDate(SchedulingScene.start).moment(hour: 8)
      draft.appointment.minutes = 30
      let meeting = try await lead.call(SchedulingAPI.planMeeting, [:], draft)
      let attendee = try #require(
        try await lead.call(SchedulingAPI.listAttendees, ["meeting": meeting.id]).first)
      let result = try await lead.call(
        SchedulingAPI.recordAttendance, ["meeting": meeting.id],
        MeetingAttendanceDraft(rows: [
          .init(appointment: attendee.appointment, outcome: .absent, version: attendee.version),
          .init(appointment: .new(), outcome: .held, version: 1),
        ]))
      #expect(result.recorded == 1 && result.refused.map(\.problem.status) == [404])
      let count = try await lead.call(SchedulingAPI.showAttendance, ["dossier": scene.dossier])
      #expect(count.absent == 1)
      let after = try await lead.call(SchedulingAPI.listAttendees, ["meeting": meeting.id])
      #expect(after.map(\.absences) == [1])
    }
  }

  @Test("persons are added to a meeting that is to come, as long as it has places; what became of each is said")
  func added() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let (second, third, foreign) = (ID<Dossier>.new(), ID<Dossier>.new(), ID<Dossier>.new())
      try await scene.add(second, of: scene.lead, named: "Deux", in: service.database)
      try await scene.add(third, of: scene.lead, named: "Trois", in: service.database)
      try await scene.add(foreign, of: scene.stranger, named: "Quatre", in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let meeting = try await lead.call(
        SchedulingAPI.planMeeting, [:], Self.draft(scene, [scene.dossier], seats: 2))
      let path = ["meeting": meeting.id]
      let rows = try await lead.call(
        SchedulingAPI.addAttendees, path,
        MeetingAdditionDraft(dossiers: [foreign, scene.dossier, second, third], reminder: true)
      ).rows
      #expect(rows.map { $0.problem?.status } == [404, 409, nil, 409])
      let attendees = try await lead.call(SchedulingAPI.listAttendees, path)
      #expect(attendees.map(\.name) == ["DEUX Léa", "MARTIN Léa"])
      let booked = try await lead.call(
        SchedulingAPI.showAppointment, ["appointment": try #require(rows[2].appointment)])
      #expect(booked.kind == "collectif" && booked.startsAt == meeting.startsAt && booked.reminderStatus == .queued)
      service.clock.travel(to: meeting.startsAt)
      let late = await #expect(throws: Problem.self) {
        try await lead.call(
          SchedulingAPI.addAttendees, path, MeetingAdditionDraft(dossiers: [third], reminder: false))
      }
      #expect(late?.type == "/problemes/deja-passe")
    }
  }

  @Test("what holds for the whole group is refused at its field")
  func refused() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      for (field, change): (String, (inout GroupMeetingDraft) -> Void) in [
        ("dossiers", { $0.dossiers = [] }), ("appointment.agent", { $0.appointment.agent = scene.stranger }),
        ("appointment.place", { $0.appointment.place = .new() }),
        ("appointment.step", { $0.appointment.step = .new() }),
      ] {
        var draft = Self.draft(scene, [scene.dossier])
        change(&draft)
        let asked = draft
        let problem = await #expect(throws: Problem.self) {
          try await lead.call(SchedulingAPI.planMeeting, [:], asked)
        }
        #expect(problem?.faults?.map(\.field) == [field])
      }
    }
  }
}
