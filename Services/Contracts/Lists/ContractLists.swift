import API
import Postgres
import Service

extension KeptList {
  /// What the person and the référent work on (rule A8).
  static let themes = KeptList(.objectiveTheme, in: "contracts.theme")
  /// How much of a hurry there is; the order of the list is that of the secretariat's work.
  static let priorities = KeptList(.contractPriority, in: "contracts.priority")
}

extension CountyListStore {
  static func contracts(_ postgres: PostgresClient) -> CountyListStore {
    CountyListStore(postgres: postgres, schema: "contracts", lists: [.themes, .priorities]) { list, transaction in
      guard list == .contractPriority else { return }
      // The lists of contracts are indexed by what their priority is worth.
      try await transaction.execute(
        """
        update contracts.contract c set urgency = p.position
        from contracts.priority p where p.code = c.priority and c.urgency <> p.position
        """)
    }
  }
}
