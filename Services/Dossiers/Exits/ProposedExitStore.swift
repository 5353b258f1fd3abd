import API
import Domain
import Foundation
import Messaging
import Postgres

/// Exits that the feed or another exit suggests: never silent, accepted in one click (rule C4).
struct ProposedExitStore: Sendable {
  let postgres: PostgresClient
  let referents: ReferentStore
  let batches: BatchStore

  private static let columns: SQL = """
    p.id, p.dossier, d.family_name, d.given_name, l.name as lead_name, p.reason, p.exit_on, p.proposed_on, p.decision,
    p.decided_at, b.name as decided_by, (select r.until_date from dossiers.referent r where r.dossier = p.dossier
      and r.kind = 'lead' order by r.from_date desc limit 1) as leaves_on, p.version
    """
  private static let tables: SQL = """
    dossiers.proposed_exit p join dossiers.dossier d on d.id = p.dossier
    left join identity.v1_account l on l.id = d.lead left join identity.v1_account b on b.id = p.decided_by
    """

  static func open(for dossier: ID<Dossier>, in transaction: Transaction) async throws -> ProposedExit? {
    try await transaction.first(
      "select \(columns) from \(tables) where p.dossier = \(dossier) and p.decision is null", as: ProposedExit.self)
  }

  /// Those that await a decision in the caller's scope, by name, or those decided so, the newest decision first.
  func list(_ query: ProposedExitQuery, for caller: Caller) async throws -> Page<ProposedExit> {
    let limit = query.limit ?? 50
    let place = try query.place(as: Place.self)
    // A place among those that await a decision is none among those decided.
    if let place, (place.decidedAt == nil) != (query.decision == nil) { throw Problem.lostPlace }
    return try await postgres.withTransaction(as: caller) { transaction in
      var conditions = Self.conditions(query.filter, for: caller)
      var order: SQL = "d.family_name, d.given_name, p.id"
      if let decision = query.decision {
        conditions[0] = "p.decision = \(decision)"
        order = "p.decided_at desc, p.id desc"
      }
      let matching = conditions.joined(separator: " and ")
      if let place, query.decision == nil {
        conditions.append(
          "(d.family_name, d.given_name, p.id) > (\(place.family), \(place.given), \(place.id)::uuid)")
      } else if let place {
        conditions.append("(p.decided_at, p.id) < (\(place.decidedAt)::timestamptz, \(place.id)::uuid)")
      }
      let rows = try await transaction.query(
        """
        select \(Self.columns) from \(Self.tables) where \(conditions.joined(separator: " and "))
        order by \(order) limit \(limit + 1)
        """, as: ProposedExit.self)
      var total: Int?
      if query.decision == nil, place == nil {
        total = try await transaction.first(
          "select count(*)::int from dossiers.proposed_exit p join dossiers.dossier d on d.id = p.dossier where \(matching)",
          as: Int.self)
      }
      var decidedAt: String?
      if query.decision != nil, rows.count > limit {
        decidedAt = try await transaction.first(
          "select decided_at::text from dossiers.proposed_exit where id = \(rows[limit - 1].id)", as: String.self)
      }
      return try Page(rows, limit: limit, total: total) {
        Place(family: $0.familyName, given: $0.givenName, decidedAt: decidedAt, id: $0.id)
      }
    }
  }

  private struct Place: Codable {
    let family: String
    let given: String
    /// To the microsecond, of one that was decided.
    let decidedAt: String?
    let id: UUID
  }

  /// A step référent has nothing to decide here.
  private static func own(_ caller: Caller) -> [SQL] { caller.scope == .own ? ["d.lead = caller.seat()"] : [] }

  /// The first condition is that it awaits a decision.
  private static func conditions(_ filter: ProposedExitFilter, for caller: Caller) -> [SQL] {
    var conditions: [SQL] = ["p.decision is null"] + own(caller)
    if let reason = filter.reason { conditions.append("p.reason = \(reason)") }
    if let lead = filter.lead { conditions.append("d.lead = \(lead)") }
    for word in PlainText.of(filter.q ?? "").split(separator: " ").prefix(6) {
      conditions.append("d.search like \("%" + word + "%")")
    }
    return conditions
  }

