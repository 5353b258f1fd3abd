import API
import Domain
import Foundation
import Messaging
import Postgres

struct UsageStore: Sendable {
  let postgres: PostgresClient

  /// Adds one act to its account's day; the day before it and after.
  static func count(
    _ event: AuditedAct, _ terms: SecurityTerms, in transaction: Transaction
  ) async throws -> (before: Usage, after: Usage) {
    let day = CalendarDate(event.at)
    var added = Usage(exports: event.act.kind == .export ? 1 : 0)
    if let dossier = event.act.dossier {
      added.dossiers = try await transaction.execute(
        """
        insert into identity.usage_dossier (account, day, dossier) values (\(event.account), \(day), \(dossier))
        on conflict do nothing
        """)
      added.outside = terms.isOutside(event.at) ? 1 : 0
    }
    guard added != Usage() else { return (Usage(), Usage()) }
    let after = try await transaction.first(
      """
      insert into identity.usage_day as u (account, day, dossiers, exports, outside)
      values (\(event.account), \(day), \(added.dossiers), \(added.exports), \(added.outside))
      on conflict (account, day) do update set dossiers = u.dossiers + excluded.dossiers,
        exports = u.exports + excluded.exports, outside = u.outside + excluded.outside
      returning dossiers, exports, outside
      """, as: Usage.self)
    guard let after else { return (Usage(), Usage()) }
    if after == added {
      // The first act of a day: which dossiers it was on those before is of no more use.
      try await transaction.execute(
        "delete from identity.usage_dossier where account = \(event.account) and day < \(day.adding(days: -1))")
    }
    let before = Usage(
      dossiers: after.dossiers - added.dossiers, exports: after.exports - added.exports,
      outside: after.outside - added.outside)
    return (before, after)
  }

  /// Keeps what was passed, tells of it, and suspends the account where that is the rule. Once a day and threshold.
  static func keep(
    _ passing: Usage.Passing, of event: AuditedAct, _ profile: Profile, in transaction: Transaction
  ) async throws {
    let id = ID<AbnormalUse>.new(at: event.at)
    let kept = try await transaction.execute(
      """
      insert into identity.abnormal_use (id, account, account_name, profile, day, kind, suspends, threshold, at)
      values (\(id), \(event.account), \(event.name), \(profile), \(CalendarDate(event.at)), \(passing.kind),
        \(passing.suspends), \(passing.threshold), \(event.at))
      on conflict do nothing
      """)
    guard kept == 1 else { return }
    if passing.suspends {
      try await transaction.execute(
        """
        update identity.account set status = 'suspended', version = version + 1
        where id = \(event.account) and status = 'active'
        """)
    }
    try await transaction.announce(
      UseNoticed(use: id, profile: profile, kind: passing.kind, suspends: passing.suspends), at: event.at)
    if passing.suspends {
      try await SessionStore.close(
        "account = \(event.account)", because: .suspended, at: event.at, in: transaction)
      try await DelegationStore.closeSessions(inPlaceOf: event.account, at: event.at, in: transaction)
    }
  }

  private static let columns: SQL = """
    u.id, u.account, u.account_name, u.profile, u.day, u.kind, u.suspends, u.threshold, u.at, u.settled_at,
      u.settled_name, u.comment,
      case u.kind when 'dossiers' then d.dossiers when 'exports' then d.exports else d.outside end as count
    """
  private static let told: SQL =
    "identity.abnormal_use u join identity.usage_day d on d.account = u.account and d.day = u.day"

  func list(_ query: AbnormalUseQuery, for caller: Caller) async throws -> Page<AbnormalUse> {
    let limit = query.limit ?? 50
    var conditions: [SQL] = ["true"]
    if let settled = query.settled { conditions.append("(u.settled_at is not null) = \(settled)") }
    if let after = try query.place(as: ID<AbnormalUse>.self) { conditions.append("u.id < \(after)") }
    let filter = conditions.joined(separator: " and ")
    let rows = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        "select \(Self.columns) from \(Self.told) where \(filter) order by u.id desc limit \(limit + 1)",
        as: AbnormalUse.self)
    }
    return try Page(rows, limit: limit, place: \.id)
  }

  /// - Throws: 404 when there is none.
  func use(_ id: ID<AbnormalUse>, for caller: Caller) async throws -> AbnormalUse {
    try await postgres.withTransaction(as: caller) { try await Self.use(id, in: $0) }
  }

  private static func use(_ id: ID<AbnormalUse>, in transaction: Transaction) async throws -> AbnormalUse {
    let found = try await transaction.first(
      "select \(columns) from \(told) where u.id = \(id)", as: AbnormalUse.self)
    guard let found else { throw Problem.notFound("Ce constat") }
    return found
  }

  /// Closes the matter; an account that nothing else suspends is active again.
  /// - Throws: 404; 409 when somebody settled it before, or it is the caller's own.
  func settle(
    _ id: ID<AbnormalUse>, _ finding: UsageFinding, for caller: Caller, at moment: Date
  ) async throws -> AbnormalUse {
    try await postgres.withTransaction(as: caller) { transaction in
      let use = try await Self.use(id, in: transaction)
      guard use.account != caller.account else {
        throw Problem.conflict(
          "son-propre-usage", "Ce constat concerne votre propre compte.",
          detail: "Un autre administrateur ou le délégué à la protection des données doit l’examiner.")
      }
      let settled = try await transaction.execute(
        """
        update identity.abnormal_use set settled_at = \(moment), settled_by = \(caller.account),
          settled_name = \(caller.name), comment = \(finding.comment)
        where id = \(id) and settled_at is null
        """)
      guard settled == 1 else {
        throw Problem.conflict(
          "deja-examine", "Ce constat a déjà été examiné.", detail: "Rechargez la page pour lire ce qui a été noté.")
      }
      try await transaction.execute(
        """
        update identity.account a set status = 'active', version = version + 1
        where a.id = \(use.account) and a.status = 'suspended' and not exists (
          select from identity.abnormal_use u where u.account = a.id and u.suspends and u.settled_at is null)
        """)
      return try await Self.use(id, in: transaction)
    }
  }
}
