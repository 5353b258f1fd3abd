import API
import Domain
import Foundation
import Service

func participationAddress(_ participation: ID<Participation>, _ part: String = "") -> String {
  part.isEmpty ? "/participations/\(participation)" : "/participations/\(participation)/\(part)"
}

func addParticipationPages(to pages: Pages) {
  pages.get("participations/{participation}", rights: [.readDossiers]) { visit in
    try await participationPage(visit, change: FormFaults(), end: FormFaults())
  }
  pages.post("participations/{participation}", rights: [.fseForms]) { visit in try await changeDates(visit) }
  pages.post("participations/{participation}/fin", rights: [.fseForms]) { visit in try await end(visit) }
}

extension Participation {
  func badges(today: CalendarDate) -> [Badge] {
    [entry.badge(.entry, today: today), exit.badge(.exit, today: today)]
  }

  /// The participation in a line, with its two dots and the way to its forms.
  func item(_ visit: Visit) -> Item {
    let proposed = proposedUntil.map { "fin proposée au \(French.long($0))" }
    let forms = FSEForm.allCases.map { form in
      Action(form == .entry ? "Saisir l’entrée" : "Saisir la sortie", questionnaireAddress(id, form), weight: .plain)
    }
    return Item(
      operationName, address: participationAddress(id),
      meta: [
        "du \(French.long(from)) au \(French.long(until))", proposed, entry.deadline(.entry), exit.deadline(.exit),
      ].compactMap { $0 }.joined(separator: " · "),
      icon: .briefcase, badges: badges(today: visit.today), actions: visit.may(.fseForms) ? forms : [])
  }
}

private func participationPage(
  _ visit: Visit, change: FormFaults, end: FormFaults
) async throws -> PageAnswer {
  let id = try visit.id("participation", of: Participation.self)
  async let showing = visit.services.call(FSEAPI.showParticipation, ["participation": id])
  async let ending = visit.services.call(ServiceName.fse.lists.all)
  let participation = try await showing
  let open = try await OpenDossier.load(visit, of: participation.dossier)
  let reasons = try await ending[.endReason]
  var body: [any Piece] = change.general + end.general
  if let day = participation.proposedUntil {
    body.append(
      Notice(
        "Une fin est proposée au \(French.long(day)).",
        "Le dossier a changé de référent ou quitte la file active. Terminez la participation si elle prend fin.",
        .waiting))
  }
  var facts = FSEForm.allCases.map { form in
    let status = form == .entry ? participation.entry : participation.exit
    return Fact(
      form.title, status.lockedBecause ?? status.dueOn.map { "Attendu le \(French.long($0))" },
      badge: status.badge(form, today: visit.today),
      action: visit.may(.fseForms)
        ? Action(
          status.state == .red ? "Remplir" : "Ouvrir", questionnaireAddress(id, form), icon: .edit, weight: .plain)
        : nil)
  }
  facts.append(Fact("Opération", participation.operationName))
  if participation.entries > 1 { facts.append(Fact("Entrées", "\(participation.entries), comptées comme une seule")) }
  body.append(Panel("Participation", [Facts(facts)]))
  if visit.may(.fseForms) {
    body += [
      Panel("Dates", id: "dates", [datesForm(participation, visit, change)]),
      Panel(
        participation.isEnded ? "Corriger la fin" : "Terminer", id: "fin",
        [endForm(participation, visit, reasons, end)]),
    ]
  }
  let lead = "du \(French.long(participation.from)) au \(French.long(participation.until))"
  let head = PageHead(
    "Passage en convention", lead: lead, back: Link("Parcours", open.address("parcours")),
    badges: participation.badges(today: visit.today))
  let answer = open.page(head, in: "parcours", body)
  return change.isEmpty ? answer.with(end) : answer.with(change)
}

