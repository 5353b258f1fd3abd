import API
import Domain
import Foundation
import Service

extension OperatorAnswer: FormValue {}

/// What an operator says of a registration: it takes the person, or says why not.
struct StepAnswerForm: DossierForm {
  let open: OpenDossier
  let step: Step

  static let section = "parcours"

  static func load(_ visit: Visit) async throws -> StepAnswerForm {
    let presence = try await AttendanceForm.load(visit)
    return StepAnswerForm(open: presence.open, step: presence.step)
  }

  struct Draft: Sendable {
    var answer: OperatorAnswer?
    var reason: String?
  }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        text: "Le référent est averti de votre réponse.",
        .radios(
          "answer", \.answer, "Votre réponse",
          [
            Choice(OperatorAnswer.accepted.rawValue, "J’accepte", help: "La personne est attendue aux dates prévues"),
            Choice(OperatorAnswer.refused.rawValue, "Je refuse", help: "Dites pourquoi, pour que le référent s’adapte"),
          ], missing: "Choisissez votre réponse."),
        .area("reason", \.reason, "Motif", rows: 3, most: 1000).when("answer", is: OperatorAnswer.refused.rawValue)
          .awaited(true))
    ]
  }

  var draft: Draft { Draft() }
  var version: Int? { step.version }
  var changed: Notice? { .changed("Cette inscription a changé entre-temps.") }
  private var back: String { open.address("parcours/\(step.id)/detail") }
  var sending: Sending { Sending("reponse", "Envoyer la réponse", cancel: back) }
  var head: PageHead { PageHead("Répondre à l’inscription", lead: step.period, back: Link(step.offerName, back)) }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    let accepted = draft.answer == .accepted
    _ = try await visit.services.call(
      FSEAPI.answerStep, ["step": step.id],
      StepAnswerDraft(accepted: accepted, reason: accepted ? nil : draft.reason), version: version)
    return .see(
      back,
      saying: accepted
        ? "Vous acceptez l’inscription : le référent est averti."
        : "Vous refusez l’inscription : le référent est averti, avec votre motif.")
  }
}

extension Step {
  /// « Acceptée par l’opérateur », « Réponse de l’opérateur attendue avant le 12 mars 2026 »; nothing where no operator answers.
  var answerWords: String? {
    switch answer {
    case nil: nil
    case .awaited: answerDue.map { "Réponse de l’opérateur attendue avant le \(French.long($0))" }
    case .accepted: "Acceptée par l’opérateur"
    case .refused: "Refusée par l’opérateur"
    case .expired: "Sans réponse de l’opérateur"
    }
  }

  /// What the operator still has to say, and what the référent has to know of the answer.
  func answerNotice(_ open: OpenDossier) -> Notice? {
    let isOperators = open.visit.person.isOperators
    let reply = Action("Répondre", open.address("parcours/\(id)/reponse"), icon: .check, weight: .primary)
    switch answer {
    case .awaited where isOperators:
      return Notice(
        "Cette inscription attend votre réponse.",
        answerDue.map { "Répondez avant le \(French.long($0))." } ?? "", .waiting, actions: [reply])
    case .expired where isOperators:
      return Notice(
        "Le délai de réponse est passé.", "Vous pouvez encore répondre : le référent en sera averti.", .waiting,
        actions: [reply])
    case .refused:
      return Notice(
        "L’opérateur refuse cette inscription.",
        [answerReason, answeredByName.map { "Réponse de \($0)." }].compactMap { $0 }.joined(separator: " — "), .late)
    case .expired:
      return Notice(
        "L’opérateur n’a pas répondu dans le délai.", "Contactez-le, ou choisissez une autre offre.", .waiting)
    case .accepted, .awaited, nil: return nil
    }
  }
}
