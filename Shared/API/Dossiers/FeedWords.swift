import Domain

/// What the feed's codes are called, on screen and in exports alike.
public enum FeedWords {
  /// A field as `FeedRow.changes` names it.
  public static func field(_ name: String) -> String { fields[name] ?? name }

  /// Why a person was set aside, by the problem's code.
  public static func problem(_ code: String) -> String { problems[code] ?? code }

  /// A value of a field: codes and dates in words.
  public static func value(_ text: String, of field: String) -> String {
    guard !text.isEmpty else { return "" }
    return switch field {
    case "entitlement": EntitlementState(rawValue: text)?.label ?? text
    case "duties": ["true": "SDD", "false": "NSDD"][text] ?? text
    case "exit": ProposedExit.Reason(rawValue: text)?.label ?? CalendarDate(text).map(French.short) ?? text
    case "birthDate", "closedOn", "formalNoticeOn": CalendarDate(text).map(French.short) ?? text
    default: text
    }
  }

  private static let fields = [
    "familyName": "Nom", "givenName": "Prénom", "birthName": "Nom de naissance", "birthDate": "Naissance",
    "entitlement": "Droit", "duties": "Devoirs", "orientation": "Orientation", "territory": "Territoire",
    "commune": "Commune", "address": "Adresse", "household": "Foyer", "closedOn": "Clôture du droit",
    "formalNoticeOn": "Mise en demeure", "lead": "Référent de parcours", "exit": "Sortie proposée",
  ]

  private static let problems = [
    "nir-invalide": "NIR impossible", "nir-sexe": "Sexe et NIR en désaccord",
    "nir-date-naissance": "Naissance et NIR en désaccord", "couple-meme-nir": "Même NIR dans le couple",
    "deux-demandeurs": "Deux demandeurs", "deux-conjoints": "Deux conjoints",
    "conjoint-sans-demandeur": "Conjoint sans demandeur", "isole-avec-conjoint": "Personne seule avec un conjoint",
    "role-inconnu": "Rôle inconnu", "etat-droit-inconnu": "État du droit inconnu",
    "clos-sans-date": "Droit clos sans date", "date-illisible": "Date illisible",
    "champ-trop-long": "Valeur trop longue", "identifiant-absent": "Sans identifiant Genesis",
    "identifiant-en-double": "Identifiant en double", "demande-absente": "Sans numéro de demande",
    "nom-absent": "Sans nom", "colonnes": "Colonnes manquantes", "nir-en-double": "NIR en double",
    "identite-ambigue": "NIR et identifiant de deux dossiers", "deux-referents": "Deux référents ouverts",
    "code-postal-hors-departement": "Adresse hors du département", "anomalie-caisse": "En anomalie à la caisse",
    "valeur-inconnue": "Valeur sans correspondance",
  ]
}

extension FeedRow.Outcome {
  /// What happened to the person, as a list's heading.
  public var label: String {
    switch self {
    case .created: "Créés"
    case .updated: "Mis à jour"
    case .quarantined: "Mis de côté"
    case .exit: "Sorties proposées"
    }
  }
}