private func datesForm(_ participation: Participation, _ visit: Visit, _ faults: FormFaults) -> Form {
  let typed = visit.path.hasSuffix("/fin") ? FormAnswers() : visit.form
  return Form(
    id: "participation", address: participationAddress(participation.id),
    groups: [
      FieldGroup(
        isPaired: true,
        fields: [
          .date(
            "from", "Première entrée", value: typed["from"] ?? French.short(participation.from),
            faults.common("from")),
          .date(
            "until", "Dernière sortie", value: typed["until"] ?? French.short(participation.until),
            faults.common("until")),
        ])
    ], values: [HiddenValue("version", String(participation.version))], submit: "Enregistrer les dates")
}

private func endForm(
  _ participation: Participation, _ visit: Visit, _ reasons: CountyList, _ faults: FormFaults
) -> Form {
  let typed = visit.path.hasSuffix("/fin") ? visit.form : FormAnswers()
  let isEnded = participation.isEnded
  let proposed = (isEnded ? participation.until : participation.proposedUntil).map(French.short)
  return Form(
    id: "fin-participation", address: participationAddress(participation.id, "fin"),
    groups: [
      FieldGroup(
        text: isEnded
          ? "La participation et son étape sont terminées. Corrigez leur dernier jour seulement s’il est faux."
          : "La participation et son étape se terminent le même jour, et le questionnaire de sortie s’ouvre.",
        isPaired: true,
        fields: [
          .date("endOn", "Dernier jour", value: typed["endOn"] ?? proposed, faults.common("endOn")),
          .select(
            "endReason", "Motif",
            [Choice("", "Aucun")] + reasons.choices(typed["endReason"]),
            faults.common("endReason", isRequired: false)),
        ])
    ], values: [HiddenValue("version", String(participation.version))],
    submit: isEnded ? "Corriger la fin" : "Terminer la participation")
}

private func changeDates(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("participation", of: Participation.self)
  var faults = FormFaults()
  let from = visit.form.date("from", today: visit.today, missing: "Indiquez la première entrée.", &faults)
  let until = visit.form.date("until", today: visit.today, missing: "Indiquez la dernière sortie.", &faults)
  if faults.isEmpty, let from, let until {
    do {
      let change = ParticipationChange(from: from, until: until)
      _ = try await visit.services.call(
        FSEAPI.changeParticipation, ["participation": id], change, version: try visit.version)
      return .see(participationAddress(id), saying: "Les dates sont enregistrées.")
    } catch let problem as Problem where problem.status == 412 {
      return try await participationPage(visit, change: .changedMeanwhile, end: FormFaults()).with(status: 412)
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: ["from", "until"])
    }
  }
  return try await participationPage(visit, change: faults, end: FormFaults())
}

private func end(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("participation", of: Participation.self)
  var faults = FormFaults()
  let day = visit.form.date("endOn", today: visit.today, missing: "Indiquez le dernier jour.", &faults)
  if faults.isEmpty, let day {
    do {
      let end = ParticipationEnd(until: day, endReason: visit.form["endReason"])
      _ = try await visit.services.call(
        FSEAPI.endParticipation, ["participation": id], end, version: try visit.version)
      return .see(
        questionnaireAddress(id, .exit),
        saying: "La participation et son étape se terminent le \(French.long(day)). Remplissez la sortie.")
    } catch let problem as Problem where problem.status == 412 {
      return try await participationPage(visit, change: FormFaults(), end: .changedMeanwhile).with(status: 412)
    } catch var problem as Problem {
      // The page has two forms with a last day: this one's field bears another name.
      problem.faults = problem.faults?.map { $0.field == "until" ? Fault("endOn", $0.code, $0.message) : $0 }
      faults = try FormFaults(problem, fields: ["endOn", "endReason"])
    }
  }
  return try await participationPage(visit, change: FormFaults(), end: faults)
}

extension FormFaults {
  /// Somebody was quicker; the page shows what was typed under the version that is current.
  static var changedMeanwhile: FormFaults {
    get throws {
      try FormFaults(
        Problem(
          "perime", 409, "Cette fiche a changé entre-temps.",
          detail: "Votre saisie est conservée : vérifiez-la, puis enregistrez de nouveau."), fields: [])
    }
  }
}
