import API
import Domain
import Foundation
import Service

func addRegistrationPages(to pages: Pages) {
  pages.get("dossiers/{dossier}/parcours/nouvelle", rights: [.registerOnOffers]) { visit in
    let typed = FormAnswers([("kind", Step.Kind.step.rawValue), ("offer", visit.query["offre"] ?? "")])
    return try await registrationPage(visit, typed, faults: FormFaults())
  }
  pages.post("dossiers/{dossier}/parcours/nouvelle", rights: [.registerOnOffers]) { visit in
    try await register(visit)
  }
}

/// What may be chosen: the offers of a class (all when absent), who carries them out, the county's classes.
private struct Offered {
  let offers: [Offer]
  let operators: [Operator]
  let classes: CountyList

  func ids(_ which: (Offer) -> Bool) -> String {
    offers.filter(which).map(\.id.description).joined(separator: "|")
  }
}

private func registrationPage(_ visit: Visit, _ typed: FormAnswers, faults: FormFaults) async throws -> PageAnswer {
  let chosenClass = visit.query["classe"]
  async let opening = OpenDossier.load(visit)
  async let offering = visit.services.call(
    FSEAPI.listOffers, [:], OfferQuery(classification: chosenClass, active: true, limit: 200))
  async let carrying = visit.services.call(FSEAPI.listOperators, [:], OperatorQuery(active: true, limit: 200))
  async let classing = visit.services.call(ServiceName.fse.lists.all)
  let open = try await opening
  let offered = Offered(
    offers: try await offering.items, operators: try await carrying.items,
    classes: try await classing[.offerClass])
  let address = open.address("parcours/nouvelle")
  let tabs = Tabs(
    "Classes d’offres",
    [Link("Toutes", Address(address, ["retour": "oui"]).text, isCurrent: chosenClass == nil)]
      + offered.classes.offered().map {
        Link(
          $0.label, Address(address, ["classe": $0.code, "retour": "oui"]).text, isCurrent: $0.code == chosenClass)
      }, form: "inscription")
  let form = Form(
    id: "inscription", address: Address(address, ["classe": chosenClass]).text,
    groups: [
      FieldGroup(fields: registrationFields(visit, typed, offered, faults)),
      FieldGroup("Dates", isPaired: true, fields: dateFields(typed, faults)),
      FieldGroup(fields: [
        .area(
          "comment", "Commentaire", value: typed["comment"], rows: 2, maximumLength: 2000,
          faults.common("comment", isRequired: false))
      ]),
    ], values: [Visit.freshKey], submit: "Positionner", cancel: Link("Annuler", open.address("parcours")))
  let head = PageHead("Positionner sur une étape", back: Link("Parcours", open.address("parcours")))
  return open.page(head, in: "parcours", [tabs] + faults.general + [form]).with(faults)
}

