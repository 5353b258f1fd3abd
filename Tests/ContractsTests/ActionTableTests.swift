import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Contracts

/// Every state × profile × action: what the guide's table gives, written down a second time as rows.
@Suite("Who does what with a contract, in every state", .database) struct ActionTableTests {
  /// What can be done: a passage, or a change of a part.
  enum Action: Hashable, Sendable, CustomStringConvertible {
    case move(ContractState)
    case edit(ContractZone)

    static let all = ContractState.allCases.map(Action.move) + ContractZone.allCases.map(Action.edit)

    var description: String {
      switch self {
      case .move(let state): "→ \(state.rawValue)"
      case .edit(let zone): "edit \(zone.rawValue)"
      }
    }
  }

  /// Who may do what from a state: the person's lead référent, the secretariat, those who decide.
  private static let table: [ContractState: (lead: Set<Action>, secretariat: Set<Action>, deciders: Set<Action>)] = [
    .proposition: (
      [.move(.submitted), .edit(.draft), .edit(.objectives), .edit(.consent)], [], []
    ),
    .submitted: (
      [], [.move(.studied), .move(.awaiting), .edit(.decision)], [.move(.studied), .move(.awaiting), .edit(.decision)]
    ),
    .studied: (
      [], [.move(.submitted), .move(.awaiting), .move(.accepted), .move(.refused), .edit(.decision)],
      [.move(.submitted), .move(.awaiting), .move(.accepted), .move(.refused), .edit(.decision)]
    ),
    .awaiting: (
      [], [], [.move(.submitted), .move(.studied), .move(.accepted), .move(.refused), .edit(.decision)]
    ),
    .accepted: ([], [.edit(.decision)], [.move(.refused), .move(.awaiting), .edit(.decision)]),
    .refused: ([], [.edit(.decision)], [.move(.accepted), .move(.awaiting), .edit(.decision)]),
  ]

  private static func expected(_ state: ContractState, _ profile: Profile, isLead: Bool) -> Set<Action> {
    guard let row = table[state] else { return [] }
    return switch profile {
    case .referent, .referentFSE, .accompagnateurEmploi: isLead ? row.lead : []
    case .secretariatDispositif: row.secretariat
    case .chefDeService, .ali: row.deciders
    default: []
    }
  }

  private static func allowed(_ state: ContractState, _ mover: Mover, _ workflow: Workflow) -> Set<Action> {
    Set(workflow.moves(from: state, by: mover).map { Action.move($0.toState) })
      .union(workflow.editable(in: state, by: mover).map(Action.edit))
  }

  @Test("the seeded passages give each profile exactly its actions in each state, lead référent or not")
  func everyAction() async throws {
    let workflow = try await WorkflowTests.seeded()
    var rows = 0
    for state in ContractState.allCases {
      for profile in Profile.allCases {
        for isLead in [true, false] {
          let mover = Mover(profile: profile, rights: profile.rights, isLead: isLead)
          let allowed = Self.allowed(state, mover, workflow)
          let expected = Self.expected(state, profile, isLead: isLead)
          for action in Action.all {
            #expect(
              allowed.contains(action) == expected.contains(action), "\(state) \(profile) lead \(isLead) \(action)")
            rows += 1
          }
        }
      }
    }
    #expect(rows == ContractState.allCases.count * Profile.allCases.count * 2 * Action.all.count)
  }

  @Test(
    "no route lets a référent change a contract that is not a proposition, in any state, but for an objective's step")
  func afterSubmission() async throws {
    let workflow = try await WorkflowTests.seeded()
    for state in ContractState.allCases where state != .proposition {
      for profile in [Profile.referent, .referentFSE, .accompagnateurEmploi] {
        let mover = Mover(profile: profile, rights: profile.rights, isLead: true)
        for zone in ContractZone.allCases {
          let refused = #expect(throws: Problem.self) { try workflow.check(zone, isEditableIn: state, by: mover) }
          #expect(refused?.status == 409)
        }
      }
    }
  }
}
