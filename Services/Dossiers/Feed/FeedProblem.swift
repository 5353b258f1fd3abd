/// Something wrong with one person of the feed, which does not stop the others (rule F7).
struct FeedProblem: Hashable, Sendable, Codable {
  /// Stable: stored, filtered on, and never shown.
  enum Code: String, Hashable, Sendable, Codable, CaseIterable {
    case nirInvalid = "nir-invalide"
    case nirSex = "nir-sexe"
    case nirBirth = "nir-date-naissance"
    case sameNIR = "couple-meme-nir"
    case twoApplicants = "deux-demandeurs"
    case twoPartners = "deux-conjoints"
    case partnerWithoutApplicant = "conjoint-sans-demandeur"
    case singleWithPartner = "isole-avec-conjoint"
    case roleUnknown = "role-inconnu"
    case entitlementUnknown = "etat-droit-inconnu"
    case closedWithoutDate = "clos-sans-date"
    case dateUnreadable = "date-illisible"
    case tooLong = "champ-trop-long"
    case idMissing = "identifiant-absent"
    case idDuplicated = "identifiant-en-double"
    case requestMissing = "demande-absente"
    case nameMissing = "nom-absent"
    case columns = "colonnes"
    case twoReferents = "deux-referents"
    case nirDuplicated = "nir-en-double"
    case identityAmbiguous = "identite-ambigue"
    case postcodeOutside = "code-postal-hors-departement"
    case announced = "anomalie-caisse"
    case valueUnknown = "valeur-inconnue"
    case valueUnreadable = "valeur-illisible"
    case givenNameMissing = "prenom-absent"
    case birthInFuture = "naissance-future"
    case birthIncomplete = "naissance-incomplete"
  }

  enum Severity: String, Hashable, Sendable, Codable {
    /// The person is set aside: nothing of theirs is changed until Genesis is corrected.
    case quarantine
    /// The person is taken, and somebody is told.
    case warning
  }

  let code: Code
  /// The feed's own name of the datum at fault, as the secretariat reads it in Genesis.
  let field: String
  /// French, without personal data: it is shown, stored and may be logged.
  let message: String
  let severity: Severity

  init(_ code: Code, _ field: FeedField, _ message: String, severity: Severity = .quarantine) {
    self.code = code
    self.field = field.definition.column
    self.message = message
    self.severity = severity
  }
}
