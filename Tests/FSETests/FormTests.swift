import API
import Domain
import Foundation
import Messaging
import Postgres
import Service
import TestSupport
import Testing

@testable import FSE

@Suite("Forms", .database) struct FormTests {
  @Test("the entry form is red until its last required answer, then green; defaults are suggested only")
  func entry() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      let step = try await scene.register(dossier, scene.draft(scene.first))
      let place = ["participation": try #require(step.participation).description, "form": "entry"]
      let blank = try await scene.referent.call(FSEAPI.showForm, place)
      #expect(blank.answers.isEmpty)
      #expect(blank.version == 0)
      #expect(blank.suggested["E03"] == .string("AUT"))
      #expect(blank.suggested["E07"] == .string("2026-01-12"))
      #expect(blank.suggested["E13"] == .array([.string("RSA")]))
      #expect(blank.visible.contains("E06") && !blank.visible.contains("E05"))
      #expect(blank.status.dueOn == Scene.day("2026-02-09"))

      var answers = entryAnswers
      answers["E15"] = nil
      answers["E02"] = .string("N")
      let begun = try await scene.referent.call(FSEAPI.saveForm, place, FormAnswers(answers: answers), version: 0)
      #expect(begun.status.state == .red)
      #expect(begun.missing == ["E15"])
      #expect(begun.answers["E02"] == nil, "an answer to a hidden question is not kept")

      let stale = try await refusal {
        try await scene.referent.call(FSEAPI.saveForm, place, FormAnswers(answers: entryAnswers), version: 0)
      }
      #expect(stale.status == 412)
      answers["E11"] = .string("9")
      answers["E09"] = .string("N")
      answers["E07"] = .string("2026-02-30")
      answers["E99"] = .string("O")
      let impossible = try await refusal {
        try await scene.referent.call(FSEAPI.saveForm, place, FormAnswers(answers: answers), version: begun.version)
      }
      #expect(
        Set(impossible.faults?.map(\.field) ?? []) == ["answers.E07", "answers.E09", "answers.E11", "answers.E99"])

