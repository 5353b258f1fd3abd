import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("A feed that does not come", .database) struct FeedNoticeTests {
  private struct Mail: Decodable, Sendable, Equatable {
    let recipient: String
    let subject: String
    let body: String
  }

  private static func mails(_ service: ServiceUnderTest) async throws -> [Mail] {
    try await service.database.owner {
      try await $0.query(
        "select recipient, subject, body from scheduling.sent_by_outbox where channel = 'email' order by recipient",
        as: Mail.self)
    }
  }

  @Test("the administrator and the operator are told in the application and by e-mail, and told again when it has come")
  func told() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      try await scene.grant(.administrateur, to: scene.stranger, in: service.database)
      try await scene.grant(.exploitant, to: scene.colleague, in: service.database)
      let day = CalendarDate(SchedulingScene.start)
      let missing = FeedMissing(day: day, expectedBy: "07:00", lastReference: day.adding(days: -2))
      try service.publish(missing)
      let sent = try await service.eventually("both e-mails leave") {
        let mails = try await Self.mails(service)
        return mails.count == 2 ? mails : nil
      }
      let title = "Le flux Genesis du 12 mars 2026 n’est pas arrivé (attendu à 07\u{A0}h\u{A0}00)"
      #expect(
        sent.map(\.recipient) == [scene.stranger, scene.colleague].map { "\($0)@example.org" }.sorted())
      #expect(sent.allSatisfy { $0.subject == title && $0.body.contains("données du 10 mars 2026") })
      #expect(try await service.titles(of: scene.stranger) == [title])
      // The référent has nothing to do with it.
      #expect(try await service.titles(of: scene.lead) == [])
      // Said twice, it is written once.
      try service.publish(missing)
      _ = try await service.eventually("the second is heard") {
        try await service.titles(of: scene.stranger).count == 2 ? true : nil
      }
      #expect(try await Self.mails(service).count == 2)

      try service.publish(FeedArrived(day: day, run: UUID()))
      let client = try await service.client(as: scene.strangerCaller)
      let unread = try await service.eventually("the alert is lifted") {
        let unread = try await client.call(SchedulingAPI.listNotices, [:], NoticeQuery(unread: true)).items
        return unread.map(\.title) == ["Le flux Genesis du 12 mars 2026 est arrivé"] ? unread : nil
      }
      #expect(unread.first?.subject?.kind == .feed && unread.first?.subject?.id != nil)
    }
  }
}
