/// An organisation whose référents follow people.
struct SyntheticOrganisation: Sendable {
  /// `S001`…
  let id: String
  let name: String
  /// The domain of its e-mail, always under `.example`, so that no message can reach anybody.
  let domain: String
  let territory: Int
}

/// A référent de parcours of the synthetic county.
struct SyntheticReferent: Sendable {
  /// `R0001`…
  let id: String
  let family: String
  let given: String
  let mail: String
  let organisation: SyntheticOrganisation
}

/// Who follows people: fourteen organisations and one référent for about seventy persons.
struct SyntheticTeams: Sendable {
  static let organisations: [SyntheticOrganisation] = [
    .init(id: "S001", name: "DTAS CENTRE", domain: "dtas-centre.example", territory: 0),
    .init(id: "S002", name: "DTAS NORD", domain: "dtas-nord.example", territory: 1),
    .init(id: "S003", name: "DTAS SUD-EST", domain: "dtas-sud-est.example", territory: 2),
    .init(id: "S004", name: "DTAS SUD-OUEST", domain: "dtas-sud-ouest.example", territory: 3),
    .init(id: "S005", name: "CCAS DE PRIVAS", domain: "ccas-privas.example", territory: 0),
    .init(id: "S006", name: "CCAS D AUBENAS", domain: "ccas-aubenas.example", territory: 3),
    .init(id: "S007", name: "CCAS D ANNONAY", domain: "ccas-annonay.example", territory: 1),
    .init(id: "S008", name: "PARCOURS EMPLOI RHONE", domain: "parcours-emploi.example", territory: 1),
    .init(id: "S009", name: "ATELIERS DU HAUT VIVARAIS", domain: "haut-vivarais.example", territory: 1),
    .init(id: "S010", name: "TREMPLIN INSERTION", domain: "tremplin.example", territory: 2),
    .init(id: "S011", name: "PASSERELLES CEVENOLES", domain: "passerelles.example", territory: 3),
    .init(id: "S012", name: "AMESUD", domain: "amesud.example", territory: 0),
    .init(id: "S013", name: "RELAIS DES BOUTIERES", domain: "relais-boutieres.example", territory: 0),
    .init(id: "S014", name: "CCAS DE BOURG SAINT ANDEOL", domain: "ccas-bourg.example", territory: 2),
  ]

  let referents: [SyntheticReferent]
  /// Indexes into `referents`, by territory.
  let byTerritory: [[Int]]

  /// `R0001`, `R0002` and `R0003` are of three organisations of the same territory, whatever the seed: demonstrations
  /// and tests name them.
  init(persons: Int, seed: UInt64) {
    let fixed = [("DURAND", "PAUL", "S012"), ("VERNET", "CLAIRE", "S005"), ("CHAZAL", "KARIM", "S013")]
    var referents: [SyntheticReferent] = []
    var byTerritory = [[Int]](repeating: [], count: SyntheticPlaces.territories.count)
    var names: Set<String> = []
    var mails: Set<String> = []
    let total = max(16, persons / 70)
    for index in 0..<total {
      var random = SyntheticRandom(seed: seed, -1, index)
      let organisation: SyntheticOrganisation
      var family: String
      var given: String
      if index < fixed.count {
        (family, given) = (fixed[index].0, fixed[index].1)
        organisation = Self.organisations.first { $0.id == fixed[index].2 } ?? Self.organisations[0]
      } else {
        organisation = Self.organisation(after: byTerritory, &random)
        (family, given) = Self.name(&random)
        // Enough tries to tell apart as many référents as the largest county has.
        for _ in 0..<64 where names.contains(family + given) { (family, given) = Self.name(&random) }
      }
      names.insert(family + given)
      byTerritory[organisation.territory].append(index)
      referents.append(
        SyntheticReferent(
          id: Self.id(index + 1), family: family, given: given,
          mail: Self.mail(given, family, organisation, &mails), organisation: organisation))
    }
    self.referents = referents
    self.byTerritory = byTerritory
  }

  /// The territory furthest from its share of référents gets the next one, three each to begin with.
  private static func organisation(
    after byTerritory: [[Int]], _ random: inout SyntheticRandom
  ) -> SyntheticOrganisation {
    let total = byTerritory.reduce(1) { $0 + $1.count }
    let needy = byTerritory.indices.max { left, right in
      need(of: left, byTerritory, total) < need(of: right, byTerritory, total)
    }
    let near = organisations.filter { $0.territory == needy ?? 0 }
    return near[random.below(near.count)]
  }

  private static func need(of territory: Int, _ byTerritory: [[Int]], _ total: Int) -> Int {
    let have = byTerritory[territory].count
    return have < 3 ? 1_000_000 - have : SyntheticPlaces.share(of: territory) * total - have * 1000
  }

  private static func name(_ random: inout SyntheticRandom) -> (family: String, given: String) {
    let family = random.pick(SyntheticNames.families)
    let generation = random.below(3)
    let given = random.pick(
      random.chance(75) ? SyntheticNames.women[generation] : SyntheticNames.men[generation])
    return (family, given)
  }

  private static func id(_ number: Int) -> String {
    let digits = String(number)
    return "R" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  private static func mail(
    _ given: String, _ family: String, _ organisation: SyntheticOrganisation, _ taken: inout Set<String>
  ) -> String {
    let local = given.prefix(1).lowercased() + "." + family.lowercased().filter { $0.isLetter || $0 == "-" }
    var number = 1
    while true {
      let mail = local + (number == 1 ? "" : String(number)) + "@" + organisation.domain
      if taken.insert(mail).inserted { return mail }
      number += 1
    }
  }
}
