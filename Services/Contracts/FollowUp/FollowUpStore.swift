import API
import Domain
import Foundation
import Postgres
import Service

/// The lists in which contracts are followed (rule K8). Row-level security makes them the caller's own.
struct FollowUpStore: Sendable {
  let postgres: PostgresClient

  /// Counting stops here: beyond, the list has no total rather than a slow one.
  static let countedAtMost = 10_000

  func contracts(_ filter: ContractFilter, for caller: Caller) async throws -> Page<ContractRow> {
    let limit = filter.limit ?? 50
    let listing = try Self.listing(
      filter, scope: caller.scope, today: caller.today, isDecider: caller.decidesContracts)
    let counting = Self.counting(filter)
    return try await postgres.withTransaction(as: caller) { transaction in
      let rows = try await transaction.query(listing, as: QueuedRow.self)
      let total = try await transaction.first(counting, as: Int.self) ?? 0
      return try Page(
        rows, limit: limit, total: total > Self.countedAtMost ? nil : total, place: \.place, item: \.row)
    }
  }

  func counts(for caller: Caller) async throws -> ContractCounts {
    let found = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        "select state, count(*) as count from contracts.contract group by state", as: StateCount.self)
    }
    return ContractCounts(
      items: ContractState.allCases.map { state in
        ContractCount(state: state, label: state.label, count: found.first { $0.state == state }?.count ?? 0)
      })
  }

  func contracts(of dossier: ID<Dossier>, for caller: Caller) async throws -> DossierContracts {
    try await postgres.withTransaction(as: caller) { transaction in
      let standing = try await transaction.standing(of: dossier)
      let mover = Mover(caller, isLead: standing.isLead)
      let rows = try await transaction.query(
        """
        \(Self.rows(today: caller.today, isDecider: caller.decidesContracts)) where c.dossier = \(dossier)
        order by c.starts_on desc, c.created_at desc limit 200
        """, as: QueuedRow.self)
      return DossierContracts(
        items: rows.map(\.row),
        mayDraft: try await transaction.workflow().editable(in: .proposition, by: mover).contains(.draft),
        proposedNumber: try await transaction.nextNumber(of: dossier), proposedStart: caller.today.firstOfNextMonth,
        previous: try await transaction.previousContract(of: dossier))
    }
  }

  // MARK: Statements

  static func rows(today: CalendarDate, isDecider: Bool = true) -> SQL {
    // Another end is the deciders' alone until the decision (rule K11).
    let end: SQL = isDecider ? "c.ends_on" : "c.told_end"
    return """
      select c.id, c.dossier, d.number as dossier_number, d.family_name, d.given_name, c.kind, c.number, c.state,
        c.state_since, \(today)::date - caller.day(c.state_since) as waiting_days, c.starts_on,
        \(end) as ends_on, c.signed_on, case when c.state in ('valide', 'non_valide') then c.decided_on end as decided_on,
        c.last_contract, c.consent, c.priority, p.label as priority_label,
        c.author, c.author_name, c.urgency
      from contracts.contract c
      join dossiers.v1_dossier d on d.id = c.dossier
      left join contracts.priority p on p.code = c.priority
      """
  }

  /// A whole county's list is read in the order of its index. A smaller scope picks its own rows first and sorts them:
  /// `+ 0` keeps the planner from walking the county's order in search of a territory's few.
  /// - Throws: 422 for an unreadable `after`.
  static func listing(
    _ filter: ContractFilter, scope: Scope, today: CalendarDate, isDecider: Bool = true
  ) throws -> SQL {
    let urgency: SQL = scope == .county ? "c.urgency" : "c.urgency + 0"
    var conditions = conditions(filter)
    if let after = try filter.place(as: QueuePlace.self) {
      conditions.append(
        """
        (c.urgency, c.state_since, c.id) > (\(after.urgency)::int, \(after.since)::timestamptz, \(after.id)::uuid)
        """)
    }
    return """
      \(rows(today: today, isDecider: isDecider)) where \(conditions.joined(separator: " and "))
      order by \(urgency), c.state_since, c.id limit \((filter.limit ?? 50) + 1)
      """
  }

  private static func counting(_ filter: ContractFilter) -> SQL {
    let source: SQL =
      filter.q == nil && filter.lead == nil && filter.organisation == nil
      ? "contracts.contract c" : "contracts.contract c join dossiers.v1_dossier d on d.id = c.dossier"
    return """
      select count(*) from (
        select from \(source) where \(conditions(filter).joined(separator: " and ")) limit \(countedAtMost + 1)) found
      """
  }

  static func conditions(_ filter: ContractFilter) -> [SQL] {
    var conditions: [SQL] = ["true"]
    if let states = filter.state, let one = states.first {
      conditions.append(states.count == 1 ? "c.state = \(one)" : "c.state = any(\(states))")
    }
    if let since = filter.since { conditions.append("c.state_since >= \(since.moment(hour: 0))") }
    if let day = filter.signedFrom { conditions.append("c.signed_on >= \(day)::date") }
    if let day = filter.signedUntil { conditions.append("c.signed_on <= \(day)::date") }
    if let day = filter.decidedFrom { conditions.append("c.decided_on >= \(day)::date") }
    if let day = filter.decidedUntil { conditions.append("c.decided_on <= \(day)::date") }
    if filter.decidedFrom != nil || filter.decidedUntil != nil {
      // What is only intended is the deciders' alone (rule K11).
      conditions.append("c.state in ('valide', 'non_valide')")
    }
    conditions += ofPeople(lead: filter.lead, organisation: filter.organisation, territory: filter.territory)
    if let q = filter.q {
      // Part of a name, or a name with a letter wrong (rule C13).
      let name: SQL = "jalons.plain(d.family_name || ' ' || d.given_name)"
      conditions.append(
        "(\(SQL.plain(name, holds: q)) or public.word_similarity(jalons.plain(\(q)), \(name)) >= 0.5)")
    }
    return conditions
  }
}

private struct StateCount: Codable, Sendable {
  var state: ContractState
  var count: Int
}

extension FollowUpStore {
  /// The people of a référent, a structure or a territory, as they are now.
  static func ofPeople(lead: ID<Account>?, organisation: ID<Organisation>?, territory: ID<Territory>?) -> [SQL] {
    var conditions: [SQL] = []
    if let lead { conditions.append("d.lead = \(lead)::uuid") }
    if let organisation { conditions.append("d.lead_organisation = \(organisation)::uuid") }
    if let territory { conditions.append("c.territory = \(territory)::uuid") }
    return conditions
  }
}

/// A line with what its place in the list depends on.
private struct QueuedRow: Decodable, Sendable {
  let row: ContractRow
  let urgency: Int

  enum CodingKeys: CodingKey { case urgency }

  init(from decoder: any Decoder) throws {
    row = try ContractRow(from: decoder)
    urgency = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .urgency)
  }

  var place: QueuePlace { QueuePlace(urgency: urgency, since: row.stateSince, id: row.id) }
}
