import API
import Domain
import Letters

/// The models that the state of a contract calls for, by their codes. What the county adds fits every state.
enum ContractModel: String, CaseIterable {
  case undecided = "cer-sans-decision"
  case blank = "cer-vierge"
  case accepted = "cer-decision-valide"
  case refused = "cer-decision-non-valide"

  /// How the file of a contract ends; the county's own models have their names there.
  var ending: String {
    switch self {
    case .undecided: "sans décision"
    case .blank: "vierge"
    case .accepted: "décision valide"
    case .refused: "décision non valide"
    }
  }
}

extension OfferedModel {
  var calledFor: ContractModel? { ContractModel(rawValue: code) }

  /// A decided contract is printed by its référent, or by who has the right; one without a decision by those who work
  /// on it (rule K9).
  func isPrintable(by caller: Caller) -> Bool {
    switch calledFor {
    case .accepted, .refused: caller.may(.printDecided) || (caller.scope == .own && caller.may(.draftContracts))
    case .undecided, .blank, nil: caller.may(.draftContracts) || caller.may(.moveContracts)
    }
  }
}

extension ContractState {
  /// Which of the county's models fit this state, the usual one first (rule K3).
  func models(among offered: [OfferedModel]) -> [OfferedModel] {
    let usual = models.compactMap { model in offered.first { $0.code == model.rawValue } }
    return usual + offered.filter { $0.kind == .contract && $0.calledFor == nil }
  }

  /// The model to print in this state.
  /// - Parameter asked: the code of one; nil for the usual one.
  /// - Throws: 404 for a model that is not offered, 409 for one that does not fit the state, 403 when it is not the
  ///   caller's to print.
  func model(asked: String?, among offered: [OfferedModel], by caller: Caller) throws(Problem) -> OfferedModel {
    let fitting = models(among: offered)
    guard let model = asked == nil ? fitting.first : offered.first(where: { $0.code == asked }) else {
      throw .notFound("Ce modèle")
    }
    guard fitting.contains(model) else {
      let allowed = fitting.map { "« \($0.label) »" }.joined(separator: " ou ")
      throw .conflict(
        "modele-et-etat", "Le modèle « \(model.label) » ne convient pas à un contrat « \(label) ».",
        detail: "Dans cet état, utilisez le modèle \(allowed).")
    }
    guard model.isPrintable(by: caller) else {
      throw .forbidden("Votre profil n’imprime pas le modèle « \(model.label) ».")
    }
    return model
  }
}
