import Domain
import Testing

/// A rule of the feed with the households by which it is seen, and what must be true of them.
struct FeedRule: CustomTestStringConvertible, Sendable {
  typealias Change = @Sendable (inout [RuleHousehold]) -> Void

  /// A sentence, beginning with where the rule comes from.
  let name: String
  /// From which day on the file says something else of its households.
  var changes: [Int: Change] = [:]
  /// What is done here, just before the day's file.
  var acts: [Int: @Sendable (StoryTeller) async throws -> Void] = [:]
  let check: @Sendable (RuleView) throws -> Void
  /// Which tells its households from the other rules'.
  private(set) var number = 0

  var testDescription: String { name }

  init(
    _ name: String, _ changes: [Int: Change] = [:],
    acts: [Int: @Sendable (StoryTeller) async throws -> Void] = [:],
    check: @escaping @Sendable (RuleView) throws -> Void
  ) {
    self.name = name
    self.changes = changes
    self.acts = acts
    self.check = check
  }

  /// All of them, numbered.
  static let all: [FeedRule] = (ofPersons + ofReferents + ofRights + ofAnomalies + ofFiles).enumerated().map {
    var rule = $1
    rule.number = $0 + 1
    return rule
  }

  /// Its households as the file of a day describes them.
  func households(on day: Int) -> [RuleHousehold] {
    var homes = [RuleHousehold(rule: number)]
    for past in 0...day { changes[past]?(&homes) }
    return homes
  }
}

extension [RuleHousehold] {
  var anne: RuleHousehold.Person {
    get { self[0].anne }
    set { self[0].anne = newValue }
  }
  var karim: RuleHousehold.Person {
    get { self[0].karim }
    set { self[0].karim = newValue }
  }
  /// The number of the rule whose households these are.
  var rule: Int { Int(self[0].number.suffix(2)) ?? 0 }

  /// Adds Anne alone in a household of her own, who is another person than the first.
  mutating func addAnother() {
    var home = RuleHousehold(rule: rule + 50)
    home.single()
    home.anne.born = "1990-01-01"
    append(home)
  }
}

/// What a rule looks at: its own persons in the story.
struct RuleView: Sendable {
  let story: FeedStory
  let number: Int

  var way: Arrival { story.way }
  var days: [FeedStory.Day] { story.days }
  func date(_ day: Int) -> String { FeedStory.date(day).description }

  private func id(_ letter: String, _ number: Int) -> String { (number < 10 ? "T0\(number)" : "T\(number)") + letter }
  var anneID: String { id("A", number) }
  var karimID: String { id("B", number) }

  func anne(_ day: Int) -> FeedStory.Person? { days[day].after[anneID] }
  func karim(_ day: Int) -> FeedStory.Person? { days[day].after[karimID] }
  /// Anne of the household that was added.
  func another(_ day: Int) -> FeedStory.Person? { days[day].after[id("A", number + 50)] }

  /// Everybody of this rule.
  func people(_ people: FeedStory.People) -> FeedStory.People {
    let starts = [id("", number), id("", number + 50)]
    return people.filter { person in starts.contains { person.key.hasPrefix($0) } }
  }

  /// Why somebody was set aside on a day.
  func aside(_ id: String, _ day: Int) -> [String] { days[day].aside[id] ?? [] }
}
