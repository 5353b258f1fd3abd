import API
import Domain
import Foundation
import Messaging
import Postgres

struct DelegationStore: Sendable {
  let postgres: PostgresClient

  private static let columns: SQL = """
    d.id, d.from_date, d.until_date, d.comment, d.made_at, d.made_by_name, d.ended_at, d.ended_by_name,
      jsonb_build_object('id', a.id, 'name', a.name) as absent,
      jsonb_build_object('id', r.id, 'name', r.name) as replacement
    """
  private static let source: SQL = """
    identity.delegation d join identity.v1_account a on a.id = d.absent
      join identity.v1_account r on r.id = d.replacement
    """

  /// Whether delegation `d` of account `a` lets `replacement` act on `day`: not when the one away is closed or suspended.
  static func holds(for replacement: ID<Account>, on day: CalendarDate) -> SQL {
    """
    d.replacement = \(replacement) and d.ended_at is null and \(day)::date between d.from_date and d.until_date
      and a.status = 'active'
    """
  }

  /// Those to come, now, and of the last year, the next to end last.
  func delegations(of account: ID<Account>, for caller: Caller) async throws -> [Delegation] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select \(Self.columns) from \(Self.source)
        where \(account) in (d.absent, d.replacement) and d.until_date > \(caller.today.adding(months: -12))
        order by d.from_date desc, d.id desc limit 200
        """, as: Delegation.self)
    }
  }

  /// - Parameter amongColleagues: the replacement must belong to the absent's organisation.
  /// - Throws: 404 for an account that does not exist; 409 where it exists already or nothing may be lent; 422.
  func add(
    _ draft: DelegationDraft, of absent: ID<Account>, amongColleagues: Bool, for caller: Caller, at moment: Date
  ) async throws -> Delegation {
    let faults = DelegationRules.faults(draft, of: absent, today: caller.today)
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    let delegable = Profile.allCases.filter(\.isDelegable)
    do {
      return try await postgres.withTransaction(as: caller) { transaction in
        let lends = try await transaction.first(
          """
          select exists (select from identity.account_profile p where p.account = a.id and p.profile = any(\(delegable)))
          from identity.account a where a.id = \(absent) and a.status in ('active', 'invited')
          """, as: Bool.self)
        guard let lends else { throw Problem.notFound("Ce compte") }
        guard lends else { throw DelegationRules.nothingToLend }
        let colleague = try await transaction.first(
          """
          select coalesce(\(!amongColleagues) or r.organisation = a.organisation, false)
          from identity.account r, identity.account a
          where r.id = \(draft.replacement) and r.status = 'active' and a.id = \(absent)
          """, as: Bool.self)
        guard colleague == true else {
          throw Problem.invalid([
            Fault(
              "replacement", "inconnu",
              amongColleagues
                ? "Choisissez un collègue de votre structure dont le compte est actif."
                : "Choisissez une personne dont le compte est actif.")
          ])
        }
        let id = ID<Delegation>.new(at: moment)
        let comment = draft.comment.flatMap { $0.isEmpty ? nil : $0 }
        try await transaction.execute(
          """
          insert into identity.delegation
            (id, absent, replacement, from_date, until_date, comment, made_at, made_by, made_by_name)
          values (\(id), \(absent), \(draft.replacement), \(draft.fromDate), \(draft.untilDate), \(comment),
            \(moment), \(caller.account), \(caller.name))
          """)
        let made = try await Self.find(id, of: absent, in: transaction)
        try await transaction.announce(DelegationChanged(made, ended: false), at: moment)
        return made
      }
    } catch let error as PostgresError where error.constraint == "delegation_once" {
      throw DelegationRules.again
    }
  }

  /// Ends it at once: whoever works under it is signed out and told why. Ending twice changes nothing.
  /// - Throws: 404 when the account neither gave it nor was given it.
  func end(
    _ delegation: ID<Delegation>, of account: ID<Account>, for caller: Caller, at moment: Date
  ) async throws -> Delegation {
    try await postgres.withTransaction(as: caller) { transaction in
      let before = try await Self.find(delegation, of: account, in: transaction, locking: true)
      guard before.isOpen(on: caller.today) else { return before }
      try await transaction.execute(
        """
        update identity.delegation set ended_at = \(moment), ended_by_name = \(caller.name) where id = \(delegation)
        """)
      let after = try await Self.find(delegation, of: account, in: transaction)
      try await transaction.announce(DelegationChanged(after, ended: true), at: moment)
      try await SessionStore.close(
        "delegation = \(delegation)", because: .delegationEnded, at: moment, in: transaction)
      return after
    }
  }

  /// Signs out whoever works in the place of `absent`, whose account is no longer open. The last thing in its transaction.
  static func closeSessions(inPlaceOf absent: ID<Account>, at moment: Date, in transaction: Transaction) async throws {
    try await SessionStore.close(
      "delegation in (select id from identity.delegation where absent = \(absent))", because: .delegationEnded,
      at: moment, in: transaction)
  }

  private static func find(
    _ id: ID<Delegation>, of account: ID<Account>, in transaction: Transaction, locking: Bool = false
  ) async throws -> Delegation {
    let found = try await transaction.first(
      """
      select \(columns) from \(source) where d.id = \(id) and \(account) in (d.absent, d.replacement)
      \(unsafeSQL: locking ? "for update of d" : "")
      """, as: Delegation.self)
    guard let found else { throw Problem.notFound("Ce remplacement") }
    return found
  }
}
