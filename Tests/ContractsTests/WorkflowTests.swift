import API
import Domain
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Contracts

@Suite("Passages between states", .database) struct WorkflowTests {
  static let service: Set<Profile> = [.secretariatDispositif, .chefDeService, .ali]
  static let chefs: Set<Profile> = [.chefDeService, .ali]
  static let referents: Set<Profile> = [.referent, .referentFSE, .accompagnateurEmploi]

  /// Rule K1, written a second time.
  static func mayMove(_ profile: Profile, isLead: Bool, from: ContractState, to: ContractState) -> Bool {
    switch (from, to) {
    case (.proposition, .submitted): referents.contains(profile) && isLead
    case (.submitted, .studied), (.submitted, .awaiting), (.studied, .submitted), (.studied, .awaiting),
      (.studied, .accepted), (.studied, .refused):
      service.contains(profile)
    case (.awaiting, .submitted), (.awaiting, .studied), (.awaiting, .accepted), (.awaiting, .refused),
      (.accepted, .refused), (.refused, .accepted), (.accepted, .awaiting), (.refused, .awaiting):
      chefs.contains(profile)
    default: false
    }
  }

  static func seeded() async throws -> Workflow {
    let client = try TestDatabase.required().client(.contracts)
    let workflow = try await client.withTransaction(as: .system("test")) { try await $0.workflow() }
    await client.close()
    return workflow
  }

  @Test("each profile makes exactly the passages that the design gives it, in every state")
  func everyPassage() async throws {
    let workflow = try await Self.seeded()
    var allowed = 0
    for profile in Profile.allCases {
      for isLead in [true, false] {
        let mover = Mover(profile: profile, rights: profile.rights, isLead: isLead)
        for from in ContractState.allCases {
          let moves = Set(workflow.moves(from: from, by: mover).map(\.toState))
          for to in ContractState.allCases {
            let expected = Self.mayMove(profile, isLead: isLead, from: from, to: to)
            #expect(moves.contains(to) == expected, "\(profile) \(isLead) \(from) → \(to)")
            let passes = (try? workflow.passage(from: from, to: to, by: mover, reason: "Motif")) != nil
            #expect(passes == expected, "\(profile) \(isLead) \(from) → \(to)")
            allowed += expected ? 1 : 0
          }
        }
      }
    }
    // 3 référents as leads; 6 passages of 3 profiles and 8 of 2, lead or not.
    #expect(allowed == 3 + 2 * (6 * 3 + 8 * 2))
  }

  @Test("who may not move a contract from its state may not edit it in that state, but for the service's own zones")
  func editing() async throws {
    let workflow = try await Self.seeded()
    for profile in Profile.allCases {
      for isLead in [true, false] {
        let mover = Mover(profile: profile, rights: profile.rights, isLead: isLead)
        for state in ContractState.allCases {
          let zones = workflow.editable(in: state, by: mover)
          let moves = ContractState.allCases.contains { Self.mayMove(profile, isLead: isLead, from: state, to: $0) }
          // Once it is decided, the whole service fills in the zones of the decision.
          let expected: [ContractZone] =
            moves || (state.isDecided && Self.service.contains(profile))
            ? (state == .proposition ? [.draft, .objectives, .consent] : [.decision]) : []
          #expect(zones == expected, "\(profile) \(state)")
        }
      }
    }
  }

  @Test("a profile whose right the county took away makes none of its passages")
  func narrowedRights() async throws {
    let workflow = try await Self.seeded()
    let chef = Mover(
      profile: .chefDeService, rights: Profile.chefDeService.rights.subtracting([.decideContracts]), isLead: false)
    #expect(workflow.moves(from: .submitted, by: chef).map(\.toState) == [.studied, .awaiting])
    #expect(workflow.moves(from: .awaiting, by: chef).isEmpty)
    #expect(workflow.moves(from: .accepted, by: chef).isEmpty)
  }

  @Test("returning a contract to its référent is off by default, and asks for a reason once it is on")
  func returning() async throws {
    var workflow = try await Self.seeded()
    let secretariat = Mover(
      profile: .secretariatDispositif, rights: Profile.secretariatDispositif.rights, isLead: false)
    let off = #expect(throws: Problem.self) {
      try workflow.passage(from: .submitted, to: .proposition, by: secretariat, reason: "À compléter")
    }
    #expect(off?.status == 409)
    let place = try #require(workflow.transitions.firstIndex { $0.toState == .proposition })
    workflow.transitions[place].enabled = true
    let silent = #expect(throws: Problem.self) {
      try workflow.passage(from: .submitted, to: .proposition, by: secretariat, reason: "  ")
    }
    #expect(silent?.faults?.map(\.field) == ["reason"])
    _ = try workflow.passage(from: .submitted, to: .proposition, by: secretariat, reason: "À compléter")
  }
}

@Suite("Contract rules") struct ContractRuleTests {
  let caller = Caller(
    account: .new(), name: "ROUX Claire", profile: .chefDeService, scope: .territory, today: day("2026-03-12"))

