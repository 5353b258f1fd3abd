import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("Preferences of notifications", .database) struct NoticePreferenceTests {
  @Test("one is told in the portal, by e-mail as well, or not at all, as one says of each kind of thing")
  func ways() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: ReminderTests.still
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let first = try await lead.call(SchedulingAPI.showNoticePreferences).preferences
      #expect(first.count == NoticeKind.allCases.count && first.allSatisfy { $0.way == .portal })
      let said = try await lead.call(
        SchedulingAPI.setNoticePreferences, [:],
        NoticePreferences(preferences: [
          NoticePreference(kind: .note, way: .silent), NoticePreference(kind: .step, way: .email),
        ])
      ).preferences
      #expect(said.filter { $0.way != .portal }.count == 2)

      let day = CalendarDate(SchedulingScene.start)
      try service.publish(NoteAdded(dossier: scene.dossier, audience: .assigned, assignee: scene.lead))
      try service.publish(
        StepReferentNamed(dossier: scene.dossier, account: scene.lead, from: day, until: day.adding(days: 30)))
      _ = try await service.eventually("the second is told") {
        try await service.titles(of: scene.lead).isEmpty ? nil : true
      }
      #expect(
        try await service.titles(of: scene.lead) == [
          "Vous êtes référent d’étape du 12 mars 2026 jusqu’au 11 avril 2026"
        ])
      let mails = try await service.eventually("the e-mail is queued") {
        let mails = try await service.database.owner {
          try await $0.query(
            """
            select c.recipient || ' ' || c.body from scheduling.message m
              join scheduling.message_content c on c.message = m.id where m.kind = 'notification'
            """, as: String.self)
        }
        return mails.isEmpty ? nil : mails
      }
      #expect(mails.count == 1 && mails[0].hasPrefix("\(scene.lead)@example.org"))
      #expect(mails[0].contains("référent d’étape") && !mails[0].contains("MARTIN"))
      let colleague = try await service.client(as: scene.colleagueCaller)
      #expect(
        try await colleague.call(SchedulingAPI.showNoticePreferences).preferences.allSatisfy { $0.way == .portal })
    }
  }
}
