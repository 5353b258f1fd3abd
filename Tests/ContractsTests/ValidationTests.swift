import API
import Domain
import Foundation
import Messaging
import Postgres
import Redis
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("Validating a contract", .database) struct ValidationTests {
  @Test("once submitted, a contract is out of its référent's hands: nothing can be changed but the link to a step")
  func afterSubmission() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: scene.referent)
      let sheet = try await service.move(try await service.drafted(scene), to: .submitted, as: scene.referent)
      #expect(sheet.allowedMoves.isEmpty && sheet.editable.isEmpty)
      #expect(sheet.contract.submittedAt == march12)
      let path = ["contract": sheet.contract.id]
      let both = ["contract": sheet.contract.id.description, "objective": sheet.objectives[0].id.description]
      let draft = ObjectiveDraft(theme: "emploi", personDoes: "Agir.")
      let refusals = [
        try await problem {
          try await referent.call(ContractsAPI.reviseContract, path, ContractDraft(), version: sheet.version)
        },
        try await problem {
          try await referent.call(ContractsAPI.addObjective, path, draft, version: sheet.version)
        },
        try await problem {
          try await referent.call(ContractsAPI.reviseObjective, both, draft, version: sheet.version)
        },
        try await problem {
          try await referent.call(ContractsAPI.removeObjective, both, version: sheet.version)
        },
        try await problem {
          try await referent.call(
            ContractsAPI.recordConsent, path, ContractConsentDraft(consent: .no), version: sheet.version)
        },
        try await problem { try await service.move(sheet, to: .proposition, as: scene.referent) },
      ]
      #expect(refusals.map { $0?.status } == [409, 409, 409, 409, 409, 409])
      let decision = try await problem {
        try await referent.call(
          ContractsAPI.reviseDecision, path, ContractDecisionDraft(), version: sheet.version)
      }
      #expect(decision?.status == 403)
      let step = try await scene.step(in: service.database)
      let linked = try await referent.call(
        ContractsAPI.linkObjective, both, ObjectiveStep(step: step), version: sheet.version)
      #expect(linked.objectives[0].step == step)
    }
  }

  @Test("a contract without an objective is not submitted")
  func withoutObjective() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let sheet = try await service.client(as: scene.referent).call(
        ContractsAPI.draftContract, ["dossier": scene.dossier], ContractDraft())
      let refused = try await problem { try await service.move(sheet, to: .submitted, as: scene.referent) }
      #expect(refused?.faults?.map(\.field) == ["objectives"])
    }
  }

  @Test("the chef de service validates with a shorter end; the history and the events tell the way")
  func validation() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let submitted = try await service.move(try await service.drafted(scene), to: .submitted, as: scene.referent)
      let awaiting = try await service.move(submitted, to: .awaiting, as: scene.secretariat)
      let tooSoon = try await problem { try await service.move(awaiting, to: .accepted, as: scene.secretariat) }
      #expect(tooSoon?.status == 403)
      let accepted = try await service.move(
        awaiting, to: .accepted, as: scene.chef, comment: "Validé pour trois mois.", endsOn: day("2026-06-30"))
      #expect(accepted.contract.state == .accepted && accepted.contract.decision == .accepted)
      #expect(accepted.contract.endsOn == day("2026-06-30"))
      #expect(accepted.contract.decidedOn == day("2026-03-12"))
      #expect(accepted.contract.decidedByName == "ROUX Claire")
      #expect(accepted.contract.decisionComment == "Validé pour trois mois.")
      #expect(accepted.history.map(\.to) == [.proposition, .submitted, .awaiting, .accepted])
      #expect(accepted.history.map(\.byName) == ["DURAND Paul", "DURAND Paul", "PETIT Anne", "ROUX Claire"])

      let noted = try await service.client(as: scene.chef).call(
        ContractsAPI.reviseDecision, ["contract": accepted.contract.id],
        ContractDecisionDraft(decisionComment: "Validé.", noteForReferent: "Penser au diagnostic."),
        version: accepted.version)
      #expect(noted.contract.noteForReferent == "Penser au diagnostic.")
      #expect(noted.contract.decision == .accepted && noted.contract.decidedOn == day("2026-03-12"))
      let moves = try await service.database.owner {
        try await $0.query(
          """
          select coalesce(data->>'from', '-') || '>' || (data->>'to') from contracts.outbox
          where type = 'contracts.moved.v1' order by position
          """, as: String.self)
      }
      #expect(moves == ["->proposition", "proposition>soumis", "soumis>attente", "attente>valide"])
      let view = try await service.database.owner {
        try await $0.first(
          "select state || ' ' || decided_on::text || ' ' || (submitted_at is not null)::text from contracts.v1_contract",
          as: String.self)
      }
      #expect(view == "valide 2026-03-12 true")
    }
  }

  @Test("comment, note and intended decision are the deciders' until the decision, again once it is taken back")
  func hiddenZones() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let (referent, chef) = (
        try await service.client(as: scene.referent), try await service.client(as: scene.chef)
      )
      let submitted = try await service.move(try await service.drafted(scene), to: .submitted, as: scene.referent)
      let awaiting = try await service.move(submitted, to: .awaiting, as: scene.secretariat)
      let path = ["contract": awaiting.contract.id]
      let draft = ContractDecisionDraft(
        decision: .refused, decisionComment: "Trop court.", decidedOn: day("2026-03-12"),
        noteForReferent: "À revoir avec elle.")
      let filled = try await chef.call(ContractsAPI.reviseDecision, path, draft, version: awaiting.version)
      #expect(filled.contract.decisionComment == "Trop court.")
      let seen = try await referent.call(ContractsAPI.showContract, path).contract
      #expect(seen.decision == nil && seen.decisionComment.isEmpty && seen.noteForReferent.isEmpty)
      #expect(seen.decidedOn == nil && seen.decidedByName == nil)
      let office = try await service.client(as: scene.secretariat).call(ContractsAPI.showContract, path).contract
      #expect(office.decisionComment == "Trop court.")
      let refused = try await service.move(filled, to: .refused, as: scene.chef)
      let told = try await referent.call(ContractsAPI.showContract, path).contract
      #expect(told.decisionComment == "Trop court." && told.noteForReferent == "À revoir avec elle.")
      _ = try await service.move(refused, to: .awaiting, as: scene.chef)
      #expect(try await referent.call(ContractsAPI.showContract, path).contract.decisionComment.isEmpty)
    }
  }

  @Test("back from « Attente de décision » is the chef de service's and the ALI's; a changed end says who changed it")
  func backFromAwaiting() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let submitted = try await service.move(try await service.drafted(scene), to: .submitted, as: scene.referent)
      let awaiting = try await service.move(submitted, to: .awaiting, as: scene.secretariat)
      for state in [ContractState.submitted, .studied] {
        let refused = try await problem { try await service.move(awaiting, to: state, as: scene.secretariat) }
        #expect(refused?.status == 403)
      }
      let back = try await service.move(awaiting, to: .submitted, as: scene.chef)
      #expect(back.contract.endChangedByName == nil)
      let office = try await service.client(as: scene.secretariat).call(
        ContractsAPI.reviseDecision, ["contract": back.contract.id],
        ContractDecisionDraft(endsOn: day("2026-07-31")), version: back.version)
      #expect(office.contract.endChangedByName == "PETIT Anne" && office.contract.endChangedAt == march12)
    }
  }

  @Test("the secretariat fills in the decision zones while it can move the contract, and again once it is decided")
  func secretariatZones() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let secretariat = try await service.client(as: scene.secretariat)
      let submitted = try await service.move(try await service.drafted(scene), to: .submitted, as: scene.referent)
      let path = ["contract": submitted.contract.id]
      let filled = try await secretariat.call(
        ContractsAPI.reviseDecision, path,
        ContractDecisionDraft(decisionComment: "Avis favorable.", endsOn: day("2026-07-31")),
        version: submitted.version)
      #expect(filled.contract.endsOn == day("2026-07-31"))
      let awaiting = try await service.move(filled, to: .awaiting, as: scene.secretariat)
      let accepted = try await service.move(awaiting, to: .accepted, as: scene.chef)
      #expect(accepted.contract.decisionComment == "Avis favorable.")
      let late = try await secretariat.call(
        ContractsAPI.reviseDecision, path,
        ContractDecisionDraft(decisionComment: "Validé.", noteForReferent: "Penser au diagnostic."),
        version: accepted.version)
      #expect(late.contract.decisionComment == "Validé." && late.contract.state == .accepted)
      let back = try await service.move(late, to: .awaiting, as: scene.chef)
      let refused = try await problem {
        try await secretariat.call(
          ContractsAPI.reviseDecision, path, ContractDecisionDraft(), version: back.version)
      }
      #expect(refused?.status == 409)
    }
  }

  @Test("of twenty who submit one contract at once, one wins")
  func twentyAtOnce() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let sheet = try await service.drafted(scene)
      let outcomes = try await withThrowingTaskGroup(of: Int.self) { tasks in
        for _ in 0..<20 {
          tasks.addTask {
            try await problem { try await service.move(sheet, to: .submitted, as: scene.referent) }?.status ?? 200
          }
        }
        return try await tasks.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.count { $0 == 200 } == 1)
      #expect(outcomes.count { $0 == 412 } == 19)
      let submissions = try await service.database.owner {
        try await $0.first("select count(*) from contracts.state_change where to_state = 'soumis'", as: Int.self)
      }
      #expect(submissions == 1)
    }
  }

  @Test("a dossier that changes territory takes its contracts along")
  func territory() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      _ = try await service.drafted(scene)
      let elsewhere = ID<Territory>.new()
      let event = TerritoryChanged(dossier: scene.dossier, former: scene.territory, territory: elsewhere)
      let envelope = Envelope(
        id: .version7(), source: "/dossiers", type: TerritoryChanged.type, subject: event.key, time: march12,
        traceparent: nil, actor: nil, actorname: nil, data: try JSONValue(encoding: event))
      let text = String(decoding: try JSONEncoder.jalons.encode(envelope), as: UTF8.self)
      try service.redis.ask("XADD", Streams.name(TerritoryChanged.stream), "*", "envelope", text)
      _ = try await service.eventually("the contract follows") {
        try await service.database.owner {
          try await $0.first("select true from contracts.contract where territory = \(elsewhere)", as: Bool.self)
        }
      }
    }
  }
}
