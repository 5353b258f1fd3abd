/// A fault that a real feed has shown, planted on demand to exercise quarantine and refusals.
enum FeedDefect: String, CaseIterable, Sendable {
  case nirKey, nirSex, nirBirth, sameNIR
  case twoApplicants, partnerWithoutApplicant, singleWithPartner
  case unknownEntitlement, closedWithoutDate
  case unreadableBirth, missingID, duplicateID, tooLong

  /// How many persons a household that carries it sends to quarantine.
  ///
  /// Faults of the household set all its members aside; the others, one.
  func quarantined(in household: SyntheticHousehold) -> Int {
    switch self {
    case .nirKey, .nirSex, .nirBirth, .unreadableBirth, .missingID, .tooLong: 1
    default: household.persons.count
    }
  }

  /// Plants the fault, if the household lends itself to it.
  func plant(in household: inout SyntheticHousehold) -> Bool {
    let isCouple = household.persons.count == 2
    switch self {
    case .nirKey, .nirSex, .nirBirth: return plantInNumber(&household.persons[0])
    case .sameNIR:
      // Both of the same sex and month, so that this is the only thing wrong.
      guard isCouple, household.persons[0].nir != nil else { return false }
      household.persons[1].nir = household.persons[0].nir
      household.persons[1].isMale = household.persons[0].isMale
      household.persons[1].bornOn = household.persons[0].bornOn
    case .twoApplicants:
      guard isCouple else { return false }
      household.persons[1].role = "DEM"
    case .partnerWithoutApplicant:
      guard !isCouple else { return false }
      household.persons[0].role = "CJT"
      household.situation = "VIM"
    case .singleWithPartner:
      guard isCouple else { return false }
      household.situation = "CEL"
    case .unknownEntitlement: household.state = "9"
    case .closedWithoutDate: (household.state, household.closedOn) = ("5", nil)
    case .unreadableBirth: household.persons[0].bornText = "1985-02-30"
    case .missingID: household.persons[0].id = ""
    case .duplicateID:
      guard isCouple else { return false }
      household.persons[1].id = household.persons[0].id
    case .tooLong: household.persons[0].id += String(repeating: "0", count: 20)
    }
    return true
  }

  private func plantInNumber(_ person: inout SyntheticPerson) -> Bool {
    guard let nir = person.nir else { return false }
    switch self {
    case .nirSex: person.isMale.toggle()
    case .nirBirth:
      // Another month of the same year.
      let (year, month, _) = person.bornOn.civil
      person.bornOn = SyntheticDay(year: year, month: month == 12 ? 1 : month + 1, day: 15)
    default:
      guard nir.utf8.count == 15, let key = Int(nir.suffix(2)) else { return false }
      let wrong = key == 97 ? 1 : key + 1
      person.nir = String(nir.prefix(13)) + (wrong < 10 ? "0\(wrong)" : "\(wrong)")
    }
    return true
  }
}
