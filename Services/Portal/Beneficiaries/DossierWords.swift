import API
import Domain
import Foundation

// How the state, the right and the duties of a dossier are worded and coloured, on every page.

extension DossierState {
  var badge: Badge {
    switch self {
    case .entered: Badge(label, .done, icon: .check)
    case .standby: Badge(label, .waiting, icon: .pause)
    case .left: Badge(label, .neutral, icon: .logout)
    }
  }

  /// The word of the address: `etat=veille`.
  var word: String {
    switch self {
    case .entered: "entree"
    case .standby: "veille"
    case .left: "sortie"
    }
  }

  init?(word: String?) {
    guard let state = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = state
  }
}

extension EntitlementState {
  /// For a column, where room is scarce.
  var shortLabel: String {
    switch self {
    case .pending: "En attente"
    case .refused: "Refusé"
    case .open: "Ouvert et versable"
    case .suspended: "Suspendu"
    case .paymentSuspended: "Versement suspendu"
    case .closed: "Clos"
    case .closedEarlier: "Clos, mois antérieur"
    case .undefined: "Non défini"
    }
  }

  var tone: Tone {
    switch self {
    case .open: .neutral
    case .pending, .suspended, .paymentSuspended, .undefined: .waiting
    case .refused, .closed, .closedEarlier: .late
    }
  }
}

/// « SDD » or « NSDD », as everybody here says it.
func dutiesWord(_ duties: Bool?) -> String { duties.map { $0 ? "SDD" : "NSDD" } ?? "Non précisé" }

/// In full, for the pages.
func dutiesLabel(_ duties: Bool?) -> String {
  duties.map { $0 ? "Soumis aux droits et devoirs (SDD)" : "Non soumis (NSDD)" } ?? "Non précisé par Genesis"
}

// What the feed says in codes. A code that is not known is shown as it is: the county may have its own.

func nationalityLabel(_ code: String) -> String {
  ["F": "Française", "C": "Union européenne ou Suisse", "A": "Autre"][code] ?? code
}

func orientationLabel(_ code: String) -> String {
  ["SOCIOPRO": "Socioprofessionnelle", "SOCIAL": "Sociale", "EMPLOI": "Emploi"][code] ?? code
}

func familySituationLabel(_ code: String) -> String { familySituations[code] ?? code }

private let familySituations = [
  "ABA": "Conjoint absent", "CEL": "Célibataire", "DIV": "Divorce", "ISO": "Isolement après vie maritale",
  "MAR": "Mariage", "PAC": "Pacs", "RPA": "Reprise de la vie commune (pacs)", "RVC": "Reprise de la vie maritale",
  "RVM": "Reprise de la vie commune (mariage)", "SEF": "Séparation de fait", "SEL": "Séparation légale",
  "VEU": "Veuvage", "VIM": "Vie maritale",
]

/// Genesis's civility as one writes it in French.
func titleWord(_ code: String) -> String {
  switch code.uppercased() {
  case "MME", "MLE": "Mme"
  case "MR", "M": "M."
  default: code
  }
}

/// The feed stops for a person whose accompaniment is closed: a date older than five days says so (rule C2).
func isStale(_ refreshedOn: CalendarDate?, today: CalendarDate) -> Bool {
  refreshedOn.map { $0.days(to: today) > 5 } ?? false
}

extension DossierRow {
  var name: String { French.name(familyName, givenName) }

  /// What tells two namesakes apart.
  func detail(today: CalendarDate) -> String {
    [birthDate.map { French.age($0, birthPrecision, on: today) }, commune, "n° \(number)"].compactMap { $0 }.joined(
      separator: " · ")
  }
}
