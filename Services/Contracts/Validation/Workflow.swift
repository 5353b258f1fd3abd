import API
import Domain
import Foundation

/// One passage between two states, as the county allows it (rule K1).
struct Transition: Codable, Sendable, Equatable {
  var fromState: ContractState
  var toState: ContractState
  /// What the button says.
  var label: String
  var profiles: [Profile]
  /// The right that the profile must have kept as well, for a county may narrow a profile's rights.
  var entitled: Right
  /// Only for the person's current lead référent.
  var leadOnly: Bool
  var needsReason: Bool
  var enabled: Bool

  func admits(_ mover: Mover) -> Bool {
    guard enabled, let profile = mover.profile, profiles.contains(profile), mover.rights.contains(entitled) else {
      return false
    }
    return !leadOnly || mover.isLead
  }
}

/// Who wants to move or edit a contract.
struct Mover: Sendable, Equatable {
  var profile: Profile?
  var rights: Set<Right>
  /// Whether it is the person's current lead référent.
  var isLead: Bool

  init(_ caller: Caller, isLead: Bool) {
    self.init(profile: caller.profile, rights: caller.rights, isLead: isLead)
  }

  init(profile: Profile?, rights: Set<Right>, isLead: Bool) {
    self.profile = profile
    self.rights = rights
    self.isLead = isLead
  }
}

/// The county's table of passages, and what follows from it.
struct Workflow: Sendable {
  var transitions: [Transition]

  /// The passages that `mover` may make from `state`, in the county's order.
  func moves(from state: ContractState, by mover: Mover) -> [Transition] {
    transitions.filter { $0.fromState == state && $0.admits(mover) }
  }

  /// What `mover` may change while the contract is in `state`. Who may not move a contract from its state may not edit
  /// it in that state (rule K2); before it is submitted it is the référent's, after that the service's. Once it is
  /// decided, the zones of the decision are filled in by the whole service (rule K6).
  func editable(in state: ContractState, by mover: Mover) -> [ContractZone] {
    if state.isDecided, isOfTheService(mover) { return [.decision] }
    guard !moves(from: state, by: mover).isEmpty else { return [] }
    return state == .proposition ? [.draft, .objectives, .consent] : [.decision]
  }

  /// Whether `mover` has a part in a contract's way from its submission to its decision.
  private func isOfTheService(_ mover: Mover) -> Bool {
    transitions.contains { $0.fromState != .proposition && !$0.fromState.isDecided && $0.admits(mover) }
  }

  /// The passage from one state to another.
  /// - Throws: 409 when there is none, 403 when it is another's, 422 when its reason is missing.
  func passage(
    from state: ContractState, to next: ContractState, by mover: Mover, reason: String?
  ) throws(Problem) -> Transition {
    guard let transition = transitions.first(where: { $0.fromState == state && $0.toState == next && $0.enabled })
    else {
      throw .conflict(
        "passage-impossible", "Un contrat « \(state.label) » ne passe pas à « \(next.label) ».",
        detail: "Choisissez l’un des passages proposés sur la page du contrat.")
    }
    guard transition.admits(mover) else {
      let who = transition.profiles.map(\.label).joined(separator: ", ")
      let lead = transition.leadOnly ? " qui est le référent de parcours actuel de la personne" : ""
      throw .forbidden("Ce passage revient à : \(who)\(lead).")
    }
    if transition.needsReason, reason?.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty ?? true {
      throw .invalid([Fault("reason", "obligatoire", "Dites pourquoi : le motif est transmis avec le contrat.")])
    }
    return transition
  }

  /// - Throws: 409 that says why this part of the contract cannot be changed by `mover` now.
  func check(_ zone: ContractZone, isEditableIn state: ContractState, by mover: Mover) throws(Problem) {
    guard !editable(in: state, by: mover).contains(zone) else { return }
    throw .conflict(
      "contrat-verrouille", "Vous ne pouvez pas modifier ce contrat à l’état « \(state.label) ».",
      detail: zone == .decision
        ? "Les zones de décision se remplissent par qui peut changer l’état du contrat, une fois celui-ci soumis."
        : "Seul le référent de parcours actuel le modifie, avant de l’avoir soumis.")
  }
}

extension ContractState {
  /// The models that fit this state, the usual one first (rule K3).
  var models: [ContractModel] {
    switch self {
    case .proposition, .submitted, .studied, .awaiting: [.undecided, .blank]
    case .accepted: [.accepted]
    case .refused: [.refused]
    }
  }

  var decision: ContractRecord.Decision? {
    switch self {
    case .accepted: .accepted
    case .refused: .refused
    default: nil
    }
  }
}
