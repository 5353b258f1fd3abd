/// The part that Jalons reads of CNAF's schema of RSA recipients (VRSB0801; rule F13): elements within
/// elements, where Genesis writes attributes.
struct VRSBSchema: Sendable {
  /// The name of the flow's first element.
  static let root = "Racine"

  /// What the end of an element means.
  enum Meaning: Sendable {
    /// Nothing by itself.
    case block
    case identification, household, person, trailer
    /// A block that may be repeated, of which one counts: the address of the first rank, the role in the RSA, the first
    /// suspension, the first closure.
    case choice(Choice)
    case value(Value)
  }

  enum Choice: Int, CaseIterable, Sendable {
    case address, role, suspension, closure
  }

  /// What the text of an element is.
  enum Value: Sendable {
    case field(FeedField)
    /// Of the flow itself, under its own name.
    case header(String), total(String)
    /// The county that the flow is for, in each household.
    case county
    /// An address's rank, a role's benefit.
    case mark
    /// CNAF itself holds the household to be faulty; what it says of it may name persons, and is not kept.
    case anomaly
  }

  struct Node: Sendable {
    let name: String
    var meaning = Meaning.block
    var children: [Int] = []
  }

  let nodes: [Node]

  static let shared = VRSBSchema()

  private init() {
    var nodes = [Node(name: Self.root)]
    func node(_ path: String) -> Int {
      path.split(separator: "/").reduce(0) { parent, name in
        if let known = nodes[parent].children.first(where: { nodes[$0].name == name }) { return known }
        nodes.append(Node(name: String(name)))
        nodes[parent].children.append(nodes.count - 1)
        return nodes.count - 1
      }
    }
    for (path, meaning) in Self.blocks { nodes[node(path)].meaning = meaning }
    for (path, names) in Self.fields {
      for (name, field) in names { nodes[node("\(path)/\(name)")].meaning = .value(.field(field)) }
    }
    for name in ["APPLIEME", "DTCREAFLUX", "HEUCREAFLUX", "DTREF"] {
      nodes[node("IdentificationFlux/\(name)")].meaning = .value(.header(name))
    }
    for name in ["NBTOTDOSRSATRANSM", "NBTOTDOSRSATRANSMANO"] {
      nodes[node("TransmissionFlux/\(name)")].meaning = .value(.total(name))
    }
    self.nodes = nodes
  }

  private static let blocks: [(String, Meaning)] = [
    ("IdentificationFlux", .identification), ("TransmissionFlux", .trailer), ("InfosFoyerRSA", .household),
    ("InfosFoyerRSA/Personne", .person), ("InfosFoyerRSA/Personne/Prestations", .choice(.role)),
    ("InfosFoyerRSA/Personne/Prestations/NATPREST", .value(.mark)),
    ("InfosFoyerRSA/IdentificationRSA/Partenaire/IDEPARTE", .value(.county)),
    ("InfosFoyerRSA/DonneesAdministratives/Adresse", .choice(.address)),
    ("InfosFoyerRSA/DonneesAdministratives/Adresse/TroncCommunAdresse/RGADR", .value(.mark)),
    ("\(situation)/SuspensionDroit", .choice(.suspension)), ("\(situation)/SuspensionVersement", .choice(.suspension)),
    ("\(situation)/FinDroit", .choice(.closure)), ("\(situation)/FinDroitMoisAnterieur", .choice(.closure)),
    ("InfosFoyerRSA/Anomalie/LIBANO", .value(.anomaly)),
  ]

  private static let situation = "InfosFoyerRSA/PrestationRSA/SituationDossierRSA"

  private static let fields: [(String, KeyValuePairs<String, FeedField>)] = [
    ("InfosFoyerRSA/IdentificationRSA/Organisme", ["FONORG": .fonorg, "NUMORG": .numorg, "MATRICULE": .matricule]),
    ("InfosFoyerRSA/IdentificationRSA/DemandeRSA", ["DTDEMRSA": .dtDemRsa, "NUMDEMRSA": .numDemRsa]),
    (
      "InfosFoyerRSA/Personne/Identification",
      [
        "QUAL": .qual, "NOM": .nom, "NOMNAI": .nomNai, "PRENOM": .prenom, "DTNAI": .dtNai, "TYPEDTNAI": .typeDtNai,
        "NIR": .nir, "SEXE": .sexe,
      ]
    ),
    ("InfosFoyerRSA/Personne/Prestations", ["ROLEPERS": .role]),
    ("InfosFoyerRSA/Personne/MontantCalculDroitRSAPersonne", ["TOPPERSDRODEVORSA": .topPersDroDevoRsa]),
    ("InfosFoyerRSA/DonneesAdministratives/SituationFamille", ["SITFAM": .sitFam, "DDSITFAM": .ddSitFam]),
    ("InfosFoyerRSA/DonneesAdministratives/Adresse/TroncCommunAdresse", ["DTEMM": .dtEmm, "PAYS": .pays]),
    (
      "InfosFoyerRSA/DonneesAdministratives/Adresse/AdresseDetailleeFrance",
      [
        "COMPLIDEADR": .complIdeAdr, "COMPLADR": .complAdr, "NUMVOIE": .numVoie, "LIBTYPEVOIE": .libTypeVoie,
        "NOMVOIE": .nomVoie, "LIEUDIST": .lieuDist, "NUMCOM": .numCom, "CODEPOS": .codePos, "NOMCOM": .nomCom,
      ]
    ),
    // The lines of a foreign address, as long as these fields; the sixth, of the town, is cut to the column's length.
    (
      "InfosFoyerRSA/DonneesAdministratives/Adresse/AdresseHorsFrance",
      ["LIBLIG2ADR": .complIdeAdr, "LIBLIG3ADR": .complAdr, "LIBLIG4ADR": .lieuDist, "LIBLIG6ADR": .nomCom]
    ),
    ("\(situation)/EtatDossierRSA", ["ETATDOSRSA": .etatDosRsa]),
    ("\(situation)/SuspensionDroit", ["MOTISUSDRORSA": .motiSusVers, "DDSUSDRORSA": .ddSusVers]),
    ("\(situation)/SuspensionVersement", ["MOTISUSVERSRSA": .motiSusVers, "DDSUSVERSRSA": .ddSusVers]),
    ("\(situation)/FinDroit", ["MOTICLORSA": .motiClo, "DTCLORSA": .dtClo]),
    ("\(situation)/FinDroitMoisAnterieur", ["MOTICLORSA": .motiClo, "DTCLORSA": .dtClo]),
    (
      "InfosFoyerRSA/PrestationRSA/DetailDroitRSA/TroncCommunDroitRSA",
      ["NBENFAUTCHA": .nbEnf, "ORIDEMRSA": .oriDemRsa]
    ),
  ]

  /// What the flow never says: the caseload's own values stand.
  static let unsaid: Set<FeedField> = [
    .dtOuverture, .dtas, .numTel, .autorUtiTel, .adrElec, .autorUtiAdrElec, .idPers, .nati, .ddSouDroDev,
    .orientationType, .orientationDate, .midemDate, .midemMotif,
  ]

  /// What it says of some and leaves out for others, where leaving out is no news.
  static let optional: Set<FeedField> = [.qual, .topPersDroDevoRsa]
}
