import API
import Domain
import Foundation
import Service

extension DemoCounty {
  /// What is known of a person and kept in their file, as it comes up at the interviews.
  func addFacts(_ dossier: DossierRow, _ index: Int, _ stand: DemoStand, _ referent: APIClient) async throws {
    let path = ["dossier": dossier.id]
    if index % 4 == 2 {
      let texts = [
        "Préfère être appelée le matin.", "Sans permis : rendez-vous près de la gare.",
        "Attend la réponse de la crèche pour septembre.",
      ]
      _ = try await referent.call(
        DossiersAPI.addNote, path, NoteDraft(text: texts[index / 4 % texts.count], audience: .public))
    }
    if stand.monthsAgo == 12, index % 3 == 0 {
      let codes = ["sante", "budget", "numerique"]
      _ = try await referent.call(
        DossiersAPI.addSideDatum, path,
        SideDatumDraft(kind: .difficulty, code: codes[index / 3 % codes.count], from: stand.day))
    }
    if stand.monthsAgo == 12, index % 5 < 2 {
      let isCurriculum = index % 5 == 0
      let name = "\(dossier.givenName) \(dossier.familyName)"
      let lines =
        isCurriculum
        ? [name, "Aide à domicile", "2019-2023 : employée de maison", "Permis B en cours"]
        : ["Attestation de la CAF", name, "Droit ouvert au RSA"]
      _ = try await referent.upload(
        DossiersAPI.depositDocument, path,
        query: isCurriculum
          ? ["folder": "emploi", "type": "cv"] : ["folder": "administratif", "type": "attestation"],
        bytes: DemoPaper.pdf(lines))
    }
    if stand.monthsAgo == 2, index == 3 {
      _ = try await referent.call(
        DossiersAPI.requestFormalNotice, path,
        FormalNoticeDraft(reason: "Trois absences sans nouvelles depuis l’été.", on: stand.day))
    }
  }

  /// A step that is over, a workshop with its attendance, a step that runs, a positioning; one person in five has none.
  func takeSteps(_ dossier: DossierRow, _ index: Int, _ offers: Offers, _ referent: APIClient) async throws {
    let path = ["dossier": dossier.id]
    switch index % 5 {
    case 0:
      let (from, until) = (today.adding(days: -200), today.adding(days: -90))
      let step = try await referent.call(
        FSEAPI.register, path,
        StepDraft(offer: offers.training.id, plannedFrom: from, plannedUntil: until, from: from))
      _ = try await referent.call(
        FSEAPI.changeStep, ["step": step.id],
        StepChange(plannedFrom: from, plannedUntil: until, from: from, until: until, endReason: "terminee"),
        version: step.version)
    case 1:
      let from = today.adding(days: -90)
      let step = try await referent.call(
        FSEAPI.register, path,
        StepDraft(offer: offers.workshop.id, plannedFrom: from, plannedUntil: today.adding(days: 30), from: from))
      let entries = (0..<4).map { week in
        AttendanceEntry(onDay: from.adding(days: 7 * week), half: .morning, minutes: week == index % 4 ? 0 : 180)
      }
      _ = try await referent.call(FSEAPI.saveAttendance, ["step": step.id], AttendanceDraft(entries: entries))
    case 2:
      let from = today.adding(days: -70)
      _ = try await referent.call(
        FSEAPI.register, path,
        StepDraft(offer: offers.training.id, plannedFrom: from, plannedUntil: today.adding(months: 4), from: from))
    case 3:
      _ = try await referent.call(
        FSEAPI.register, path,
        StepDraft(
          offer: offers.workshop.id, kind: .positioning, plannedFrom: today.adding(days: 14),
          plannedUntil: today.adding(days: 60)))
    default: break
    }
  }

  /// FSE participations at each point: both forms complete, an exit form due, an entry form overdue, one due in some
  /// days, one that runs with its entry form complete; and two of which the operator's people fill in the entry form.
  func participate(_ team: DemoTeam, _ offers: Offers) async throws {
    let lives: [(offer: Offer, daysAgo: Int, hasEntry: Bool, endedDaysAgo: Int?, hasExit: Bool)] = [
      (offers.funded, 150, true, 30, true), (offers.funded, 150, true, 10, false),
      (offers.funded, 60, false, nil, false),
      (offers.funded, 20, false, nil, false), (offers.funded, 100, true, nil, false),
      (offers.shared, 40, false, nil, false), (offers.shared, 15, false, nil, false),
    ]
    for one in team.referents where [.referentFSE, .accompagnateurEmploi].contains(one.profile) {
      let referent = try await signIn(email: one.email, as: one.profile)
      for (life, dossier) in zip(lives, one.dossiers ?? []) {
        let from = today.adding(days: -life.daysAgo)
        let step = try await referent.call(
          FSEAPI.register, ["dossier": dossier],
          StepDraft(
            offer: life.offer.id, plannedFrom: from, plannedUntil: today.adding(months: 3), from: from,
            participation: true))
        guard let participation = step.participation else { throw DemoError("the step opened no participation") }
        if life.hasEntry { try await fillIn(.entry, of: participation, referent) }
        guard let endedDaysAgo = life.endedDaysAgo else { continue }
        let path = ["participation": participation]
        let held = try await referent.call(FSEAPI.showParticipation, path)
        _ = try await referent.call(
          FSEAPI.endParticipation, path,
          ParticipationEnd(until: today.adding(days: -endedDaysAgo), endReason: "terminee"), version: held.version)
        if life.hasExit { try await fillIn(.exit, of: participation, referent) }
      }
    }
  }

  /// Answers what a form asks until nothing is missing: each answer may ask for another.
  private func fillIn(_ form: FSEForm, of participation: ID<Participation>, _ referent: APIClient) async throws {
    let path: [String: any CustomStringConvertible] = ["participation": participation, "form": form.rawValue]
    var sheet = try await referent.call(FSEAPI.showForm, path)
    for _ in 0..<6 {
      var answers = sheet.suggested.merging(sheet.answers) { _, answered in answered }
      for question in sheet.questionnaire.questions
      where sheet.missing.contains(question.code) && answers[question.code] == nil {
        answers[question.code] = answer(to: question)
      }
      let asked = Set(sheet.visible + sheet.missing)
      sheet = try await referent.call(
        FSEAPI.saveForm, path, FormAnswers(answers: answers.filter { asked.contains($0.key) }), version: sheet.version)
      if sheet.missing.isEmpty { return }
    }
    throw DemoError("the FSE form is never complete: \(sheet.missing.joined(separator: ", "))")
  }

  private func answer(to question: FormQuestion) -> JSONValue {
    let barred = (question.forbidden ?? []) + (question.discouraged ?? [])
    let choice = question.choices.map(\.code).first { !barred.contains($0) } ?? ""
    return switch question.kind {
    case .date: .string(today.adding(days: -400).description)
    case .text: .string("Sans précision")
    case .choice: .string(choice)
    case .multiple: .array((question.must ?? [choice]).map { .string($0) })
    }
  }
}