  func counts(for caller: Caller) async throws -> ProposedExitCounts {
    let open = (["p.decision is null"] + Self.own(caller)).joined(separator: " and ")
    return try await postgres.withTransaction(as: caller) { transaction in
      let reasons = try await transaction.query(
        """
        select p.reason, count(*)::int as count
        from dossiers.proposed_exit p join dossiers.dossier d on d.id = p.dossier
        where \(open) group by p.reason order by p.reason
        """, as: ProposedExitCounts.OfReason.self)
      let leads = try await transaction.query(
        """
        select d.lead, a.name, count(*)::int as count
        from dossiers.proposed_exit p join dossiers.dossier d on d.id = p.dossier
        join identity.v1_account a on a.id = d.lead
        where \(open) group by d.lead, a.name order by a.name limit 200
        """, as: ProposedExitCounts.OfLead.self)
      return ProposedExitCounts(reasons: reasons, leads: leads)
    }
  }

  /// - Throws: 409 when somebody decided before, or nothing was proposed.
  func decide(
    _ decision: ProposedExitDecision, of dossier: ID<Dossier>, for caller: Caller, at moment: Date
  ) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      try await decision.appointments?.check(in: transaction)
      try await decide(decision, of: dossier, in: transaction, at: moment)
    }
  }

  /// The decision itself, inside a transaction that does more: a batch decides many this way.
  func decide(
    _ decision: ProposedExitDecision, of dossier: ID<Dossier>, in transaction: Transaction, at moment: Date
  ) async throws {
    // Of twenty who decide at once, nineteen wait here and then find it decided.
    let waiting = try await transaction.first(
      "select id from dossiers.proposed_exit where dossier = \(dossier) and decision is null for update", as: UUID.self)
    guard waiting != nil, let proposed = try await Self.open(for: dossier, in: transaction) else {
      throw Problem.conflict("deja-decide", "Cette sortie n’est plus proposée.", detail: "Rechargez la liste.")
    }
    guard decision.accepted else {
      try await LeadRule.check(dossier, in: transaction)
      try await transaction.execute(
        """
        update dossiers.proposed_exit set decision = 'declined', decided_by = \(transaction.caller.account),
          decided_at = \(moment), version = version + 1 where id = \(proposed.id)
        """)
      return
    }
    let day = decision.exitOn ?? proposed.exitOn
    let entry = try await referents.end(
      dossier, on: day, reason: proposed.reason.label, in: transaction, at: moment)
    try await transaction.announce(
      ExitRecorded(
        dossier: dossier, account: entry.account, until: day, reason: proposed.reason.label,
        appointments: decision.appointments), at: moment)
  }

  /// A proposal that was declined awaits a decision again.
  /// - Throws: 409 when there is none, or another one has come since.
  func reopen(_ dossier: ID<Dossier>, in transaction: Transaction, at moment: Date) async throws {
    let reopened = try await transaction.execute(
      """
      update dossiers.proposed_exit set decision = null, decided_by = null, decided_at = null, version = version + 1
      where id = (select p.id from dossiers.proposed_exit p where p.dossier = \(dossier) and p.decision = 'declined'
          order by p.decided_at desc limit 1)
        and not exists (select from dossiers.proposed_exit o where o.dossier = \(dossier) and o.decision is null)
      """)
    guard reopened == 1 else {
      throw Problem.conflict("rien-a-annuler", "Cette sortie n’est plus parmi celles qui ont été écartées.")
    }
  }

  /// Keeps one decision on many, to be done row by row.
  /// - Throws: 422 when neither dossiers nor a filter are given, or both.
  func keep(_ draft: ProposedExitBatchDraft, for caller: Caller, at moment: Date) async throws -> ID<Batch> {
    let source: BatchStore.Source
    switch (draft.dossiers, draft.filter) {
    case (let dossiers?, nil) where !dossiers.isEmpty: source = .named(dossiers)
    case (nil, let filter?):
      source = .query(
        """
        select p.dossier, \(BatchStore.name) as name, null::uuid as target,
          row_number() over (order by d.family_name, d.given_name, d.id) as place
        from dossiers.proposed_exit p join dossiers.dossier d on d.id = p.dossier
        where \(Self.conditions(filter, for: caller).joined(separator: " and ")) limit 10000
        """)
    default:
      throw Problem.invalid([
        Fault("dossiers", "choix", "Indiquez des dossiers, ou un filtre, mais pas les deux ni aucun.")
      ])
    }
    let decision = ProposedExitDecision(
      accepted: draft.accepted, exitOn: draft.accepted ? draft.exitOn : nil,
      appointments: draft.accepted ? draft.appointments : nil)
    return try await postgres.withTransaction(as: caller) { transaction in
      try await decision.appointments?.check(in: transaction)
      return try await batches.add(.decideExits(decision), to: source, in: transaction, at: moment)
    }
  }
}
