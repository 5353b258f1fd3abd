import API
import Domain
import Postgres
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("The county on documents", .database) struct CountyNameTests {
  @Test("no contract is printed while the county has not said its name, which the refusal names")
  func missing() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let accepted = try await service.validated(scene)
      try await service.database.owner { _ = try await $0.execute("update identity.county set name = null") }
      let referent = try await service.client(as: scene.referent)
      let refusal = try await problem {
        try await referent.file(
          ContractsAPI.printContract, ["contract": accepted.contract.id], ContractPrint(model: "cer-decision-valide"))
      }
      #expect(refusal?.status == 409 && refusal?.title == "Le nom du Département n’est pas renseigné.")
    }
  }
}
