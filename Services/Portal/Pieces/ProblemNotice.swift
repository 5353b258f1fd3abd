import Domain

/// A page that cannot be given, and what to do about it.
struct ProblemNotice: Piece {
  let text: String
  let advice: [String]
  let actions: [Action]
  /// What to tell support; nothing of the person is in it.
  let reference: String?

  init(_ text: String, advice: [String] = [], actions: [Action] = [], reference: String? = nil) {
    self.text = text
    self.advice = advice
    self.actions = actions
    self.reference = reference
  }

  /// Nothing here, or nothing that this person may see: the two are not told apart.
  ///
  /// - Parameter maySearch: whether there is a search to go to.
  static func notFound(maySearch: Bool) -> ProblemNotice {
    let home = Action("Revenir à l’accueil", "/", icon: .home, weight: .primary)
    guard maySearch else {
      return ProblemNotice(
        "Cette page n’existe pas, ou elle ne vous est pas accessible.", advice: ["Vérifiez l’adresse."],
        actions: [home])
    }
    return ProblemNotice(
      "Cette page n’existe pas, ou elle ne vous est pas accessible.",
      advice: [
        "Vérifiez l’adresse, ou recherchez la personne par son nom.",
        "Si le dossier a changé de référent, il a quitté votre file active.",
      ], actions: [home, Action("Rechercher", "/recherche", icon: .search)])
  }

  /// An act that the profile does not hold, and whom to ask: never somebody like oneself.
  static func forbidden(to profile: Profile?) -> ProblemNotice {
    let whom: String? =
      switch profile {
      case .administrateur: nil
      case .secretariatDispositif: "Sinon, demandez-la au chef de service, ou à l’administrateur fonctionnel."
      case .chefDeService, .ali, .siege, .gestionnaireFSE, .dpo, .exploitant:
        "Sinon, demandez-la à l’administrateur fonctionnel."
      default: "Sinon, demandez-la au secrétariat de dispositif."
      }
    let other = "Si vous avez plusieurs profils, changez de profil dans le menu de votre compte."
    return ProblemNotice(
      "Votre profil ne permet pas cette action.", advice: [other, whom].compactMap { $0 },
      actions: [Action("Revenir à l’accueil", "/", icon: .home, weight: .primary)])
  }

  /// Something of ours that failed.
  static func failure(reference: String) -> ProblemNotice {
    ProblemNotice(
      "Le service ne répond pas pour le moment. Rien de ce qui était enregistré n’est perdu.",
      advice: ["Réessayez dans une minute.", "Si cela dure, transmettez la référence à votre administrateur."],
      actions: [Action("Réessayer", "", icon: .refresh, weight: .primary)], reference: reference)
  }

  func html(in frame: Frame) -> HTML {
    """
    <div class="problem">
    <p>\(text)</p>
    <ul>\(each: advice, { "<li>\($0)</li>" })</ul>
    <div class="form-foot">\(actions, in: frame)</div>
    \(reference, { #"<p class="muted">Référence\#u{A0}: <code>\#($0)</code></p>"# })
    </div>
    """
  }
}
