import API
import Domain
import Foundation
import Service

func addStepPages(to pages: Pages) {
  let steps = "dossiers/{dossier}/parcours"
  pages.get(steps, rights: [.readDossiers]) { visit in try await stepsPage(visit) }
  pages.get("\(steps)/{step}", rights: [.registerOnOffers]) { visit in
    let held = try await OpenStep.load(visit)
    return held.formPage(held.step.answers, version: held.step.version, faults: FormFaults())
  }
  pages.post("\(steps)/{step}", rights: [.registerOnOffers]) { visit in try await change(visit) }
  pages.post("\(steps)/{step}/passage", rights: [.fseForms]) { visit in try await participate(visit) }
  pages.get("\(steps)/{step}/suppression", rights: [.registerOnOffers]) { visit in
    let held = try await OpenStep.load(visit)
    return held.open.page(asking: removal(of: held.step, held.open), in: "parcours")
  }
  pages.post("\(steps)/{step}/suppression", rights: [.registerOnOffers]) { visit in
    let id = try visit.id("dossier", of: Dossier.self)
    _ = try await visit.services.call(
      FSEAPI.deleteStep, ["step": try visit.id("step", of: Step.self)], version: try visit.version)
    return .see("/dossiers/\(id)/parcours", saying: "L’inscription est supprimée.")
  }
}

private func participate(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  let version = try visit.version
  do {
    _ = try await visit.services.call(
      FSEAPI.participate, ["step": try visit.id("step", of: Step.self)], Passage(reopening: visit.reopening),
      version: version)
  } catch let problem as Problem {
    guard let reopening = Reopening(problem) else { throw problem }
    return try await reopening.page(
      visit, keeping: [], fresh: [HiddenValue("version", String(version))], returning: false)
  }
  return .see(
    "/dossiers/\(id)/parcours",
    saying: visit.reopening == nil
      ? "Le passage en convention est créé : le questionnaire d’entrée est ouvert."
      : "Le passage en convention est créé : la sortie sera à remplir de nouveau.")
}

private func stepsPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  async let opening = OpenDossier.load(visit)
  async let stepping = visit.services.call(FSEAPI.listSteps, ["dossier": id])
  async let taking = visit.services.call(FSEAPI.listParticipations, ["dossier": id])
  async let ending = visit.services.call(ServiceName.fse.lists.all)
  let (open, steps, participations) = try await (opening, stepping.items, taking.items)
  let reasons = try await ending[.endReason]
  let rows = steps.map { row($0, open, reasons) }
  let table = Table(
    id: "etapes", caption: "Étapes et positionnements",
    columns: [
      Column("Offre"), Column("État"), Column("Prévu", isSecondary: true), Column("Réel"),
      Column("Inscrit par", isSecondary: true), Column("Actions", isTitleHidden: true),
    ], rows: rows,
    empty: EmptyState(
      "Aucune étape", "Positionnez la personne sur une offre pour commencer son parcours.", icon: .route))
  let add = Action("Positionner sur une étape", open.address("parcours/nouvelle"), icon: .plus, weight: .primary)
  var body: [any Piece] = []
  if !participations.isEmpty {
    body.append(
      Panel(
        "Passages en convention FSE", count: participations.count,
        [
          ItemList(
            "Passages en convention", participations.map { $0.item(visit) },
            empty: EmptyState("Aucun passage", "Rien ici."))
        ]))
  }
  body.append(Panel("Étapes et positionnements", count: steps.count, [table]))
  let head = PageHead("Parcours", actions: visit.may(.registerOnOffers) ? [add] : [])
  return open.page(head, in: "parcours", body)
}

