import API

extension Problem {
  /// A service gave no answer: which part of Jalons that is, and whether something may have been done all the same.
  static func away(_ service: ServiceName, _ failure: UpstreamFailure, isRead: Bool) -> Problem {
    let title = "\(service.spoken) ne répond pas."
    if isRead { return Problem("indisponible", 503, title, detail: "Réessayez dans quelques secondes.") }
    switch failure {
    case .refused, .silent:
      return Problem(
        "indisponible", 503, title, detail: "Rien n’a été enregistré. Réessayez dans quelques secondes.")
    case .late, .lost:
      return Problem(
        "delai-depasse", 504, title,
        detail: "Votre demande a peut-être été enregistrée : vérifiez avant de recommencer.")
    }
  }
}

extension ServiceName {
  /// As people know it.
  fileprivate var spoken: String {
    switch self {
    case .identity: "La gestion des comptes"
    case .dossiers: "La gestion des dossiers"
    case .contracts: "La gestion des contrats"
    case .scheduling: "L’agenda"
    case .fse: "La gestion des parcours"
    case .insight: "Le tableau de bord"
    }
  }
}
