import API
import Domain
import Foundation
import Service

func addStepPages(to pages: Pages) {
  let steps = "dossiers/{dossier}/parcours"
  pages.get(steps, rights: [.readDossiers]) { visit in try await stepsPage(visit) }
  pages.form("\(steps)/nouvelle", rights: [.registerOnOffers], RegistrationForm.self)
  pages.form("\(steps)/{step}", rights: [.registerOnOffers], StepForm.self)
  pages.get("\(steps)/{step}/detail", rights: [.readDossiers]) { visit in try await stepDetailPage(visit) }
  pages.form("\(steps)/{step}/presence", rights: [.attendance, .registerOnOffers], AttendanceForm.self)
  pages.form("\(steps)/{step}/bilan", rights: [.attendance, .registerOnOffers], StepReportForm.self)
  pages.form("\(steps)/{step}/reponse", rights: [.attendance], StepAnswerForm.self)
  pages.post("\(steps)/{step}/presence/retrait", rights: [.attendance, .registerOnOffers]) { visit in
    try await removeAttendance(visit)
  }
  pages.post("\(steps)/{step}/passage", rights: [.fseForms]) { visit in try await participate(visit) }
  pages.get("\(steps)/{step}/suppression", rights: [.registerOnOffers]) { visit in
    let form = try await StepForm.load(visit)
    return form.open.page(asking: removal(of: form.step, form.open), in: "parcours")
  }
  pages.post("\(steps)/{step}/suppression", rights: [.registerOnOffers]) { visit in
    let id = try visit.id("dossier", of: Dossier.self)
    let step = try visit.id("step", of: Step.self)
    do {
      _ = try await visit.services.call(FSEAPI.deleteStep, ["step": step], version: try visit.version)
    } catch let problem as Problem where problem.status == 409 {
      return .see(
        "/dossiers/\(id)/parcours/\(step)/detail",
        saying: [problem.title, problem.detail].compactMap { $0 }.joined(separator: " "), tone: .waiting)
    }
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
  } catch let problem as Problem where Reopening.isAsked(by: problem) {
    return try await Reopening.page(visit, problem, version: version)
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
  async let linking = linkableObjectives(visit, of: id)
  let (open, steps, participations) = try await (opening, stepping.items, taking.items)
  let reasons = try await ending[.endReason]
  let objectives = await linking
  let rows = steps.map { step in row(step, open, reasons, objectives.filter { $0.step == step.id }) }
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

private func row(
  _ step: Step, _ open: OpenDossier, _ reasons: CountyList, _ objectives: [LinkableObjective]
) -> Row {
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
  if visit.person.may(anyOf: [.draftContracts, .moveContracts]) {
    actions.append(Action("Lier à un objectif", stepObjectiveAddress(step.id, open), weight: .plain))
  }
  let answered = objectives.isEmpty ? nil : objectives.map(\.answered).joined(separator: " · ")
  let real = step.from.map { from in
    "\(French.short(from)) → \(step.until.map(French.short) ?? "en cours")"
  }
  return Row(
    id: step.id.description, name: step.offerName,
    [
      Cell(step.offerName, detail: step.operatorName, address: "\(address)/detail"),
      Cell(step.badge(today: open.today), detail: step.endReason.map(reasons.label) ?? step.answerWords),
      Cell("\(French.short(step.plannedFrom)) → \(French.short(step.plannedUntil))"),
      Cell(real ?? "—", detail: answered),
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

/// A step of the dossier at hand, that is changed, or confirmed where it was a positioning.
private struct StepForm: DossierForm {
  let open: OpenDossier
  let step: Step
  let offer: Offer
  let operators: [Operator]
  let reasons: CountyList

  static let section = "parcours"

  static func load(_ visit: Visit) async throws -> StepForm {
    let id = try visit.id("step", of: Step.self)
    async let opening = OpenDossier.load(visit)
    async let showing = visit.services.call(FSEAPI.showStep, ["step": id])
    async let carrying = visit.services.call(FSEAPI.listOperators, [:], OperatorQuery(active: true, limit: 200))
    async let ending = visit.services.call(ServiceName.fse.lists.all)
    let step = try await showing
    let offer = try await visit.services.call(FSEAPI.showOffer, ["offer": step.offer])
    let open = try await opening
    guard step.dossier == open.detail.id else { throw Problem.notFound("Cette étape") }
    return try await StepForm(
      open: open, step: step, offer: offer, operators: carrying.items, reasons: ending[.endReason])
  }

  private var isPositioning: Bool { step.kind == .positioning }

  var groups: [QuestionGroup<StepAnswers>] {
    var others: [Question<StepAnswers>] = []
    if offer.usesSessions, !offer.sessions.isEmpty {
      others.append(.session("session", "Session", of: offer).awaited(true))
    }
    if offer.needsPartner { others.append(.partner(offer.carriers(operators)).awaited(true)) }
    others += [.area("objective", \.objective, "Objectif", rows: 2, most: 1000)]
    others += [.list("endReason", \.endReason, "Motif de fin", none: "Aucun", of: reasons), .comment]
    if !isPositioning { others.append(.area("report", \.report, "Bilan de fin d’étape", rows: 4, most: 4000)) }
    if isPositioning, offer.operation != nil, visit.may(.fseForms) {
      others.append(.participation(help: "À la confirmation, ses questionnaires FSE s’ouvrent"))
    }
    return [.days(isFunded: offer.operation != nil, today: visit.today), QuestionGroup(nil, all: others)]
  }

  var draft: StepAnswers {
    var draft = StepAnswers(
      offer: offer.id, kind: step.kind, partner: step.partner, plannedFrom: step.plannedFrom,
      plannedUntil: step.plannedUntil, from: step.from, until: step.until, endReason: step.endReason,
      comment: step.comment, objective: step.objective, report: step.report)
    draft[sessionOf: offer.id] = step.session
    return draft
  }

  var version: Int? { step.version }

  var sending: Sending {
    let address = open.address("parcours/\(step.id)")
    return Sending(
      "etape", "Enregistrer", cancel: open.address("parcours"), to: address,
      others: isPositioning ? [SubmitButton("Confirmer comme étape", "\(address)?confirmer=oui")] : [])
  }

  var head: PageHead {
    PageHead(
      step.offerName, lead: isPositioning ? "Un positionnement devient une étape quand il est confirmé." : nil,
      back: Link("Parcours", open.address("parcours")), badges: [step.badge(today: open.today)])
  }

  private var isConfirmed: Bool { visit.query["confirmer"] != nil || visit.form["confirmer"] != nil }

  func place(of problem: Problem) -> String? { problem.isFullSession ? "session" : nil }

  func refusal(_ problem: Problem, _ draft: StepAnswers) -> Notice? {
    wayOn(from: problem, draft, carrying: isConfirmed ? [HiddenValue("confirmer", "oui")] : [])
  }

  func save(_ draft: StepAnswers, version: Int?) async throws -> PageAnswer {
    let shortened = try await shortenFirst()
    let said = try await isConfirmed ? confirm(draft, version) : change(draft, version)
    return .see(open.address("parcours"), saying: [shortened, said].compactMap { $0 }.joined(separator: " "))
  }

  private func confirm(_ draft: StepAnswers, _ version: Int?) async throws -> String {
    let planned = try draft.planned(offer)
    let conversion = StepConversion(
      session: draft[sessionOf: offer.id], partner: draft.partner, plannedFrom: planned.from,
      plannedUntil: planned.until, from: draft.from, until: draft.until, participation: draft.participation,
      reopening: visit.reopening)
    let step = try await visit.services.call(
      FSEAPI.convertPositioning, ["step": step.id], conversion, version: version)
    return "Le positionnement est confirmé : « \(step.offerName) » est une étape."
  }

  private func change(_ draft: StepAnswers, _ version: Int?) async throws -> String {
    let planned = try draft.planned(offer)
    let change = StepChange(
      session: draft[sessionOf: offer.id], partner: draft.partner, plannedFrom: planned.from,
      plannedUntil: planned.until, from: draft.from, until: draft.until, endReason: draft.endReason,
      comment: draft.comment, objective: draft.objective, report: draft.report,
      closesParticipation: step.participation == nil ? nil : true)
    let step = try await visit.services.call(FSEAPI.changeStep, ["step": step.id], change, version: version)
    return "« \(step.offerName) » est modifiée."
  }
}
