import API

/// A household of the feed that was set aside: its persons with every value, to be corrected and checked again.
struct AsideHousehold: Codable, Hashable, Sendable {
  struct Person: Codable, Hashable, Sendable {
    /// Its place in the file.
    var position: Int
    /// By the feed's own names (`FeedField`'s columns); empty ones are absent.
    var values: [String: String]
    var problems: [FeedProblem]
  }
  var persons: [Person]

  init(persons: [Person]) { self.persons = persons }

  /// - Parameter positions: of the persons, which belong to one household.
  init(_ people: [FeedPerson], positions: [Int]) {
    persons = zip(people, positions).map { person, position in
      var values: [String: String] = [:]
      for field in FeedField.allCases { values[field.definition.column] = person[field] }
      return Person(position: position, values: values, problems: person.problems)
    }
  }

  /// A correction of one value.
  struct Change: Hashable, Sendable {
    /// Which person, from 0; nil for what is the household's.
    var person: Int?
    var field: FeedField
    var value: String?
  }

  /// The household with these values in place of its own. What is the household's is the same for all its persons.
  func corrected(_ changes: [Change]) -> AsideHousehold {
    var corrected = self
    for change in changes {
      let value = change.value.flatMap { $0.isEmpty ? nil : $0 }
      for index in persons.indices where change.person == nil || change.person == index {
        corrected.persons[index].values[change.field.definition.column] = value
      }
    }
    return corrected
  }

  /// The persons as if the feed had just written them: cleaned, and checked by the very rules of a file.
  func read(department: String, format: FeedRun.Format) -> [FeedPerson] {
    var assembler = HouseholdAssembler(department: department, limits: FeedLimits(), format: format)
    assembler.openHousehold()
    for person in persons {
      assembler.openPerson()
      for field in FeedField.allCases {
        guard let value = person.values[field.definition.column] else { continue }
        // The household's values are read once, or a fault in them would be told for each of its persons.
        if field.isHousehold, person.position != persons.first?.position { continue }
        Array(value.utf8).withUnsafeBufferPointer { assembler.set(field, $0) }
      }
      _ = assembler.closePerson()
    }
    return assembler.closeHousehold()
  }

  var name: String {
    persons.map { person in
      [person.values["NOM"], person.values["PRENOM"]].compactMap { $0 }.joined(separator: " ")
    }.filter { !$0.isEmpty }.joined(separator: " et ")
  }

  /// What set them aside, each reason once.
  var codes: [String] {
    var seen: Set<String> = []
    return persons.flatMap(\.problems).filter { $0.severity == .quarantine }.map(\.code.rawValue)
      .filter { seen.insert($0).inserted }
  }

  var genesisIDs: [String] { persons.compactMap { $0.values["IDPERS"] } }
}

extension FeedField {
  /// By the name that a correction gives it.
  static let byColumn = Dictionary(uniqueKeysWithValues: allCases.map { ($0.definition.column, $0) })
}
