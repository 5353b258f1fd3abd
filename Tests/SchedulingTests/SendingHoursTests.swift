import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("Hours of sending", .database) struct SendingHoursTests {
  private static let day = CalendarDate(SchedulingScene.start).adding(days: 5)

  @Test("a reminder due in the night leaves in the morning, and before the night where the morning is too late")
  func moments() {
    let hours = SendingHours(opens: 8, closes: 20)
    let day = Self.day
    func leaves(_ due: Date, _ start: Date, booked: Date = SchedulingScene.start) -> Date? {
      hours.moment(for: due, bookedAt: booked, startsAt: start)
    }
    let later = day.adding(days: 2).moment(hour: 10)
    #expect(leaves(day.moment(hour: 8), later) == day.moment(hour: 8))
    #expect(leaves(day.moment(hour: 6), later) == day.moment(hour: 8))
    #expect(leaves(day.moment(hour: 20), later) == day.adding(days: 1).moment(hour: 8))
    #expect(leaves(day.moment(hour: 6), day.moment(hour: 7)) == day.adding(days: -1).moment(hour: 19, minute: 59))
    #expect(leaves(day.moment(hour: 6), day.moment(hour: 7), booked: day.moment(hour: 5)) == nil)
  }

  @Test("nothing leaves at three in the night, though it waited for its provider; the dossier says that it is late")
  func night() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: ReminderTests.still
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let booked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(reminder: true))
      let due = try #require(booked.reminderDueAt)
      service.clock.travel(to: due)
      try await ReminderTests.worker(service, SMSProvider(name: "essai", knowsKeys: false) { _ in .notTaken("503") })
        .sendDue()
      let late = try await lead.call(SchedulingAPI.showAppointment, ["appointment": booked.id])
      #expect(late.reminderStatus == .queued && late.reminderDelayed == true)
      #expect(late.reminderFault == ReminderFault.delayed.label)
      try await service.database.owner {
        _ = try await $0.execute("update scheduling.message set claimed_until = now() - interval '1 second'")
      }
      service.clock.travel(to: CalendarDate(due).adding(days: 1).moment(hour: 3))
      #expect(try await ReminderTests.worker(service).sendDue() == 0)
      service.clock.travel(to: CalendarDate(due).adding(days: 1).moment(hour: 8))
      #expect(try await ReminderTests.worker(service).sendDue() == 1)
      let sent = try await lead.call(SchedulingAPI.showAppointment, ["appointment": booked.id])
      #expect(sent.reminderStatus == .sent && sent.reminderFault == nil && sent.reminderDelayed == false)
    }
  }

  @Test("the county's hours hold for what is booked from then on")
  func decided() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: ReminderTests.still
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      _ = try await service.client(as: .someone(.administrateur)).call(
        ServiceName.scheduling.delays.change, ["delay": CountyDelay.smsFrom.rawValue], DelayDraft(value: 11), version: 0
      )
      let booked = try await service.client(as: scene.leadCaller).call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(reminder: true))
      #expect(booked.reminderDueAt == CalendarDate(booked.startsAt).adding(days: -2).moment(hour: 11))
    }
  }
}
