import API
import Domain

/// What makes a table of passages one that a county can live with (rule K1).
enum TransitionRules {
  /// Everything that is wrong: a passage that is open to nobody, or to who may not make it, and a state in which a
  /// contract would get stuck before its decision.
  static func faults(_ table: [ContractTransition]) -> [Fault] {
    var faults: [Fault] = []
    for (index, passage) in table.enumerated() {
      let field = "items.\(index).terms.profiles"
      if passage.terms.enabled, passage.terms.profiles.isEmpty {
        faults.append(
          Fault(
            field, "personne",
            "Personne ne pourrait « \(passage.label) ». Choisissez au moins un profil, ou fermez ce passage."))
      }
      let strangers = passage.terms.profiles.filter { !passage.eligible.contains($0) }
      if !strangers.isEmpty {
        let names = strangers.map(\.label).joined(separator: ", ")
        faults.append(Fault(field, "droit", "Ce passage ne peut pas revenir à : \(names)."))
      }
    }
    let open = table.filter { $0.terms.enabled && !$0.terms.profiles.isEmpty }
    for state in reached(from: .proposition, open) where !state.isDecided {
      if !reached(from: state, open).contains(.accepted) {
        faults.append(
          Fault(
            "items", "impasse",
            "Un contrat à l’état « \(state.label) » ne pourrait plus arriver à « \(ContractState.accepted.label) ». "
              + "Laissez-lui un chemin ouvert."))
      }
    }
    return faults
  }

  /// The states that a contract may come to, the first included, in the order of the guide.
  static func reached(from first: ContractState, _ open: [ContractTransition]) -> [ContractState] {
    var found: Set<ContractState> = [first]
    var waiting = [first]
    while let state = waiting.popLast() {
      for passage in open where passage.from == state && found.insert(passage.to).inserted {
        waiting.append(passage.to)
      }
    }
    return ContractState.allCases.filter(found.contains)
  }
}
