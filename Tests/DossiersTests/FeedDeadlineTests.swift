import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Control
@testable import Dossiers

@Suite("The hour of the feed", .database) struct FeedDeadlineTests {
  typealias Imports = FeedImportTests

  private static func watch(_ service: ServiceUnderTest) -> FeedWatch {
    FeedWatch(
      postgres: service.database.client(.dossiers), now: service.clock.now, logger: service.parts.logger)
  }

  /// How often it was told that a feed is missing, and that one has come.
  private static func told(_ service: ServiceUnderTest) async throws -> [String] {
    try await service.database.owner {
      try await $0.query(
        "select type from dossiers.outbox where type like 'dossiers.feed-%' and type <> 'dossiers.feed-applied.v1' order by occurred_at",
        as: String.self)
    }
  }

  @Test("rule 8: a day without a feed by 7 h is told once, and lifted when one is applied")
  func late() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Imports.morning) { service in
      let administrator = try await service.client(as: .someone(.administrateur))
      let exploitant = try await service.client(as: .someone(.exploitant))
      let watch = Self.watch(service)
      // A county that has never had a feed is not in operation.
      service.clock.travel(seconds: 2 * 3600)
      try await watch.look(at: service.clock.now())
      #expect(try await Self.told(service) == [])
      #expect(try await Imports.send(Imports.file(0), administrator).status == .applied)
      try await watch.look(at: service.clock.now())
      #expect(try await Self.told(service) == [])

      let tomorrow = Imports.today.adding(days: 1)
      service.clock.travel(to: tomorrow.moment(hour: 6, minute: 59))
      try await watch.look(at: service.clock.now())
      #expect(try await Self.told(service) == [])
      service.clock.travel(to: tomorrow.moment(hour: 7))
      for _ in 0..<3 { try await watch.look(at: service.clock.now()) }
      #expect(try await Self.told(service) == ["dossiers.feed-missing.v1"])
      #expect(try await exploitant.call(DossiersAPI.showFeedDeadline).late?.day == tomorrow)

      // What is refused is not a feed, nor is what is only tried.
      #expect(try await Imports.send(Data("bonjour".utf8), administrator).status == .refused)
      #expect(try await Imports.send(Imports.file(1), administrator, dryRun: true).status == .checked)
      #expect(try await exploitant.call(DossiersAPI.showFeedDeadline).late != nil)
      service.clock.travel(seconds: 1800)
      #expect(try await Imports.send(Imports.file(1), administrator).status == .applied)
      let after = try await exploitant.call(DossiersAPI.showFeedDeadline)
      #expect(after.late == nil && after.lateDays.first?.arrivedAt == service.clock.now())
      #expect(try await Self.told(service) == ["dossiers.feed-missing.v1", "dossiers.feed-arrived.v1"])
      // The next day is another day.
      service.clock.travel(to: tomorrow.adding(days: 1).moment(hour: 8))
      try await watch.look(at: service.clock.now())
      #expect(try await Self.told(service).count { $0 == "dossiers.feed-missing.v1" } == 2)
    }
  }

  @Test("the hour is the county's: it holds from now on, its history stays, and who reads may not change it")
  func changed() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Imports.morning) { service in
      let administrator = try await service.client(as: .someone(.administrateur, name: "MERCIER Louise"))
      let exploitant = try await service.client(as: .someone(.exploitant))
      #expect(try await Imports.send(Imports.file(0), administrator).status == .applied)
      let before = try await exploitant.call(DossiersAPI.showFeedDeadline)
      #expect(before.expectedBy == "07:00")
      await #expect(throws: Problem.forbidden()) {
        try await exploitant.call(
          DossiersAPI.changeFeedDeadline, [:], FeedDeadlineDraft(expectedBy: "09:30"), version: before.version)
      }
      let bad = await #expect(throws: Problem.self) {
        try await administrator.call(
          DossiersAPI.changeFeedDeadline, [:], FeedDeadlineDraft(expectedBy: "25:00"), version: before.version)
      }
      #expect(bad?.status == 422)
      let changed = try await administrator.call(
        DossiersAPI.changeFeedDeadline, [:], FeedDeadlineDraft(expectedBy: "09:30"), version: before.version)
      #expect(changed.rules.map(\.expectedBy) == ["09:30", "07:00"])
      #expect(changed.rules.first?.authorName == "MERCIER Louise")
      let stale = await #expect(throws: Problem.self) {
        try await administrator.call(
          DossiersAPI.changeFeedDeadline, [:], FeedDeadlineDraft(expectedBy: nil), version: before.version)
      }
      #expect(stale?.status == 412)

      let watch = Self.watch(service)
      let tomorrow = Imports.today.adding(days: 1)
      service.clock.travel(to: tomorrow.moment(hour: 9, minute: 29))
      try await watch.look(at: service.clock.now())
      #expect(try await Self.told(service) == [])
      service.clock.travel(to: tomorrow.moment(hour: 9, minute: 30))
      try await watch.look(at: service.clock.now())
      #expect(try await Self.told(service).count == 1)
      // Nothing is expected any more.
      _ = try await administrator.call(
        DossiersAPI.changeFeedDeadline, [:], FeedDeadlineDraft(expectedBy: nil), version: changed.version)
      service.clock.travel(days: 1)
      try await watch.look(at: service.clock.now())
      #expect(try await Self.told(service).count == 1)
    }
  }
}
