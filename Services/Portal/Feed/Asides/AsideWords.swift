import API

extension FeedAside.State {
  var word: String {
    switch self {
    case .open: "a-corriger"
    case .corrected: "corriges"
    case .dismissed: "laisses"
    case .outdated: "depasses"
    }
  }

  init?(word: String?) {
    guard let state = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = state
  }

  /// As a heading of a list.
  var label: String {
    switch self {
    case .open: "À corriger"
    case .corrected: "Corrigés"
    case .dismissed: "Laissés de côté"
    case .outdated: "Dépassés par un flux plus récent"
    }
  }

  var badge: Badge {
    switch self {
    case .open: Badge("À corriger", .waiting, icon: .edit)
    case .corrected: Badge("Corrigé", .done, icon: .check)
    case .dismissed: Badge("Laissé de côté", .neutral, icon: .pause)
    case .outdated: Badge("Dépassé", .neutral, icon: .history)
    }
  }
}

extension FeedAsideDetail.Entry {
  var sentence: String {
    switch kind {
    case .corrected: "A corrigé et réessayé"
    case .taken: "Le foyer est repris dans Jalons"
    case .refused: "Le foyer n’a pas pu être repris"
    case .dismissed: "A laissé le foyer de côté"
    case .reopened: "A repris le foyer"
    }
  }

  var tone: Tone {
    switch kind {
    case .taken: .done
    case .refused: .late
    case .corrected, .reopened: .info
    case .dismissed: .neutral
    }
  }
}

/// The parts of a household's data, as a person looks for them.
enum AsideGroup: String, CaseIterable {
  case request = "Demande et droit"
  case family = "Situation de famille"
  case address = "Adresse et contact"
  case identity = "Identité"
  case duties = "Devoirs et orientation"
  case referent = "Référent de parcours"
  case notice = "Mise en demeure"

  /// The feed's names of its values, with what people call them.
  var fields: [(name: String, label: String)] {
    switch self {
    case .request:
      [
        ("NUMDEMRSA", "Numéro de demande RSA"), ("FONORG", "Organisme (CAF ou MSA)"), ("NUMORG", "Numéro de caisse"),
        ("MATRICULE", "Numéro d’allocataire"), ("DTDEMRSA", "Date de la demande"),
        ("ORIDEMRSA", "Origine de la demande"),
        ("ETATDOSRSA", "État du droit (0 à 6, ou Z)"), ("DTODRSA", "Ouverture du droit"),
        ("MOTISUSVERSRSA", "Motif de suspension"), ("DDSUSVERSRSA", "Suspension depuis"),
        ("MOTICLORSA", "Motif de clôture"), ("DTCLORSA", "Date de clôture"),
      ]
    case .family:
      [
        ("SITFAM", "Situation familiale"), ("DDSITFAM", "Situation depuis"), ("NBENFAUTCHA", "Enfants à charge"),
      ]
    case .address:
      [
        ("NUMVOIE", "Numéro de voie"), ("LIBTYPEVOIE", "Type de voie"), ("NOMVOIE", "Nom de la voie"),
        ("COMPLIDEADR", "Complément d’identification"), ("COMPLADR", "Complément d’adresse"), ("LIEUDIST", "Lieu-dit"),
        ("CODEPOS", "Code postal"), ("NUMCOM", "Code de la commune"), ("NOMCOM", "Commune"), ("PAYS", "Pays"),
        ("DTEMM", "Emménagement"), ("DTAS", "Territoire (DTAS)"), ("NUMTEL", "Téléphone"),
        ("AUTORUTITEL", "Accord pour le téléphone (A, I ou R)"), ("ADRELEC", "Courriel"),
        ("AUTORUTIADRELEC", "Accord pour le courriel (A, I ou R)"),
      ]
    case .identity:
      [
        ("ROLEPERS", "Rôle (DEM ou CJT)"), ("IDPERS", "Identifiant Genesis"), ("QUAL", "Civilité (MR ou MME)"),
        ("NOM", "Nom"), ("NOMNAI", "Nom de naissance"), ("PRENOM", "Prénom"), ("DTNAI", "Date de naissance"),
        ("TYPEDTNAI", "Précision de la date (N, J ou O)"), ("SEXE", "Sexe (1 homme, 2 femme)"), ("NIR", "NIR"),
        ("NATI", "Nationalité (F, C ou A)"),
      ]
    case .duties:
      [
        ("TOPPERSDRODEVORSA", "Soumis aux droits et devoirs (1 ou 0)"), ("DDSOUDRODEV", "Soumis depuis"),
        ("TYPEORIENT", "Orientation"), ("STATUTORIENT", "Statut de l’orientation"), ("RANGORIENT", "Rang"),
        ("DATEORIENT", "Orientation le"), ("ORIGINEORIENT", "Origine de l’orientation"),
      ]
    case .referent:
      [
        ("IDREF", "Identifiant du référent"), ("NOMREF", "Nom du référent"), ("PRENOMREF", "Prénom du référent"),
        ("MAILREF", "Courriel du référent"), ("STRUCTURE", "Structure"), ("IDSTRUCT", "Identifiant de la structure"),
        ("DTASREF", "Territoire du référent"), ("DDDESIGNATION", "Désigné le"), ("DFDESIGNATION", "Jusqu’au"),
        ("MOTIFFIN", "Motif de fin"),
      ]
    case .notice: [("DATEMIDEM", "Date de mise en demeure"), ("MOTIFMIDEM", "Motif de mise en demeure")]
    }
  }

  static let labels = Dictionary(
    allCases.flatMap { $0.fields.map { ($0.name, $0.label) } }, uniquingKeysWith: { first, _ in first })
}
