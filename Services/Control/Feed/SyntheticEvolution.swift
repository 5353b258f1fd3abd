/// What happens to households from one day to the next, drawn from the seed and the day alone, so that any day's file
/// can be written without the ones before.
struct SyntheticEvolution: Sendable {
  let seed: UInt64
  let teams: SyntheticTeams
  let reference: SyntheticDay
  /// Households in a thousand to which something happens each day.
  let eventsPerThousand: Int
  let reorientLea: Bool

  /// Takes the household from the day it entered to `day`.
  ///
  /// - Returns: false when Genesis no longer sends it.
  func advance(_ household: inout SyntheticHousehold, from entryDay: Int, to day: Int) -> Bool {
    guard household.index > 0 else {
      if reorientLea, day >= 1 { reorient(&household.persons[0], to: 2, on: reference + 1) }
      return true
    }
    guard day > entryDay else { return true }
    for today in (entryDay + 1)...day {
      var random = SyntheticRandom(seed: seed, 3, household.index, today)
      guard random.below(1000) < eventsPerThousand else { continue }
      if let last = household.lastDay, last < today { return false }
      // A partner whose follow-up has ended is no longer sent.
      household.persons.removeAll { person in person.referentUntil.map { $0 < reference + today } ?? false }
      happen(to: &household, on: today, &random)
    }
    if let last = household.lastDay, last < day { return false }
    household.persons.removeAll { person in person.referentUntil.map { $0 < reference + day } ?? false }
    return true
  }

  private func happen(to household: inout SyntheticHousehold, on day: Int, _ random: inout SyntheticRandom) {
    let date = reference + day
    if household.state == "5" {
      if random.chance(60) { end(&household, on: day, reason: "DROIT CLOS") } else { reopen(&household) }
      return
    }
    switch random.below(100) {
    case ..<20: changePayment(&household, on: date, &random)
    case ..<28: close(&household, on: date, &random)
    case ..<42:
      let index = random.below(household.persons.count)
      household.persons[index].isSubject.toggle()
      household.persons[index].subjectSince = date
    case ..<56: move(&household, to: SyntheticPlaces.neighbour(in: household.territory, &random), on: date, &random)
    case ..<59: move(&household, to: random.pick(SyntheticPlaces.outside), on: date, &random)
    case ..<75:
      let index = random.below(household.persons.count)
      let near = teams.byTerritory[household.territory]
      let other = near[random.below(near.count)]
      if other != household.persons[index].referent { reorient(&household.persons[index], to: other, on: date) }
    case ..<82: endFollowUp(&household, on: day, &random)
    case ..<91:
      let index = random.below(household.persons.count)
      household.persons[index].noticeOn = date
      household.persons[index].noticeReason = random.pick(["ABSENCE", "CER NON RESPECTE", "CER NON SIGNE"])
    default:
      household.children = max(0, household.children + (random.chance(70) ? 1 : -1))
    }
  }

  private func changePayment(
    _ household: inout SyntheticHousehold, on date: SyntheticDay, _ random: inout SyntheticRandom
  ) {
    guard household.state == "2" else { return reopen(&household) }
    household.state = random.chance(75) ? "4" : "3"
    household.suspension = random.pick(["06", "06", "01", "CG", "44"])
    household.suspendedOn = date
  }

  private func close(_ household: inout SyntheticHousehold, on date: SyntheticDay, _ random: inout SyntheticRandom) {
    household.state = "5"
    household.closure = random.pick(["ECH", "ECH", "MUT", "RFD", "PCG"])
    household.closedOn = date
    (household.suspension, household.suspendedOn) = (nil, nil)
  }

  private func reopen(_ household: inout SyntheticHousehold) {
    household.state = "2"
    (household.suspension, household.suspendedOn) = (nil, nil)
    (household.closure, household.closedOn) = (nil, nil)
  }

  private func move(
    _ household: inout SyntheticHousehold, to commune: SyntheticCommune, on date: SyntheticDay,
    _ random: inout SyntheticRandom
  ) {
    household.commune = commune
    household.street = random.pick(SyntheticPlaces.streets)
    household.streetNumber = "\(1 + random.below(90))"
    household.movedInOn = date
  }

  private func reorient(_ person: inout SyntheticPerson, to referent: Int, on date: SyntheticDay) {
    person.referent = referent
    person.referentFrom = date
    person.orientationRank += 1
    person.orientedOn = date
  }

  /// The partner's follow-up alone, or the whole household's: a partner is never sent without the applicant.
  private func endFollowUp(_ household: inout SyntheticHousehold, on day: Int, _ random: inout SyntheticRandom) {
    guard household.persons.count > 1, random.chance(40) else {
      return end(&household, on: day, reason: random.pick(["FIN ACCOMPAGNEMENT", "EMPLOI", "DEMENAGEMENT"]))
    }
    household.persons[1].referentUntil = reference + day
    household.persons[1].referentEnd = "FIN ACCOMPAGNEMENT"
  }

  private func end(_ household: inout SyntheticHousehold, on day: Int, reason: String) {
    household.lastDay = day
    for index in household.persons.indices where household.persons[index].referentUntil == nil {
      household.persons[index].referentUntil = reference + day
      household.persons[index].referentEnd = reason
    }
  }
}
