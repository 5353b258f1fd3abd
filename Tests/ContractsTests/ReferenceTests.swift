import API
import Domain
import Postgres
import Foundation
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("The step of an objective", .database) struct ReferenceTests {
  @Test("is one of the person's, wherever it is named; one that it had stays")
  func step() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let other = try await Scene.one(in: service.database, territory: scene.territory)
      let (own, foreign) = (
        try await scene.step(in: service.database), try await other.step(in: service.database)
      )
      let referent = try await service.client(as: scene.referent)
      let sheet = try await service.drafted(scene)
      let path = ["contract": sheet.contract.id.description]
      let both = path.merging(["objective": sheet.objectives[0].id.description]) { $1 }
      func draft(_ step: ID<Step>?) -> ObjectiveDraft {
        ObjectiveDraft(theme: "mobilite", personDoes: "Passer le permis.", step: step)
      }
      for step in [foreign, .new()] {
        let refused = [
          try await problem {
            try await referent.call(ContractsAPI.addObjective, path, draft(step), version: sheet.version)
          },
          try await problem {
            try await referent.call(ContractsAPI.reviseObjective, both, draft(step), version: sheet.version)
          },
          try await problem {
            try await referent.call(
              ContractsAPI.linkObjective, both, ObjectiveStep(step: step), version: sheet.version)
          },
        ]
        #expect(refused.map { $0?.status } == [422, 422, 422])
        #expect(refused.map { $0?.faults?.map(\.field) } == [["step"], ["step"], ["step"]])
      }
      let linked = try await referent.call(
        ContractsAPI.linkObjective, both, ObjectiveStep(step: own), version: sheet.version)
      #expect(linked.objectives[0].step == own)
      try await service.database.owner { _ = try await $0.execute("delete from fse.step where id = \(own)") }
      let kept = try await referent.call(ContractsAPI.reviseObjective, both, draft(own), version: linked.version)
      #expect(kept.objectives[0].step == own)
    }
  }
}
