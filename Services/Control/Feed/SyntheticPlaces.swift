/// A commune where synthetic households live.
struct SyntheticCommune: Sendable {
  let name: String
  /// INSEE code.
  let code: String
  let postcode: String
  /// Index into `SyntheticPlaces.territories`; nil outside the county.
  let territory: Int?
  /// How many households live there, relative to the others.
  let weight: Int
}

/// Where households live: real communes of Ardèche and a few beyond, streets of any town.
enum SyntheticPlaces {
  static let territories = ["CENTRE", "NORD", "SUD-EST", "SUD-OUEST"]

  static let communes: [SyntheticCommune] = [
    inside("PRIVAS", "07186", "07000", 0, 90), inside("LA VOULTE SUR RHONE", "07349", "07800", 0, 50),
    inside("LE POUZIN", "07181", "07250", 0, 28), inside("VERNOUX EN VIVARAIS", "07338", "07240", 0, 18),
    inside("LE CHEYLARD", "07064", "07160", 0, 30), inside("CHOMERAC", "07066", "07210", 0, 22),
    inside("BEAUCHASTEL", "07027", "07800", 0, 14), inside("COUX", "07072", "07000", 0, 10),
    inside("SAINT PIERREVILLE", "07286", "07190", 0, 6),
    inside("ANNONAY", "07010", "07100", 1, 150), inside("TOURNON SUR RHONE", "07324", "07300", 1, 80),
    inside("GUILHERAND GRANGES", "07102", "07500", 1, 75), inside("SAINT PERAY", "07281", "07130", 1, 40),
    inside("LAMASTRE", "07129", "07270", 1, 20), inside("SAINT AGREVE", "07204", "07320", 1, 14),
    inside("SATILLIEU", "07309", "07290", 1, 10), inside("SERRIERES", "07313", "07340", 1, 10),
    inside("SAINT FELICIEN", "07236", "07410", 1, 8), inside("DAVEZIEUX", "07078", "07430", 1, 16),
    inside("LE TEIL", "07319", "07400", 2, 95), inside("BOURG SAINT ANDEOL", "07042", "07700", 2, 75),
    inside("VIVIERS", "07346", "07220", 2, 40), inside("VILLENEUVE DE BERG", "07341", "07170", 2, 24),
    inside("CRUAS", "07076", "07350", 2, 22), inside("ROCHEMAURE", "07191", "07400", 2, 14),
    inside("SAINT MARCEL D ARDECHE", "07264", "07700", 2, 12),
    inside("AUBENAS", "07019", "07200", 3, 130), inside("VALS LES BAINS", "07331", "07600", 3, 36),
    inside("LARGENTIERE", "07132", "07110", 3, 24), inside("JOYEUSE", "07110", "07260", 3, 20),
    inside("LES VANS", "07334", "07140", 3, 26), inside("RUOMS", "07201", "07120", 3, 22),
    inside("VALLON PONT D ARC", "07330", "07150", 3, 22), inside("UCEL", "07325", "07200", 3, 12),
    inside("THUEYTS", "07322", "07330", 3, 9),
  ]

  /// Where people move to when they leave.
  static let outside: [SyntheticCommune] = [
    beyond("VALENCE", "26362", "26000"), beyond("MONTELIMAR", "26198", "26200"), beyond("ALES", "30007", "30100"),
    beyond("SAINT ETIENNE", "42218", "42000"), beyond("NIMES", "30189", "30000"),
    beyond("LE PUY EN VELAY", "43157", "43000"), beyond("ROMANS SUR ISERE", "26281", "26100"),
  ]

  static let streetKinds = ["RUE", "RUE", "RUE", "RUE", "AVENUE", "CHEMIN", "ROUTE", "PLACE", "BOULEVARD", "IMPASSE"]

  static let streets = [
    "DE LA RECLUSE", "DE LA REPUBLIQUE", "VICTOR HUGO", "JEAN JAURES", "DU STADE", "DES ECOLES", "DE LA GARE",
    "DU CHATEAU", "DES LILAS", "PASTEUR", "GAMBETTA", "DU 8 MAI 1945", "DE L EGLISE", "DU MOULIN", "DES CEVENNES",
    "DU RHONE", "DE LA FONTAINE", "DES MURIERS", "DU TEMPLE", "OLIVIER DE SERRES", "DES FRERES MONTGOLFIER",
    "DE LYON", "DES CHATAIGNIERS", "DU VIEUX PONT", "DE LA LIBERATION", "MARC SEGUIN", "DES REMPARTS", "DU COUVENT",
    "DE BELLEVUE", "DES VIGNES", "ALBERT CAMUS", "GEORGES BRASSENS", "SIMONE VEIL", "DU FAUBOURG", "DES PLATANES",
    "DE LA SOURCE", "DES OLIVIERS", "DU BARRY", "DE LA CALADE", "DU MARCHE",
  ]

  private static let weights: [Int] = {
    var total = 0
    return communes.map { commune in
      total += commune.weight
      return total
    }
  }()

  /// The share of the county's households in a territory, out of a thousand.
  static func share(of territory: Int) -> Int {
    let own = communes.reduce(0) { $0 + ($1.territory == territory ? $1.weight : 0) }
    return own * 1000 / (weights.last ?? 1)
  }

  static func commune(_ random: inout SyntheticRandom) -> SyntheticCommune {
    let drawn = random.below(weights.last ?? 1)
    let index = weights.firstIndex { drawn < $0 } ?? 0
    return communes[index]
  }

  /// A commune of the same territory, so that a move within the county keeps its référent.
  static func neighbour(in territory: Int, _ random: inout SyntheticRandom) -> SyntheticCommune {
    let near = byTerritory[territory]
    return near[random.below(near.count)]
  }

  private static let byTerritory: [[SyntheticCommune]] = territories.indices.map { territory in
    communes.filter { $0.territory == territory }
  }

  private static func inside(
    _ name: String, _ code: String, _ postcode: String, _ territory: Int, _ weight: Int
  ) -> SyntheticCommune {
    SyntheticCommune(name: name, code: code, postcode: postcode, territory: territory, weight: weight)
  }

  private static func beyond(_ name: String, _ code: String, _ postcode: String) -> SyntheticCommune {
    SyntheticCommune(name: name, code: code, postcode: postcode, territory: nil, weight: 1)
  }
}