  func contract(_ state: ContractState, decidedOn: CalendarDate? = nil) -> ContractRecord {
    ContractRecord(
      id: .new(), dossier: .new(), number: 1, state: state, stateSince: march12, startsOn: day("2026-04-01"),
      endsOn: day("2026-09-30"), author: .new(), authorName: "DURAND Paul", decision: state.decision,
      decidedOn: decidedOn, version: 3, createdAt: march12)
  }

  @Test("a decision fills in its day and who took it, with the comment and the end it carries")
  func deciding() throws {
    let request = ContractMoveRequest(to: .accepted, comment: "Trois mois.", endsOn: day("2026-06-30"))
    let after = try contract(.awaiting).moved(to: .accepted, with: request, by: caller, at: march12)
    #expect(after.decision == .accepted)
    #expect(after.decidedOn == day("2026-03-12"))
    #expect(after.decidedByName == "ROUX Claire")
    #expect(after.decisionComment == "Trois mois.")
    #expect(after.endsOn == day("2026-06-30"))
  }

  @Test("a day filled in beforehand is the decision's, but not of a decision that overturns it")
  func decisionDay() throws {
    let before = try contract(.studied).decided(
      ContractDecisionDraft(decision: .accepted, decidedOn: day("2026-03-10")), by: caller, at: march12)
    let accepted = try before.moved(to: .accepted, with: .init(to: .accepted), by: caller, at: march12)
    #expect(accepted.decidedOn == day("2026-03-10"))
    let refused = try accepted.moved(
      to: .refused, with: .init(to: .refused, comment: "Trop court."), by: caller, at: march12)
    #expect(refused.decision == .refused)
    #expect(refused.decidedOn == day("2026-03-12"))
  }

  @Test("going back on a decision takes it away")
  func goingBack() throws {
    let decided = contract(.accepted, decidedOn: day("2026-03-10"))
    let after = try decided.moved(to: .awaiting, with: .init(to: .awaiting), by: caller, at: march12)
    #expect(after.decision == nil)
    #expect(after.decidedOn == nil)
  }

  @Test("faults are told all at once: an end before the start, a decision in the future, one that is not the state's")
  func faults() {
    let problem = #expect(throws: Problem.self) {
      try contract(.accepted, decidedOn: day("2026-03-10")).decided(
        ContractDecisionDraft(decision: .refused, decidedOn: day("2026-03-13"), endsOn: day("2026-03-31")), by: caller,
        at: march12)
    }
    #expect(problem?.status == 422)
    #expect(problem?.faults?.map(\.field) == ["endsOn", "decidedOn", "decision"])
  }

  @Test("what belongs to a decision is refused with any other passage")
  func strayDecision() {
    let problem = #expect(throws: Problem.self) {
      try contract(.submitted).moved(
        to: .awaiting, with: .init(to: .awaiting, comment: "Oui", endsOn: day("2026-06-30")), by: caller, at: march12)
    }
    #expect(problem?.faults?.map(\.field) == ["comment", "endsOn"])
  }

  @Test(
    "a duration is told in months where it makes whole ones",
    arguments: [
      ("2026-04-01", "2026-09-30", "6 mois"), ("2026-04-01", "2026-10-01", "6 mois"),
      ("2026-12-01", "2027-05-31", "6 mois"), ("2026-04-01", "2026-05-15", "45 jours"),
      ("2026-01-31", "2026-02-28", "1 mois"), ("2026-04-01", "2026-04-01", "1 jour"),
    ])
  func duration(from: String, to: String, expected: String) {
    #expect(ContractLetter.duration(from: day(from), to: day(to)) == expected)
  }

  private static let offered =
    [OfferedModel(code: "notification", kind: .contract, label: "Notification")]
    + ContractModel.allCases.map { OfferedModel(code: $0.rawValue, kind: .contract, label: $0.ending) }

  private static func mayPrint(_ model: ContractModel, _ profile: Profile) -> Bool {
    offered.first { $0.calledFor == model }?.isPrintable(by: .someone(profile)) == true
  }

  @Test("the state forces the model; one that the county added fits every state", arguments: ContractState.allCases)
  func models(state: ContractState) {
    let expected: [ContractModel] =
      switch state {
      case .accepted: [.accepted]
      case .refused: [.refused]
      default: [.undecided, .blank]
      }
    let chef = Caller.someone(.chefDeService)
    for model in ContractModel.allCases {
      let printed = try? state.model(asked: model.rawValue, among: Self.offered, by: chef)
      #expect(printed?.calledFor == (expected.contains(model) ? model : nil))
    }
    let own = try? state.model(asked: "notification", among: Self.offered, by: chef)
    #expect(own?.label == "Notification")
    #expect((try? state.model(asked: nil, among: Self.offered, by: chef))?.calledFor == expected[0])
    #expect((try? state.model(asked: "inconnu", among: Self.offered, by: chef)) == nil)
  }

  @Test("a decided contract is printed by its référent and by who has the right")
  func printingRight() {
    #expect(Self.mayPrint(.accepted, .referent))
    #expect(Self.mayPrint(.accepted, .secretariatProximite))
    #expect(!Self.mayPrint(.undecided, .secretariatProximite))
    #expect(!Self.mayPrint(.accepted, .siege))
    #expect(!Self.mayPrint(.accepted, .gestionnaireFSE))
  }
}
