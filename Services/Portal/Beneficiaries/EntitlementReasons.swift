/// Why a right was suspended or closed, in words, never as a code: CNAF does not publish the meaning of all of them
/// (rule F13).
func entitlementReason(_ code: String?) -> String? {
  code.flatMap { $0.isEmpty ? nil : reasons[$0.uppercased()] ?? "motif dont la CNAF ne publie pas le sens" }
}

private let reasons = closures.merging(suspendedPayments) { $1 }.merging(suspendedRights) { $1 }

/// MOTICLORSA.
private let closures = [
  "PCG": "décision du Département", "ECH": "quatre mois sans droit",
  "EFF": "annulation d’une bascule d’un autre minimum social", "MUT": "mutation vers un autre organisme",
  "RGD": "regroupement de dossiers", "RFD": unpublishedEnd, "RAU": unpublishedEnd, "RST": unpublishedEnd,
  "RSO": unpublishedEnd,
]

private let unpublishedEnd = "fin de droit, motif non publié par la CNAF"
private let unpublishedSuspension = "versement suspendu, motif non publié par la CNAF"

/// MOTISUSVERSRSA.
private let suspendedPayments = [
  "01": "ressources trop élevées", "02": "condition d’âge : moins de 25 ans",
  "03": "activité non conforme", "04": "titre de séjour non valide", "05": "RSA inférieur au seuil de versement",
  "06": "déclaration trimestrielle de ressources non fournie", "09": "résidence non conforme",
  "31": "prestation exclue, affiliation partielle", "34": "régime non conforme",
  "35": "demande d’avantage vieillesse absente ou tardive", "36": "titre de séjour absent", "44": "hospitalisation",
  "85": "plus d’allocataire dans le dossier", "97": "AAH réduite", "AB": "allocataire absent du foyer",
  "19": unpublishedSuspension, "70": unpublishedSuspension, "78": unpublishedSuspension, "84": unpublishedSuspension,
  "CZ": unpublishedSuspension, "CV": "en attente d’une décision du Département", "CG": "application d’une sanction",
]

/// MOTISUSDRORSA: of the whole dossier (D), or of the benefits of a group (G).
private let suspendedRights = [
  "DA": "situation de famille à vérifier", "DB": "ressources à vérifier", "DC": "enquête administrative",
  "DD": "enquête sociale", "DE": "imprimé de contrôle non rendu", "DF": "avis de changement de CAF manquant",
  "DG": "décès de Madame", "DH": "décès de Monsieur", "DI": "autre motif de suspension du dossier",
  "DJ": "paiement arrêté ou à émettre de nouveau", "DK": "réponse au contrôle de l’assurance chômage manquante",
  "DL": "n’habite plus à l’adresse indiquée", "DM": "résidence inconnue",
  "DN": "droits à la sécurité sociale divergents", "DO": "droits à l’assurance vieillesse divergents",
  "DP": "débiteur d’aliments hors d’état, à contrôler", "GF": "situation de famille à vérifier",
  "GR": "activité et ressources à contrôler", "GA": "enquête administrative", "GS": "enquête sociale",
  "GC": "imprimé de contrôle non rendu", "GI": "imprimé de changement de CAF non fourni",
  "GX": "autre motif de suspension", "GE": "forfait d’indépendant non fourni",
  "GJ": "suspension décidée par le Département", "GK": "contrat d’insertion non conclu ou non respecté",
  "GL": "action d’insertion non engagée",
]
