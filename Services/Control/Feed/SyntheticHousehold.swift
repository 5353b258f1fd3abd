/// A person of a synthetic household, as Genesis stands on one day.
struct SyntheticPerson: Sendable {
  var id: String
  /// `DEM` or `CJT`.
  var role: String
  var honorific: String
  var family: String
  var familyAtBirth: String
  var given: String
  var isMale: Bool
  var bornOn: SyntheticDay
  /// Written instead of `bornOn`, to plant a date that cannot be read.
  var bornText: String?
  var nir: String?
  var nationality: String
  /// Subject to rights and duties.
  var isSubject: Bool
  var subjectSince: SyntheticDay
  var orientation: String
  var orientedOn: SyntheticDay
  var orientationRank: Int
  /// Index into `SyntheticTeams.referents`.
  var referent: Int
  var referentFrom: SyntheticDay
  var referentUntil: SyntheticDay?
  var referentEnd: String?
  var noticeOn: SyntheticDay?
  var noticeReason: String?
}

/// A synthetic household, as Genesis stands on one day.
struct SyntheticHousehold: Sendable {
  /// From 0, in the order of the file.
  var index: Int
  var fund: String
  var fundNumber: String
  var member: Int
  var requestedOn: SyntheticDay
  /// `0` to `6`, `Z`.
  var state: String
  var openedOn: SyntheticDay
  var suspension: String?
  var suspendedOn: SyntheticDay?
  var closure: String?
  var closedOn: SyntheticDay?
  var situation: String
  var situationSince: SyntheticDay
  var children: Int
  var streetNumber: String
  var streetKind: String
  var street: String
  var commune: SyntheticCommune
  var movedInOn: SyntheticDay
  /// The territory that follows the household, kept when it moves away.
  var territory: Int
  var phone: String?
  var phoneConsent: String
  var mail: String?
  /// The applicant, then the partner if there is one.
  var persons: [SyntheticPerson]
  /// The day after which Genesis no longer sends the household.
  var lastDay: Int?
}

/// Draws what a household is before anything happens to it.
struct SyntheticHouseholdSource: Sendable {
  let seed: UInt64
  let teams: SyntheticTeams
  /// The state described by day 0's file.
  let reference: SyntheticDay

  /// Whether the household is a couple: 22 in a hundred, the first one always.
  func isCouple(_ index: Int) -> Bool {
    if index == 0 { return true }
    var random = SyntheticRandom(seed: seed, 1, index)
    return random.chance(22)
  }

  /// - Parameters:
  ///   - firstPerson: the applicant's number; the partner's is the next one.
  ///   - entryDay: the day it enters the feed, 0 for those already there.
  func household(_ index: Int, couple: Bool, firstPerson: Int, entryDay: Int) -> SyntheticHousehold {
    var random = SyntheticRandom(seed: seed, 2, index)
    let commune = index == 0 ? SyntheticPlaces.communes[0] : SyntheticPlaces.commune(&random)
    let territory = commune.territory ?? 0
    let requested = requestDay(entryDay: entryDay, &random)
    let isMSA = random.chance(7)
    // CAF keeps the numbers of its two former Ardèche funds: 071 Annonay for the north, 072 Aubenas for the rest.
    let fundNumber = territory == 1 ? "071" : "072"
    var household = SyntheticHousehold(
      index: index, fund: isMSA ? "MSA" : "CAF", fundNumber: fundNumber,
      member: (index * 7919 + 1_234_567) % 9_000_000 + 1_000_000, requestedOn: requested, state: "2",
      openedOn: requested.startOfMonth, situation: random.pick(couple ? Self.together : Self.alone),
      situationSince: requested - random.below(3000), children: childrenCount(couple: couple, &random),
      streetNumber: random.chance(12) ? "\(1 + random.below(60)) BIS" : "\(1 + random.below(120))",
      streetKind: random.pick(SyntheticPlaces.streetKinds), street: random.pick(SyntheticPlaces.streets),
      commune: commune, movedInOn: requested - random.below(2500), territory: territory, phoneConsent: "A",
      persons: [])
    drawState(&household, &random)
    household.persons = persons(
      of: household, couple: couple, firstPerson: firstPerson, entryDay: entryDay, &random)
    drawContact(&household, &random)
    if index == 0 { fixFirst(&household) }
    return household
  }

