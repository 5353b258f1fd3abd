/// The data of one person, their household's among them, by field; empty ones are nil. The persons of a household share
/// its part.
struct FeedValues: Hashable, Sendable {
  private var household: [String?]
  private var own: [String?]

  private static let householdCount = FeedField.role.rawValue
  private static let ownCount = FeedField.allCases.count - householdCount

  /// Nothing yet.
  static let none = FeedValues(
    household: [String?](repeating: nil, count: householdCount), own: [String?](repeating: nil, count: ownCount))

  /// Nothing yet, with room of its own for a household's data: what is shared is copied before it is written.
  static func forHousehold() -> FeedValues {
    FeedValues(household: [String?](repeating: nil, count: householdCount), own: none.own)
  }

  /// Nothing yet, with room of its own for a person's data.
  static func forPerson() -> FeedValues {
    FeedValues(household: none.household, own: [String?](repeating: nil, count: ownCount))
  }

  private init(household: [String?], own: [String?]) {
    self.household = household
    self.own = own
  }

  subscript(field: FeedField) -> String? {
    get { field.isHousehold ? household[field.rawValue] : own[field.rawValue - FeedField.role.rawValue] }
    set {
      if field.isHousehold {
        household[field.rawValue] = newValue
      } else {
        own[field.rawValue - FeedField.role.rawValue] = newValue
      }
    }
  }

  /// Empties the fields of one element.
  mutating func clear(_ element: FeedField.Element) {
    for field in FeedField.fields(of: element) { self[field] = nil }
  }

  /// Takes the household's fields of `other`, and keeps its own for the rest.
  func inheriting(_ other: FeedValues) -> FeedValues {
    var all = self
    all.household = other.household
    return all
  }
}

/// A person of the feed who may become a dossier (applicant or partner), with the household's data beside their own.
///
/// Every value is trimmed, free of control characters, no longer than its column, and nil when empty. Dates are valid
/// `YYYY-MM-DD`, a birth of which less is known `YYYY-MM` or `YYYY`; the NIR, when valid, is its thirteen characters.
struct FeedPerson: Hashable, Sendable {
  /// Which household of the file, from 1: the persons of one household share it and follow one another.
  let household: Int
  /// Every datum, for whoever copies them all.
  var values: FeedValues
  /// What is wrong with this person or their household, in the order found.
  var problems: [FeedProblem]

  /// Whether the person must be set aside until somebody corrects Genesis.
  var isQuarantined: Bool { problems.contains { $0.severity == .quarantine } }

  subscript(field: FeedField) -> String? { values[field] }

  var numDemRsa: String? { self[.numDemRsa] }
  /// `CAF` or `MSA`.
  var fonorg: String? { self[.fonorg] }
  var numorg: String? { self[.numorg] }
  var matricule: String? { self[.matricule] }
  var dtDemRsa: String? { self[.dtDemRsa] }
  var oriDemRsa: String? { self[.oriDemRsa] }
  /// `0` to `6` or `Z`.
  var etatDosRsa: String? { self[.etatDosRsa] }
  var dtOuverture: String? { self[.dtOuverture] }
  var motiSusVers: String? { self[.motiSusVers] }
  var ddSusVers: String? { self[.ddSusVers] }
  var motiClo: String? { self[.motiClo] }
  var dtClo: String? { self[.dtClo] }
  var sitFam: String? { self[.sitFam] }
  var ddSitFam: String? { self[.ddSitFam] }
  var nbEnf: String? { self[.nbEnf] }

  var numVoie: String? { self[.numVoie] }
  var libTypeVoie: String? { self[.libTypeVoie] }
  var nomVoie: String? { self[.nomVoie] }
  var complIdeAdr: String? { self[.complIdeAdr] }
  var complAdr: String? { self[.complAdr] }
  var lieuDist: String? { self[.lieuDist] }
  var codePos: String? { self[.codePos] }
  /// INSEE code of the commune.
  var numCom: String? { self[.numCom] }
  var nomCom: String? { self[.nomCom] }
  var pays: String? { self[.pays] }
  /// When they moved in.
  var dtEmm: String? { self[.dtEmm] }
  /// The territory of the household's address.
  var dtas: String? { self[.dtas] }

  var numTel: String? { self[.numTel] }
  /// `A` agreed, `I` unknown, `R` refused.
  var autorUtiTel: String? { self[.autorUtiTel] }
  var adrElec: String? { self[.adrElec] }
  /// `A` agreed, `I` unknown, `R` refused.
  var autorUtiAdrElec: String? { self[.autorUtiAdrElec] }

  /// `DEM` applicant or `CJT` partner; anything else comes with a quarantining problem.
  var role: String? { self[.role] }
  var idPers: String? { self[.idPers] }
  var qual: String? { self[.qual] }
  var nom: String? { self[.nom] }
  var nomNai: String? { self[.nomNai] }
  var prenom: String? { self[.prenom] }
  var dtNai: String? { self[.dtNai] }
  /// `N` known, `J` day unknown, `O` day and month unknown.
  var typeDtNai: String? { self[.typeDtNai] }
  /// `1` man, `2` woman.
  var sexe: String? { self[.sexe] }
  var nir: String? { self[.nir] }
  /// `F` French, `C` European Union or Switzerland, `A` other.
  var nati: String? { self[.nati] }
  /// `1` subject to rights and duties, `0` not, nil undefined.
  var topPersDroDevoRsa: String? { self[.topPersDroDevoRsa] }
  var ddSouDroDev: String? { self[.ddSouDroDev] }

  var orientationType: String? { self[.orientationType] }
  var orientationStatus: String? { self[.orientationStatus] }
  var orientationRank: String? { self[.orientationRank] }
  var orientationDate: String? { self[.orientationDate] }
  var orientationOrigin: String? { self[.orientationOrigin] }

  /// When the formal notice (MIDEM) was served.
  var midemDate: String? { self[.midemDate] }
  var midemMotif: String? { self[.midemMotif] }

  /// The référent de parcours, nil when Genesis names none.
  var referent: FeedReferent? {
    guard let id = self[.referentId] else { return nil }
    return FeedReferent(
      id: id, nom: self[.referentNom], prenom: self[.referentPrenom], mail: self[.referentMail],
      structure: self[.referentStructure], idStruct: self[.referentIdStruct], dtas: self[.referentDtas],
      from: self[.referentFrom], until: self[.referentUntil], motif: self[.referentMotif])
  }
}

/// The référent de parcours that Genesis gives a person.
struct FeedReferent: Hashable, Sendable {
  let id: String
  let nom: String?
  let prenom: String?
  let mail: String?
  let structure: String?
  let idStruct: String?
  let dtas: String?
  /// Date of designation.
  private(set) var from: String?
  /// Date of the end of the designation; nil while it is open.
  private(set) var until: String?
  private(set) var motif: String?

  var isOpen: Bool { until == nil }

  /// The référent alone, whomever they follow and since when.
  var description: FeedReferent {
    var alone = self
    (alone.from, alone.until, alone.motif) = (nil, nil, nil)
    return alone
  }
}
