import API
import Domain
import Foundation
import Postgres
import Service

/// The county's table of passages, and who changed it.
struct TransitionStore: Sendable {
  let postgres: PostgresClient

  private struct Stored: Decodable, Sendable {
    let fromState: ContractState
    let toState: ContractState
    let label: String
    let terms: TransitionTerms
    let usual: TransitionTerms
    let entitled: Right
    let leadOnly: Bool

    var passage: ContractTransition {
      ContractTransition(
        from: fromState, to: toState, label: label, terms: terms, usual: usual,
        eligible: Profile.allCases.filter { $0.rights.contains(entitled) }, leadOnly: leadOnly)
    }
  }

  func table(for caller: Caller) async throws -> ContractTransitions {
    try await postgres.withTransaction(as: caller) { try await Self.read(in: $0) }
  }

  private static func read(in transaction: Transaction) async throws -> ContractTransitions {
    let stored = try await transaction.query(
      """
      select from_state, to_state, label, usual, entitled, lead_only, jsonb_build_object(
        'profiles', to_jsonb(profiles), 'needsReason', needs_reason, 'enabled', enabled) as terms
      from contracts.transition order by position
      """, as: Stored.self)
    let version = try await transaction.first(
      "select coalesce(max(position), 0) from contracts.transition_change", as: Int.self)
    return ContractTransitions(items: stored.map(\.passage), version: version ?? 0)
  }

  /// The same again changes nothing and leaves no line in the history.
  /// - Throws: 412 with the table as it is now; 422 for passages that are not those of the table, each once, and for a
  ///   table under which a contract could get stuck.
  func change(
    _ draft: TransitionsDraft, version: Int, for caller: Caller, at moment: Date
  ) async throws -> ContractTransitions {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute("select pg_advisory_xact_lock(hashtext('jalons.transitions'))")
      let before = try await Self.read(in: transaction).held(version: version)
      let after = try Self.merged(draft, into: before.items)
      let faults = TransitionRules.faults(after)
      guard faults.isEmpty else { throw Problem.invalid(faults) }
      let changed = zip(before.items, after).filter { $0.terms != $1.terms }
      if changed.isEmpty { return before }
      for (_, passage) in changed {
        try await transaction.execute(
          """
          update contracts.transition set profiles = \(passage.terms.profiles), enabled = \(passage.terms.enabled),
            needs_reason = \(passage.terms.needsReason)
          where from_state = \(passage.from) and to_state = \(passage.to)
          """)
      }
      try await transaction.execute(
        """
        insert into contracts.transition_change (before, after, at, account, account_name)
        values (\(json: changed.map(\.0.item)), \(json: changed.map(\.1.item)), \(moment), \(caller.account),
          \(caller.name))
        """)
      return try await Self.read(in: transaction)
    }
  }

  private static func merged(
    _ draft: TransitionsDraft, into table: [ContractTransition]
  ) throws -> [ContractTransition] {
    let asked = Dictionary(draft.items.map { ([$0.from, $0.to], $0.terms) }) { first, _ in first }
    guard asked.count == draft.items.count, asked.count == table.count else { throw unknownPassages }
    return try table.map { passage in
      guard let terms = asked[[passage.from, passage.to]] else { throw unknownPassages }
      var passage = passage
      // In the order of `Profile`, each once, so that the same table reads the same.
      passage.terms = TransitionTerms(
        profiles: Profile.allCases.filter(terms.profiles.contains), needsReason: terms.needsReason,
        enabled: terms.enabled)
      return passage
    }
  }

  private static var unknownPassages: Problem {
    .invalid([Fault("items", "passages", "Nommez chaque passage du circuit une fois, et aucun autre.")])
  }

  /// The newest first.
  func changes(_ query: ListChangeQuery, for caller: Caller) async throws -> Page<TransitionChange> {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.changes(
        "position, before, after, at, account_name", of: "contracts.transition_change", after: query,
        limit: query.limit)
    }
  }
}

extension ContractTransition {
  var item: TransitionsDraft.Item { TransitionsDraft.Item(from: from, to: to, terms: terms) }
}

func addTransitionRoutes(to routes: Routes, store: TransitionStore) {
  routes.handle(ContractsAPI.showTransitions) { _, request in try await store.table(for: request.caller) }
  routes.handle(ContractsAPI.changeTransitions) { draft, request in
    try await store.change(draft, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(ContractsAPI.listTransitionChanges) { query, request in
    try await store.changes(query, for: request.caller)
  }
}