  private static let together = ["MAR", "MAR", "VIM", "VIM", "PAC", "RVM"]
  private static let alone = ["CEL", "CEL", "CEL", "ISO", "ISO", "DIV", "DIV", "SEF", "VEU"]

  /// Requests pile up in the last two years and thin out over ten.
  private func requestDay(entryDay: Int, _ random: inout SyntheticRandom) -> SyntheticDay {
    if entryDay > 0 { return reference + entryDay - 30 - random.below(60) }
    let years = [730, 730, 1500, 1500, 3650]
    return reference - 100 - random.below(random.pick(years))
  }

  private func childrenCount(couple: Bool, _ random: inout SyntheticRandom) -> Int {
    let drawn = random.below(100)
    return switch drawn {
    case ..<(couple ? 35 : 68): 0
    case ..<(couple ? 58 : 84): 1
    case ..<(couple ? 80 : 94): 2
    case ..<95: 3
    default: 4
    }
  }

  /// 85 % open, 6 % payment suspended, 2 % suspended, 5 % closed, 2 % others (rule F16).
  private func drawState(_ household: inout SyntheticHousehold, _ random: inout SyntheticRandom) {
    let since = reference - 5 - random.below(90)
    let change = max(household.requestedOn + 1, since)
    switch random.below(100) {
    case ..<85: break
    case ..<91:
      household.state = "4"
      household.suspension = random.pick(["06", "06", "01", "CG", "AB"])
      household.suspendedOn = change
    case ..<93:
      household.state = "3"
      household.suspension = random.pick(["06", "44", "CV"])
      household.suspendedOn = change
    case ..<98:
      household.state = "5"
      household.closure = random.pick(["ECH", "ECH", "MUT", "RFD", "PCG"])
      household.closedOn = change
    default:
      household.state = random.pick(["0", "6", "Z"])
      if household.state == "6" { household.closedOn = change }
    }
  }

  private func drawContact(_ household: inout SyntheticHousehold, _ random: inout SyntheticRandom) {
    if !random.chance(15) {
      // 07 00: a range kept for machines' long numbers, so that a ten-digit one reaches nobody.
      let number = 700_000_000 + random.below(1_000_000)
      // The CNAF often leaves out the leading zero.
      household.phone = random.chance(20) ? "\(number)" : "0\(number)"
    }
    household.phoneConsent = random.pick(["A", "A", "A", "A", "A", "A", "I", "I", "R"])
    guard !random.chance(35), let first = household.persons.first else { return }
    let letters = (first.given + "." + first.family).lowercased().map { $0 == " " ? "-" : $0 }
    household.mail = String(letters) + "\(household.index % 1000)@courriel.example"
  }

  /// The household that demonstrations and tests name.
  private func fixFirst(_ household: inout SyntheticHousehold) {
    household.requestedOn = reference - 130
    household.openedOn = household.requestedOn.startOfMonth
    household.state = "2"
    (household.suspension, household.suspendedOn) = (nil, nil)
    (household.closure, household.closedOn) = (nil, nil)
    household.situation = "VIM"
    household.phone = "0612345678"
    household.phoneConsent = "A"
    household.mail = "lea.martin@courriel.example"
    for (index, given) in ["LEA", "HUGO"].enumerated() {
      let isMale = index == 1
      household.persons[index].given = given
      household.persons[index].family = "MARTIN"
      household.persons[index].familyAtBirth = isMale ? "MARTIN" : "ROCHE"
      household.persons[index].isMale = isMale
      household.persons[index].honorific = isMale ? "MR" : "MME"
      household.persons[index].bornOn = SyntheticDay(year: isMale ? 1983 : 1985, month: isMale ? 2 : 7, day: 14)
      household.persons[index].nir = isMale ? "1830207186011" : "2850707186042"
      household.persons[index].nationality = "F"
      household.persons[index].isSubject = true
      household.persons[index].referent = index
      household.persons[index].subjectSince = household.openedOn
      household.persons[index].orientedOn = household.requestedOn + 31
      household.persons[index].referentFrom = household.requestedOn + 37
    }
  }
}
