/// A datum of the Genesis feed: where it is read in XML and in CSV, and what it may hold.
///
/// One table drives both parsers, the checks of length and of dates, and whoever copies a person into a staging table.
enum FeedField: Int, CaseIterable, Sendable {
  // The household's.
  case numDemRsa, fonorg, numorg, matricule, dtDemRsa, oriDemRsa
  case etatDosRsa, dtOuverture, motiSusVers, ddSusVers, motiClo, dtClo
  case sitFam, ddSitFam, nbEnf
  case numVoie, libTypeVoie, nomVoie, complIdeAdr, complAdr, lieuDist, codePos, numCom, nomCom, pays, dtEmm, dtas
  case numTel, autorUtiTel, adrElec, autorUtiAdrElec
  // The person's.
  case role, idPers, qual, nom, nomNai, prenom, dtNai, typeDtNai, sexe, nir, nati
  case topPersDroDevoRsa, ddSouDroDev
  case orientationType, orientationStatus, orientationRank, orientationDate, orientationOrigin
  case referentId, referentNom, referentPrenom, referentMail, referentStructure, referentIdStruct, referentDtas
  case referentFrom, referentUntil, referentMotif
  case midemDate, midemMotif

  /// What a field holds, which decides how it is cleaned.
  enum Kind: Sendable {
    case text
    /// A date without which the person cannot be followed: unreadable, it sets the person aside.
    case date
    /// A date that only informs: unreadable, it is left empty with a warning.
    case minorDate
    /// An identifier in which blanks mean nothing.
    case number
    /// A code of five digits that may have lost its zero.
    case postcode
    case count, phone, email

    var isDate: Bool { self == .date || self == .minorDate }
  }

  /// The element of the feed whose attribute this is. A number, not its name: that one would be hashed letter by letter.
  enum Element: Int, CaseIterable, Sendable {
    case dossier, droit, situation, adresse, contact, personne, duties, orientation, referent, midem

    init?(name: String) {
      guard let index = Self.names.firstIndex(of: name) else { return nil }
      self.init(rawValue: index)
    }

    private static let names = [
      "Dossier", "Droit", "SituationFamille", "Adresse", "Contact", "Personne", "DroitsDevoirs", "Orientation",
      "Referent", "Midem",
    ]
  }

  struct Definition: Sendable {
    var element: Element
    var attribute: String
    /// The CSV column, upper case: the attribute's name, made unique where two elements share one.
    var column: String
    /// In characters; CNAF's own lengths (rule F13).
    var maximum: Int
    var kind: Kind
  }

  var definition: Definition { Self.definitions[rawValue] }

  /// Whether the datum is the household's, hence the same for both members of a couple.
  var isHousehold: Bool { rawValue < FeedField.role.rawValue }

  /// The CSV columns without which a file says nothing of use.
  static let requiredColumns: [FeedField] = [
    .numDemRsa, .etatDosRsa, .role, .idPers, .nom, .prenom, .dtNai, .referentId,
  ]

  static let definitions: [Definition] = allCases.map(definition(of:))

  /// In characters; apart from the definitions, which are too heavy to fetch for each of a county's millions of values.
  var maximum: Int { Self.maxima[rawValue] }
  var kind: Kind { Self.kinds[rawValue] }
  private static let maxima: [Int] = definitions.map(\.maximum)
  private static let kinds: [Kind] = definitions.map(\.kind)

  /// The fields of an element.
  static func fields(of element: Element) -> [FeedField] { byElement[element.rawValue] }
  private static let byElement = Element.allCases.map { element in
    allCases.filter { $0.definition.element == element }
  }

