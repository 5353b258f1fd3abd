import API
import Domain
import Foundation
import Postgres

/// What a correction must satisfy before the household is tried again.
extension AsideStore {
  /// - Throws: 422 for a value that the feed does not have, or a person who is not there.
  static func changes(_ correction: FeedCorrection, of household: AsideHousehold) throws -> [AsideHousehold.Change] {
    var faults: [Fault] = []
    var changes: [AsideHousehold.Change] = []
    for (index, value) in correction.values.enumerated() {
      guard let field = FeedField.byColumn[value.field] else {
        faults.append(Fault("values.\(index).field", "inconnu", "Genesis n’a pas de donnée de ce nom."))
        continue
      }
      guard field.isHousehold || value.person.map(household.persons.indices.contains) == true else {
        faults.append(Fault("values.\(index).person", "inconnue", "Dites de quelle personne du foyer il s’agit."))
        continue
      }
      changes.append(.init(person: field.isHousehold ? nil : value.person, field: field, value: value.value))
    }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    return changes
  }

  /// A file's problem as a fault of a form: at the value, by its person.
  static func fault(_ problem: FeedProblem, person: Int) -> Fault {
    let isHousehold = FeedField.byColumn[problem.field]?.isHousehold ?? false
    return Fault(
      isHousehold ? "foyer.\(problem.field)" : "\(person).\(problem.field)", problem.code.rawValue, problem.message)
  }

  /// What is the household's is told once, not for each of its persons.
  static func once(_ faults: [Fault]) -> [Fault] {
    var seen: Set<Fault> = []
    return faults.filter { seen.insert($0).inserted }
  }

  private struct Other: Decodable, Sendable {
    let name: String
    let genesisIds: [String]
  }

  /// Two households of one file that claim the same person: one of the two must be another's.
  func likenesses(
    of household: AsideHousehold, aside: UUID, run: UUID, in transaction: Transaction
  ) async throws -> [Fault] {
    let others = try await transaction.query(
      """
      select name, genesis_ids from dossiers.feed_aside
      where run = \(run) and id <> \(aside) and state <> 'dismissed'
        and (genesis_ids && \(household.genesisIDs)::text[] or nir_hashes && \(keeper.hashes(of: household))::bytea[])
      """, as: Other.self)
    return others.map { other in
      let shared = household.persons.firstIndex { $0.values["IDPERS"].map(other.genesisIds.contains) ?? false }
      return shared.map {
        Fault(
          "\($0).IDPERS", "identifiant-en-double",
          "\(other.name) porte le même identifiant dans ce flux. Corrigez l’un des deux.")
      }
        ?? Fault("0.NIR", "nir-en-double", "\(other.name) porte le même NIR dans ce flux. Corrigez l’un des deux.")
    }
  }

  /// What was changed, for the history: NIRs are told to have changed, and not repeated, a claimant's neither.
  static func entries(
    _ changes: [AsideHousehold.Change], of household: AsideHousehold
  ) throws -> [FeedAsideDetail.Entry.Change] {
    changes.compactMap { change in
      let name = change.field.definition.column
      let before = household.persons[change.person ?? 0].values[name]
      let after = change.value.flatMap { $0.isEmpty ? nil : $0 }
      guard before != after else { return nil }
      let numbers = [before, after].compactMap { $0 }
      let isNIR = change.field == .matricule && numbers.contains { ClaimantNumber($0).nir != nil }
      guard change.field != .nir, !isNIR else { return .init(person: change.person, field: name) }
      return .init(person: change.person, field: name, before: before, after: after)
    }
  }
}

extension FeedProblem {
  var issue: FeedAsideDetail.Issue {
    .init(code: code.rawValue, field: field, message: message, isGrave: severity == .quarantine)
  }
}
