import API
import Domain
import Foundation
import Service

/// A return to an operation whose exit form was complete: it is to be filled in again, which is said before (rule S7).
struct Reopening: Sendable {
  private let problem: Problem

  /// The field by which the page says that the person knows.
  static let field = "reouverture"

  /// Nil for any other problem.
  init?(_ problem: Problem) {
    guard problem.type == "/problemes/sortie-complete" else { return nil }
    self.problem = problem
  }

  /// Asks first, with what was typed kept.
  ///
  /// - Parameters:
  ///   - fields: those of the form, whose answers are sent along.
  ///   - returning: whether there is a form to return to.
  func page(
    _ visit: Visit, keeping fields: [String], fresh: [HiddenValue], returning: Bool = true
  ) async throws -> PageAnswer {
    let open = try await OpenDossier.load(visit)
    let typed = fields.compactMap { field in visit.form[field].map { HiddenValue(field, $0) } }
    let back = open.address("parcours")
    let question = Confirmation(
      id: "reouverture", title: "Faire revenir cette personne dans l’opération ?",
      consequences: [
        problem.detail ?? problem.title,
        "Le questionnaire de sortie redevient « à remplir » une fois la nouvelle fin atteinte.",
      ], address: visit.path, label: "Créer le passage et rouvrir la sortie",
      values: typed + fresh + [HiddenValue(Self.field, "oui")], back: back,
      returning: returning ? Address(visit.path, ["retour": "oui"]).text : nil)
    let head = PageHead("Retour dans une opération", back: Link("Parcours", back))
    let body: [any Piece] = [Notice.refusal(problem.title, nil), Panel("Ce qui va se passer", [question])]
    return open.page(head, in: "parcours", body).with(status: 409)
  }
}

extension Visit {
  /// Whether a question was answered by returning to the form, whose values are posted.
  var isReturning: Bool { query["retour"] != nil }

  /// That the page said that an exit form is opened again.
  var reopening: Bool? { form[Reopening.field] == nil ? nil : true }
}
