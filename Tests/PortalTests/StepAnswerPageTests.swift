import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("What proves a step, and what its operator answers")
struct StepAnswerPageTests {
  private static let address = "\(StepScene.address)/\(StepScene.step)"
  private static let paper = Evidence(
    id: ID(UUID(uuid: (19, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))), step: StepScene.step, kind: .attendance,
    fileName: "feuille.pdf", bytes: 2048, addedAt: PortalUnderTest.moment, addedByName: "DURAND Paul")

  private static func serve(_ services: FakeServices, _ answer: OperatorAnswer?, papers: [Evidence] = []) {
    StepScene.serve(services)
    var step = StepScene.made()
    (step.answer, step.answerDue) = (answer, Scene.date("2026-03-27"))
    step.answerReason = answer == .refused ? "L’atelier est complet." : nil
    services.serve(FSEAPI.showStep, step)
    services.serve(FSEAPI.answerStep, step)
    services.serve(FSEAPI.listAttendance, AttendanceSheet(step: step.id, attendances: [], minutes: 0))
    services.serve(FSEAPI.listEvidence, Page(items: papers))
  }

  @Test("an operator is asked for its answer, and a refusal is sent with its reason")
  func answering() async throws {
    try await PortalUnderTest.run(as: .operateur) { services, browser in
      Self.serve(services, .awaited)
      let page = try await browser.get("\(Self.address)/detail")
      #expect(page.text.contains("attend votre réponse") && page.html.contains("\(Self.address)/reponse"))
      let nothing = try await browser.post("\(Self.address)/reponse", ["version": "2"])
      #expect(nothing.status == 422 && nothing.text.contains("Choisissez votre réponse."))
      let sent = try await browser.post(
        "\(Self.address)/reponse", ["version": "2", "answer": "refused", "reason": "Complet."])
      #expect(sent.location == "\(Self.address)/detail")
      let call = try #require(services.calls(of: FSEAPI.answerStep).first)
      #expect(call.json?["reason"]?.text == "Complet." && call.version == "\"2\"")
    }
  }

  @Test("a référent reads a refusal with its reason, and the papers of a step")
  func reading() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      Self.serve(services, .refused, papers: [Self.paper])
      let page = try await browser.get("\(Self.address)/detail")
      for expected in [
        "L’opérateur refuse cette inscription.", "L’atelier est complet.", "Feuille d’émargement signée", "feuille.pdf",
        "Joindre une pièce",
      ] { #expect(page.text.contains(expected), "\(expected) is missing") }
      #expect(!page.html.contains("\(Self.address)/reponse"))
    }
  }
}
