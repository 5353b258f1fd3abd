import API
import Domain

extension ContractModel {
  /// A decided contract is printed by its référent, or by who has the right; one without a decision by those who work
  /// on it (rule K9).
  func isPrintable(by caller: Caller) -> Bool {
    switch self {
    case .accepted, .refused: caller.may(.printDecided) || (caller.scope == .own && caller.may(.draftContracts))
    case .undecided, .blank: caller.may(.draftContracts) || caller.may(.moveContracts)
    }
  }
}

extension ContractState {
  /// The model to print in this state.
  /// - Parameter asked: nil for the usual one.
  /// - Throws: 409 when another is asked for than the state allows, 403 when it is not the caller's to print.
  func model(asked: ContractModel?, by caller: Caller) throws(Problem) -> ContractModel {
    let model = asked ?? models[0]
    guard models.contains(model) else {
      let allowed = models.map { "« \($0.label) »" }.joined(separator: " ou ")
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
