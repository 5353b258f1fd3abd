import API
import Domain
import Foundation
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("One's own jobs", .database) struct OwnJobTests {
  @Test("a job is listed for its author alone, with what came of it; what is done is not stopped any more")
  func own() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: ExitBatchTests.morning) { service in
      let mine = try await Scene.one(in: service.database, from: ExitBatchTests.today)
      try await mine.propose(.closed, for: mine.dossier, on: ExitBatchTests.endOfMonth, in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: mine.lead))
      let jobs = ServiceName.dossiers.jobs
      #expect(try await referent.call(jobs.all, [:], OwnJobQuery()).isEmpty)
      let batch = try await referent.call(
        DossiersAPI.decideProposedExits, [:],
        ProposedExitBatchDraft(accepted: true, dossiers: [mine.dossier, ID<Dossier>.new()]))
      let listed = try await referent.call(jobs.all, [:], OwnJobQuery())
      let job = try #require(listed.first)
      #expect(listed.count == 1 && job.id.value == batch.id.value && job.kind == .exitsAccepted)
      #expect((job.total, job.done, job.refused, job.cancelled) == (2, 1, 1, 0) && job.endedAt != nil)
      #expect(try await referent.call(jobs.all, [:], OwnJobQuery(before: job.createdAt)).isEmpty)
      #expect(try await referent.call(jobs.cancel, ["job": job.id]).cancelled == 0)
      let other = try await service.client(as: .someone(.chefDeService, territories: [mine.territory]))
      #expect(try await other.call(jobs.all, [:], OwnJobQuery()).isEmpty)
      await #expect(throws: Problem.notFound("Ce traitement")) {
        try await other.call(jobs.cancel, ["job": job.id])
      }
    }
  }
}
