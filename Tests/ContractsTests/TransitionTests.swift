import API
import Domain
import Foundation
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("The county's circuit of contracts", .database) struct TransitionTests {
  private static func draft(
    _ table: ContractTransitions, _ change: (inout TransitionsDraft.Item) -> Void
  ) -> TransitionsDraft {
    TransitionsDraft(
      items: table.items.map { passage in
        var item = TransitionsDraft.Item(from: passage.from, to: passage.to, terms: passage.terms)
        change(&item)
        return item
      })
  }

  @Test("a passage that the county opens is made from then on, by whom it says, and the way back is one act")
  func opened() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let submitted = try await service.move(service.drafted(scene), to: .submitted, as: scene.referent)
      let administrator = try await service.client(as: .someone(.administrateur, name: "MERCIER Louise"))
      let table = try await administrator.call(ContractsAPI.showTransitions)
      #expect(table.version == 0 && table.items.allSatisfy { $0.terms == $0.usual })
      let changed = try await administrator.call(
        ContractsAPI.changeTransitions, [:],
        Self.draft(table) { item in
          guard item.from == .submitted, item.to == .proposition else { return }
          item.terms = TransitionTerms(profiles: [.secretariatDispositif], needsReason: false, enabled: true)
        }, version: 0)
      #expect(changed.version == 1)
      let refused = try await problem {
        try await service.move(submitted, to: .proposition, as: scene.chef)
      }
      #expect(refused?.status == 403)
      let returned = try await service.move(submitted, to: .proposition, as: scene.secretariat)
      #expect(returned.contract.state == .proposition)
      let history = try await administrator.call(ContractsAPI.listTransitionChanges, [:], ListChangeQuery()).items
      #expect(history.map(\.accountName) == ["MERCIER Louise"])
      #expect(
        history.first?.before.map(\.terms.enabled) == [false] && history.first?.after.map(\.terms.enabled) == [true])
      let back = try await administrator.call(
        ContractsAPI.changeTransitions, [:],
        TransitionsDraft(items: changed.items.map { .init(from: $0.from, to: $0.to, terms: $0.usual) }), version: 1)
      #expect(back.items.allSatisfy { $0.terms == $0.usual })
      let stale = try await problem {
        try await administrator.call(ContractsAPI.changeTransitions, [:], Self.draft(back) { _ in }, version: 1)
      }
      #expect(stale?.status == 412)
    }
  }

  @Test("a table that locks everybody out is refused with every dead end named, and nothing changes")
  func deadEnds() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let administrator = try await service.client(as: .someone(.administrateur))
      let table = try await administrator.call(ContractsAPI.showTransitions)
      func refusal(_ change: @escaping (inout TransitionsDraft.Item) -> Void) async throws -> Problem? {
        try await problem {
          try await administrator.call(
            ContractsAPI.changeTransitions, [:], Self.draft(table, change), version: table.version)
        }
      }
      let undecided = try await refusal { if $0.to == .accepted { $0.terms.enabled = false } }
      // From « Non validé » on there is no way either, but there the Département has answered.
      #expect(undecided?.status == 422 && undecided?.faults?.count == 4)
      #expect(undecided?.faults?.allSatisfy { $0.code == "impasse" } == true)
      let unsubmitted = try await refusal { if $0.from == .proposition { $0.terms.enabled = false } }
      #expect(unsubmitted?.faults?.map(\.code) == ["impasse"])
      let nobody = try await refusal { if $0.from == .awaiting, $0.to == .accepted { $0.terms.profiles = [] } }
      #expect(nobody?.faults?.contains { $0.code == "personne" } == true)
      let stranger = try await refusal {
        if $0.from == .awaiting, $0.to == .accepted { $0.terms.profiles += [.operateur] }
      }
      #expect(stranger?.faults?.map(\.code) == ["droit"])
      let half = try await problem {
        try await administrator.call(
          ContractsAPI.changeTransitions, [:],
          TransitionsDraft(items: Array(Self.draft(table) { _ in }.items.dropLast())), version: table.version)
      }
      #expect(half?.faults?.map(\.code) == ["passages"])
      #expect(try await administrator.call(ContractsAPI.showTransitions) == table)
    }
  }
}
