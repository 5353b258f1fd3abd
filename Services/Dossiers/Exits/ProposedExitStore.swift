import API
import Domain
import Foundation
import Messaging
import Postgres

/// Exits that the feed suggests: never silent, accepted in one click.
struct ProposedExitStore: Sendable {
  let postgres: PostgresClient
  let referents: ReferentStore

  private static let columns: SQL =
    "p.id, p.dossier, d.family_name, d.given_name, p.reason, p.exit_on, p.proposed_on, p.version"

  static func open(for dossier: ID<Dossier>, in transaction: Transaction) async throws -> ProposedExit? {
    try await transaction.first(
      """
      select \(columns) from dossiers.proposed_exit p join dossiers.dossier d on d.id = p.dossier
      where p.dossier = \(dossier) and p.decision is null
      """, as: ProposedExit.self)
  }

  /// Those that await a decision in the caller's scope, oldest first.
  func list(_ query: ProposedExitQuery, for caller: Caller) async throws -> Page<ProposedExit> {
    let limit = query.limit ?? 50
    let after = try query.after.map { text -> UUID in
      guard let id = UUID(uuidString: text) else {
        throw Problem.invalid([
          Fault("after", "curseur", "Cette suite de liste n’est plus valable. Rechargez la liste.")
        ])
      }
      return id
    }
    return try await postgres.withTransaction(as: caller) { transaction in
      let rows = try await transaction.query(
        """
        select \(Self.columns) from dossiers.proposed_exit p join dossiers.dossier d on d.id = p.dossier
        where p.decision is null and (\(after)::uuid is null or p.id > \(after)::uuid) order by p.id limit \(limit + 1)
        """, as: ProposedExit.self)
      let total = try await transaction.first(
        "select count(*)::int from dossiers.proposed_exit where decision is null", as: Int.self)
      let items = Array(rows.prefix(limit))
      return Page(items: items, next: rows.count > limit ? items.last?.id.uuidString.lowercased() : nil, total: total)
    }
  }

  /// - Throws: 409 when somebody decided before, or nothing was proposed.
  func decide(
    _ decision: ProposedExitDecision, of dossier: ID<Dossier>, for caller: Caller, at moment: Date
  ) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      guard let proposed = try await Self.open(for: dossier, in: transaction) else {
        throw Problem.conflict("deja-decide", "Cette sortie n’est plus proposée.", detail: "Rechargez la liste.")
      }
      guard decision.accepted else {
        try await transaction.execute(
          """
          update dossiers.proposed_exit set decision = 'declined', decided_by = \(caller.account),
            decided_at = \(moment), version = version + 1 where id = \(proposed.id)
          """)
        return
      }
      let day = decision.exitOn ?? proposed.exitOn
      let entry = try await referents.end(
        dossier, on: day, reason: proposed.reason.label, in: transaction, at: moment)
      try await transaction.announce(ExitRecorded(dossier: dossier, account: entry.account, until: day), at: moment)
    }
  }
}