      let done = try await scene.referent.call(
        FSEAPI.saveForm, place, FormAnswers(answers: entryAnswers), version: begun.version)
      #expect(done.status.state == .green)
      #expect(try await scene.participation(of: dossier).entry.state == .green)
      let events = try await scene.announced(FormChanged.type, about: dossier)
      #expect(events.map { $0["status"]?.text } == ["due", "completed"])
    }
  }

  @Test("the exit form stays locked until the real end is entered and reached in the step and in the participation")
  func exitLock() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      let step = try await scene.register(dossier, scene.draft(scene.first))
      let begun = try await scene.participation(of: dossier)
      #expect(begun.until == Scene.day("2026-12-31"), "by default the operation's last day")
      #expect(begun.exit.state == .locked)
      #expect(begun.exit.lockedBecause == "Saisissez la date de fin réelle dans l’étape.")
      let place = ["participation": begun.id.description, "form": "exit"]
      let locked = try await refusal {
        try await scene.referent.call(FSEAPI.saveForm, place, FormAnswers(answers: exitAnswers), version: 0)
      }
      #expect(locked.type == "/problemes/sortie-verrouillee")

      let ended = try await scene.referent.call(
        FSEAPI.changeStep, ["step": step.id],
        StepChange(
          plannedFrom: step.plannedFrom, plannedUntil: step.plannedUntil, from: step.from,
          until: Scene.day("2026-03-01"), endReason: "emploi"), version: step.version)
      #expect(ended.endReason == "emploi")
      let half = try await scene.participation(of: dossier)
      #expect(half.exit.state == .locked)
      #expect(half.exit.lockedBecause?.contains("31 décembre 2026") == true)
      let differing = try await scene.referent.call(
        FSEAPI.changeParticipation, ["participation": begun.id],
        ParticipationChange(from: half.from, until: Scene.day("2026-02-28")), version: half.version)
      #expect(differing.exit.state == .locked)
      let open = try await scene.referent.call(
        FSEAPI.changeParticipation, ["participation": begun.id],
        ParticipationChange(from: half.from, until: Scene.day("2026-03-01")), version: differing.version)
      #expect(open.exit.state == .red)
      #expect(open.exit.dueOn == Scene.day("2026-03-29"))
      let stale = try await refusal {
        try await scene.referent.call(
          FSEAPI.changeParticipation, ["participation": begun.id],
          ParticipationChange(from: half.from, until: half.until), version: half.version)
      }
      #expect(stale.status == 412)

      let due = try await scene.referent.call(FSEAPI.listDueForms, [:], DueFormQuery())
      #expect(due.items.map(\.form) == [.entry, .exit])
      #expect(due.items.map(\.daysLeft) == [-21, 27])
      let done = try await scene.referent.call(
        FSEAPI.saveForm, place, FormAnswers(answers: exitAnswers), version: 0)
      #expect(done.status.state == .green)
      #expect(try await scene.referent.call(FSEAPI.listDueForms, [:], DueFormQuery()).items.map(\.form) == [.entry])
    }
  }

  @Test("who comes back to the same operation is one participant: first entry kept, exit to be told again")
  func reentry() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      _ = try await scene.register(dossier, scene.draft(scene.first))
      let first = try await scene.participation(of: dossier)
      _ = try await scene.referent.call(
        FSEAPI.saveForm, ["participation": first.id.description, "form": "entry"], FormAnswers(answers: entryAnswers),
        version: 0)
      let ended = try await scene.referent.call(
        FSEAPI.endParticipation, ["participation": first.id],
        ParticipationEnd(until: Scene.day("2026-02-28"), endReason: "autre"),
        version: first.version)
      #expect(ended.exit.state == .red)
      _ = try await scene.referent.call(
        FSEAPI.saveForm, ["participation": first.id.description, "form": "exit"], FormAnswers(answers: exitAnswers),
        version: 0)
      var draft = scene.draft(scene.second, from: "2026-03-02")
      let silent = try await refusal { try await scene.register(dossier, draft) }
      #expect(silent.type == "/problemes/sortie-complete" && silent.detail?.contains("2 mars 2026") == true)
      #expect(try await scene.participation(of: dossier).exit.state == .green)
      draft.reopening = true
      _ = try await scene.register(dossier, draft)

      let all = try await scene.referent.call(FSEAPI.listParticipations, ["dossier": dossier]).items
      let again = try #require(all.first)
      #expect(all.count == 1)
      #expect(again.id == first.id)
      #expect(again.from == Scene.day("2026-01-12"))
      #expect(again.until == Scene.day("2026-12-31"))
      #expect(again.entries == 2)
      #expect(again.entry.state == .green)
      #expect(again.exit.state == .locked)
      #expect(ended.isEnded && !again.isEnded)
      let meter = try await scene.gestionnaire.call(FSEAPI.showCompleteness, ["operation": scene.operation.id])
      #expect(meter.participants == 1)
      #expect(meter.incomplete == 0)
    }
  }

  @Test("the end of a step is told once, whatever is corrected afterwards; a deleted step did not end")
  func toldOnce() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      _ = try await scene.register(dossier, scene.draft(scene.first))
      let begun = try await scene.participation(of: dossier)
      let mute = try await refusal {
        try await scene.referent.call(
          FSEAPI.endParticipation, ["participation": begun.id], ParticipationEnd(until: Scene.day("2026-02-27")),
          version: begun.version)
      }
      #expect(mute.faults?.map(\.field) == ["endReason"])
      let ended = try await scene.referent.call(
        FSEAPI.endParticipation, ["participation": begun.id],
        ParticipationEnd(until: Scene.day("2026-02-28"), endReason: "autre"),
        version: begun.version)
      _ = try await scene.referent.call(
        FSEAPI.endParticipation, ["participation": begun.id], ParticipationEnd(until: Scene.day("2026-02-27")),
        version: ended.version)
      let step = try await scene.referent.call(FSEAPI.showStep, ["step": begun.step])
      _ = try await scene.referent.call(
        FSEAPI.changeStep, ["step": step.id],
        StepChange(
          plannedFrom: step.plannedFrom, plannedUntil: step.plannedUntil, from: step.from, until: step.until,
          endReason: "emploi"), version: step.version)
      func changes() async throws -> [String?] {
        try await scene.announced(StepChanged.type, about: dossier).map { $0["change"]?.text }
      }
      #expect(try await changes() == ["registered", "ended", "changed", "changed"])
      let last = try await scene.referent.call(FSEAPI.showStep, ["step": step.id])
      _ = try await scene.referent.call(FSEAPI.deleteStep, ["step": step.id], version: last.version)
      #expect(try await changes().last == "removed")
    }
  }

  @Test("a manager reaches the participants of the operations managed, and their participations in no other")
  func managers() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      _ = try await scene.register(dossier, scene.draft(scene.first, until: "2026-02-28"))
      let other = try await scene.service.client(as: .someone(.gestionnaireFSE))
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await other.call(FSEAPI.listParticipations, ["dossier": dossier])
      }
      await #expect(throws: Problem.notFound("Cette opération")) {
        try await other.call(FSEAPI.showCompleteness, ["operation": scene.operation.id])
      }
      let draft = FSEOperationDraft(
        name: "FSE 2026 : Autre", code: "2026-02", startsOn: Scene.day("2026-01-01"), endsOn: Scene.day("2026-12-31"))
      let operation = try await other.call(FSEAPI.addOperation, [:], draft)
      let offer = try await Scene.offer2026(operation, by: scene.chef)
      let shortened = try await scene.referent.call(
        FSEAPI.shortenStep,
        ["step": try #require(try await scene.referent.call(FSEAPI.listSteps, ["dossier": dossier]).items.first).id],
        StepShortening(until: Scene.day("2026-02-28")), version: 1)
      #expect(shortened.until == Scene.day("2026-02-28"))
      _ = try await scene.register(dossier, scene.draft(offer, from: "2026-03-02"))

      #expect(try await scene.referent.call(FSEAPI.listParticipations, ["dossier": dossier]).items.count == 2)
      for (client, own) in [(scene.gestionnaire, scene.operation.id), (other, operation.id)] {
        let seen = try await client.call(FSEAPI.listParticipations, ["dossier": dossier]).items
        #expect(seen.map(\.operation) == [own])
      }
      let foreign = try await scene.participation(of: dossier)
      #expect(foreign.operation == operation.id)
      await #expect(throws: Problem.notFound("Cette participation")) {
        try await scene.gestionnaire.call(FSEAPI.showParticipation, ["participation": foreign.id])
      }
      await #expect(throws: Problem.notFound("Cette opération")) {
        try await scene.gestionnaire.call(
          FSEAPI.changeOperation, ["operation": operation.id], draft, version: operation.version)
      }
      let meter = try await scene.gestionnaire.call(FSEAPI.showCompleteness, ["operation": scene.operation.id])
      #expect(meter.incompleteShare == 100 && meter.awaited == 0)
      #expect(meter.withinLimit == false)
      #expect(meter.withoutContact == 1)
    }
  }

  @Test("a sheet is incomplete once its form is late; while it may still be filled in it is awaited")
  func withinDelay() async throws {
    try await Scene.run { scene in
      _ = try await scene.register(try await scene.dossier(), scene.draft(scene.first, from: "2026-02-20"))
      let meter = try await scene.gestionnaire.call(FSEAPI.showCompleteness, ["operation": scene.operation.id])
      #expect(meter.awaited == 1 && meter.incomplete == 0 && meter.withinLimit)
      func due(_ days: Int) async throws -> Int {
        try await scene.gestionnaire.call(FSEAPI.listDueForms, [:], DueFormQuery(daysLeft: days)).items.count
      }
      #expect(try await due(18) == 1)
      #expect(try await due(17) == 0)
      scene.service.clock.travel(days: 29)
      let late = try await scene.gestionnaire.call(FSEAPI.showCompleteness, ["operation": scene.operation.id])
      #expect(late.awaited == 0 && late.incomplete == 1 && !late.withinLimit)
    }
  }

  @Test("a change of référent proposes an end and ends nothing; a territory is carried along")
  func caseloadEvents() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      let step = try await scene.register(dossier, scene.draft(scene.first))
      let elsewhere = ID<Territory>.new()
      try scene.service.publish(
        ReferentChanged(
          dossier: dossier, former: scene.lead, formerOrganisation: nil, lead: .new(), organisation: nil,
          on: Scene.day("2026-03-02"), accessUntil: nil))
      try scene.service.publish(
        TerritoryChanged(dossier: dossier, former: scene.territory, territory: elsewhere))
      let proposed = try await scene.service.eventually("an end is proposed") {
        let participation = try await scene.participation(of: dossier)
        return participation.proposedUntil == nil ? nil : participation
      }
      #expect(proposed.proposedUntil == Scene.day("2026-03-01"))
      #expect(proposed.until == Scene.day("2026-12-31"))
      #expect(try await scene.referent.call(FSEAPI.showStep, ["step": step.id]).until == nil)
      let due = try await scene.referent.call(FSEAPI.listDueForms, [:], DueFormQuery(form: .exit)).items
      #expect(due.map(\.reason) == ["referent_changed"])
      #expect(due.map(\.dueOn) == [Scene.day("2026-03-29")])
      let carried = try await scene.service.eventually("the territory is carried along") {
        try await scene.service.database.owner {
          try await $0.first(
            """
            select true from fse.participation p join fse.step s using (dossier, territory)
            where territory = \(elsewhere)
            """,
            as: Bool.self)
        }
      }
      #expect(carried)
      let exits = try await scene.announced(FormChanged.type, about: dossier).filter { $0["form"]?.text == "exit" }
      #expect(exits.map { $0["status"]?.text } == ["due"])

      // Taking the proposal over answers it.
      let ended = try await scene.referent.call(
        FSEAPI.endParticipation, ["participation": proposed.id],
        ParticipationEnd(until: Scene.day("2026-03-01"), endReason: "autre"),
        version: proposed.version)
      #expect(ended.proposedUntil == nil)
      #expect(ended.exit.state == .red)
    }
  }

  @Test("an exit that falls due because its day has come is announced once")
  func watch() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      var draft = scene.draft(scene.first)
      draft.until = Scene.day("2026-03-31")
      _ = try await scene.register(dossier, draft)
      let parts = scene.service.parts
      let watch = FormsDueWatch(postgres: parts.postgres, now: parts.now, logger: parts.logger)
      #expect(try await watch.announceSome() == 0)
      scene.service.clock.travel(days: 29)
      // The process's own watch may get there first; whoever does, it is announced once.
      async let here = watch.announceSome()
      async let there = watch.announceSome()
      #expect(try await here + there <= 1)
      let exits = try await scene.service.eventually("the exit is announced") {
        let exits = try await scene.announced(FormChanged.type, about: dossier).filter { $0["form"]?.text == "exit" }
        return exits.isEmpty ? nil : exits
      }
      #expect(try await watch.announceSome() == 0)
      #expect(exits.count == 1)
      #expect(try await scene.participation(of: dossier).exit.state == .red)
    }
  }
}

extension Scene {
  static func offer2026(_ operation: FSEOperation, by client: APIClient) async throws -> Offer {
    try await client.call(
      FSEAPI.addOffer, [:],
      OfferDraft(
        name: "FSE 2026 : Autre", classification: "fse", startsOn: day("2026-01-01"), endsOn: day("2026-12-31"),
        operation: operation.id))
  }
}