private func registrationFields(
  _ visit: Visit, _ typed: FormAnswers, _ offered: Offered, _ faults: FormFaults
) -> [Field] {
  let order = Dictionary(offered.classes.entries.map { ($0.code, $0) }) { first, _ in first }
  let sorted = offered.offers.sorted {
    (order[$0.classification]?.position ?? .max, $0.name) < (order[$1.classification]?.position ?? .max, $1.name)
  }
  let offers = sorted.map { offer in
    let name = [order[offer.classification]?.label, offer.name, offer.operatorName].compactMap { $0 }
    return Choice(
      offer.id.description, name.joined(separator: " · "), isChosen: offer.id.description == typed["offer"])
  }
  var fields: [Field] = [
    .select("offer", "Offre", [Choice("", "Choisissez une offre")] + offers, faults.common("offer")),
    .radios(
      "kind", "Inscription",
      [
        Choice(
          Step.Kind.step.rawValue, "Étape", help: "La personne y est inscrite",
          isChosen: typed["kind"] != Step.Kind.positioning.rawValue),
        Choice(
          Step.Kind.positioning.rawValue, "Positionnement", help: "Un souhait, à confirmer",
          isChosen: typed["kind"] == Step.Kind.positioning.rawValue),
      ], isInline: true, faults.common("kind")),
  ]
  for offer in sorted where offer.usesSessions && !offer.sessions.isEmpty {
    var common = faults.common("session")
    common.condition = "offer=\(offer.id)"
    fields.append(
      .select(
        sessionField(offer.id), "Session de « \(offer.name) »",
        sessionChoices(offer, chosen: typed[sessionField(offer.id)]), common))
  }
  let partnered = offered.ids(\.needsPartner)
  if !partnered.isEmpty {
    var common = faults.common("partner")
    common.condition = "offer=\(partnered)"
    let operators = offered.operators.map {
      Choice($0.id.description, $0.name, isChosen: $0.id.description == typed["partner"])
    }
    fields.append(.select("partner", "Opérateur", [Choice("", "Choisissez l’opérateur")] + operators, common))
  }
  let funded = offered.ids { $0.operation != nil }
  if !funded.isEmpty, visit.may(.fseForms) {
    var common = faults.common(
      "participation", help: "La personne entre dans l’opération FSE : ses questionnaires s’ouvrent",
      isRequired: false)
    common.condition = "offer=\(funded)"
    fields.append(
      .checkbox(
        "participation", "Créer un passage en convention", isChecked: typed["participation"] != nil, common))
  }
  return fields
}

/// Each offer has its own sessions, so its own field.
private func sessionField(_ offer: ID<Offer>) -> String { "session.\(offer)" }

func sessionChoices(_ offer: Offer, chosen: String?) -> [Choice] {
  [Choice("", "Choisissez une session")]
    + offer.sessions.compactMap { session in
      session.id.map {
        Choice(
          $0.description,
          "\(session.name) · du \(French.short(session.startsOn)) au \(French.short(session.endsOn))",
          isChosen: $0.description == chosen)
      }
    }
}

private func register(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  if visit.isReturning { return try await registrationPage(visit, visit.form, faults: FormFaults()) }
  var faults = FormFaults()
  let offer = visit.form.id("offer", of: Offer.self)
  if offer == nil { faults.add("offer", "Choisissez une offre.") }
  let dates = StepDays(visit.form, today: visit.today, &faults)
  let kind = visit.form["kind"].flatMap(Step.Kind.init(rawValue:)) ?? .step
  if let offer, let dates {
    let draft = StepDraft(
      offer: offer, session: visit.form.id(sessionField(offer)), partner: visit.form.id("partner"), kind: kind,
      plannedFrom: dates.plannedFrom, plannedUntil: dates.plannedUntil, from: dates.from, until: dates.until,
      comment: visit.form["comment"], participation: kind == .step && visit.form["participation"] != nil,
      reopening: visit.reopening)
    do {
      let shortened = try await shortenFirst(visit)
      let step = try await visit.services.call(FSEAPI.register, ["dossier": id], draft, key: visit.key)
      let done = kind == .step ? "L’étape" : "Le positionnement"
      let said = "\(done) « \(step.offerName) » est enregistré\(kind == .step ? "e" : "")."
      return .see("/dossiers/\(id)/parcours", saying: [shortened, said].compactMap { $0 }.joined(separator: " "))
    } catch let problem as Problem {
      let kept = ["offer", "kind", "partner", "participation", "comment", sessionField(offer)] + stepDayFields
      if let overlap = Overlap(problem) {
        return try await overlap.page(visit, keeping: kept + [Reopening.field], fresh: [Visit.freshKey])
      }
      if let reopening = Reopening(problem) {
        return try await reopening.page(visit, keeping: kept, fresh: [Visit.freshKey])
      }
      faults = try FormFaults(
        problem, fields: ["offer", "kind", "session", "partner", "participation", "comment"] + stepDayFields)
    }
  }
  return try await registrationPage(visit, visit.form, faults: faults)
}
