import API
import Domain
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Dossiers

/// How each day's file reaches the caseload: every rule must hold in each of these ways.
enum Arrival: String, CaseIterable, CustomTestStringConvertible, Sendable {
  case stock, delta, replay, crash, twice

  var testDescription: String {
    switch self {
    case .stock: "in a full feed"
    case .delta: "in a feed of the day's changes"
    case .replay: "when each file is sent twice"
    case .crash: "when the import is killed before it ends, and sent again"
    case .twice: "when two imports of the file run at once"
    }
  }
}

/// Five days of a county in which each rule has a household of its own, as they went in one of the ways.
struct FeedStory: Sendable {
  /// What is looked at of a person, as a référent would see it.
  struct Person: Decodable, Equatable, Sendable {
    let id: ID<Dossier>
    let genesisId: String
    let givenName: String
    let entitlement: String
    let duties: Bool?
    let orientation: String?
    let phone: String?
    let feedPhone: String?
    let email: String?
    let partner: String?
    let household: String
    let territory: String?
    let state: String
    let entered: String
    /// « Date d’actualisation du dossier ».
    let refreshed: String?
    let lead: String?
    let leads: Int
    let leadEnds: String?
    let steps: String?
    let exits: String?
    let noticeOn: String?
    let noticeReason: String?
    let events: Int
    let standbys: Int
  }
  typealias People = [String: Person]

  struct Day: Sendable {
    /// Just before the file came.
    var before: People = [:]
    var after: People = [:]
    /// Of `crash`: once the import had fallen. Of `replay`: once the file had come again.
    var again: People?
    var run: FeedRun?
    /// The other run of the day, where there are two.
    var other: FeedRun?
    /// Who was set aside and why, by Genesis's identifier.
    var aside: [String: [String]] = [:]
    /// How often each thing was told of a dossier so far: `type key`.
    var told: [String: Int] = [:]
    var toldAgain: [String: Int]?
    /// Whether the day was noticed to have no feed, at seven.
    var isLate = false
    /// Of the structures that were discovered.
    var discovered = ""
  }

  let way: Arrival
  var days: [Day] = []
  /// How bad files were answered after the last day, and whether they left everything as it was.
  var refusals: [String: String?] = [:]
  var isIntact = false

  static let first = FeedImportTests.today
  static func date(_ day: Int) -> CalendarDate { first.adding(days: day) }

  /// How often something was told of a person on a day.
  func told(_ type: String, of id: String, on day: Int) -> Int {
    func count(_ day: Int) -> Int {
      guard day >= 0, let dossier = days[day].after[id]?.id else { return 0 }
      return days[day].told["dossiers.\(type) \(dossier)"] ?? 0
    }
    return count(day) - count(day - 1)
  }

  private static let kept = Kept()

  /// The story told in this way, which is told once for all rules.
  static func told(_ way: Arrival) async throws -> FeedStory { try await kept.story(way) }

  private actor Kept {
    private var tellings: [Arrival: Task<FeedStory, any Error>] = [:]

    func story(_ way: Arrival) async throws -> FeedStory {
      let telling = tellings[way] ?? Task { try await StoryTeller.tell(way) }
      tellings[way] = telling
      return try await telling.value
    }
  }
}
