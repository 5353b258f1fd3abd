import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("Invitations by e-mail", .database) struct InvitationTests {
  /// What the person's calendar was told, in order.
  private static func told(_ service: ServiceUnderTest, _ count: Int) async throws -> [MailText] {
    let seal = KeySeal(try KeyPurpose.mail.derived(from: "test-secret-of-thirty-two-bytes!!", for: "scheduling"))
    struct Row: Decodable, Sendable {
      let key: String
      let sealed: Data
    }
    let rows = try await service.eventually("\(count) are queued") {
      let rows = try await service.database.owner {
        try await $0.query(
          """
          select m.key, c.sealed from scheduling.message m join scheduling.message_content c on c.message = m.id
          where m.kind = 'appointment' order by m.created_at, m.key
          """, as: Row.self)
      }
      return rows.count >= count ? rows : nil
    }
    return try rows.map { row in
      let bytes = try #require(seal.open(row.sealed, name: String(row.key.dropFirst("courriel:".count))))
      return try JSONDecoder.jalons.decode(MailText.self, from: bytes)
    }
  }

  private static func run(
    _ body: @escaping @Sendable (ServiceUnderTest, SchedulingScene) async throws -> Void
  ) async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: ReminderTests.still
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      try await service.database.owner { transaction in
        _ = try await transaction.execute("update dossiers.dossier set email = 'lea@exemple.fr'")
      }
      try await body(service, scene)
    }
  }

  @Test("booked, moved and cancelled, an appointment keeps its identifier and its sequence grows")
  func follows() async throws {
    try await Self.run { service, scene in
      _ = try await service.client(as: .someone(.administrateur)).call(
        ServiceName.scheduling.delays.change, ["delay": CountyDelay.calendarInvitation.rawValue], DelayDraft(value: 1),
        version: 0)
      let lead = try await service.client(as: scene.leadCaller)
      let booked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview())
      _ = try await Self.told(service, 1)
      service.clock.travel(seconds: 60)
      let moved = try await lead.call(
        SchedulingAPI.changeAppointment, ["appointment": booked.id], scene.interview(hour: 14), version: 1)
      _ = try await Self.told(service, 2)
      service.clock.travel(seconds: 60)
      _ = try await lead.call(
        SchedulingAPI.recordOutcome, ["appointment": booked.id], OutcomeDraft(outcome: .cancelledPerson),
        version: moved.version)
      let mails = try await Self.told(service, 3)
      let texts = mails.compactMap { $0.calendar?.text.replacing("\r\n ", with: "") }
      #expect(mails.map { $0.calendar?.method } == ["REQUEST", "REQUEST", "CANCEL"])
      for (sequence, text) in texts.enumerated() {
        #expect(text.contains("UID:\(booked.id)@jalons\r\n") && text.contains("SEQUENCE:\(sequence)\r\n"))
        #expect(text.contains("ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:lea@exemple.fr\r\n"))
        #expect(!text.contains("RSA") && text.contains("SUMMARY:Rendez-vous\r\n"))
      }
      #expect(texts[0].contains("DTSTART:20260319T090000Z") && texts[1].contains("DTSTART:20260319T130000Z"))
      #expect(texts[2].contains("STATUS:CANCELLED") && texts[2].contains("METHOD:CANCEL"))
    }
  }

  @Test("nothing leaves where the county has not decided so")
  func undecided() async throws {
    try await Self.run { service, scene in
      let lead = try await service.client(as: scene.leadCaller)
      _ = try await lead.call(SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview())
      _ = try await service.eventually("the event is taken") {
        try await service.database.owner {
          try await $0.first("select true from scheduling.inbox where consumer = 'invitations'", as: Bool.self)
        }
      }
      let count = try await service.database.owner {
        try await $0.first("select count(*) from scheduling.message where kind = 'appointment'", as: Int.self)
      }
      #expect(count == 0)
    }
  }

  @Test("an e-mail with an invitation has the text and the calendar beside each other")
  func format() {
    let mail = OutgoingMail(
      key: "rendez-vous-1-0", sender: "Jalons <a@exemple.fr>", recipient: "lea@exemple.fr", subject: "Rendez-vous",
      text: "Bonjour", at: SchedulingScene.start,
      calendar: MailCalendar(method: "REQUEST", text: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"))
    let text = MailFormat.message(mail)
    #expect(
      text.contains("Content-Type: multipart/alternative; boundary=\"calendrier-rendez-vous-1-0\"\r\n\r\n--calendrier"))
    #expect(text.contains("Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n"))
    #expect(text.hasSuffix("--calendrier-rendez-vous-1-0--\r\n"))
  }
}
