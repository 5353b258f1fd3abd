import API
import Domain
import Postgres

/// The columns that several datasets have.
extension Dataset.Column {
  static let number = Dataset.Column("numero", "N°", .integer, "d.number")
  static let person = Dataset.Column(
    "personne", "Personne", "rtrim(upper(d.family_name) || ' ' || d.given_name)",
    order: "d.family_name || ' ' || d.given_name")
  static let commune = Dataset.Column("commune", "Commune", "d.commune", isSecondary: true)
  static let territory = Dataset.Column("territoire", "Territoire", "t.name", isSecondary: true)
  static let structure = Dataset.Column("structure", "Structure", "o.name", isSecondary: true)
  static let referent = Dataset.Column("referent", "Référent de parcours", "a.name", isSecondary: true)
  static let state = Dataset.Column("etat", "État", "d.state", words: Words.states, isSecondary: true)
  static let entitlement = Dataset.Column(
    "droit", "Droit", "d.entitlement", words: Words.entitlements, isSecondary: true)
  static let refreshed = Dataset.Column("actualisation", "Actualisé le", .date, "d.refreshed_on")

  /// What a list is about, between who it is and who accompanies the person.
  static func list(_ columns: [Dataset.Column]) -> [Dataset.Column] { led(columns + [structure, referent]) }

  /// What a list is about, after who it is.
  static func led(_ columns: [Dataset.Column]) -> [Dataset.Column] { [person, number, commune] + columns }
}

/// What people read for the codes of the database.
enum Words {
  static let contractStates = words(ContractState.self, \.label)
  static let entitlements = words(EntitlementState.self, \.label)
  static let contractKinds = ["cer": "CER", "ce": "CE"]
  static let states = words(DossierState.self) { state in
    switch state {
    case .entered: "Entrée"
    case .standby: "Veille"
    case .left: "Sortie"
    }
  }
  static let forms = ["entry": "Entrée", "exit": "Sortie"]
  static let channels = ["sms": "SMS", "email": "Courriel"]

  private static func words<Code: RawRepresentable & CaseIterable>(
    _ type: Code.Type, _ label: (Code) -> String
  ) -> [String: String] where Code.RawValue == String {
    Dictionary(Code.allCases.map { ($0.rawValue, label($0)) }) { first, _ in first }
  }
}
