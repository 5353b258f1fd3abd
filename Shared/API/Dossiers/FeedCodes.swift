import Foundation

/// The feed's coded values, with what people call them: what a county's own words are put in place of.
public enum FeedCodes {
  public struct Code: Sendable {
    /// As the feed writes it.
    public let code: String
    public let label: String
    /// What others write for it, as `key` leaves it.
    fileprivate let words: [String]

    fileprivate init(_ code: String, _ label: String, _ words: String...) {
      self.code = code
      self.label = label
      self.words = words
    }
  }

  /// The codes of a field, by the feed's name of the field; empty for free text, numbers and dates.
  public static func codes(of field: String) -> [Code] { all[field] ?? [] }

  /// What a county's word most likely stands for; nil where it says nothing.
  public static func guess(_ written: String, of field: String) -> String? {
    let key = key(written)
    guard !key.isEmpty else { return nil }
    return codes(of: field).first { code in
      self.key(code.code) == key || self.key(code.label) == key || code.words.contains(key)
    }?.code
  }

  /// A name or a word without what people write it differently by: case, accents, blanks, punctuation.
  public static func key(_ text: String) -> String {
    text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: Locale(identifier: "fr_FR"))
      .filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
  }

  private static let all: [String: [Code]] = [
    "SEXE": [
      Code("1", "Homme", "h", "m", "masculin", "monsieur", "mr", "hommes"),
      Code("2", "Femme", "f", "feminin", "madame", "mme", "femmes"),
    ],
    "QUAL": [
      Code("MR", "Monsieur", "m", "h", "homme", "masculin"),
      Code("MME", "Madame", "mlle", "mademoiselle", "f", "femme", "feminin"),
    ],
    "ROLEPERS": [
      Code("DEM", "Demandeur", "demandeuse", "allocataire", "titulaire", "responsable", "rsa"),
      Code("CJT", "Conjoint", "conjointe", "partenaire", "concubin", "concubine", "epoux", "epouse"),
      Code("ENF", "Enfant", "enfants"), Code("AUT", "Autre personne", "autre"),
    ],
    "ETATDOSRSA": EntitlementState.allCases.map { state in
      switch state {
      case .pending: Code(state.rawValue, state.label, "enattente", "attente", "nouvelledemande", "demandeencours")
      case .refused: Code(state.rawValue, state.label, "refuse", "rejete")
      case .open: Code(state.rawValue, state.label, "ouvert", "droitouvert", "versable", "enpaiement", "actif")
      case .suspended: Code(state.rawValue, state.label, "suspendu", "droitsuspendu")
      case .paymentSuspended: Code(state.rawValue, state.label, "versementsuspendu", "droitouvertversementsuspendu")
      case .closed: Code(state.rawValue, state.label, "clos", "cloture", "ferme", "radie", "droitferme")
      case .closedEarlier: Code(state.rawValue, state.label, "closanterieur")
      case .undefined: Code(state.rawValue, state.label, "inconnu", "nondefini")
      }
    },
    "TOPPERSDRODEVORSA": [
      Code(
        "1", "Soumis aux droits et devoirs (SDD)", "sdd", "soumis", "oui", "o", "vrai", "true", "soumisadroitetdevoir"),
      Code(
        "0", "Non soumis aux droits et devoirs (NSDD)", "nsdd", "nonsoumis", "non", "n", "faux", "false",
        "nonsoumisadroitetdevoir"),
    ],
    "SITFAM": [
      Code("CEL", "Célibataire", "celib"), Code("MAR", "Mariage", "marie", "mariee"),
      Code("PAC", "Pacs", "pacse", "pacsee"),
      Code("VIM", "Vie maritale", "concubinage", "unionlibre", "encouple"),
      Code("SEF", "Séparation de fait", "separe", "separee"), Code("SEL", "Séparation légale"),
      Code("DIV", "Divorce", "divorce", "divorcee"), Code("VEU", "Veuvage", "veuf", "veuve"),
      Code("ISO", "Isolement après vie maritale", "isole", "isolee", "seul", "seule", "isolement"),
      Code("ABA", "Conjoint absent"), Code("RPA", "Reprise de la vie commune (pacs)"),
      Code("RVC", "Reprise de la vie maritale"), Code("RVM", "Reprise de la vie commune (mariage)"),
    ],
    "NATI": [
      Code("F", "Française", "francais", "france", "fr"),
      Code("C", "Union européenne ou Suisse", "ue", "cee", "europe"),
      Code("A", "Autre nationalité", "autre", "horsue"),
    ],
    "FONORG": [Code("CAF", "CAF", "caissedallocationsfamiliales"), Code("MSA", "MSA", "mutualitesocialeagricole")],
    "AUTORUTITEL": agreements, "AUTORUTIADRELEC": agreements,
    "TYPEORIENT": [
      Code("SOCIAL", "Sociale", "soc"), Code("SOCIOPRO", "Socioprofessionnelle", "socioprofessionnel", "pso"),
      Code("EMPLOI", "Emploi", "professionnelle", "professionnel", "pro", "ped"),
    ],
  ]

  private static let agreements = [
    Code("A", "Accord", "oui", "o", "1", "true", "vrai"), Code("R", "Refus", "non", "n", "0", "false", "faux"),
    Code("I", "Inconnu", "nsp", "nonrenseigne"),
  ]
}
