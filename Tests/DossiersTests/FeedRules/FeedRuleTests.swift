import API
import Domain
import Testing

@testable import Dossiers

/// Every rule of the feed (rules F1 to F9) and of the guide's chapters on the caseload, however the file arrives.
@Suite("The rules of the feed, each however the file arrives") struct FeedRuleTests {
  @Test("holds", arguments: FeedRule.all, Arrival.allCases)
  func holds(_ rule: FeedRule, _ way: Arrival) async throws {
    let seen = RuleView(story: try await FeedStory.told(way), number: rule.number)
    for (number, day) in seen.days.enumerated() {
      #expect(day.run?.status == .applied)
      switch way {
      case .stock, .delta: break
      case .replay:
        // The file once more: nobody is changed, and nothing is told.
        #expect(day.other?.status == .applied && day.other?.counts.changed == 0)
        let again = try #require(day.again)
        #expect(seen.people(again) == seen.people(day.after), "day \(number)")
        for person in seen.people(day.after).values { #expect(told(person, day.toldAgain) == told(person, day.told)) }
      case .crash:
        // What fell before its end left the day before.
        #expect(day.other?.status == .failed && day.other?.refusalCode == "interrompu")
        let fallen = try #require(day.again)
        #expect(seen.people(fallen) == seen.people(day.before), "day \(number)")
      case .twice:
        // One of the two did it all, and the other nothing.
        #expect(day.other?.status == .applied || day.other?.refusalCode == "flux-en-cours")
        #expect(day.other?.counts.changed == 0 && (day.run?.counts.changed ?? 0) > 0)
      }
    }
    try rule.check(seen)
  }

  /// What was told of somebody.
  private func told(_ person: FeedStory.Person, _ all: [String: Int]?) -> [String: Int] {
    (all ?? [:]).filter { $0.key.hasSuffix(person.id.description) }
  }
}

extension FeedRule {
  /// What is said of a file as a whole (rule F7, rule F8).
  static let ofFiles: [FeedRule] = [
    FeedRule("3.3.7: a file that is not what it should be is refused whole, and leaves everything as it was") { seen in
      #expect(
        seen.story.refusals == [
          "a person less than announced": "totaux-differents", "older than the last": "flux-ancien",
          "cut short": "fichier-tronque", "no feed": "format-illisible", "two encodings": "encodage",
          "another county's": "autre-departement",
        ])
      #expect(seen.story.isIntact)
    },
    FeedRule("3.3.8: a day without an applied feed at seven is noticed, and one that fell is none") { seen in
      // At seven nothing had come but the import that fell; the first day is no operation yet.
      let late = seen.days.map(\.isLate)
      #expect(late == (seen.way == .crash ? [false, true, true, true, true] : Array(repeating: false, count: 5)))
    },
  ]
}
