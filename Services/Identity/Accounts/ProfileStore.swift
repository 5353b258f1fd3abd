import API
import Domain
import Foundation
import Postgres
import Service

enum ProfileStore {
  /// Gives an account exactly these profiles. Those it keeps stay the same rows, so that open sessions go on; a session
  /// under one that it loses is closed and says so.
  /// - Throws: 422 when a territory or an organisation does not exist.
  static func replace(
    of account: ID<Account>, with grants: [ProfileGrant], at moment: Date, in transaction: Transaction
  ) async throws {
    try await check(grants, in: transaction)
    let codes = grants.map(\.profile.rawValue)
    // A UUID that no organisation has stands for none, since a list cannot be compared with null.
    let organisations = grants.map { $0.organisation?.value ?? .zero }
    let lost = try await transaction.query(
      """
      select id from identity.account_profile where account = \(account)
        and (profile, coalesce(organisation, \(UUID.zero)::uuid)) not in (
          select * from unnest(\(codes)::text[], \(organisations)::uuid[]))
      """, as: ID<AccountProfile>.self)
    for (index, grant) in grants.enumerated() {
      // Their order is the one given: identifiers grow.
      let id = ID<AccountProfile>.new(at: moment.addingTimeInterval(Double(index) / 1000))
      let kept = try await transaction.execute(
        """
        update identity.account_profile set territories = \(grant.territories)
        where account = \(account) and profile = \(grant.profile)
          and organisation is not distinct from \(grant.organisation)::uuid
        """)
      if kept == 0 {
        try await transaction.execute(
          """
          insert into identity.account_profile (id, account, profile, organisation, territories)
          values (\(id), \(account), \(grant.profile), \(grant.organisation), \(grant.territories))
          """)
      }
    }
    guard !lost.isEmpty else { return }
    try await SessionStore.close(
      "account_profile = any(\(lost)::uuid[])", because: .profileWithdrawn, at: moment, in: transaction)
    try await transaction.execute("delete from identity.account_profile where id = any(\(lost)::uuid[])")
  }

  private static func check(_ grants: [ProfileGrant], in transaction: Transaction) async throws {
    try await transaction.check(
      grants.enumerated().flatMap { index, grant -> [BodyReference?] in
        grant.territories.map { BodyReference.territory($0, at: "profiles.\(index).territories") }
          + [grant.organisation.map { BodyReference.organisation($0, at: "profiles.\(index).organisation") }]
      })
    let pairs = grants.map { "\($0.profile.rawValue) \($0.organisation?.description ?? "")" }
    guard Set(pairs).count == pairs.count else { throw ProfileRules.twice }
  }
}
