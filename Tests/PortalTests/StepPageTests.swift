import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Steps and participations")
struct StepPageTests {
  @Test("the course shows the steps, and each participation with a word beside its dots")
  func course() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      let page = try await browser.get(StepScene.address)
      #expect(page.status == 200)
      for expected in [
        "Accompagnement global", "En cours", "FSE 2026", "Entrée : en retard", "attendu le 2 mars 2026",
        "Sortie : pas ouvert", "Positionner sur une étape",
      ] { #expect(page.text.contains(expected), "\(expected) is missing") }
      #expect(page.html.contains("href=\"\(StepScene.form)/entry\""))
      #expect(services.calls.count == 6)
    }
  }

  @Test("the form offers sessions and the participation only with the offers that have them")
  func conditions() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      let page = try await browser.get("\(StepScene.address)/nouvelle?classe=fse")
      #expect(services.calls(of: FSEAPI.listOffers).first?.query["classification"] == "fse")
      #expect(page.text.contains("FSE · Accompagnement global · Tremplin 07"))
      #expect(page.html.contains("data-when=\"offer=\(StepScene.plain)\""))
      #expect(page.html.contains("data-when=\"offer=\(StepScene.funded)\""))
      #expect(page.html.contains("name=\"participation\"") && page.html.contains("name=\"session.\(StepScene.plain)\""))
    }
    try await PortalUnderTest.run(as: .referent) { services, browser in
      StepScene.serve(services)
      let page = try await browser.get("\(StepScene.address)/nouvelle")
      #expect(!page.html.contains("name=\"participation\""))
    }
  }

  @Test("a registration is sent once, with its session")
  func registration() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      services.serve(FSEAPI.register, StepScene.made())
      let empty = try await browser.post("\(StepScene.address)/nouvelle", ["kind": "step"])
      #expect(empty.status == 422 && empty.html.contains("href=\"#champ-offer\""))
      let answer = try await browser.post(
        "\(StepScene.address)/nouvelle",
        [
          "offer": "\(StepScene.plain)", "session.\(StepScene.plain)": "\(StepScene.session)", "kind": "step",
          "plannedFrom": "1er avril", "plannedUntil": "30/6", "cle": "k1",
        ])
      #expect(answer.location == StepScene.address)
      let call = try #require(services.calls(of: FSEAPI.register).first)
      #expect(call.key == "k1")
      #expect(call.json?["session"]?.text == StepScene.session.description)
      #expect(call.json?["plannedUntil"]?.text == "2026-06-30")
    }
  }

  @Test("an overlap is explained, and one click shortens the earlier step and sends what was typed")
  func overlap() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      let refusal = try StepScene.overlap()
      services.refuse(FSEAPI.register, refusal)
      let fields: KeyValuePairs<String, String> = [
        "offer": "\(StepScene.funded)", "kind": "step", "plannedFrom": "1er avril", "plannedUntil": "30/6",
        "participation": "oui", "comment": "Après l’atelier", "cle": "k1",
      ]
      let page = try await browser.post("\(StepScene.address)/nouvelle", fields)
      #expect(page.status == 409)
      #expect(page.text.contains("Raccourcir la première étape au 31 mars 2026"))
      #expect(page.hidden("raccourcir") == StepScene.step.description)
      #expect(page.hidden("comment") == "Après l’atelier" && page.html.contains("value=\"1er avril\""))
      let key = try #require(page.hidden("cle"))
      #expect(key != "k1")
      services.serve(FSEAPI.shortenStep, StepScene.made())
      services.serve(FSEAPI.register, StepScene.made())
      let answer = try await browser.post(
        "\(StepScene.address)/nouvelle",
        [
          "offer": "\(StepScene.funded)", "kind": "step", "plannedFrom": "1er avril", "plannedUntil": "30/6",
          "participation": "oui", "cle": key, "raccourcir": "\(StepScene.step)", "raccourcirVersion": "2",
          "raccourcirAu": "2026-03-31",
        ])
      #expect(answer.location == StepScene.address)
      let shortening = try #require(services.calls(of: FSEAPI.shortenStep).first)
      #expect(shortening.version == "\"2\"" && shortening.json?["until"]?.text == "2026-03-31")
      #expect(services.calls(of: FSEAPI.register).last?.json?["participation"] == .bool(true))
    }
  }

  @Test(
    "a return that reopens a complete exit form is asked about first, above the form as it was typed")
  func reopening() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      services.refuse(
        FSEAPI.register, .conflict("sortie-complete", "Cette personne a déjà participé.", detail: "Elle reste une."))
      let fields: KeyValuePairs<String, String> = [
        "offer": "\(StepScene.funded)", "kind": "step", "plannedFrom": "1er avril", "plannedUntil": "30/6",
        "participation": "oui", "comment": "Après l’atelier", "cle": "k1",
      ]
      let asked = try await browser.post("\(StepScene.address)/nouvelle", fields)
      #expect(asked.status == 409 && asked.text.contains("Elle reste une."))
      #expect(asked.hidden("reouverture") == "oui" && asked.hidden("comment") == "Après l’atelier")
      #expect(asked.html.contains("value=\"1er avril\""))
      #expect(services.calls(of: FSEAPI.register).count == 1)

      services.refuse(FSEAPI.participate, .conflict("sortie-complete", "Cette personne a déjà participé."))
      let passage = "\(StepScene.address)/\(StepScene.step)/passage"
      #expect(try await browser.post(passage, ["version": "2"]).status == 409)
      services.serve(FSEAPI.participate, StepScene.made())
      let done = try await browser.post(passage, ["version": "2", "reouverture": "oui"])
      #expect(done.location == StepScene.address)
      #expect(services.calls(of: FSEAPI.participate).map { $0.json?["reopening"] } == [nil, .bool(true)])
    }
  }

  @Test("a class of offers and the overlap's notice keep what was typed")
  func keeping() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      let address = "\(StepScene.address)/nouvelle"
      let blank = try await browser.get(address)
      let tab = "\(address)?classe=emploi&amp;retour=oui"
      #expect(blank.html.contains("<button form=\"inscription\" formaction=\"\(tab)\" formnovalidate"))
      let typed: KeyValuePairs<String, String> = [
        "offer": "\(StepScene.funded)", "kind": "positioning", "plannedFrom": "bientôt", "comment": "À rappeler",
      ]
      let narrowed = try await browser.post("\(address)?classe=emploi&retour=oui", typed)
      #expect(
        narrowed.status == 200 && narrowed.html.contains("À rappeler") && narrowed.html.contains("value=\"bientôt\""))
      #expect(services.calls(of: FSEAPI.listOffers).last?.query["classification"] == "emploi")
      services.refuse(FSEAPI.changeStep, try StepScene.overlap())
      let change: KeyValuePairs<String, String> = [
        "plannedFrom": "1/2", "plannedUntil": "31/7", "comment": "Vu mardi", "version": "2",
      ]
      let step = "\(StepScene.address)/\(StepScene.step)"
      let refused = try await browser.post(step, change)
      #expect(refused.status == 409 && refused.html.contains("Vu mardi"))
      #expect(services.calls(of: FSEAPI.changeStep).count == 1)
    }
  }

  @Test("an overlap with what begins later offers nothing to shorten")
  func laterOverlap() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      let refusal = try StepScene.overlap(offering: false)
      services.refuse(FSEAPI.register, refusal)
      let page = try await browser.post(
        "\(StepScene.address)/nouvelle",
        ["offer": "\(StepScene.funded)", "kind": "step", "plannedFrom": "1/4", "plannedUntil": "30/6"])
      #expect(page.status == 409 && !page.text.contains("Raccourcir"))
    }
  }

  @Test("a step's days are changed under the version read; a positioning is confirmed by its own button")
  func change() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      services.serve(FSEAPI.changeStep, StepScene.made())
      services.serve(FSEAPI.convertPositioning, StepScene.made())
      let address = "\(StepScene.address)/\(StepScene.step)"
      let form = try await browser.get(address)
      #expect(form.hidden("version") == "2")
      _ = try await browser.post(
        address, ["plannedFrom": "1/2", "plannedUntil": "31/7", "from": "2/2", "until": "10/3", "version": "2"])
      let call = try #require(services.calls(of: FSEAPI.changeStep).first)
      #expect(call.version == "\"2\"" && call.json?["until"]?.text == "2026-03-10")
      services.serve(FSEAPI.showStep, StepScene.made(.positioning))
      let positioning = try await browser.get(address)
      #expect(positioning.html.contains("formaction=\"\(address)?confirmer=oui\""))
      _ = try await browser.post(
        "\(address)?confirmer=oui", ["plannedFrom": "1/2", "plannedUntil": "31/7", "version": "2"])
      #expect(services.calls(of: FSEAPI.convertPositioning).count == 1)
    }
  }

  @Test("a participation ends on one day for it and its step, and its fault lands at that field")
  func end() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      services.refuse(FSEAPI.endParticipation, .invalid([Fault("until", "ordre", "L’étape commence le 02/02/2026.")]))
      let address = "/participations/\(StepScene.participation)"
      let page = try await browser.get(address)
      #expect(page.text.contains("Saisissez d’abord la fin de la participation.") && page.hidden("version") == "7")
      let refused = try await browser.post("\(address)/fin", ["endOn": "1/1", "version": "7"])
      #expect(refused.status == 422 && refused.html.contains("id=\"champ-endOn-erreur\""))
      services.serve(FSEAPI.endParticipation, StepScene.taken(exit: .red))
      let answer = try await browser.post("\(address)/fin", ["endOn": "12/3", "endReason": "terminee", "version": "7"])
      #expect(answer.location == "\(StepScene.form)/exit")
      #expect(services.calls(of: FSEAPI.endParticipation).last?.version == "\"7\"")
      services.serve(FSEAPI.showParticipation, StepScene.taken(exit: .red, isEnded: true))
      let after = try await browser.get(address)
      #expect(!after.text.contains("Terminer la participation") && after.text.contains("Corriger la fin"))
      #expect(after.html.contains("value=\"12/03/2026\""))
    }
  }

  @Test("offers are listed and shown with who is registered, and edited by whoever may")
  func offers() async throws {
    try await PortalUnderTest.run(as: .accompagnateurEmploi) { services, browser in
      StepScene.serve(services)
      services.serve(
        FSEAPI.listOfferSteps,
        Page(items: [
          OfferStep(
            step: StepScene.step, dossier: Scene.dossier, number: 71_042, name: "MARTIN Léa", kind: .step, session: nil,
            plannedFrom: Scene.date("2026-02-01"), plannedUntil: Scene.date("2026-07-31"), from: nil, until: nil,
            endReason: nil)
        ]))
      services.serve(FSEAPI.changeOffer, StepScene.offers[0])
      let list = try await browser.get("/offres?classe=emploi")
      #expect(list.text.contains("Atelier mobilité") && list.text.contains("Ajouter une offre"))
      #expect(services.calls(of: FSEAPI.listOffers).first?.query["active"] == "true")
      let page = try await browser.get("/offres/\(StepScene.plain)")
      #expect(page.text.contains("MARTIN Léa") && page.text.contains("Printemps"))
      let form = try await browser.get("/offres/\(StepScene.plain)/modifier")
      #expect(form.html.contains("name=\"sessions.0.id\" value=\"\(StepScene.session)\""))
      _ = try await browser.post(
        "/offres/\(StepScene.plain)/modifier",
        [
          "name": "Atelier", "classification": "emploi", "startsOn": "1/1", "endsOn": "31/12", "active": "oui",
          "usesSessions": "oui", "sessions.0.id": "\(StepScene.session)", "sessions.0.name": "Printemps",
          "sessions.0.startsOn": "1/4", "sessions.0.endsOn": "30/6", "version": "6",
        ])
      let call = try #require(services.calls(of: FSEAPI.changeOffer).first)
      #expect(call.version == "\"6\"" && call.json?["needsReport"] == .bool(false))
      guard case .array(let sessions) = call.json?["sessions"] else {
        Issue.record("no sessions were sent")
        return
      }
      #expect(sessions.count == 1 && sessions[0]["id"]?.text == StepScene.session.description)
    }
    try await PortalUnderTest.run(as: .referent) { services, browser in
      StepScene.serve(services)
      let list = try await browser.get("/offres")
      #expect(list.status == 200 && !list.text.contains("Ajouter une offre"))
      let form = try await browser.get("/offres/nouvelle")
      #expect(form.status == 403)
    }
  }
}
