import API
import Domain
import Foundation
import Service
import TestSupport
import Testing

@testable import FSE

@Suite("The papers that prove a step", .database) struct EvidenceTests {
  private static let pdf = Data("%PDF-1.7 feuille".utf8)

  @Test("a signed sheet is filed with its step and read back; without it an FSE step that asks for presence lacks it")
  func filed() async throws {
    try await Scene.run { scene in
      let offer = try await scene.chef.call(
        FSEAPI.addOffer, [:],
        OfferDraft(
          name: "FSE 2026 : Ateliers", classification: "fse", startsOn: Scene.day("2026-01-01"),
          endsOn: Scene.day("2026-12-31"), needsAttendance: true, operation: scene.operation.id))
      let dossier = try await scene.dossier()
      var draft = scene.draft(offer, until: "2026-02-20")
      draft.until = Scene.day("2026-02-20")
      let step = try await scene.register(dossier, draft)
      let today = Scene.day("2026-03-02")
      #expect(step.missing(on: today) == ["les présences", "la feuille d’émargement signée"])
      let path = ["step": step.id.description]
      let wrong = try await refusal {
        try await scene.referent.upload(FSEAPI.addEvidence, path, bytes: Data("feuille".utf8))
      }
      #expect(wrong.faults?.map(\.code) == ["format"])
      let paper = try await scene.referent.upload(
        FSEAPI.addEvidence, path, query: ["name": "feuille.pdf", "kind": "attendance"], bytes: Self.pdf)
      let again = try await scene.referent.upload(FSEAPI.addEvidence, path, bytes: Self.pdf)
      #expect(again.id == paper.id)
      #expect(try await scene.referent.call(FSEAPI.showStep, path).missing(on: today) == ["les présences"])
      let one = path.merging(["evidence": paper.id.description]) { $1 }
      #expect(try await scene.gestionnaire.file(FSEAPI.downloadEvidence, one, NoInput()).bytes == Self.pdf)
      let stranger = try await scene.service.client(as: .someone(.referent))
      await #expect(throws: Problem.notFound("Cette étape")) {
        try await stranger.call(FSEAPI.listEvidence, path)
      }
      let kept = try await refusal {
        try await scene.referent.call(FSEAPI.deleteStep, path, version: step.version)
      }
      #expect(kept.type == "/problemes/etape-suivie")
      _ = try await scene.referent.call(FSEAPI.deleteEvidence, one)
      #expect(try await scene.referent.call(FSEAPI.listEvidence, path).items.isEmpty)
    }
  }
}
