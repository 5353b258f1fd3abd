import API
import Domain
import Foundation
import Service

extension Step.Kind: FormValue {}

/// What the forms of a step ask for.
struct StepAnswers: Sendable {
  var offer: ID<Offer>?
  var kind = Step.Kind.step
  /// Each offer has its own sessions, so its own question.
  var sessions: [ID<Offer>: ID<OfferSession>] = [:]
  var partner: ID<Operator>?
  var plannedFrom: CalendarDate?
  var plannedUntil: CalendarDate?
  var from: CalendarDate?
  var until: CalendarDate?
  var endReason: String?
  var comment: String?
  var objective: String?
  var report: String?
  var participation = false

  subscript(sessionOf offer: ID<Offer>) -> ID<OfferSession>? {
    get { sessions[offer] }
    set { sessions[offer] = newValue }
  }

  /// The days that are planned; a session's where they were left empty.
  ///
  /// - Throws: 422 where one is missing and no session says it.
  func planned(_ offer: Offer?) throws -> (from: CalendarDate, until: CalendarDate) {
    let session = offer.flatMap { offer in offer.sessions.first { $0.id != nil && $0.id == self[sessionOf: offer.id] } }
    let (from, until) = (plannedFrom ?? session?.startsOn, plannedUntil ?? session?.endsOn)
    guard let from, let until else {
      throw Problem.invalid(
        [
          from == nil ? Fault("plannedFrom", "obligatoire", "Indiquez le début prévu.") : nil,
          until == nil ? Fault("plannedUntil", "obligatoire", "Indiquez la fin prévue.") : nil,
        ].compactMap { $0 })
    }
    return (from, until)
  }
}

extension Offer {
  /// The operators among which one is chosen: its own, or all where it names none.
  func carriers(_ all: [Operator]) -> [Choice] {
    partners.isEmpty
      ? all.map { Choice($0.id.description, $0.details.name) } : partners.map { Choice($0.id.description, $0.name) }
  }
}

extension Problem {
  var isFullSession: Bool { type == "/problemes/session-complete" }
}

extension QuestionGroup<StepAnswers> {
  /// - Parameter isFunded: an FSE step's real end is the operation's last day until it is known: nothing odd.
  static func days(isFunded: Bool, today: CalendarDate) -> Self {
    QuestionGroup(
      "Dates", isPaired: true,
      .date("plannedFrom", \.plannedFrom, "Début prévu").awaited(true).help("Vide : celui de la session choisie"),
      .date("plannedUntil", \.plannedUntil, "Fin prévue").awaited(true)
        .notBefore("plannedFrom", \.plannedFrom, \.plannedUntil),
      .date("from", \.from, "Début réel").doubt { draft in
        Doubt.coming([draft.from, isFunded ? nil : draft.until].compactMap { $0 }, today: today)
      },
      .date("until", \.until, "Fin réelle").notBefore("from", \.from, \.until))
  }
}

extension Question<StepAnswers> {
  static func session(_ name: String, _ label: String, of offer: Offer) -> Self {
    .list(
      name, \.[sessionOf: offer.id], label, none: "Choisissez une session",
      offer.sessions.compactMap { session in
        session.id.map {
          Choice(
            $0.description,
            [
              session.name, "du \(French.short(session.startsOn)) au \(French.short(session.endsOn))",
              session.placesLeft.map { $0 == 0 ? "complet" : French.count($0, "place restante", "places restantes") },
            ].compactMap { $0 }.joined(separator: " · "))
        }
      }
    ).known(as: "session")
  }

  static func partner(_ operators: [Choice]) -> Self {
    .list("partner", \.partner, "Opérateur", none: "Choisissez l’opérateur", operators)
  }

  static func participation(help: String) -> Self {
    .box("participation", \.participation, "Créer un passage en convention").help(help)
  }

  static var comment: Self { .area("comment", \.comment, "Commentaire", rows: 2, most: 2000) }
}

extension DossierForm where Draft == StepAnswers {
  /// What one click more would do about a refusal; nil where nothing is offered.
  ///
  /// - Parameter carrying: what the form was sent with besides its answers.
  func wayOn(from problem: Problem, _ draft: StepAnswers, carrying: [HiddenValue] = []) -> Notice? {
    let meant = [Doubt.answer, Doubt.shownFor].compactMap { name in visit.form[name].map { HiddenValue(name, $0) } }
    let carrying = carrying + meant
    let known = visit.reopening == nil ? [] : [HiddenValue(Reopening.field, "oui")]
    return overlap(problem, draft, carrying: carrying + known) ?? reopening(problem, draft, carrying: carrying)
  }

  /// A registration that runs into another of the same kind: one click ends the earlier one the day before, and sends
  /// again what was typed.
  private func overlap(_ problem: Problem, _ draft: StepAnswers, carrying: [HiddenValue]) -> Notice? {
    guard problem.type == "/problemes/chevauchement-fse" else { return nil }
    guard let offer = problem.offer, let step = offer["step"]?.text, let version = offer["version"]?.int,
      let name = offer["offerName"]?.text, let day = offer["shortenTo"]?.text.flatMap({ CalendarDate($0) })
    else {
      // The other begins later: nothing can be shortened.
      return .refusal(
        problem.title, [problem.detail, "Choisissez d’autres dates."].compactMap { $0 }.joined(separator: " "))
    }
    let shorten = Action(
      "Raccourcir la première étape au \(French.long(day))", visit.path, posts: true,
      values: values(draft) + carrying + [
        HiddenValue("raccourcir", step), HiddenValue("raccourcirVersion", String(version)),
        HiddenValue("raccourcirAu", day.description),
      ])
    let consequence =
      "« \(name) » se terminerait le \(French.long(day)), ainsi que son passage en convention s’il y en a un, et votre "
      + "saisie serait aussitôt enregistrée."
    return Notice(
      problem.title, [problem.detail, consequence].compactMap { $0 }.joined(separator: " "), .late, actions: [shorten])
  }

  /// Ends the earlier step where the overlap's notice asked for it, before what is posted is tried again.
  ///
  /// - Returns: what to say of it.
  func shortenFirst() async throws -> String? {
    guard let step = visit.form.id("raccourcir", of: Step.self), let version = visit.form.int("raccourcirVersion"),
      let day = visit.form["raccourcirAu"].flatMap({ CalendarDate($0) })
    else { return nil }
    let shortened = try await visit.services.call(
      FSEAPI.shortenStep, ["step": step], StepShortening(until: day), version: version)
    return "« \(shortened.offerName) » se termine le \(French.long(day))."
  }
}

extension Doubt {
  /// Real days that are still to come: asked about once for all of them.
  fileprivate static func coming(_ days: [CalendarDate], today: CalendarDate) -> Doubt? {
    let coming = days.filter { $0 > today }
    guard !coming.isEmpty else { return nil }
    let named = coming.map { "le \(French.short($0))" }.joined(separator: " et ")
    return Doubt(
      question: "Une date réelle est à venir : \(named). Est-ce bien une date certaine ?",
      label: "Oui, je la connais déjà", subject: coming.map(\.description).joined(separator: " "))
  }
}