private func row(_ step: Step, _ open: OpenDossier, _ reasons: CountyList) -> Row {
  let visit = open.visit
  let address = open.address("parcours/\(step.id)")
  var actions: [Action] = []
  if visit.may(.registerOnOffers) {
    actions.append(
      Action(step.kind == .positioning ? "Confirmer ou modifier" : "Modifier", address, weight: .plain))
  }
  if visit.may(.fseForms), step.kind == .step, step.operation != nil, step.participation == nil {
    actions.append(
      Action(
        "Créer un passage en convention", "\(address)/passage", weight: .plain, posts: true,
        values: [HiddenValue("version", String(step.version))]))
  }
  if visit.may(.registerOnOffers) {
    actions.append(
      Action("Supprimer", "\(address)/suppression", weight: .plain, confirmation: removal(of: step, open)))
  }
  let real = step.from.map { from in
    "\(French.short(from)) → \(step.until.map(French.short) ?? "en cours")"
  }
  return Row(
    id: step.id.description, name: step.offerName,
    [
      Cell(step.offerName, detail: step.operatorName, address: "/offres/\(step.offer)"),
      Cell(step.badge(today: open.today), detail: step.endReason.map(reasons.label)),
      Cell("\(French.short(step.plannedFrom)) → \(French.short(step.plannedUntil))"), Cell(real ?? "—"),
      Cell(step.registeredByName), Cell(actions: actions),
    ])
}

private func removal(of step: Step, _ open: OpenDossier) -> Confirmation {
  Confirmation(
    id: "supprimer-\(step.id)", title: "Supprimer cette inscription ?",
    consequences: ["« \(step.offerName) » disparaît du parcours, comme si elle n’avait pas été saisie."],
    reassurance: "Pour garder la trace d’une étape terminée, saisissez plutôt sa fin réelle.",
    address: open.address("parcours/\(step.id)/suppression"), label: "Supprimer l’inscription", isDangerous: true,
    values: [HiddenValue("version", String(step.version))], back: open.address("parcours"))
}

private let labels: KeyValuePairs<String, String> = [
  "plannedFrom": "Début prévu", "plannedUntil": "Fin prévue", "from": "Début réel", "until": "Fin réelle",
  "session": "Session", "partner": "Opérateur", "endReason": "Motif de fin", "comment": "Commentaire",
]

extension Step {
  fileprivate var answers: FormAnswers {
    FormAnswers([
      ("plannedFrom", French.short(plannedFrom)), ("plannedUntil", French.short(plannedUntil)),
      ("from", from.map(French.short) ?? ""), ("until", until.map(French.short) ?? ""),
      ("session", session?.description ?? ""), ("partner", partner?.description ?? ""),
      ("endReason", endReason ?? ""), ("comment", comment ?? ""),
    ])
  }
}

/// A step of the dossier at hand, with what may be chosen for it.
private struct OpenStep: Sendable {
  let open: OpenDossier
  let step: Step
  let offer: Offer
  let operators: [Operator]
  let reasons: CountyList

  static func load(_ visit: Visit) async throws -> OpenStep {
    let id = try visit.id("step", of: Step.self)
    async let opening = OpenDossier.load(visit)
    async let showing = visit.services.call(FSEAPI.showStep, ["step": id])
    async let carrying = visit.services.call(FSEAPI.listOperators, [:], OperatorQuery(active: true, limit: 200))
    async let ending = visit.services.call(ServiceName.fse.lists.all)
    let step = try await showing
    let offer = try await visit.services.call(FSEAPI.showOffer, ["offer": step.offer])
    let open = try await opening
    guard step.dossier == open.detail.id else { throw Problem.notFound("Cette étape") }
    return OpenStep(
      open: open, step: step, offer: offer, operators: try await carrying.items, reasons: try await ending[.endReason])
  }

