import API

/// What a county's column most likely holds, by its name: case, accents, blanks and punctuation do not count.
enum ColumnGuess {
  /// The likeliest value of the feed for each of a file's columns, each once, nil where nothing is likely.
  static func fields(for headers: [String]) -> [FeedField?] {
    var taken: Set<FeedField> = []
    return headers.map { header in
      guard let field = known[FeedCodes.key(header)], taken.insert(field).inserted else { return nil }
      return field
    }
  }

  private static let known: [String: FeedField] = {
    var known: [String: FeedField] = [:]
    for field in FeedField.allCases { known[FeedCodes.key(field.definition.column)] = field }
    for (field, names) in names {
      for name in names { known[FeedCodes.key(name)] = known[FeedCodes.key(name)] ?? field }
    }
    return known
  }()

  /// As the exports of counties' systems call them (rule F14).
  private static let names: [(FeedField, [String])] = [
    (
      .numDemRsa,
      [
        "numéro de demande RSA", "numéro demande RSA", "n° demande RSA", "n° demande", "dossier", "n° dossier",
        "numéro de dossier", "n° dossier RSA",
      ]
    ),
    (.fonorg, ["organisme payeur", "caisse", "CAF/MSA"]),
    (.numorg, ["numéro de caisse", "code caisse", "numéro organisme"]),
    (.matricule, ["numéro allocataire", "n° allocataire", "n° CAF", "numéro CAF", "allocataire"]),
    (.dtDemRsa, ["date demande RSA", "date de la demande", "date demande"]),
    (.etatDosRsa, ["état du droit", "état droit", "droit", "situation du droit", "état dossier", "statut du droit"]),
    (
      .dtOuverture,
      ["date ouverture du droit", "ouverture du droit", "date ouverture des droits", "date d’ouverture des droits"]
    ),
    (.motiSusVers, ["motif de suspension", "motif suspension"]),
    (.ddSusVers, ["date de suspension", "date suspension", "suspendu depuis"]),
    (.motiClo, ["motif de clôture", "motif clôture", "motif de radiation"]),
    (.dtClo, ["date de clôture", "date clôture", "date de radiation", "date de fin de droit"]),
    (.sitFam, ["situation familiale", "situation de famille"]),
    (.nbEnf, ["nombre d’enfants", "nb enfants", "enfants à charge"]),
    (.numVoie, ["numéro de voie", "n° voie", "numéro rue"]), (.libTypeVoie, ["type de voie", "type voie"]),
    (.nomVoie, ["adresse", "nom de voie", "nom voie", "libellé voie", "rue", "adresse 1"]),
    (.complIdeAdr, ["complément d’identification", "bâtiment", "étage"]),
    (.complAdr, ["complément d’adresse", "complément adresse", "adresse 2"]), (.lieuDist, ["lieu-dit", "lieu dit"]),
    (.codePos, ["code postal", "CP"]), (.numCom, ["code INSEE", "INSEE", "code commune"]),
    (.nomCom, ["commune", "ville", "localité"]), (.pays, ["pays"]),
    (.dtas, ["territoire", "UTAS", "secteur", "circonscription"]),
    (
      .numTel,
      ["téléphone", "tél", "portable", "mobile", "numéro de téléphone", "numéro téléphone dossier", "téléphone 1"]
    ),
    (.adrElec, ["mail", "e-mail", "courriel", "adresse électronique", "adresse mail", "adresse électronique dossier"]),
    (.role, ["rôle", "rôle personne", "rôle dans le foyer", "qualité"]),
    (
      .idPers,
      [
        "identifiant", "id", "id personne", "identifiant personne", "numéro individu", "n° individu", "id IODAS",
        "identifiant interne", "id interne",
      ]
    ), (.qual, ["civilité", "titre"]), (.nom, ["nom d’usage", "nom usuel", "nom de famille", "nom bénéficiaire"]),
    (.nomNai, ["nom de naissance", "nom naissance", "nom de jeune fille"]),
    (.prenom, ["prénom", "prénoms", "prénom bénéficiaire"]),
    (.dtNai, ["date de naissance", "date naissance", "né le", "née le", "DDN", "naissance"]), (.sexe, ["genre"]),
    (
      .nir,
      ["numéro de sécurité sociale", "n° sécurité sociale", "n° sécu", "NSS", "sécurité sociale", "numéro de sécu"]
    ), (.nati, ["nationalité"]),
    (
      .topPersDroDevoRsa,
      ["SDD", "SDD/NSDD", "droits et devoirs", "soumis droits et devoirs", "soumis à droits et devoirs", "soumis DD"]
    ), (.ddSouDroDev, ["date début droits - devoirs", "soumis depuis", "date droits et devoirs"]),
    (.orientationType, ["orientation", "type d’orientation", "type orientation", "parcours"]),
    (.orientationDate, ["date d’orientation", "date orientation", "orienté le"]),
    (.referentId, ["id référent", "identifiant référent", "code référent", "matricule référent"]),
    (.referentNom, ["référent", "nom référent", "nom du référent", "référent de parcours"]),
    (.referentPrenom, ["prénom référent", "prénom du référent"]),
    (.referentMail, ["mail référent", "email référent", "courriel référent", "mail du référent", "email du référent"]),
    (.referentStructure, ["structure référente", "nom structure", "organisme référent"]),
    (.referentIdStruct, ["id structure", "code structure", "identifiant structure"]),
    (.referentDtas, ["territoire référent"]),
    (.referentFrom, ["date de désignation", "date désignation", "désigné le", "référent depuis", "début référent"]),
    (.referentUntil, ["fin de désignation", "date de fin de désignation", "fin référent", "référent jusqu’au"]),
    (.midemDate, ["date mise en demeure", "date MIDEM", "mise en demeure"]),
    (.midemMotif, ["motif mise en demeure", "motif MIDEM"]),
  ]
}
