import API
import Domain
import Foundation
import Service

/// A person's registration on an offer.
struct RegistrationForm: DossierForm {
  let open: OpenDossier
  /// The offers of a class (all when absent), who carries them out, the county's classes.
  let offers: [Offer]
  let operators: [Operator]
  let classes: CountyList
  /// The operation of the offer that the form opens with.
  let funding: FSEOperation?

  static let section = "parcours"

  static func load(_ visit: Visit) async throws -> RegistrationForm {
    async let opening = OpenDossier.load(visit)
    async let offering = visit.services.call(
      FSEAPI.listOffers, [:], OfferQuery(classification: visit.query["classe"], active: true, limit: 200))
    async let carrying = visit.services.call(FSEAPI.listOperators, [:], OperatorQuery(active: true, limit: 200))
    async let classing = visit.services.call(ServiceName.fse.lists.all)
    let (open, offers) = try await (opening, offering.items)
    let asked: ID<Offer>? = visit.query.id("offre")
    let operation = offers.first { $0.id == asked }?.operation
    var funding: FSEOperation?
    if let operation { funding = try await visit.services.call(FSEAPI.showOperation, ["operation": operation]) }
    return try await RegistrationForm(
      open: open, offers: offers, operators: carrying.items, classes: classing[.offerClass], funding: funding)
  }

  var groups: [QuestionGroup<StepAnswers>] {
    [QuestionGroup(nil, all: what), .days(isFunded: isFunded, today: visit.today), QuestionGroup(.comment)]
  }

  private var what: [Question<StepAnswers>] {
    let order = Dictionary(classes.entries.map { ($0.code, $0) }) { first, _ in first }
    let sorted = offers.sorted {
      (order[$0.classification]?.position ?? .max, $0.name) < (order[$1.classification]?.position ?? .max, $1.name)
    }
    let named = sorted.map { offer in
      let name = [order[offer.classification]?.label, offer.name, offer.operatorName].compactMap { $0 }
      return Choice(offer.id.description, name.joined(separator: " · "))
    }
    var questions: [Question<StepAnswers>] = [
      .list("offer", \.offer, "Offre", none: "Choisissez une offre", missing: "Choisissez une offre.", named),
      .radios(
        "kind", \.kind, "Inscription",
        [
          Choice(Step.Kind.step.rawValue, "Étape", help: "La personne y est inscrite"),
          Choice(Step.Kind.positioning.rawValue, "Positionnement", help: "Un souhait, à confirmer"),
        ], isInline: true),
    ]
    questions += sorted.filter { $0.usesSessions && !$0.sessions.isEmpty }.map { offer in
      Question.session("session.\(offer.id)", "Session de « \(offer.name) »", of: offer)
        .when("offer", is: offer.id.description).awaited(true)
    }
    let (partnered, funded) = (ids(\.needsPartner), ids { $0.operation != nil })
    if !partnered.isEmpty {
      let carriers = chosen?.carriers(operators) ?? operators.map { Choice($0.id.description, $0.details.name) }
      questions.append(.partner(carriers).when("offer", among: partnered).awaited(true))
    }
    if !funded.isEmpty, visit.may(.fseForms) {
      questions.append(
        .participation(help: "La personne entre dans l’opération FSE : ses questionnaires s’ouvrent")
          .when("offer", among: funded))
    }
    return questions
  }

  /// The offer that the form was sent with, or opened with.
  private var chosen: Offer? {
    let id: ID<Offer>? = visit.form.id("offer") ?? visit.query.id("offre")
    return offers.first { $0.id == id }
  }

  private var isFunded: Bool { chosen?.operation != nil }

  private func ids(_ which: (Offer) -> Bool) -> [String] { offers.filter(which).map(\.id.description) }

  /// With an FSE offer the guide's dates are proposed: from the entry in the caseload to the operation's last day.
  var draft: StepAnswers {
    var draft = StepAnswers(offer: visit.query.id("offre"))
    draft.participation = visit.may(.fseForms) && offers.contains { $0.operation != nil }
    if let funding {
      let entry = max(open.detail.lead?.fromDate ?? open.detail.enteredOn, funding.startsOn)
      draft.plannedFrom = entry
      draft.plannedUntil = funding.endsOn
      draft.from = entry
      draft.until = funding.endsOn
    }
    return draft
  }

  var version: Int? { nil }

  private var address: String { open.address("parcours/nouvelle") }

  var sending: Sending {
    Sending(
      "inscription", "Positionner", cancel: open.address("parcours"),
      to: Address(address, ["classe": visit.query["classe"]]).text)
  }

  var head: PageHead { PageHead("Positionner sur une étape", back: Link("Parcours", open.address("parcours"))) }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    let chosen = visit.query["classe"]
    let tabs = Tabs(
      "Classes d’offres",
      [Link("Toutes", Address(address, ["retour": "oui"]).text, isCurrent: chosen == nil)]
        + classes.offered().map {
          Link($0.label, Address(address, ["classe": $0.code, "retour": "oui"]).text, isCurrent: $0.code == chosen)
        }, form: sending.id)
    return open.page(head, in: Self.section, [tabs] + notices + [form])
  }

  func place(of problem: Problem) -> String? {
    problem.isFullSession ? chosen.map { "session.\($0.id)" } : nil
  }

  func refusal(_ problem: Problem, _ draft: StepAnswers) -> Notice? { wayOn(from: problem, draft) }

  func save(_ draft: StepAnswers, version: Int?) async throws -> PageAnswer {
    guard let offer = draft.offer else { throw Problem.malformed("Le formulaire est incomplet.") }
    let planned = try draft.planned(offers.first { $0.id == offer })
    let isStep = draft.kind == .step
    let sent = StepDraft(
      offer: offer, session: draft[sessionOf: offer], partner: draft.partner, kind: draft.kind,
      plannedFrom: planned.from, plannedUntil: planned.until, from: draft.from, until: draft.until,
      comment: draft.comment, participation: isStep && draft.participation, reopening: visit.reopening)
    let shortened = try await shortenFirst()
    let step = try await visit.services.call(FSEAPI.register, open.path, sent, key: visit.key)
    let said =
      isStep
      ? "L’étape « \(step.offerName) » est enregistrée." : "Le positionnement « \(step.offerName) » est enregistré."
    return .see(open.address("parcours"), saying: [shortened, said].compactMap { $0 }.joined(separator: " "))
  }
}
