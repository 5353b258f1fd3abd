/// Why a whole file is refused: nothing of it may be kept, even the persons already given out.
enum FeedRefusal: Error, Hashable, Sendable {
  case empty
  /// Neither XML nor CSV, or XML that is not well formed; the line, from 1, where known.
  case notXML(line: Int?)
  /// No trailer: the transfer was cut.
  case truncated
  case trailerMismatch(expected: FeedTrailer, households: Int, persons: Int)
  case trailerUnreadable(field: String)
  case wrongEncoding(found: String, line: Int?)
  case entityDeclared
  case tooDeep(line: Int)
  case tooLarge(line: Int)
  case headerMissing(field: String)
  case columnsMissing([String])
  case unsupportedVersion(String)
  case otherDepartment(found: String, expected: String)
  /// Made, or describing a day, after tomorrow: it would make every later file look old.
  case dateAhead(String)
  case gzipBomb
  case gzipDamaged
  /// Nothing closes a quotation mark, and what follows it is one value.
  case quoteOpen(line: Int)
  /// A CSV line after the last one.
  case dataAfterTrailer(line: Int)

  /// Stable, for storage and filters.
  var slug: String {
    switch self {
    case .empty: "fichier-vide"
    case .notXML: "format-illisible"
    case .truncated: "fichier-tronque"
    case .trailerMismatch: "totaux-differents"
    case .trailerUnreadable: "totaux-illisibles"
    case .wrongEncoding: "encodage"
    case .entityDeclared: "entite-declaree"
    case .tooDeep: "trop-imbrique"
    case .tooLarge: "trop-volumineux"
    case .headerMissing: "entete-absent"
    case .columnsMissing: "colonnes-absentes"
    case .unsupportedVersion: "version-inconnue"
    case .otherDepartment: "autre-departement"
    case .dateAhead: "date-future"
    case .gzipBomb: "compression-suspecte"
    case .gzipDamaged: "compression-abimee"
    case .quoteOpen: "guillemet-ouvert"
    case .dataAfterTrailer: "donnees-apres-fin"
    }
  }

  /// What happened and what to do, in French, for whoever watches the feed.
  var message: String {
    switch self {
    case .empty:
      "Le fichier est vide. Vérifiez que l’extraction Genesis s’est terminée, puis déposez-le à nouveau."
    case .notXML(let line):
      "Le fichier n’est lisible ni comme flux de Genesis (XML ou CSV), ni comme flux VRSB de la CNAF\(Self.at(line)). "
        + "Demandez une nouvelle extraction ; n’ouvrez pas le fichier dans un tableur avant de le déposer."
    case .truncated:
      "Le fichier est incomplet : la fin du flux manque. Le transfert a sans doute été coupé : déposez-le à nouveau."
    case .trailerMismatch(let expected, let households, let persons):
      Self.difference(from: expected, households: households, persons: persons)
        + " Rien n’a été intégré : demandez une nouvelle extraction."
    case .trailerUnreadable(let field):
      "Les totaux de fin de flux sont illisibles (\(field)). Demandez une nouvelle extraction."
    case .wrongEncoding(let found, let line):
      "L’encodage du fichier n’est pas celui attendu (\(found))\(Self.at(line)). "
        + "Demandez une extraction en UTF-8."
    case .entityDeclared:
      "Le fichier contient une déclaration DOCTYPE ou une entité, interdites pour la sécurité. "
        + "Vérifiez sa provenance avant toute nouvelle tentative."
    case .tooDeep(let line):
      "Le fichier est trop imbriqué (ligne \(line)) pour un tel flux. Vérifiez sa provenance."
    case .tooLarge(let line):
      "Un élément du fichier est anormalement long (vers la ligne \(line)) : guillemet ou balise jamais refermé. "
        + "Demandez une nouvelle extraction."
    case .headerMissing(let field):
      "L’identification du flux manque ou est illisible (\(field)). "
        + "Vérifiez qu’il s’agit d’un flux de Genesis ou de la CNAF, puis demandez une nouvelle extraction."
    case .columnsMissing(let names):
      "Il manque des colonnes : \(names.joined(separator: ", ")). Rétablissez-les dans l’extraction Genesis."
    case .unsupportedVersion(let version):
      "La version \(version) du flux n’est pas connue. Mettez Jalons à jour ou demandez un flux en version 1."
    case .otherDepartment(let found, let expected):
      "Le flux est celui du département \(found), et non \(expected). Déposez le fichier du bon département."
    case .dateAhead(let day):
      "Le fichier est daté du \(day), dans le futur : rien n’a été modifié. "
        + "Demandez une nouvelle extraction, ou corrigez la date de son en-tête ou de son nom."
    case .gzipBomb:
      "Le fichier compressé se déploie de façon suspecte. Vérifiez sa provenance ; au besoin, déposez-le décompressé."
    case .gzipDamaged:
      "Le fichier compressé est abîmé. Le transfert a sans doute été altéré : déposez-le à nouveau."
    case .quoteOpen(let line):
      "Un guillemet ouvert à la ligne \(line) n’est jamais refermé : tout ce qui suit se lit comme une seule valeur. "
        + "Retirez-le ou refermez-le dans le fichier d’origine, puis déposez-le à nouveau."
    case .dataAfterTrailer(let line):
      "Des données suivent la fin du flux (ligne \(line)). Déposez les fichiers un par un, sans les assembler."
    }
  }

  private static func difference(from expected: FeedTrailer, households: Int, persons: Int) -> String {
    guard let announced = expected.persons else {
      return "Le flux annonce \(expected.households) foyers, il en contient \(households)."
    }
    return "Le flux annonce \(expected.households) foyers et \(announced) personnes, "
      + "il en contient \(households) et \(persons)."
  }

  private static func at(_ line: Int?) -> String { line.map { ", ligne \($0)" } ?? "" }
}
