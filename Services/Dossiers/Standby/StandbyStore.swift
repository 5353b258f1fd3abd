import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// Times during which a dossier is set aside (rule C6). One ends by itself the day after its last day.
struct StandbyStore: Sendable {
  let postgres: PostgresClient

  private static let select: SQL = """
    select s.id, s.dossier, s.from_date, s.until_date, coalesce(s.reason_code, 'autre') as reason,
      case when s.reason_code is null then s.reason else r.label end as reason_label, s.comment, s.version
    from dossiers.standby s left join dossiers.standby_reason r on r.code = s.reason_code
    """

  func list(of dossier: ID<Dossier>, for caller: Caller) async throws -> [Standby] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        \(Self.select) where s.dossier = \(dossier) and s.removed_at is null
        order by s.from_date desc limit 100
        """, as: Standby.self)
    }
  }

  func start(_ draft: StandbyDraft, of dossier: ID<Dossier>, for caller: Caller, at moment: Date) async throws
    -> Standby
  {
    try await postgres.withTransaction(as: caller) { try await Self.start(draft, of: dossier, in: $0, at: moment) }
  }

  /// The standby itself, inside a transaction that does more.
  static func start(
    _ draft: StandbyDraft, of dossier: ID<Dossier>, in transaction: Transaction, at moment: Date
  ) async throws -> Standby {
    try await LeadRule.check(dossier, in: transaction)
    let label = try await check(draft, of: dossier, keeping: nil, in: transaction)
    let standby = Standby(
      id: UUID.version7(at: moment), dossier: dossier, fromDate: draft.from, untilDate: draft.until,
      reason: draft.reason, reasonLabel: label, comment: draft.comment, version: 1)
    try await transaction.execute(
      """
      insert into dossiers.standby (id, dossier, from_date, until_date, reason, reason_code, comment, author)
      values (\(standby.id), \(dossier), \(draft.from), \(draft.until), \(label), \(draft.reason), \(draft.comment),
        \(transaction.caller.account))
      """)
    try await settleState(of: dossier, in: transaction, at: moment)
    try await transaction.announce(
      StandbyChanged(
        dossier: dossier, change: .started, from: draft.from, until: draft.until, reason: label, standby: standby.id),
      at: moment)
    return standby
  }

  /// - Throws: 404; 412 with the standby as it is now.
  func change(
    _ id: UUID, of dossier: ID<Dossier>, to draft: StandbyDraft, version: Int, for caller: Caller, at moment: Date
  ) async throws -> Standby {
    try await postgres.withTransaction(as: caller) { transaction in
      var standby = try await locked(id, of: dossier, version: version, in: transaction)
      let label = try await Self.check(draft, of: dossier, keeping: standby, in: transaction)
      try await transaction.execute(
        """
        update dossiers.standby set from_date = \(draft.from), until_date = \(draft.until), reason = \(label),
          reason_code = \(draft.reason), comment = \(draft.comment), version = version + 1 where id = \(id)
        """)
      try await Self.settleState(of: dossier, in: transaction, at: moment)
      try await transaction.announce(
        StandbyChanged(
          dossier: dossier, change: .changed, from: draft.from, until: draft.until, reason: label, standby: id),
        at: moment)
      standby.fromDate = draft.from
      standby.untilDate = draft.until
      standby.reason = draft.reason
      standby.reasonLabel = label
      standby.comment = draft.comment
      standby.version += 1
      return standby
    }
  }

  /// The audit log and the timeline keep the trace that the dossier loses.
  func remove(_ id: UUID, of dossier: ID<Dossier>, version: Int, for caller: Caller, at moment: Date) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      let standby = try await locked(id, of: dossier, version: version, in: transaction)
      try await transaction.execute(
        "update dossiers.standby set removed_at = \(moment), version = version + 1 where id = \(id)")
      try await Self.settleState(of: dossier, in: transaction, at: moment)
      try await transaction.announce(
        StandbyChanged(
          dossier: dossier, change: .removed, from: standby.fromDate, until: standby.untilDate,
          reason: standby.reasonLabel, standby: id),
        at: moment)
    }
  }

  private func locked(
    _ id: UUID, of dossier: ID<Dossier>, version: Int, in transaction: Transaction
  ) async throws -> Standby {
    try await LeadRule.check(dossier, in: transaction)
    return try await transaction.held(
      """
      \(Self.select) where s.id = \(id) and s.dossier = \(dossier) and s.removed_at is null for update of s
      """, as: Standby.self, version: version, missing: "Cette veille")
  }

  /// The dossier's state follows from its standbys: it is never typed.
  static func settleState(of dossier: ID<Dossier>, in transaction: Transaction, at moment: Date) async throws {
    try await transaction.execute(
      """
      update dossiers.dossier d set state = s.state, version = version + 1, updated_at = \(moment)
      from (select case when exists (
        select from dossiers.standby w where w.dossier = \(dossier) and w.removed_at is null
          and w.from_date <= caller.today() and (w.until_date is null or w.until_date >= caller.today())
      ) then 'standby' else 'entered' end as state) s
      where d.id = \(dossier) and d.state in ('entered', 'standby') and d.state <> s.state
      """)
  }

  /// - Returns: what the county calls the reason today.
  /// - Throws: 422 with every fault.
  private static func check(
    _ draft: StandbyDraft, of dossier: ID<Dossier>, keeping before: Standby?, in transaction: Transaction
  ) async throws -> String {
    var faults = try await KeptList.standbyReasons.faults(
      draft.reason, at: "reason", keeping: before?.reason, in: transaction)
    if let until = draft.until, until < draft.from {
      faults.append(
        Fault(
          "until", "ordre",
          "La fin (\(French.short(until))) précède le début (\(French.short(draft.from))). Corrigez l’une des deux dates."
        ))
    } else if let other = try await overlap(draft, of: dossier, besides: before?.id, in: transaction) {
      let days = other.untilDate.map { "du \(French.short(other.fromDate)) au \(French.short($0))" }
      faults.append(
        Fault(
          "from", "chevauchement",
          "Une autre veille est saisie \(days ?? "depuis le \(French.short(other.fromDate)), sans date de fin"). "
            + "Changez plutôt ses dates, ou choisissez d’autres jours."))
    }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    // What the version before wrote shows as it was typed until another reason is chosen.
    if let before, before.reason == draft.reason { return before.reasonLabel }
    return try await transaction.first(
      "select label from dossiers.standby_reason where code = \(draft.reason)", as: String.self) ?? ""
  }
}

extension StandbyStore {
  /// Another standby of the dossier on one of these days.
  private static func overlap(
    _ draft: StandbyDraft, of dossier: ID<Dossier>, besides id: UUID?, in transaction: Transaction
  ) async throws -> Standby? {
    try await transaction.first(
      """
      \(select) where s.dossier = \(dossier) and s.removed_at is null and s.id is distinct from \(id)::uuid
        and daterange(s.from_date, s.until_date, '[]') && daterange(\(draft.from)::date, \(draft.until)::date, '[]')
      order by s.from_date limit 1
      """, as: Standby.self)
  }
}

func addStandbyRoutes(to routes: Routes, store: StandbyStore) {
  routes.handle(DossiersAPI.listStandbys) { _, request in
    Page(items: try await store.list(of: request.dossier, for: request.caller))
  }
  routes.handle(DossiersAPI.startStandby) { draft, request in
    try await store.start(draft, of: request.dossier, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.changeStandby) { draft, request in
    try await store.change(
      request.id("standby", of: Standby.self).value, of: request.dossier, to: draft, version: request.version,
      for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.removeStandby) { _, request in
    try await store.remove(
      request.id("standby", of: Standby.self).value, of: request.dossier, version: request.version,
      for: request.caller, at: request.now)
    return NoOutput()
  }
}
