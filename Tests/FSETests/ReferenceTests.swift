import API
import Domain
import Foundation
import Service
import TestSupport
import Testing

@testable import FSE

@Suite("An identifier in a body", .database) struct ReferenceTests {
  @Test("of a registration names an offer, a session of it and an operator that there are")
  func registration() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      var draft = scene.draft(scene.first, participation: false)
      draft.offer = .new()
      #expect(try await fields { try await scene.register(dossier, draft) } == ["offer"])
      draft = scene.draft(scene.first, participation: false)
      draft.session = .new()
      #expect(try await fields { try await scene.register(dossier, draft) } == ["session"])
      draft.session = nil
      draft.partner = .new()
      #expect(try await fields { try await scene.register(dossier, draft) } == ["partner"])
      draft.partner = nil
      let step = try await scene.register(dossier, draft)
      var change = StepChange(
        plannedFrom: step.plannedFrom, plannedUntil: step.plannedUntil, from: step.from, until: step.until)
      change.session = .new()
      let session = try await fields {
        try await scene.referent.call(FSEAPI.changeStep, ["step": step.id], change, version: step.version)
      }
      #expect(session == ["session"])
      change.session = nil
      change.partner = .new()
      let partner = try await fields {
        try await scene.referent.call(FSEAPI.changeStep, ["step": step.id], change, version: step.version)
      }
      #expect(partner == ["partner"])
    }
  }

  private static func draft(_ first: Offer, _ change: (inout OfferDraft) -> Void) -> OfferDraft {
    var draft = OfferDraft(
      name: "Atelier", classification: "emploi", startsOn: first.startsOn, endsOn: first.endsOn)
    change(&draft)
    return draft
  }

  private static func session(_ first: Offer, _ id: ID<OfferSession>?) -> OfferSession {
    OfferSession(id: id, name: "Mars", startsOn: first.startsOn, endsOn: first.startsOn)
  }

  /// The fields that are refused when the offer is added.
  private func refused(_ scene: Scene, _ draft: OfferDraft) async throws -> [String]? {
    try await fields { try await scene.chef.call(FSEAPI.addOffer, [:], draft) }
  }

  @Test("of an offer names an operator, an operation and sessions of its own")
  func offer() async throws {
    try await Scene.run { scene in
      let first = scene.first
      let drafts: [(OfferDraft, [String])] = [
        (Self.draft(first) { $0.operator = .new() }, ["operator"]),
        (Self.draft(first) { $0.operation = .new() }, ["operation"]),
        (Self.draft(first) { $0.sessions = [Self.session(first, .new())] }, ["sessions.0.id"]),
        (Self.draft(first) { $0.partners = [.new()] }, ["partners.0"]),
        (Self.draft(first) { $0.territories = [.new()] }, ["territories.0"]),
      ]
      for (draft, named) in drafts { #expect(try await refused(scene, draft) == named) }
      let one = try await scene.chef.call(
        FSEAPI.addOffer, [:], Self.draft(first) { $0.sessions = [Self.session(first, nil)] })
      let its = try #require(one.sessions.first?.id)
      let stolen = Self.draft(first) {
        $0.name = "Autre"
        $0.sessions = [Self.session(first, nil), Self.session(first, its)]
      }
      #expect(try await refused(scene, stolen) == ["sessions.1.id"])
      let change = Self.draft(first) { $0.sessions = [Self.session(first, its)] }
      let kept = try await scene.chef.call(FSEAPI.changeOffer, ["offer": one.id], change, version: one.version)
      #expect(kept.sessions.map(\.id) == [its])
    }
  }

  @Test("of an operation names managers with an open account, but for those that it has; of an operator a structure")
  func operation() async throws {
    try await Scene.run { scene in
      var draft = FSEOperationDraft(
        name: "FSE 2027", code: "2027-01", startsOn: Scene.day("2027-01-01"), endsOn: Scene.day("2027-12-31"))
      draft.managers = [scene.manager, .new()]
      let added = try await fields { try await scene.gestionnaire.call(FSEAPI.addOperation, [:], draft) }
      #expect(added == ["managers.0", "managers.1"])
      draft.managers = []
      let operation = try await scene.gestionnaire.call(FSEAPI.addOperation, [:], draft)
      draft.managers = [scene.manager, .new()]
      let path = ["operation": operation.id]
      let changed = try await fields {
        try await scene.gestionnaire.call(FSEAPI.changeOperation, path, draft, version: operation.version)
      }
      #expect(changed == ["managers.1"])

      var named = OperatorDetails(name: "Tremplin", active: true)
      let `operator` = try await scene.chef.call(FSEAPI.addOperator, [:], named)
      named.organisation = .new()
      let changedOperator = try await fields {
        try await scene.chef.call(
          FSEAPI.changeOperator, ["operator": `operator`.id], named, version: `operator`.version)
      }
      #expect(changedOperator == ["organisation"])
      named.name = "Autre"
      #expect(try await fields { try await scene.chef.call(FSEAPI.addOperator, [:], named) } == ["organisation"])
    }
  }

  @Test("of an agreement names an operator; of an event's registration an event that there is")
  func agreement() async throws {
    try await Scene.run { scene in
      let path = ["operation": scene.operation.id]
      var draft = AgreementDraft(
        operator: .new(), number: "1", name: "Convention", startsOn: scene.operation.startsOn,
        endsOn: scene.operation.endsOn)
      let added = try await fields { try await scene.gestionnaire.call(FSEAPI.addAgreement, path, draft) }
      #expect(added == ["operator"])
      draft.operator = nil
      let agreement = try await scene.gestionnaire.call(FSEAPI.addAgreement, path, draft)
      draft.operator = .new()
      let changed = try await fields {
        try await scene.gestionnaire.call(
          FSEAPI.changeAgreement, ["operation": scene.operation.id.description, "agreement": agreement.id.description],
          draft, version: agreement.version)
      }
      #expect(changed == ["operator"])
      let dossier = try await scene.dossier()
      let invited = try await fields {
        try await scene.referent.call(
          FSEAPI.inviteToGathering, ["dossier": dossier], GuestDraft(gathering: .new()))
      }
      #expect(invited == ["gathering"])
      var order = EnrolmentOrder(
        dossiers: [dossier], session: .new(), plannedFrom: Scene.day("2026-02-02"),
        plannedUntil: Scene.day("2026-03-02"))
      let offer = ["offer": scene.first.id]
      #expect(try await fields { try await scene.referent.call(FSEAPI.enrolOnOffer, offer, order) } == ["session"])
      order.session = nil
      order.partner = .new()
      #expect(try await fields { try await scene.referent.call(FSEAPI.enrolOnOffer, offer, order) } == ["partner"])
    }
  }

  private func fields(_ body: () async throws -> some Sendable) async throws -> [String]? {
    do {
      _ = try await body()
      return nil
    } catch let problem as Problem {
      #expect(problem.status == 422)
      return problem.faults?.map(\.field)
    }
  }
}
