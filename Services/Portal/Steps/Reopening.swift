import API
import Domain
import Foundation
import Service

/// A return to an operation whose exit form was complete: it is to be filled in again, which is said before (rule S7).
enum Reopening {
  /// The field by which the page says that the person knows.
  static let field = "reouverture"
  fileprivate static let label = "Créer le passage et rouvrir la sortie"
  private static let consequence =
    "Le questionnaire de sortie redevient « à remplir » une fois la nouvelle fin atteinte."

  static func isAsked(by problem: Problem) -> Bool { problem.type == "/problemes/sortie-complete" }

  fileprivate static func consequences(_ problem: Problem) -> [String] {
    [problem.detail ?? problem.title, consequence]
  }

  /// Asks first, where a passage is made without a form.
  static func page(_ visit: Visit, _ problem: Problem, version: Int) async throws -> PageAnswer {
    let open = try await OpenDossier.load(visit)
    let back = open.address("parcours")
    let question = Confirmation(
      id: "reouverture", title: "Faire revenir cette personne dans l’opération ?",
      consequences: consequences(problem), address: visit.path, label: label,
      values: [HiddenValue("version", String(version)), HiddenValue(field, "oui")], back: back)
    let head = PageHead("Retour dans une opération", back: Link("Parcours", back))
    let body: [any Piece] = [Notice.refusal(problem.title, nil), Panel("Ce qui va se passer", [question])]
    return open.page(head, in: "parcours", body).with(status: 409)
  }
}

extension DossierForm where Draft == StepAnswers {
  /// One click sends again what was typed, knowing that the exit form is opened again.
  func reopening(_ problem: Problem, _ draft: StepAnswers, carrying: [HiddenValue]) -> Notice? {
    guard Reopening.isAsked(by: problem) else { return nil }
    let again = Action(
      Reopening.label, visit.path, posts: true,
      values: values(draft) + carrying + [HiddenValue(Reopening.field, "oui")])
    return Notice(
      problem.title, Reopening.consequences(problem).joined(separator: " "), .waiting, actions: [again])
  }
}

extension Visit {
  /// That the page said that an exit form is opened again.
  var reopening: Bool? { form[Reopening.field] == nil ? nil : true }
}
