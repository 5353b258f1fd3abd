import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("The calendar under a secret address", .database) struct CalendarFeedTests {
  /// The calendar as a program without an account reads it, its long lines put together again.
  private static func read(_ address: String, _ nobody: APIClient) async throws -> String {
    let secret = address.split(separator: "/").last.map(String.init) ?? ""
    let file = try await nobody.file(SchedulingAPI.readCalendar, ["secret": secret], NoInput())
    #expect(file.contentType.hasPrefix("text/calendar"))
    return String(decoding: file.bytes, as: UTF8.self).replacing("\r\n ", with: "")
  }

  @Test("shows each appointment once, with its place, follows every change, and loses what was not honoured")
  func follows() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      try await scene.grant(.referent, to: scene.lead, in: service.database)
      try await service.database.owner { [scene] transaction in
        _ = try await transaction.execute(
          "update identity.account_profile set organisation = \(scene.organisation), territories = '{}'")
      }
      let lead = try await service.client(as: scene.leadCaller)
      let nobody = try await service.client(as: nil)
      let booked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview())
      let issued = try await lead.call(SchedulingAPI.openCalendarFeed, [:], CalendarFeedDraft(neutral: false))
      var text = try await Self.read(issued.address, nobody)
      #expect(text.contains("UID:\(booked.id)@jalons\r\n") && text.contains("SEQUENCE:0\r\n"))
      #expect(text.contains("SUMMARY:MARTIN Léa – Entretien individuel référent – Suivi\r\n"))
      #expect(text.contains("DTSTART:20260319T090000Z\r\n"))

      let moved = try await lead.call(
        SchedulingAPI.changeAppointment, ["appointment": booked.id], scene.interview(hour: 14),
        version: booked.version)
      text = try await Self.read(issued.address, nobody)
      #expect(text.contains("UID:\(booked.id)@jalons\r\n") && text.contains("SEQUENCE:1\r\n"))
      #expect(text.contains("DTSTART:20260319T130000Z\r\n") && !text.contains("DTSTART:20260319T090000Z"))

      _ = try await lead.call(
        SchedulingAPI.recordOutcome, ["appointment": booked.id], OutcomeDraft(outcome: .excused),
        version: moved.version)
      text = try await Self.read(issued.address, nobody)
      #expect(!text.contains("BEGIN:VEVENT"))
    }
  }

  @Test("says nothing but the hour where that was asked, or where the dossier is out of reach")
  func neutral() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      // The profile is that of the account's own structure, as most are.
      try await scene.grant(.referent, to: scene.colleague, in: service.database)
      try await service.database.owner {
        _ = try await $0.execute("update identity.account_profile set territories = '{}'")
      }
      let lead = try await service.client(as: scene.leadCaller)
      _ = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(agent: scene.colleague))
      let colleague = try await service.client(as: scene.colleagueCaller)
      let nobody = try await service.client(as: nil)
      let issued = try await colleague.call(SchedulingAPI.openCalendarFeed, [:], CalendarFeedDraft(neutral: false))
      let text = try await Self.read(issued.address, nobody)
      #expect(text.contains("SUMMARY:Rendez-vous\r\n") && !text.contains("MARTIN"))
    }
  }

  @Test("ends with the address, with another address, and with the profile under which it was made")
  func ends() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      try await scene.grant(.referent, to: scene.lead, in: service.database)
      try await service.database.owner { [scene] transaction in
        _ = try await transaction.execute(
          "update identity.account_profile set organisation = \(scene.organisation)")
      }
      let lead = try await service.client(as: scene.leadCaller)
      let nobody = try await service.client(as: nil)
      func refused(_ address: String) async -> Bool {
        let problem = await #expect(throws: Problem.self) { _ = try await Self.read(address, nobody) }
        return problem?.status == 404
      }
      let first = try await lead.call(SchedulingAPI.openCalendarFeed, [:], CalendarFeedDraft(neutral: false))
      let second = try await lead.call(SchedulingAPI.openCalendarFeed, [:], CalendarFeedDraft(neutral: true))
      #expect(await refused(first.address))
      _ = try await Self.read(second.address, nobody)
      _ = try await lead.call(SchedulingAPI.closeCalendarFeed)
      #expect(await refused(second.address))
      let third = try await lead.call(SchedulingAPI.openCalendarFeed, [:], CalendarFeedDraft(neutral: true))
      try await service.database.owner { _ = try await $0.execute("delete from identity.account_profile") }
      #expect(await refused(third.address))
    }
  }

  @Test("is written as RFC 5545 says: lines of 75 bytes, signs escaped, hours in UTC")
  func written() throws {
    let start = SchedulingScene.start
    let event = CalendarEvent(
      id: .new(), startsAt: start, endsAt: start + 3600,
      title: "VALETTE-MOREAU Anne-Sophie – Entretien individuel référent – Élaboration CER, suite; fin",
      place: "CMS\nAubenas", sequence: 3)
    let text = ICalendar.text([event], named: "Jalons", at: start)
    #expect(text.split(separator: "\r\n", omittingEmptySubsequences: true).allSatisfy { $0.utf8.count <= 75 })
    let whole = text.replacing("\r\n ", with: "")
    #expect(whole.contains("Élaboration CER\\, suite\\; fin\r\n") && whole.contains("LOCATION:CMS\\nAubenas\r\n"))
    #expect(whole.contains("DTSTART:20260312T080000Z\r\n") && whole.contains("DTEND:20260312T090000Z\r\n"))
  }
}
