import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("FSE questionnaires")
struct QuestionnairePageTests {
  @Test("the page is made from the definition: conditions, proposed answers, kinds of field")
  func definition() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      services.serve(FSEAPI.showForm, StepScene.sheet())
      let page = try await browser.get("\(StepScene.form)/entry")
      #expect(page.html.contains("data-when=\"answers.E04=O|P\""))
      #expect(page.html.contains("value=\"12/03/2026\"") && page.text.contains("Réponse proposée"))
      #expect(page.html.contains("name=\"answers.E04\" value=\"N\" checked"))
      #expect(page.html.contains("type=\"checkbox\" id=\"champ-answers.E13\""))
      #expect(page.hidden("version") == "0")
    }
  }

  @Test("an answer that is not allowed is not offered")
  func forbidden() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      var sheet = StepScene.sheet()
      sheet.questionnaire.questions[1].forbidden = ["O"]
      sheet.questionnaire.questions[1].advice = "Répondre uniquement « Non »."
      services.serve(FSEAPI.showForm, sheet)
      let page = try await browser.get("\(StepScene.form)/entry")
      #expect(page.html.contains("name=\"answers.E04\" value=\"N\""))
      #expect(!page.html.contains("name=\"answers.E04\" value=\"O\""))
      #expect(page.text.contains("Répondre uniquement"))
    }
  }

  @Test("answers are sent by their kind; an incomplete form is kept and says so")
  func saving() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      services.serve(FSEAPI.showForm, StepScene.sheet())
      services.serve(FSEAPI.saveForm, StepScene.sheet(missing: ["E05"]))
      let address = "\(StepScene.form)/entry"
      let answer = try await browser.post(
        address,
        [
          "answers.E00": "12 mars", "answers.E04": "O", "answers.E13": "O", "answers.E13": "N", "version": "0",
        ])
      #expect(answer.location == address)
      let call = try #require(services.calls(of: FSEAPI.saveForm).first)
      #expect(call.version == "\"0\"")
      let sent = call.json?["answers"]
      #expect(sent?["E00"]?.text == "2026-03-12" && sent?["E04"]?.text == "O" && sent?["E05"] == nil)
      #expect(sent?["E13"] == .array([.string("O"), .string("N")]))
      services.serve(FSEAPI.saveForm, StepScene.sheet())
      let complete = try await browser.post(address, ["answers.E04": "N", "version": "0"])
      #expect(complete.location == StepScene.address)
    }
  }

  @Test("an impossible answer is said at its question, and the others stay as they were typed")
  func faults() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      services.serve(FSEAPI.showForm, StepScene.sheet())
      services.refuse(
        FSEAPI.saveForm, .invalid([Fault("answers.E00", "trop-tard", "Cette date ne peut pas suivre aujourd’hui.")]))
      let page = try await browser.post(
        "\(StepScene.form)/entry", ["answers.E00": "31/12", "answers.E04": "O", "version": "0"])
      #expect(page.status == 422)
      #expect(page.html.contains("id=\"champ-answers.E00-erreur\"") && page.html.contains("value=\"31/12\""))
      #expect(page.html.contains("name=\"answers.E04\" value=\"O\" checked"))
      services.refuse(FSEAPI.saveForm, .stale(nil))
      let stale = try await browser.post("\(StepScene.form)/entry", ["answers.E04": "O", "version": "0"])
      #expect(stale.status == 412 && stale.html.contains("name=\"answers.E04\" value=\"O\" checked"))
    }
  }

  @Test("a locked exit form says why instead of asking")
  func locked() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      services.serve(FSEAPI.showForm, StepScene.sheet(.exit, locked: true))
      let page = try await browser.get("\(StepScene.form)/exit")
      #expect(page.text.contains("Saisissez d’abord la fin de la participation."))
      #expect(!page.html.contains("name=\"answers.E00\""))
    }
  }

  @Test("the home page counts the forms to fill in, and tells which are late")
  func home() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      services.serve(
        FSEAPI.listDueForms,
        Page(items: [
          DueForm(
            participation: StepScene.participation, dossier: Scene.dossier, number: 1, name: "ROUX Kévin",
            operation: StepScene.operation, operationName: "FSE 2026", form: .entry, since: Scene.date("2026-02-02"),
            dueOn: Scene.date("2026-03-02"), daysLeft: -10, reason: nil, proposedUntil: nil)
        ]))
      let home = try await browser.get("/")
      #expect(home.text.contains("ROUX Kévin") && home.text.contains("En retard de 10 jours"))
      #expect(home.html.contains("href=\"\(StepScene.form)/entry\""))
    }
    try await PortalUnderTest.run(as: .referent) { services, browser in
      let home = try await browser.get("/")
      #expect(!home.text.contains("Questionnaires FSE à remplir") && services.calls(of: FSEAPI.listDueForms).isEmpty)
    }
  }
}
