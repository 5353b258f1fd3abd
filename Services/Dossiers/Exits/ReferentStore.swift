import API
import Domain
import Foundation
import Messaging
import Postgres

/// Who follows a dossier, when, and until when (rule C2, rule C7).
struct ReferentStore: Sendable {
  let postgres: PostgresClient
  let batches: BatchStore

  private static let select: SQL = """
    select r.id, r.account, coalesce(a.name, 'Compte inconnu') as name, o.name as organisation, r.kind, r.source,
      r.from_date, r.until_date, r.reason, r.version
    from dossiers.referent r
    left join identity.v1_account a on a.id = r.account
    left join identity.v1_organisation o on o.id = r.organisation
    """

  /// Newest first, ended ones included.
  static func entries(of dossier: ID<Dossier>, in transaction: Transaction) async throws -> [ReferentEntry] {
    try await transaction.query(
      "\(select) where r.dossier = \(dossier) order by r.from_date desc, r.created_at desc limit 100",
      as: ReferentEntry.self)
  }

  /// The newest lead entry, locked.
  private func lead(of dossier: ID<Dossier>, in transaction: Transaction) async throws -> ReferentEntry? {
    try await transaction.first(
      """
      \(Self.select) where r.dossier = \(dossier) and r.kind = 'lead' order by r.from_date desc limit 1 for update of r
      """, as: ReferentEntry.self)
  }

  /// Enters the last day in the current lead's caseload. A day before today ends access at once.
  /// - Throws: 409 when nobody leads the dossier; 422 when the day precedes the designation or is over a year away.
  func recordExit(_ draft: ExitDraft, of dossier: ID<Dossier>, for caller: Caller, at moment: Date) async throws
    -> ReferentEntry
  {
    try await postgres.withTransaction(as: caller) { transaction in
      try await draft.appointments?.check(in: transaction)
      let current = try await checkedLead(of: dossier, in: transaction)
      // A repeated click changes nothing and announces nothing. The choice about the appointments is not stored here, so
      // that a request which makes one is always passed on.
      if draft.appointments == nil, let current, current.untilDate == draft.on, current.reason == draft.reason {
        return current
      }
      let entry = try await end(current, of: dossier, on: draft.on, reason: draft.reason, in: transaction, at: moment)
      try await transaction.announce(
        ExitRecorded(
          dossier: dossier, account: entry.account, until: draft.on, reason: draft.reason,
          appointments: draft.appointments), at: moment)
      return entry
    }
  }

  /// The exit itself, inside a transaction that does more: a proposed exit is accepted this way.
  func end(
    _ dossier: ID<Dossier>, on day: CalendarDate, reason: String?, in transaction: Transaction, at moment: Date
  ) async throws -> ReferentEntry {
    try await end(
      checkedLead(of: dossier, in: transaction), of: dossier, on: day, reason: reason, in: transaction, at: moment)
  }

  /// The newest lead entry, for who may end it.
  private func checkedLead(of dossier: ID<Dossier>, in transaction: Transaction) async throws -> ReferentEntry? {
    try await LeadRule.check(dossier, in: transaction)
    return try await lead(of: dossier, in: transaction)
  }

  private func end(
    _ current: ReferentEntry?, of dossier: ID<Dossier>, on day: CalendarDate, reason: String?,
    in transaction: Transaction, at moment: Date
  ) async throws -> ReferentEntry {
    guard var entry = current, entry.isOpen(on: transaction.caller.today) else {
      throw Problem.conflict(
        "sans-referent", "Ce dossier n’a plus de référent de parcours.", detail: "Il n’y a pas de sortie à saisir.")
    }
    if day < entry.fromDate {
      throw Problem.invalid([
        Fault(
          "on", "avant-entree",
          "La sortie (\(French.short(day))) précède l’entrée dans la file active (\(French.short(entry.fromDate))). Corrigez la date."
        )
      ])
    }
    if day > transaction.caller.today.adding(days: 400) {
      throw Problem.invalid([Fault("on", "trop-loin", "La sortie ne peut pas être à plus d’un an. Corrigez la date.")])
    }
    try await settleProposals(of: dossier, as: "accepted", in: transaction, at: moment)
    if day < transaction.caller.today { try await clearLead(dossier, in: transaction, at: moment) }
    // Last: with a day that is past, the dossier no longer exists for the référent from this statement on.
    try await transaction.execute(
      """
      update dossiers.referent set until_date = \(day), reason = \(reason), ended_by = 'local', version = version + 1
      where id = \(entry.id)
      """)
    entry.untilDate = day
    entry.reason = reason
    entry.version += 1
    return entry
  }

