import Domain

/// Spreads a caseload over those who take it: each by what is left of what they can follow, households kept together.
enum CaseloadSpread {
  struct Receiver: Sendable, Equatable {
    let account: ID<Account>
    let load: Int
    let capacity: Int?
  }

  /// Who receives each household, in the order in which the households are given.
  ///
  /// The largest go first, each to whoever is then the least busy for what they can follow; one without a capacity counts
  /// as the mean of those who have one.
  static func assign(_ households: [Int], to receivers: [Receiver]) -> [ID<Account>] {
    guard let first = receivers.first else { return [] }
    let known = receivers.compactMap(\.capacity)
    let mean = known.isEmpty ? 1 : max(1, known.reduce(0, +) / known.count)
    var loads = receivers.map(\.load)
    var assigned = Array(repeating: first.account, count: households.count)
    for index in households.indices.sorted(by: { (households[$1], $0) < (households[$0], $1) }) {
      let size = households[index]
      let busy = receivers.indices.map { Double(loads[$0] + size) / Double(receivers[$0].capacity ?? mean) }
      let chosen = receivers.indices.min { (busy[$0], $0) < (busy[$1], $1) } ?? 0
      loads[chosen] += size
      assigned[index] = receivers[chosen].account
    }
    return assigned
  }
}
