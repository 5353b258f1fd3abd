import API
import Domain
import Foundation
import Service
import TestSupport
import Testing

@testable import FSE

@Suite("Many persons at once", .database) struct EnrolmentTests {
  @Test("a batch registers each person by itself and says of each row what became of it")
  func offer() async throws {
    try await Scene.run { scene in
      let (free, busy, far) = (try await scene.dossier(), try await scene.dossier("DUPONT"), ID<Dossier>.new())
      _ = try await scene.register(busy, scene.draft(scene.second))
      let order = EnrolmentOrder(
        dossiers: [free, busy, far], plannedFrom: Scene.day("2026-02-02"), plannedUntil: Scene.day("2026-12-31"),
        participation: true)
      let batch = try await scene.referent.call(FSEAPI.enrolOnOffer, ["offer": scene.first.id], order)
      #expect(batch.total == 3 && batch.done == 1 && batch.refused == 2 && batch.endedAt != nil)
      #expect(batch.name == scene.first.name)
      let rows = try await scene.referent.call(FSEAPI.listEnrolmentRows, ["batch": batch.id], BatchRowQuery()).items
      #expect(rows.map(\.outcome) == [.done, .refused, .refused])
      #expect(rows[1].reason?.contains("déjà inscrit") == true)
      #expect(rows[2].name == nil)
      #expect(try await scene.participation(of: free).entries == 1)
      await #expect(throws: Problem.notFound("Ce traitement")) {
        try await scene.chef.call(FSEAPI.showEnrolment, ["batch": batch.id])
      }
    }
  }

  @Test("a batch that would refuse everybody is refused at once")
  func refusedAtOnce() async throws {
    try await Scene.run { scene in
      let order = EnrolmentOrder(
        dossiers: [], plannedFrom: Scene.day("2029-01-01"), plannedUntil: Scene.day("2029-02-01"))
      let refused = try await refusal {
        try await scene.referent.call(FSEAPI.enrolOnOffer, ["offer": scene.first.id], order)
      }
      #expect(Set(refused.faults?.map(\.field) ?? []) == ["plannedFrom", "plannedUntil", "dossiers"])
    }
  }
}
