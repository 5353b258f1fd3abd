import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

/// `Jalons-Trial`: a write that only asks what would be refused.
@Suite("A write that is tried", .database) struct WriteTrialTests {
  @Test("is not done, says what would be refused, and says so where nothing would")
  func tried() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let today = CalendarDate(service.clock.now())
      let client = try await service.client(as: .someone(.referent, account: scene.lead))
      let path = ["dossier": scene.dossier]
      let draft = StandbyDraft(from: today, until: today.adding(days: 30), reason: "maladie", comment: nil)
      func trial(_ draft: StandbyDraft) async throws -> Problem {
        do {
          _ = try await client.trying.call(DossiersAPI.startStandby, path, draft, key: "essai-de-veille")
        } catch let problem as Problem {
          return problem
        }
        throw Problem.notFound("Un refus")
      }
      let fine = try await trial(draft)
      #expect(fine.status == 422 && fine.type.hasSuffix("essai") && fine.faults == nil)
      #expect(try await client.call(DossiersAPI.listStandbys, path).items.isEmpty)
      _ = try await client.call(DossiersAPI.startStandby, path, draft, key: "essai-de-veille")
      // A comment that is too long is known already: what else is wrong is said.
      var other = draft
      other.comment = String(repeating: "x", count: 20_000)
      #expect(try await trial(other).faults?.map(\.field) == ["from"])
      let left = try await service.database.owner {
        try await $0.first(
          "select count(*)::int from dossiers.outbox where stream = 'audit' and data->'act'->>'name' = 'dossiers.startStandby'",
          as: Int.self)
      }
      #expect(left == 1)
    }
  }
}
