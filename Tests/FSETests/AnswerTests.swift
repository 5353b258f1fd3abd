import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import FSE

@Suite("An operator's answer", .database) struct AnswerTests {
  private static func carried(_ scene: Scene, open: Bool = true) async throws -> Offer {
    let carrier = try await scene.chef.call(
      FSEAPI.addOperator, [:],
      OperatorDetails(name: "Diagnostics \(open)", organisation: scene.operatorOrganisation))
    return try await scene.chef.call(
      FSEAPI.addOffer, [:],
      OfferDraft(
        name: "Diagnostic \(open)", operator: carrier.id, classification: "diagnostic",
        startsOn: Scene.day("2026-01-01"), endsOn: Scene.day("2026-12-31"), openToOperator: open))
  }

  private static func changes(_ scene: Scene, _ dossier: ID<Dossier>) async throws -> [String?] {
    try await scene.announced(StepAnswered.type, about: dossier).map { $0["change"]?.text }
  }

  @Test("an operator accepts, or refuses with a reason, once; where it has no access nothing is awaited")
  func answers() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      let offer = try await Self.carried(scene)
      let (first, second) = (
        try await scene.register(dossier, scene.draft(offer, participation: false)),
        try await scene.register(dossier, scene.draft(offer, participation: false))
      )
      #expect(first.answer == .awaited && first.answerDue == Scene.day("2026-03-17"))
      let closed = try await scene.register(
        dossier, scene.draft(try await Self.carried(scene, open: false), participation: false))
      #expect(closed.answer == nil)
      let operateur = try await scene.service.client(
        as: .someone(.operateur, organisation: scene.operatorOrganisation))
      let accepted = try await operateur.call(
        FSEAPI.answerStep, ["step": first.id], StepAnswerDraft(accepted: true), version: first.version)
      #expect(accepted.answer == .accepted && accepted.answeredByName != nil)
      let mute = try await refusal {
        try await operateur.call(
          FSEAPI.answerStep, ["step": second.id], StepAnswerDraft(accepted: false, reason: " "),
          version: second.version)
      }
      #expect(mute.faults?.map(\.field) == ["reason"])
      let refused = try await operateur.call(
        FSEAPI.answerStep, ["step": second.id], StepAnswerDraft(accepted: false, reason: "Complet."),
        version: second.version)
      #expect(refused.answer == .refused && refused.answerReason == "Complet.")
      let again = try await refusal {
        try await operateur.call(
          FSEAPI.answerStep, ["step": second.id], StepAnswerDraft(accepted: true), version: refused.version)
      }
      #expect(again.type == "/problemes/deja-repondu")
      let another = try await refusal {
        try await scene.referent.call(
          FSEAPI.answerStep, ["step": second.id], StepAnswerDraft(accepted: true), version: refused.version)
      }
      #expect(another.status == 403)
      #expect(try await Self.changes(scene, dossier) == ["awaited", "awaited", "accepted", "refused"])
    }
  }

  @Test("an operator that does not answer is reminded once, then its time runs out; it may still answer")
  func silence() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      let step = try await scene.register(
        dossier, scene.draft(try await Self.carried(scene), participation: false))
      // The process's own watch may get there first.
      let (store, now) = (AnswerStore(postgres: scene.service.parts.postgres), scene.service.parts.now)
      scene.service.clock.travel(days: 8)
      _ = try await store.turn(to: now())
      _ = try await scene.service.eventually("the operator is reminded") {
        try await Self.changes(scene, dossier) == ["awaited", "reminded"] ? true : nil
      }
      scene.service.clock.travel(days: 8)
      _ = try await store.turn(to: now())
      _ = try await scene.service.eventually("the request expires") {
        try await Self.changes(scene, dossier) == ["awaited", "reminded", "expired"] ? true : nil
      }
      let expired = try await scene.referent.call(FSEAPI.showStep, ["step": step.id])
      #expect(expired.answer == .expired)
      let operateur = try await scene.service.client(
        as: .someone(.operateur, organisation: scene.operatorOrganisation))
      let late = try await operateur.call(
        FSEAPI.answerStep, ["step": step.id], StepAnswerDraft(accepted: true), version: expired.version)
      #expect(late.answer == .accepted)
    }
  }
}