  private static func definition(of field: FeedField) -> Definition {
    func text(
      _ element: Element, _ attribute: String, _ maximum: Int, column: String? = nil, _ kind: Kind = .text
    ) -> Definition {
      Definition(element: element, attribute: attribute, column: column ?? attribute, maximum: maximum, kind: kind)
    }
    func date(_ element: Element, _ attribute: String, column: String? = nil, minor: Bool = false) -> Definition {
      Definition(
        element: element, attribute: attribute, column: column ?? attribute, maximum: 10,
        kind: minor ? .minorDate : .date)
    }
    return switch field {
    case .numDemRsa: text(.dossier, "NUMDEMRSA", 11)
    case .fonorg: text(.dossier, "FONORG", 3)
    case .numorg: text(.dossier, "NUMORG", 3)
    case .matricule: text(.dossier, "MATRICULE", 15, .number)
    case .dtDemRsa: date(.dossier, "DTDEMRSA", minor: true)
    case .oriDemRsa: text(.dossier, "ORIDEMRSA", 3)
    case .etatDosRsa: text(.droit, "ETATDOSRSA", 1)
    case .dtOuverture: date(.droit, "DTODRSA", minor: true)
    case .motiSusVers: text(.droit, "MOTISUSVERSRSA", 2)
    case .ddSusVers: date(.droit, "DDSUSVERSRSA", minor: true)
    case .motiClo: text(.droit, "MOTICLORSA", 3)
    case .dtClo: date(.droit, "DTCLORSA")
    case .sitFam: text(.situation, "SITFAM", 3)
    case .ddSitFam: date(.situation, "DDSITFAM", minor: true)
    case .nbEnf: text(.situation, "NBENFAUTCHA", 2, .count)
    case .numVoie: text(.adresse, "NUMVOIE", 6)
    case .libTypeVoie: text(.adresse, "LIBTYPEVOIE", 30)
    case .nomVoie: text(.adresse, "NOMVOIE", 32)
    case .complIdeAdr: text(.adresse, "COMPLIDEADR", 38)
    case .complAdr: text(.adresse, "COMPLADR", 38)
    case .lieuDist: text(.adresse, "LIEUDIST", 38)
    case .codePos: text(.adresse, "CODEPOS", 5, .postcode)
    case .numCom: text(.adresse, "NUMCOM", 5, .postcode)
    case .nomCom: text(.adresse, "NOMCOM", 32)
    case .pays: text(.adresse, "PAYS", 3)
    case .dtEmm: date(.adresse, "DTEMM", minor: true)
    case .dtas: text(.adresse, "DTAS", 30)
    case .numTel: text(.contact, "NUMTEL", 20, .phone)
    case .autorUtiTel: text(.contact, "AUTORUTITEL", 1)
    case .adrElec: text(.contact, "ADRELEC", 78, .email)
    case .autorUtiAdrElec: text(.contact, "AUTORUTIADRELEC", 1)
    case .role: text(.personne, "ROLEPERS", 3)
    case .idPers: text(.personne, "IDPERS", 20)
    case .qual: text(.personne, "QUAL", 3)
    case .nom: text(.personne, "NOM", 50)
    case .nomNai: text(.personne, "NOMNAI", 50)
    case .prenom: text(.personne, "PRENOM", 50)
    case .dtNai: date(.personne, "DTNAI")
    case .typeDtNai: text(.personne, "TYPEDTNAI", 1)
    case .sexe: text(.personne, "SEXE", 1)
    // Fifteen, and up to six dots or dashes between the groups.
    case .nir: text(.personne, "NIR", 21, .number)
    case .nati: text(.personne, "NATI", 1)
    case .topPersDroDevoRsa: text(.duties, "TOPPERSDRODEVORSA", 1)
    case .ddSouDroDev: date(.duties, "DDSOUDRODEV", minor: true)
    case .orientationType: text(.orientation, "TYPEORIENT", 20)
    case .orientationStatus: text(.orientation, "STATUT", 20, column: "STATUTORIENT")
    case .orientationRank: text(.orientation, "RANG", 3, column: "RANGORIENT")
    case .orientationDate: date(.orientation, "DATE", column: "DATEORIENT", minor: true)
    case .orientationOrigin: text(.orientation, "ORIGINE", 20, column: "ORIGINEORIENT")
    case .referentId: text(.referent, "IDREF", 20)
    case .referentNom: text(.referent, "NOM", 50, column: "NOMREF")
    case .referentPrenom: text(.referent, "PRENOM", 50, column: "PRENOMREF")
    case .referentMail: text(.referent, "MAIL", 100, column: "MAILREF", .email)
    case .referentStructure: text(.referent, "STRUCTURE", 100)
    case .referentIdStruct: text(.referent, "IDSTRUCT", 20)
    case .referentDtas: text(.referent, "DTAS", 30, column: "DTASREF")
    case .referentFrom: date(.referent, "DDDESIGNATION", minor: true)
    case .referentUntil: date(.referent, "DFDESIGNATION")
    case .referentMotif: text(.referent, "MOTIFFIN", 60)
    case .midemDate: date(.midem, "DATE", column: "DATEMIDEM")
    case .midemMotif: text(.midem, "MOTIF", 60, column: "MOTIFMIDEM")
    }
  }
}
