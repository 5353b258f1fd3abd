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
    case "birthDate":
      CalendarDate(text).map(French.short) ?? text.split(separator: "-").reversed().joined(separator: "/")
    case "closedOn", "formalNoticeOn", "dutiesSince", "orientedOn", "requestedOn", "familySince",
      "openedOn",
      "suspendedOn":
      CalendarDate(text).map(French.short) ?? text
    case "outsideCounty", "smsRefused": ["true": "oui", "false": "non"][text] ?? text
    case "sex", "title", "nationality", "role", "familySituation", "orientation":
      code(text, of: field) ?? text
    default: text
    }
  }

  private static func code(_ text: String, of field: String) -> String? {
    let names = [
      "sex": "SEXE", "title": "QUAL", "nationality": "NATI", "role": "ROLEPERS", "familySituation": "SITFAM",
      "orientation": "TYPEORIENT",
    ]
    return FeedCodes.codes(of: names[field] ?? "").first { $0.code == text }?.label
  }

  private static let fields = [
    "familyName": "Nom", "givenName": "Prénom", "birthName": "Nom de naissance", "birthDate": "Naissance",
    "entitlement": "Droit", "duties": "Devoirs", "orientation": "Orientation", "territory": "Territoire",
    "commune": "Commune", "address": "Adresse", "household": "Foyer", "closedOn": "Clôture du droit",
    "formalNoticeOn": "Mise en demeure", "lead": "Référent de parcours", "exit": "Sortie proposée",
    "title": "Civilité", "sex": "Sexe", "nationality": "Nationalité", "genesisId": "Identifiant Genesis",
    "role": "Rôle dans le foyer", "nir": "NIR", "closureReason": "Motif de clôture", "dutiesSince": "Devoirs depuis",
    "orientedOn": "Orientation le", "postalCode": "Code postal", "outsideCounty": "Hors du département",
    "feedPhone": "Téléphone dans Genesis", "feedEmail": "Courriel dans Genesis", "smsRefused": "Refus des SMS",
    "formalNoticeReason": "Motif de mise en demeure", "payer": "Organisme", "payerNumber": "Caisse",
    "claimantNumber": "Numéro d’allocataire", "requestedOn": "Demande du", "familySituation": "Situation familiale",
    "familySince": "Situation depuis", "dependentChildren": "Enfants à charge", "openedOn": "Ouverture du droit",
    "suspensionReason": "Motif de suspension", "suspendedOn": "Suspension depuis", "inseeCode": "Code de la commune",
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
    "identite-ambigue": "NIR d’un autre dossier", "deux-referents": "Deux référents ouverts",
    "code-postal-hors-departement": "Adresse hors du département", "anomalie-caisse": "En anomalie à la caisse",
    "valeur-inconnue": "Valeur sans correspondance", "valeur-illisible": "Valeur illisible",
    "naissance-incomplete": "Naissance incomplète",
    "prenom-absent": "Sans prénom", "naissance-future": "Naissance dans le futur",
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
