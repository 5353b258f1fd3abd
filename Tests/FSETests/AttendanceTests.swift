import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import FSE

@Suite("Attendance", .database) struct AttendanceTests {
  @Test("presence is typed by half-day, corrected, summed and taken away; days to come or outside are refused")
  func typing() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      let step = try await scene.register(dossier, scene.draft(scene.first, participation: false))
      func save(_ day: String, _ half: HalfDay, _ minutes: Int?) async throws -> AttendanceSheet {
        try await scene.referent.call(
          FSEAPI.saveAttendance, ["step": step.id],
          AttendanceDraft(entries: [AttendanceEntry(onDay: Scene.day(day), half: half, minutes: minutes)]))
      }
      _ = try await save("2026-02-02", .morning, 180)
      _ = try await save("2026-02-02", .afternoon, 210)
      let sheet = try await save("2026-02-02", .morning, 120)
      #expect(sheet.minutes == 330)
      #expect(sheet.attendances.map(\.half) == [.morning, .afternoon])
      #expect(try await save("2026-02-02", .afternoon, nil).minutes == 120)
      let coming = try await refusal { try await save("2026-03-03", .morning, 60) }
      #expect(coming.faults?.map(\.code) == ["a-venir"])
      let outside = try await refusal { try await save("2026-01-02", .morning, 60) }
      #expect(outside.faults?.map(\.code) == ["hors-dates"])
      let shown = try await scene.referent.call(FSEAPI.showStep, ["step": step.id])
      #expect(shown.attendedMinutes == 120 && shown.attendances == 1)
      let day = try await scene.referent.call(
        FSEAPI.listOfferSteps, ["offer": scene.first.id], OfferStepQuery(day: Scene.day("2026-02-02")))
      #expect(day.items.map(\.morning) == [120])
    }
  }

  @Test("an offer that requires presence and a report says what is missing once the step is over")
  func missing() async throws {
    try await Scene.run { scene in
      let offer = try await scene.chef.call(
        FSEAPI.addOffer, [:],
        OfferDraft(
          name: "Diagnostic", classification: "diagnostic", startsOn: Scene.day("2026-01-01"),
          endsOn: Scene.day("2026-12-31"), needsAttendance: true, needsReport: true))
      let dossier = try await scene.dossier()
      let step = try await scene.register(
        dossier, scene.draft(offer, from: "2026-01-12", until: "2026-02-10", participation: false))
      #expect(step.missing(on: Scene.day("2026-02-10")).isEmpty)
      #expect(step.missing(on: Scene.day("2026-03-02")) == ["les présences", "le bilan"])
      _ = try await scene.referent.call(
        FSEAPI.saveAttendance, ["step": step.id],
        AttendanceDraft(entries: [AttendanceEntry(onDay: Scene.day("2026-01-13"), half: .morning, minutes: 0)]))
      var change = StepChange(plannedFrom: step.plannedFrom, plannedUntil: step.plannedUntil, from: step.from)
      change.until = Scene.day("2026-02-10")
      let unexplained = try await refusal {
        try await scene.referent.call(FSEAPI.changeStep, ["step": step.id], change, version: step.version)
      }
      #expect(unexplained.faults?.map(\.field) == ["endReason"])
      change.endReason = "terminee"
      change.report = "Projet validé."
      let ended = try await scene.referent.call(FSEAPI.changeStep, ["step": step.id], change, version: step.version)
      #expect(ended.missing(on: Scene.day("2026-03-02")).isEmpty)
    }
  }

  @Test("what an offer asks at the end is of the county's list, and each answer is of its kind")
  func characteristics() async throws {
    try await Scene.run { scene in
      var draft = OfferDraft(
        name: "Diagnostic", classification: "diagnostic", startsOn: Scene.day("2026-01-01"),
        endsOn: Scene.day("2026-12-31"), characteristics: [OfferCharacteristic(code: "invente", kind: .text)])
      let unknown = try await refusal { try await scene.chef.call(FSEAPI.addOffer, [:], draft) }
      #expect(unknown.faults?.map(\.field) == ["characteristics.0.code"])
      draft.characteristics = [OfferCharacteristic(code: "stage", kind: .number)]
      let offer = try await scene.chef.call(FSEAPI.addOffer, [:], draft)
      let step = try await scene.register(try await scene.dossier(), scene.draft(offer, participation: false))
      #expect(step.asked == [OfferCharacteristic(code: "stage", kind: .number)])
      let wrong = try await refusal {
        try await scene.referent.call(
          FSEAPI.saveStepReport, ["step": step.id],
          StepReport(report: nil, characteristics: ["stage": "beaucoup", "autre": "x"]), version: step.version)
      }
      #expect(wrong.faults?.map(\.field) == ["characteristics.autre", "characteristics.stage"])
      let told = try await scene.referent.call(
        FSEAPI.saveStepReport, ["step": step.id], StepReport(report: "Bien.", characteristics: ["stage": "12"]),
        version: step.version)
      #expect(told.characteristics == ["stage": "12"] && told.report == "Bien.")
    }
  }

  @Test("a step's end closes its participation where that is said, on the same day")
  func closing() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      let step = try await scene.register(dossier, scene.draft(scene.first))
      let change = StepChange(
        plannedFrom: step.plannedFrom, plannedUntil: step.plannedUntil, from: step.from,
        until: Scene.day("2026-02-20"), endReason: "emploi", closesParticipation: true)
      _ = try await scene.referent.call(FSEAPI.changeStep, ["step": step.id], change, version: step.version)
      let participation = try await scene.participation(of: dossier)
      #expect(participation.until == Scene.day("2026-02-20"))
      #expect(participation.isEnded && participation.exit.state == .red)
    }
  }

  @Test("a step whose presence or assessment was written is not deleted: what would be lost is said")
  func kept() async throws {
    try await Scene.run { scene in
      let dossier = try await scene.dossier()
      let step = try await scene.register(dossier, scene.draft(scene.first, participation: false))
      _ = try await scene.referent.call(
        FSEAPI.saveAttendance, ["step": step.id],
        AttendanceDraft(entries: [AttendanceEntry(onDay: Scene.day("2026-02-02"), half: .morning, minutes: 180)]))
      let reported = try await scene.referent.call(
        FSEAPI.saveStepReport, ["step": step.id], StepReport(report: "Assidue."), version: step.version)
      let kept = try await refusal {
        try await scene.referent.call(FSEAPI.deleteStep, ["step": step.id], version: reported.version)
      }
      #expect(kept.type == "/problemes/etape-suivie")
      #expect(kept.detail?.contains("1 demi-journée de présence et son bilan") == true)
      _ = try await scene.referent.call(
        FSEAPI.saveAttendance, ["step": step.id],
        AttendanceDraft(entries: [AttendanceEntry(onDay: Scene.day("2026-02-02"), half: .morning, minutes: nil)]))
      let emptied = try await scene.referent.call(
        FSEAPI.saveStepReport, ["step": step.id], StepReport(report: nil), version: reported.version)
      _ = try await scene.referent.call(FSEAPI.deleteStep, ["step": step.id], version: emptied.version)
    }
  }

  @Test("an operator types the presence of its own steps, sees the telephone where the offer shows it, and no other")
  func byOperator() async throws {
    try await Scene.run { scene in
      let carrier = try await scene.chef.call(
        FSEAPI.addOperator, [:], OperatorDetails(name: "Diagnostics 07", organisation: scene.operatorOrganisation))
      func offer(_ name: String, shows: Bool, open: Bool) async throws -> Offer {
        try await scene.chef.call(
          FSEAPI.addOffer, [:],
          OfferDraft(
            name: name, operator: carrier.id, classification: "diagnostic", startsOn: Scene.day("2026-01-01"),
            endsOn: Scene.day("2026-12-31"), openToOperator: open, showsPhone: shows))
      }
      let dossier = try await scene.dossier()
      try await scene.service.database.owner {
        _ = try await $0.execute("update dossiers.dossier set phone = '+33612345678' where id = \(dossier)")
      }
      let shown = try await scene.register(
        dossier, scene.draft(try await offer("Montre", shows: true, open: true), participation: false))
      let hidden = try await scene.register(
        dossier, scene.draft(try await offer("Cache", shows: false, open: true), participation: false))
      let closed = try await scene.register(
        dossier, scene.draft(try await offer("Fermée", shows: true, open: false), participation: false))
      let operateur = try await scene.service.client(
        as: .someone(.operateur, organisation: scene.operatorOrganisation))
      let entry = AttendanceDraft(
        entries: [AttendanceEntry(onDay: Scene.day("2026-02-02"), half: .morning, minutes: 60)])
      #expect(try await operateur.call(FSEAPI.saveAttendance, ["step": shown.id], entry).minutes == 60)
      #expect(try await operateur.call(FSEAPI.showStep, ["step": shown.id]).phone == "+33612345678")
      #expect(try await operateur.call(FSEAPI.showStep, ["step": hidden.id]).phone == nil)
      let reported = try await operateur.call(
        FSEAPI.saveStepReport, ["step": shown.id], StepReport(report: "A suivi l’atelier."), version: shown.version)
      #expect(reported.report == "A suivi l’atelier.")
      await #expect(throws: Problem.notFound("Cette étape")) {
        try await operateur.call(FSEAPI.saveAttendance, ["step": closed.id], entry)
      }
    }
  }
}
