import Domain

extension SyntheticHouseholdSource {
  /// The applicant and, in a couple, the partner.
  func persons(
    of household: SyntheticHousehold, couple: Bool, firstPerson: Int, entryDay: Int, _ random: inout SyntheticRandom
  ) -> [SyntheticPerson] {
    // Six applicants in ten are women; one couple in fifty is of the same sex.
    let applicantIsMale = random.chance(40)
    let family = random.pick(SyntheticNames.families)
    let born = reference - 20 * 365 - random.below(44 * 365)
    var persons = [
      person(
        firstPerson, role: "DEM", male: applicantIsMale, family: family, born: born, household, entryDay, &random)
    ]
    if couple {
      let male = random.chance(98) ? !applicantIsMale : applicantIsMale
      let shared = random.chance(55) ? family : random.pick(SyntheticNames.families)
      let near = min(born + random.below(3000) - 1500, reference - 19 * 365)
      var partner = person(
        firstPerson + 1, role: "CJT", male: male, family: shared, born: near, household, entryDay, &random)
      // The order number tells two people of the same sex, month and commune apart.
      if let nir = partner.nir, nir.prefix(13) == persons[0].nir?.prefix(13) {
        partner.nir = number(male: male, born: near, order: 999, &random)
      }
      persons.append(partner)
    }
    return persons
  }

  private func person(
    _ number: Int, role: String, male: Bool, family: String, born: SyntheticDay, _ household: SyntheticHousehold,
    _ entryDay: Int, _ random: inout SyntheticRandom
  ) -> SyntheticPerson {
    let generation = SyntheticNames.generation(bornIn: born.civil.year)
    let given = random.pick(male ? SyntheticNames.men[generation] : SyntheticNames.women[generation])
    let changed = !male && random.chance(45)
    // Orientation and designation follow the request by some weeks, and end on the day of entry at the latest.
    let designated = entryDay > 0 ? reference + entryDay : household.requestedOn + 20 + random.below(70)
    let referents = teams.byTerritory[household.territory]
    return SyntheticPerson(
      id: Self.id(number), role: role, honorific: male ? "MR" : "MME", family: family,
      familyAtBirth: changed ? random.pick(SyntheticNames.families) : family, given: given, isMale: male, bornOn: born,
      nir: random.chance(12) ? nil : self.number(male: male, born: born, order: 1 + random.below(998), &random),
      nationality: random.pick(Self.nationalities), isSubject: !random.chance(8),
      subjectSince: household.openedOn, orientation: random.pick(Self.orientations),
      orientedOn: designated - 3 - random.below(12), orientationRank: 1,
      referent: referents[random.below(referents.count)], referentFrom: designated)
  }

  /// A NIR that agrees with the sex and the birth. Half come without their key, as the CAF sends them.
  private func number(male: Bool, born: SyntheticDay, order: Int, _ random: inout SyntheticRandom) -> String {
    let (year, month, _) = born.civil
    let place = random.chance(55) ? 7 : random.pick(Self.departments)
    let commune = 1 + random.below(place == 99 ? 500 : 340)
    var value = (male ? 1 : 2) * 1_000_000_000_000 + (year % 100) * 10_000_000_000 + month * 100_000_000
    value += place * 1_000_000 + commune * 1000 + order
    guard random.chance(50) else { return "\(value)" }
    let key = NIR.key(ofNumber: value)
    return key < 10 ? "\(value)0\(key)" : "\(value)\(key)"
  }

  private static func id(_ number: Int) -> String {
    let digits = String(number)
    return "G" + String(repeating: "0", count: max(0, 7 - digits.count)) + digits
  }

  private static let departments = [
    26, 26, 26, 42, 42, 38, 69, 69, 69, 30, 30, 84, 13, 13, 43, 48, 75, 93, 59, 31, 34, 99, 99, 99, 99, 99, 99,
  ]
  private static let nationalities =
    [String](repeating: "F", count: 88) + [String](repeating: "C", count: 3) + [String](repeating: "A", count: 9)
  private static let orientations = ["SOCIOPRO", "SOCIOPRO", "SOCIOPRO", "SOCIAL", "SOCIAL", "EMPLOI"]
}
