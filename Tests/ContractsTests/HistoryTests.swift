import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("What was changed of a contract", .database) struct HistoryTests {
  @Test("every field is kept as it was, with who and when; what was first intended is the deciders' alone")
  func fields() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let (referent, chef) = (
        try await service.client(as: scene.referent), try await service.client(as: scene.chef)
      )
      let drafted = try await service.drafted(scene)
      let path = ["contract": drafted.contract.id]
      let revised = try await referent.call(
        ContractsAPI.reviseContract, path,
        ContractDraft(
          endsOn: day("2026-09-30"), signedOn: day("2026-03-12"), priority: "rappel",
          situation: "A retrouvé un logement."),
        version: drafted.version)
      var changes = try await referent.call(ContractsAPI.listContractChanges, path, ListChangeQuery()).items
      #expect(changes.map(\.field) == [.situation, .priority, .objectives])
      #expect(changes[0].before == "Sans véhicule." && changes[0].after == "A retrouvé un logement.")
      #expect(changes[0].byName == "DURAND Paul" && changes[0].at == march12)
      #expect(changes[1].after == "Situation sensible : rappeler le référent")
      #expect(changes[2].before == nil && changes[2].after?.contains("Passer le permis.") == true)

      let submitted = try await service.move(revised, to: .submitted, as: scene.referent)
      let intended = try await chef.call(
        ContractsAPI.reviseDecision, path,
        ContractDecisionDraft(decision: .refused, decisionComment: "Trop court.", endsOn: day("2026-06-30")),
        version: submitted.version)
      #expect(intended.contract.proposedEnd == day("2026-09-30") && intended.contract.endsOn == day("2026-06-30"))
      #expect(intended.contract.endChangedByName == "ROUX Claire")
      changes = try await chef.call(ContractsAPI.listContractChanges, path, ListChangeQuery()).items
      #expect(changes.contains { $0.field == .decisionComment && $0.after == "Trop court." })
      changes = try await referent.call(ContractsAPI.listContractChanges, path, ListChangeQuery()).items
      #expect(!changes.contains { $0.field.isDeciders || $0.field == .endsOn })
      let told = try await referent.call(ContractsAPI.showContract, path).contract
      #expect(told.endsOn == day("2026-09-30") && told.proposedEnd == nil && told.endChangedByName == nil)
      let listed = try await referent.call(ContractsAPI.dossierContracts, ["dossier": scene.dossier])
      #expect(listed.items.map(\.endsOn) == [day("2026-09-30")])
      let list = try await referent.call(ContractsAPI.listContracts, [:], ContractFilter())
      #expect(list.items.map(\.endsOn) == [day("2026-09-30")])
      let office = try await chef.call(ContractsAPI.listContracts, [:], ContractFilter())
      #expect(office.items.map(\.endsOn) == [day("2026-06-30")])
      let awaiting = try await service.move(intended, to: .awaiting, as: scene.chef)
      _ = try await service.move(awaiting, to: .refused, as: scene.chef)
      changes = try await referent.call(ContractsAPI.listContractChanges, path, ListChangeQuery()).items
      #expect(changes.first(where: { $0.field == .endsOn })?.before == "30 septembre 2026")
      let decided = try await referent.call(ContractsAPI.showContract, path).contract
      #expect(decided.endsOn == day("2026-06-30") && decided.endChangedByName == "ROUX Claire")
    }
  }

  @Test("a refusal needs its comment, whether it is decided or revised")
  func refusal() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let submitted = try await service.move(try await service.drafted(scene), to: .submitted, as: scene.referent)
      let awaiting = try await service.move(submitted, to: .awaiting, as: scene.secretariat)
      for comment in [nil, "   "] {
        let silent = try await problem {
          try await service.move(awaiting, to: .refused, as: scene.chef, comment: comment)
        }
        #expect(silent?.faults?.map(\.field) == ["comment"])
      }
      let refused = try await service.move(awaiting, to: .refused, as: scene.chef, comment: "Trop court.")
      let emptied = try await problem {
        try await service.client(as: scene.chef).call(
          ContractsAPI.reviseDecision, ["contract": refused.contract.id], ContractDecisionDraft(),
          version: refused.version)
      }
      #expect(emptied?.faults?.map(\.field) == ["decisionComment"])
    }
  }

  @Test("an objective is not due before the contract begins, whichever of the two days is changed")
  func dueDay() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: scene.referent)
      let sheet = try await service.drafted(scene)
      let path = ["contract": sheet.contract.id]
      let early = try await problem {
        try await referent.call(
          ContractsAPI.addObjective, path,
          ObjectiveDraft(theme: "emploi", personDoes: "Agir.", dueOn: day("2026-03-31")), version: sheet.version)
      }
      #expect(early?.faults?.map(\.field) == ["dueOn"])
      let added = try await referent.call(
        ContractsAPI.addObjective, path,
        ObjectiveDraft(theme: "emploi", personDoes: "Agir.", dueOn: day("2026-04-30")), version: sheet.version)
      let late = try await problem {
        try await referent.call(
          ContractsAPI.reviseContract, path, ContractDraft(startsOn: day("2026-05-01")), version: added.version)
      }
      #expect(late?.faults?.map(\.field) == ["startsOn"])
    }
  }

  @Test("a renewal starts from the last contract that was not refused, with its objectives")
  func renewal() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: scene.referent)
      let first = try await service.validated(scene)
      let start = try await referent.call(ContractsAPI.dossierContracts, ["dossier": scene.dossier])
      #expect(start.proposedNumber == 2 && start.previous?.id == first.contract.id)
      #expect(start.previous?.situation == "Sans véhicule.")
      #expect(start.previous?.objectives.map(\.personDoes) == ["Passer le permis."])
      let step = try await scene.step(in: service.database)
      let linkable = try await referent.call(ContractsAPI.listObjectives, ["dossier": scene.dossier]).items
      #expect(linkable.map(\.state) == [.accepted] && linkable[0].step == nil)
      let linked = try await referent.call(
        ContractsAPI.linkObjective,
        ["contract": linkable[0].contract.description, "objective": linkable[0].id.description],
        ObjectiveStep(step: step), version: linkable[0].contractVersion)
      #expect(linked.objectives[0].stepName != nil && linked.contract.state == .accepted)
    }
  }
}
