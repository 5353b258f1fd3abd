import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("The lists of « Suivi des CER »", .database) struct MissingTests {
  @Test("without any contract: one in any state counts, a refused one and a draft too")
  func without() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let territory = ID<Territory>.new()
      func scene(_ family: String) async throws -> Scene {
        try await Scene.one(in: service.database, family: family, territory: territory)
      }
      let (drafting, left, bare) = (try await scene("BROUILLON"), try await scene("PARTI"), try await scene("RIEN"))
      _ = try await service.drafted(drafting)
      try await service.database.owner {
        _ = try await $0.execute("update dossiers.dossier set state = 'left' where id = \(left.dossier)")
      }
      let chef = try await service.client(as: .someone(.chefDeService, territories: [territory]))
      let found = try await chef.call(ContractsAPI.listWithoutContract, [:], MissingFilter()).items
      #expect(found.map(\.familyName) == ["RIEN"] && found[0].leadName == "DURAND Paul")
      let elses = try await chef.call(ContractsAPI.listWithoutContract, [:], MissingFilter(lead: drafting.lead)).items
      #expect(elses.isEmpty)
      let own = try await chef.call(ContractsAPI.listWithoutContract, [:], MissingFilter(lead: bare.lead)).items
      #expect(own.map(\.dossier) == [bare.dossier])
    }
  }

  @Test("by the day of the decision, by référent and by structure; the intended day of an undecided one is not told")
  func narrowed() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let territory = ID<Territory>.new()
      let (one, two) = (
        try await Scene.one(in: service.database, family: "UN", territory: territory),
        try await Scene.one(in: service.database, family: "DEUX", territory: territory)
      )
      _ = try await service.validated(one)
      let submitted = try await service.move(try await service.drafted(two), to: .submitted, as: two.referent)
      let chef = try await service.client(as: one.chef)
      _ = try await chef.call(
        ContractsAPI.reviseDecision, ["contract": submitted.contract.id],
        ContractDecisionDraft(decision: .accepted, decidedOn: day("2026-03-12")), version: submitted.version)
      func names(_ filter: ContractFilter) async throws -> [String] {
        try await chef.call(ContractsAPI.listContracts, [:], filter).items.map(\.familyName).sorted()
      }
      let today = day("2026-03-12")
      #expect(try await names(ContractFilter(decidedFrom: today, decidedUntil: today)) == ["UN"])
      #expect(try await names(ContractFilter(decidedFrom: today.adding(days: 1))) == [])
      #expect(try await names(ContractFilter(signedFrom: today, signedUntil: today)) == ["DEUX", "UN"])
      #expect(try await names(ContractFilter(lead: two.lead)) == ["DEUX"])
      #expect(try await names(ContractFilter(organisation: one.organisation)) == ["UN"])
      #expect(try await names(ContractFilter(territory: territory)) == ["DEUX", "UN"])
      let rows = try await chef.call(ContractsAPI.listContracts, [:], ContractFilter(state: [.submitted])).items
      #expect(rows.map(\.decidedOn) == [nil])
    }
  }

  @Test("a new day announces once what ends soon and what has ended; a cause elsewhere asks to look again")
  func days() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      _ = try await service.validated(scene, endsOn: day("2026-04-30"))
      let turn = ContractDay(
        postgres: service.parts.postgres, now: service.parts.now, logger: service.parts.logger)
      for date in ["2026-03-20", "2026-03-21", "2026-05-02", "2026-05-03"] {
        try await turn.turn(to: day(date).moment(hour: 9))
      }
      let told = try await service.database.owner {
        try await $0.query(
          "select data->>'change' from contracts.outbox where type = 'contracts.ending.v1' order by position",
          as: String.self)
      }
      #expect(told == ["expiring", "expired"])
      _ = try await service.drafted(scene)
      try service.publish(
        EntitlementChanged(dossier: scene.dossier, entitlement: .closed, duties: nil, on: day("2026-03-12")))
      let cause = try await service.eventually("the contract is one to look at") {
        try await service.database.owner {
          try await $0.first(
            "select data->>'cause' || ' ' || (data->>'state') from contracts.outbox where type = 'contracts.to-review.v1'",
            as: String.self)
        }
      }
      #expect(cause == "entitlement proposition")
    }
  }
}
