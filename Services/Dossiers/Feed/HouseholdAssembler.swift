import API

/// Gathers the data of one household at a time and gives out its persons: what all formats share.
struct HouseholdAssembler {
  /// Households finished.
  private(set) var households = 0
  /// Applicants and partners given out.
  private(set) var persons = 0
  /// Children and others.
  private(set) var ignored = 0
  /// Whether a household is being gathered.
  private(set) var isOpen = false

  private struct Draft {
    var values: FeedValues
    var problems: [FeedProblem] = []
  }

  private let checks: FeedChecks
  private let personsAllowed: Int
  private var household = Draft(values: .forHousehold())
  private var current: Draft?
  private var drafts: [Draft] = []
  private var personsSeen = 0

  init(department: String, limits: FeedLimits, format: FeedRun.Format = .genesis) {
    checks = FeedChecks(department: department, format: format)
    personsAllowed = limits.personsPerHousehold
  }

  /// The request number of the household being gathered.
  var numDemRsa: String? { household.values[.numDemRsa] }

  mutating func openHousehold() {
    household = Draft(values: .forHousehold())
    current = nil
    drafts.removeAll(keepingCapacity: true)
    personsSeen = 0
    isOpen = true
  }

  mutating func openPerson() { current = Draft(values: .forPerson()) }

  /// Keeps a value, the household's or the current person's as the field says. What each person's line says again of the
  /// household fills in what the lines before left empty.
  ///
  /// - Parameter dates: how the file writes dates, for who has to correct one.
  mutating func set(_ field: FeedField, _ raw: UnsafeBufferPointer<UInt8>, dates: String = "AAAA-MM-JJ") {
    let (value, problem) = field.clean(raw, dates: dates)
    if field.isHousehold {
      if let value { household.values[field] = household.values[field] ?? value }
      if let problem, !household.problems.contains(problem) { household.problems.append(problem) }
    } else {
      current?.values[field] = value
      if let problem { current?.problems.append(problem) }
    }
  }

  /// Adds a problem that the format itself shows.
  mutating func note(_ problem: FeedProblem) { current?.problems.append(problem) }

  /// Adds a problem of the whole household that the format itself shows.
  mutating func noteHousehold(_ problem: FeedProblem) { household.problems.append(problem) }

  /// Whether an address should replace the one gathered: CNAF writes former ones too, ranked 02 and 03.
  mutating func admitsAddress(rank: String?) -> Bool {
    guard rank == nil || rank == "" || rank == "01" || rank == "1" else { return false }
    household.values.clear(.adresse)
    return true
  }

  /// Whether a référent should replace the one gathered. An open designation wins over a closed one, then the last
  /// written wins; two open ones are told, since a person has one référent de parcours.
  mutating func admitsReferent(open: Bool) -> Bool {
    guard let values = current?.values else { return false }
    if values[.referentId] != nil, values[.referentUntil] == nil {
      guard open else { return false }
      note(
        FeedProblem(
          .twoReferents, .referentId, "Deux référents de parcours sont ouverts à la fois ; le dernier est retenu.",
          severity: .warning))
    }
    current?.values.clear(.referent)
    return true
  }

  /// Ends the current person.
  ///
  /// - Returns: false when the household has more members than any real one.
  mutating func closePerson() -> Bool {
    guard let person = current else { return true }
    current = nil
    personsSeen += 1
    switch person.values[.role] {
    case "ENF", "AUT", "RDO": ignored += 1
    default: drafts.append(person)
    }
    return personsSeen <= personsAllowed
  }

  /// Ends the household and gives out its applicants and partners, checked.
  mutating func closeHousehold() -> [FeedPerson] {
    guard isOpen else { return [] }
    isOpen = false
    households += 1
    persons += drafts.count
    var people = drafts.map { draft in
      FeedPerson(
        household: households, values: draft.values.inheriting(household.values),
        problems: household.problems + draft.problems)
    }
    // Theirs alone from here on: the checks write into them.
    drafts.removeAll(keepingCapacity: true)
    checks.check(&people)
    return people
  }
}