  /// Takes an exit back: the secretariats always, the lead while it is to come; after it they no longer reach the dossier.
  /// - Throws: 403 for a step référent; 409 when there is no exit, or the dossier has another lead by now.
  func cancelExit(of dossier: ID<Dossier>, for caller: Caller, at moment: Date) async throws -> ReferentEntry {
    try await postgres.withTransaction(as: caller) { transaction in
      if !caller.may(.cancelExit) { try await LeadRule.check(dossier, in: transaction) }
      return try await cancelExit(of: dossier, in: transaction, at: moment)
    }
  }

  /// The cancellation itself, inside a transaction that does more. The proposal that led to the exit awaits a decision
  /// again.
  @discardableResult
  func cancelExit(
    of dossier: ID<Dossier>, in transaction: Transaction, at moment: Date
  ) async throws -> ReferentEntry {
    guard var entry = try await lead(of: dossier, in: transaction), entry.untilDate != nil else {
      throw Problem.conflict("sans-sortie", "Aucune sortie n’est saisie sur ce dossier.")
    }
    try await transaction.execute(
      """
      update dossiers.referent set until_date = null, reason = null, ended_by = null, version = version + 1
      where id = \(entry.id)
      """)
    try await transaction.execute(
      """
      update dossiers.dossier d set lead = r.account, lead_organisation = r.organisation, lead_since = r.from_date,
        version = d.version + 1, updated_at = \(moment)
      from dossiers.referent r where r.id = \(entry.id) and d.id = r.dossier
      """)
    try await transaction.execute(
      """
      update dossiers.proposed_exit set decision = null, decided_by = null, decided_at = null, version = version + 1
      where id = (select p.id from dossiers.proposed_exit p where p.dossier = \(dossier) and p.decision = 'accepted'
          and p.proposed_on >= \(entry.fromDate) order by p.decided_at desc limit 1)
        and not exists (select from dossiers.proposed_exit o where o.dossier = \(dossier) and o.decision is null)
      """)
    try await transaction.announce(ExitRecorded(dossier: dossier, account: entry.account, until: nil), at: moment)
    entry.untilDate = nil
    entry.reason = nil
    entry.version += 1
    return entry
  }

  /// Keeps the cancellation of many exits, to be done row by row.
  func keepCancellations(of dossiers: [ID<Dossier>], for caller: Caller, at moment: Date) async throws -> ID<Batch> {
    guard !dossiers.isEmpty else {
      throw Problem.invalid([Fault("dossiers", "obligatoire", "Indiquez au moins un dossier.")])
    }
    return try await postgres.withTransaction(as: caller) { transaction in
      try await batches.add(.cancelExits, to: .named(dossiers), in: transaction, at: moment)
    }
  }

  private func clearLead(_ dossier: ID<Dossier>, in transaction: Transaction, at moment: Date) async throws {
    try await transaction.execute(
      """
      update dossiers.dossier set lead = null, lead_organisation = null, lead_since = null, version = version + 1,
        updated_at = \(moment) where id = \(dossier)
      """)
  }

  private func settleProposals(
    of dossier: ID<Dossier>, as decision: String, in transaction: Transaction, at moment: Date
  ) async throws {
    try await transaction.execute(
      """
      update dossiers.proposed_exit set decision = \(decision), decided_by = \(transaction.caller.account),
        decided_at = \(moment), version = version + 1
      where dossier = \(dossier) and decision is null
      """)
  }
}
