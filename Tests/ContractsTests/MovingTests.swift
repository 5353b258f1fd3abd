import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("Moving many contracts", .database) struct MovingTests {
  @Test("each contract moves or is refused by itself, two of one dossier too, and the report says why")
  func report() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let far = try await Scene.one(in: service.database, family: "LOIN")
      let submitted = try await service.move(try await service.drafted(scene), to: .submitted, as: scene.referent)
      let second = try await service.move(try await service.drafted(scene), to: .submitted, as: scene.referent)
      let drafted = try await service.drafted(scene)
      let other = try await service.move(try await service.drafted(far), to: .submitted, as: far.referent)
      let office = try await service.client(as: scene.secretariat)
      let contracts = [submitted, second, drafted, other].map(\.contract.id)
      let moving = try await office.call(
        ContractsAPI.moveContracts, [:], ContractMoves(contracts: contracts, to: .awaiting))
      #expect(moving.total == 4 && moving.done == 2 && moving.refused == 2 && moving.endedAt != nil)
      let rows = try await office.call(ContractsAPI.listMovingRows, ["moving": moving.id], BatchRowQuery()).items
      #expect(rows.map(\.contract) == contracts)
      #expect(rows.map(\.outcome) == [.done, .done, .refused, .refused])
      #expect(rows[0].name == "MARTIN Léa, CER n° 1" && rows[3].name == nil)
      #expect(rows[2].reason?.contains("ne passe pas") == true)
      let history = try await office.call(ContractsAPI.showContract, ["contract": contracts[0]]).history
      #expect(history.last?.to == .awaiting && history.last?.byName == "PETIT Anne")
      let elses = try await problem {
        try await service.client(as: scene.chef).call(ContractsAPI.showMoving, ["moving": moving.id])
      }
      #expect(elses?.status == 404)
    }
  }

  @Test("all that are in one state move; neither contracts nor a state, or both, are refused")
  func wholeState() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      for _ in 0..<3 {
        let drafted = try await service.drafted(scene)
        _ = try await service.move(drafted, to: .submitted, as: scene.referent)
      }
      let chef = try await service.client(as: scene.chef)
      let moving = try await chef.call(ContractsAPI.moveContracts, [:], ContractMoves(from: .submitted, to: .awaiting))
      #expect(moving.total == 3 && moving.done == 3)
      for asked in [ContractMoves(to: .awaiting), ContractMoves(contracts: [.new()], from: .submitted, to: .awaiting)] {
        let refused = try await problem { try await chef.call(ContractsAPI.moveContracts, [:], asked) }
        #expect(refused?.faults?.map(\.field) == ["contracts"])
      }
      let silent = try await chef.call(ContractsAPI.moveContracts, [:], ContractMoves(from: .awaiting, to: .refused))
      #expect(silent.refused == 3)
    }
  }
}