  func formPage(_ typed: FormAnswers, version: Int, faults: FormFaults) -> PageAnswer {
    let isPositioning = step.kind == .positioning
    var others: [Field] = []
    if offer.usesSessions, !offer.sessions.isEmpty {
      others.append(
        .select("session", "Session", sessionChoices(offer, chosen: typed["session"]), faults.common("session")))
    }
    if offer.needsPartner {
      let choices = operators.map {
        Choice($0.id.description, $0.name, isChosen: $0.id.description == typed["partner"])
      }
      others.append(
        .select("partner", "Opérateur", [Choice("", "Choisissez l’opérateur")] + choices, faults.common("partner")))
    }
    others += [
      .select(
        "endReason", "Motif de fin",
        [Choice("", "Aucun")] + reasons.choices(typed["endReason"]),
        faults.common("endReason", isRequired: false)),
      .area(
        "comment", "Commentaire", value: typed["comment"], rows: 2, maximumLength: 2000,
        faults.common("comment", isRequired: false)),
    ]
    if isPositioning, offer.operation != nil, open.visit.may(.fseForms) {
      others.append(
        .checkbox(
          "participation", "Créer un passage en convention", isChecked: typed["participation"] != nil,
          faults.common(
            "participation", help: "À la confirmation, ses questionnaires FSE s’ouvrent", isRequired: false)))
    }
    let address = open.address("parcours/\(step.id)")
    let form = Form(
      id: "etape", address: address,
      groups: [
        FieldGroup("Dates", isPaired: true, fields: dateFields(typed, faults)), FieldGroup(fields: others),
      ], values: [HiddenValue("version", String(version))], submit: "Enregistrer",
      others: isPositioning ? [SubmitButton("Confirmer comme étape", "\(address)?confirmer=oui")] : [],
      cancel: Link("Annuler", open.address("parcours")))
    let head = PageHead(
      step.offerName, lead: isPositioning ? "Un positionnement devient une étape quand il est confirmé." : nil,
      back: Link("Parcours", open.address("parcours")), badges: [step.badge(today: open.today)])
    return open.page(head, in: "parcours", faults.general + [form]).with(faults)
  }
}

private func change(_ visit: Visit) async throws -> PageAnswer {
  let dossier = try visit.id("dossier", of: Dossier.self)
  let id = try visit.id("step", of: Step.self)
  let version = try visit.version
  if visit.isReturning {
    return try await OpenStep.load(visit).formPage(visit.form, version: version, faults: FormFaults())
  }
  var faults = FormFaults()
  if let days = StepDays(visit.form, today: visit.today, &faults) {
    do {
      let shortened = try await shortenFirst(visit)
      let said = try await write(days, to: id, version: version, visit)
      return .see(
        "/dossiers/\(dossier)/parcours", saying: [shortened, said].compactMap { $0 }.joined(separator: " "))
    } catch let problem as Problem where problem.status == 412 {
      let held = try await OpenStep.load(visit)
      let fields = conflictFields(
        labels, mine: visit.form, theirs: held.step.answers, dates: Set(stepDayFields), today: visit.today)
      return held.open.conflict(
        fields, version: held.step.version, address: held.open.address("parcours/\(id)"), in: "parcours")
    } catch let problem as Problem {
      let kept = labels.map(\.key) + ["participation", "confirmer"]
      let fresh =
        [HiddenValue("version", String(version))]
        + (visit.query["confirmer"] == nil ? [] : [HiddenValue("confirmer", "oui")])
      if let overlap = Overlap(problem) {
        return try await overlap.page(visit, keeping: kept + [Reopening.field], fresh: fresh)
      }
      if let reopening = Reopening(problem) { return try await reopening.page(visit, keeping: kept, fresh: fresh) }
      faults = try FormFaults(problem, fields: labels.map(\.key) + ["participation"])
    }
  }
  return try await OpenStep.load(visit).formPage(visit.form, version: version, faults: faults)
}

/// Confirms a positioning where that button was pressed, changes the step otherwise.
private func write(_ days: StepDays, to id: ID<Step>, version: Int, _ visit: Visit) async throws -> String {
  let form = visit.form
  if visit.query["confirmer"] != nil || form["confirmer"] != nil {
    let conversion = StepConversion(
      session: form.id("session"), partner: form.id("partner"), plannedFrom: days.plannedFrom,
      plannedUntil: days.plannedUntil, from: days.from, until: days.until,
      participation: form["participation"] != nil, reopening: visit.reopening)
    let step = try await visit.services.call(
      FSEAPI.convertPositioning, ["step": id], conversion, version: version)
    return "Le positionnement est confirmé : « \(step.offerName) » est une étape."
  }
  let change = StepChange(
    session: form.id("session"), partner: form.id("partner"), plannedFrom: days.plannedFrom,
    plannedUntil: days.plannedUntil, from: days.from, until: days.until, endReason: form["endReason"],
    comment: form["comment"])
  let step = try await visit.services.call(FSEAPI.changeStep, ["step": id], change, version: version)
  return "« \(step.offerName) » est modifiée."
}
