import API
import Domain
import Foundation
import Service

/// Persons of a selection or a saved search, registered on one offer with the same dates.
struct OfferEnrolmentForm: DraftForm {
  let visit: Visit
  let offer: Offer
  let operators: [Operator]
  let people: PeopleChoice

  static func load(_ visit: Visit) async throws -> OfferEnrolmentForm {
    let id = try visit.id("offer", of: Offer.self)
    async let showing = visit.services.call(FSEAPI.showOffer, ["offer": id])
    async let carrying = visit.services.call(FSEAPI.listOperators, [:], OperatorQuery(active: true, limit: 200))
    async let choosing = PeopleChoice.load(visit)
    return try await OfferEnrolmentForm(
      visit: visit, offer: showing, operators: carrying.items, people: choosing)
  }

  struct Draft: Sendable {
    var dossiers: [ID<Dossier>]
    var step: StepAnswers

    subscript(sessionOf offer: ID<Offer>) -> ID<OfferSession>? {
      get { step[sessionOf: offer] }
      set { step[sessionOf: offer] = newValue }
    }
  }

  var groups: [QuestionGroup<Draft>] {
    var how: [Question<Draft>] = [
      .radios(
        "kind", \.step.kind, "Inscription",
        [Choice(Step.Kind.step.rawValue, "Étape"), Choice(Step.Kind.positioning.rawValue, "Positionnement")],
        isInline: true)
    ]
    if offer.usesSessions, !offer.sessions.isEmpty {
      let sessions = offer.sessions.compactMap { session in
        session.id.map {
          Choice(
            $0.description,
            [session.name, "du \(French.short(session.startsOn)) au \(French.short(session.endsOn))"]
              .joined(separator: " · "))
        }
      }
      how.append(
        .list("session", \.[sessionOf: offer.id], "Session", none: "Choisissez une session", sessions).awaited(true))
    }
    if offer.needsPartner {
      how.append(
        .list("partner", \.step.partner, "Opérateur", none: "Choisissez l’opérateur", offer.carriers(operators))
          .awaited(true))
    }
    if offer.operation != nil, visit.may(.fseForms) {
      how.append(
        .box("participation", \.step.participation, "Créer un passage en convention")
          .help("Chacune entre dans l’opération FSE : ses questionnaires s’ouvrent"))
    }
    return [
      QuestionGroup(
        "Personnes",
        .boxes(
          "dossiers", \.dossiers, "Personnes à inscrire", people.choices, missing: "Cochez au moins une personne.")),
      QuestionGroup("Inscription", all: how),
      QuestionGroup(
        "Dates", isPaired: true,
        .date("plannedFrom", \.step.plannedFrom, "Début prévu").awaited(true)
          .help("Vide : celui de la session choisie"),
        .date("plannedUntil", \.step.plannedUntil, "Fin prévue").awaited(true)
          .notBefore("plannedFrom", \.step.plannedFrom, \.step.plannedUntil),
        .date("from", \.step.from, "Début réel"),
        .date("until", \.step.until, "Fin réelle").notBefore("from", \.step.from, \.step.until)),
      QuestionGroup(.area("comment", \.step.comment, "Commentaire", rows: 2, most: 2000)),
    ]
  }

  var draft: Draft {
    var step = StepAnswers(offer: offer.id)
    step.participation = offer.operation != nil && visit.may(.fseForms)
    return Draft(dossiers: people.opening, step: step)
  }

  var version: Int? { nil }
  private var address: String { "/offres/\(offer.id)/inscrire" }
  var sending: Sending {
    Sending(
      "inscriptions", "Inscrire les personnes cochées", cancel: "/offres/\(offer.id)", to: people.address(address))
  }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    let head = PageHead(
      "Inscrire des personnes", lead: offer.name, back: Link(offer.name, "/offres/\(offer.id)"))
    return visit.page(head, .offers, [people.bar(address)] + people.notices + notices + [form])
  }

  func place(of problem: Problem) -> String? { problem.isFullSession ? "session" : nil }

  func outOfBounds(_ draft: Draft) throws -> [Fault] { [] }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    let (step, isStep) = (draft.step, draft.step.kind == .step)
    let planned = try step.planned(offer)
    let order = EnrolmentOrder(
      dossiers: draft.dossiers, session: step[sessionOf: offer.id], partner: step.partner, kind: step.kind,
      plannedFrom: planned.from, plannedUntil: planned.until, from: step.from, until: step.until,
      comment: step.comment, participation: isStep && step.participation)
    return try await visit.services.call(FSEAPI.enrolOnOffer, ["offer": offer.id], order, key: visit.key).answer
  }
}
