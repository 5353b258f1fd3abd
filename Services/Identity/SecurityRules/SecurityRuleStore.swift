import API
import Domain
import Foundation
import Postgres
import Service

struct SecurityRuleStore: Sendable {
  let postgres: PostgresClient

  private struct Stored: Decodable, Sendable {
    let profile: String
    let terms: SecurityTerms
    let version: Int
  }

  private static let stored: SQL = """
    profile, version, jsonb_build_object('secondFactor', second_factor, 'sessions', sessions,
      'idleMinutes', idle_minutes, 'hours', hours, 'dossiersNoticed', dossiers_noticed, 'dossiersMost', dossiers_most,
      'exportsNoticed', exports_noticed, 'exportsMost', exports_most, 'opensAt', opens_at, 'closesAt', closes_at) as terms
    """

  /// One of each profile, in the order of `Profile`.
  func all(for caller: Caller) async throws -> [SecurityRule] {
    try await postgres.withTransaction(as: caller) { try await Self.all(in: $0) }
  }

  private static func all(in transaction: Transaction) async throws -> [SecurityRule] {
    struct Count: Decodable, Sendable {
      let profile: String
      let accounts: Int
      let without: Int
    }
    let known = try await transaction.query("select \(stored) from identity.security_rule", as: Stored.self)
    let counts = try await transaction.query(
      """
      select p.profile, count(distinct a.id) as accounts,
        count(distinct a.id) filter (where not \(SecondFactorStore.isConfirmed)) as without
      from identity.account_profile p join identity.account a on a.id = p.account
      where a.status in ('active', 'invited') group by p.profile
      """, as: Count.self)
    return Profile.allCases.map { profile in
      let rule = known.first { $0.profile == profile.rawValue }
      let count = counts.first { $0.profile == profile.rawValue }
      return SecurityRule(
        profile: profile, terms: rule?.terms ?? SecurityTerms(), accounts: count?.accounts ?? 0,
        withoutSecondFactor: count?.without ?? 0, version: rule?.version ?? 1)
    }
  }

  /// What holds for those who act under `profile`.
  static func terms(of profile: Profile, in transaction: Transaction) async throws -> SecurityTerms {
    try await transaction.first(
      "select \(stored) from identity.security_rule where profile = \(profile)", as: Stored.self)?.terms
      ?? SecurityTerms()
  }

  /// Holds from each session's next token on. The same terms again change nothing and leave no line in the history.
  /// - Throws: 412 with the rule as it is now; 422 when the hours end before they begin.
  func change(
    _ profile: Profile, _ terms: SecurityTerms, version: Int, for caller: Caller, at moment: Date
  ) async throws -> SecurityRule {
    if let from = terms.opensAt, let until = terms.closesAt, until <= from {
      throw Problem.invalid([
        Fault(
          "closesAt", "ordre",
          "La fin (\(until) h) ne suit pas le début (\(from) h). Corrigez l’une des deux heures.")
      ])
    }
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.batch([
        "insert into identity.security_rule (profile) values (\(profile)) on conflict do nothing",
        "select from identity.security_rule where profile = \(profile) for update",
      ])
      let before = try await Self.rule(of: profile, in: transaction).held(version: version)
      if before.terms != terms {
        try await transaction.batch([
          """
          update identity.security_rule set second_factor = \(terms.secondFactor), sessions = \(terms.sessions),
            idle_minutes = \(terms.idleMinutes), hours = \(terms.hours), dossiers_noticed = \(terms.dossiersNoticed),
            dossiers_most = \(terms.dossiersMost), exports_noticed = \(terms.exportsNoticed),
            exports_most = \(terms.exportsMost), opens_at = \(terms.opensAt), closes_at = \(terms.closesAt),
            version = version + 1
          where profile = \(profile)
          """,
          """
          insert into identity.security_change (profile, before, after, at, account, account_name)
          values (\(profile), \(json: before.terms), \(json: terms), \(moment), \(caller.account), \(caller.name))
          """,
        ])
      }
      return try await Self.rule(of: profile, in: transaction)
    }
  }

  private static func rule(of profile: Profile, in transaction: Transaction) async throws -> SecurityRule {
    guard let rule = try await all(in: transaction).first(where: { $0.profile == profile }) else {
      throw Problem.notFound("Ce profil")
    }
    return rule
  }

  /// The newest first.
  func changes(_ query: SecurityChangeQuery, for caller: Caller) async throws -> Page<SecurityChange> {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.changes(
        "position, profile, before, after, at, account_name", of: "identity.security_change",
        where: query.profile.map { "profile = \($0)" } ?? "true", after: query, limit: query.limit)
    }
  }
}
