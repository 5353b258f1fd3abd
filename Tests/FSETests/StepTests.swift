import API
import Domain
import Foundation
import Service
import TestSupport
import Testing

@testable import FSE

@Suite("Steps", .database) struct StepTests {
  @Test("an FSE overlap is refused with the earlier step to shorten; once it is shortened the registration is taken")
  func overlap() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      let earlier = try await scene.register(dossier, scene.draft(scene.first))
      let later = scene.draft(scene.second, from: "2026-02-16")
      let refused = try await refusal { try await scene.register(dossier, later) }
      #expect(refused.type == "/problemes/chevauchement-fse")
      #expect(refused.status == 409)
      #expect(refused.detail?.contains("« FSE 2025-2026 : Accompagnement » du 12/01/2026 au 31/12/2026") == true)
      #expect(refused.offer?["step"]?.text == earlier.id.description)
      #expect(refused.offer?["shortenTo"]?.text == "2026-02-15")
      #expect(try await scene.referent.call(FSEAPI.listSteps, ["dossier": dossier]).items.count == 1)

      let stale = try await refusal {
        try await scene.referent.call(
          FSEAPI.shortenStep, ["step": earlier.id], StepShortening(until: Scene.day("2026-02-15")), version: 7)
      }
      #expect(stale.status == 412)
      let shortened = try await scene.referent.call(
        FSEAPI.shortenStep, ["step": earlier.id], StepShortening(until: Scene.day("2026-02-15")),
        version: try #require(refused.offer?["version"]?.int))
      #expect(shortened.until == Scene.day("2026-02-15"))
      // One acceptance ends the participation as well, so its exit form is due.
      let participation = try await scene.participation(of: dossier)
      #expect(participation.until == Scene.day("2026-02-15"))
      #expect(participation.exit.state == .red)
      #expect(try await scene.register(dossier, later).kind == .step)
      let changes = try await scene.announced(StepChanged.type, about: dossier).map { $0["change"]?.text }
      #expect(changes == ["registered", "ended", "registered"])
    }
  }

  @Test("an overlap with a step that begins later offers nothing to shorten")
  func nothingToShorten() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      _ = try await scene.register(dossier, scene.draft(scene.first, from: "2026-06-01"))
      let refused = try await refusal { try await scene.register(dossier, scene.draft(scene.second)) }
      #expect(refused.type == "/problemes/chevauchement-fse")
      #expect(refused.offer == nil)
    }
  }

  @Test("twenty registrations of one dossier at once: one wins, the others are offered the same step to shorten")
  func twentyAtOnce() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      let outcomes = await withTaskGroup(of: Int.self) { tasks in
        for turn in 0..<20 {
          tasks.addTask {
            do {
              _ = try await scene.register(dossier, scene.draft(turn % 2 == 0 ? scene.first : scene.second))
              return 201
            } catch let problem as Problem {
              return problem.status
            } catch {
              return 0
            }
          }
        }
        return await tasks.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      }
      #expect(outcomes == [201: 1, 409: 19])
      #expect(try await scene.referent.call(FSEAPI.listSteps, ["dossier": dossier]).items.count == 1)
      #expect(try await scene.participation(of: dossier).entries == 1)
    }
  }

  @Test("steps that no operation pays for may overlap, and so may positionings")
  func ordinarySteps() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      let offer = try await Scene.offer("Atelier CV", nil, by: scene.chef)
      _ = try await scene.register(dossier, scene.draft(scene.first))
      _ = try await scene.register(dossier, scene.draft(offer, participation: false))
      _ = try await scene.register(dossier, scene.draft(offer, participation: false))
      var wish = scene.draft(scene.second, participation: false)
      wish.kind = .positioning
      let positioning = try await scene.register(dossier, wish)
      // Confirmed, the wish counts: it is then one FSE operation too many.
      let refused = try await refusal {
        try await scene.referent.call(
          FSEAPI.convertPositioning, ["step": positioning.id],
          StepConversion(plannedFrom: Scene.day("2026-03-02"), plannedUntil: Scene.day("2026-06-30")),
          version: positioning.version)
      }
      #expect(refused.type == "/problemes/chevauchement-fse")
      #expect(refused.offer?["shortenTo"]?.text == "2026-03-01")
    }
  }

  @Test("a positioning becomes a step with its participation, once")
  func conversion() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      var wish = scene.draft(scene.first, participation: false)
      wish.kind = .positioning
      let positioning = try await scene.register(dossier, wish)
      let conversion = StepConversion(
        plannedFrom: Scene.day("2026-03-02"), plannedUntil: Scene.day("2026-06-30"), participation: true)
      let step = try await scene.referent.call(
        FSEAPI.convertPositioning, ["step": positioning.id], conversion, version: positioning.version)
      #expect(step.kind == .step)
      #expect(step.participation != nil)
      let twice = try await refusal {
        try await scene.referent.call(
          FSEAPI.convertPositioning, ["step": positioning.id], conversion, version: step.version)
      }
      #expect(twice.type == "/problemes/deja-etape")
    }
  }

  @Test("dates outside the offer or the operation, an end before the start and a wrong reason are told all at once")
  func dates() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      let outside = try await refusal {
        try await scene.register(dossier, scene.draft(scene.first, from: "2024-12-01", until: "2027-01-31"))
      }
      #expect(Set(outside.faults?.map(\.field) ?? []) == ["plannedFrom", "plannedUntil", "from"])
      let backwards = try await refusal {
        try await scene.register(dossier, scene.draft(scene.first, from: "2026-05-01", until: "2026-04-01"))
      }
      #expect(backwards.faults?.map(\.field) == ["plannedUntil"])
      let step = try await scene.register(dossier, scene.draft(scene.first))
      let change = StepChange(
        plannedFrom: step.plannedFrom, plannedUntil: step.plannedUntil, from: Scene.day("2026-02-01"),
        until: Scene.day("2026-01-31"), endReason: "inventé")
      let wrong = try await refusal {
        try await scene.referent.call(FSEAPI.changeStep, ["step": step.id], change, version: step.version)
      }
      #expect(wrong.faults?.map(\.field) == ["until", "endReason"])
    }
  }

  @Test("a step is deleted while no form was filled in, and its participation with it")
  func deletion() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      let step = try await scene.register(dossier, scene.draft(scene.first))
      _ = try await scene.referent.call(FSEAPI.deleteStep, ["step": step.id], version: step.version)
      #expect(try await scene.referent.call(FSEAPI.listParticipations, ["dossier": dossier]).items.isEmpty)

      let again = try await scene.register(dossier, scene.draft(scene.first))
      let participation = try #require(again.participation)
      _ = try await scene.referent.call(
        FSEAPI.saveForm, ["participation": participation.description, "form": "entry"],
        FormAnswers(answers: ["E01": .string("O")]), version: 0)
      let refused = try await refusal {
        try await scene.referent.call(FSEAPI.deleteStep, ["step": again.id], version: again.version)
      }
      #expect(refused.type == "/problemes/formulaires-saisis")
    }
  }

  @Test("a dossier or step out of reach is not found, and an offer's list holds one's own persons only")
  func outOfScope() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      let step = try await scene.register(dossier, scene.draft(scene.first))
      let stranger = try await scene.service.client(as: .someone(.referentFSE))
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await stranger.call(FSEAPI.listSteps, ["dossier": dossier])
      }
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await stranger.call(FSEAPI.register, ["dossier": dossier], scene.draft(scene.first))
      }
      await #expect(throws: Problem.notFound("Cette étape")) {
        try await stranger.call(FSEAPI.showStep, ["step": step.id])
      }
      await #expect(throws: Problem.notFound("Cette étape")) {
        try await stranger.call(
          FSEAPI.shortenStep, ["step": step.id], StepShortening(until: Scene.day("2026-02-01")), version: 1)
      }
      let offer = ["offer": scene.first.id]
      #expect(try await stranger.call(FSEAPI.listOfferSteps, offer, OfferStepQuery()).items.isEmpty)
      let listed = try await scene.chef.call(FSEAPI.listOfferSteps, offer, OfferStepQuery())
      #expect(listed.items.map(\.name) == ["MARTIN Léa"])
    }
  }

  @Test("an operator reaches the persons registered with it on an offer that the county opened, and no other step")
  func enrolled() async throws {
    try await Scene.run { scene in
      let provider = try await scene.chef.call(
        FSEAPI.addOperator, [:], OperatorDetails(name: "Diagnostics 07", organisation: scene.operatorOrganisation))
      let open = try await scene.chef.call(
        FSEAPI.addOffer, [:],
        OfferDraft(
          name: "FSE 2026 : Diagnostic", operator: provider.id, classification: "fse",
          startsOn: Scene.day("2026-01-01"), endsOn: Scene.day("2026-12-31"), openToOperator: true,
          operation: scene.operation.id))
      let closed = try await scene.chef.call(
        FSEAPI.addOffer, [:],
        OfferDraft(
          name: "Non ouverte", operator: provider.id, classification: "emploi", startsOn: Scene.day("2026-01-01"),
          endsOn: Scene.day("2026-12-31")))
      let atelier = try await Scene.offer("Atelier", nil, by: scene.chef)
      let (enrolled, other) = (try await scene.dossier(), try await scene.dossier("DUPONT"))
      let step = try await scene.register(enrolled, scene.draft(open))
      _ = try await scene.register(enrolled, scene.draft(atelier, participation: false))
      _ = try await scene.register(other, scene.draft(closed, participation: false))

      let operateur = try await scene.service.client(
        as: .someone(.operateur, organisation: scene.operatorOrganisation))
      #expect(try await operateur.call(FSEAPI.listSteps, ["dossier": enrolled]).items.map(\.id) == [step.id])
      #expect(try await operateur.call(FSEAPI.listParticipations, ["dossier": enrolled]).items.count == 1)
      let participation = try #require(step.participation)
      let form = try await operateur.call(
        FSEAPI.showForm, ["participation": participation.description, "form": "entry"])
      #expect(form.status.state == .red)
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await operateur.call(FSEAPI.listSteps, ["dossier": other])
      }
      let stranger = try await scene.service.client(as: .someone(.operateur, organisation: .new()))
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await stranger.call(FSEAPI.listSteps, ["dossier": enrolled])
      }
    }
  }
}
