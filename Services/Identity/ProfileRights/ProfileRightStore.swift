import API
import Domain
import Foundation
import Postgres
import Service

/// The access table (rule A2) as the county narrowed it, and who did.
struct ProfileRightStore: Sendable {
  let postgres: PostgresClient

  /// What those who act under `profile` may do. A county that has no rights yet is given them all.
  static func rights(of profile: Profile, in transaction: Transaction) async throws -> Set<Right> {
    let given: SQL = "select entitled from identity.profile_right where profile = \(profile)"
    var rights = try await transaction.query(given, as: String.self)
    if rights.isEmpty {
      try await seed(in: transaction)
      rights = try await transaction.query(given, as: String.self)
    }
    return held(rights, by: profile)
  }

  /// A county may narrow what the access table gives, never widen it.
  private static func held(_ given: [String], by profile: Profile) -> Set<Right> {
    Set(given.compactMap(Right.init(rawValue:))).intersection(profile.rights)
  }

  private static func seed(in transaction: Transaction) async throws {
    let all = Profile.allCases.flatMap { profile in profile.rights.map { (profile.rawValue, $0.rawValue) } }
    try await transaction.execute(
      """
      insert into identity.profile_right (profile, entitled)
      select * from unnest(\(all.map(\.0))::text[], \(all.map(\.1))::text[])
      where not exists (select from identity.profile_right) on conflict do nothing
      """)
  }

  /// One of each profile, in the order of `Profile`.
  func all(for caller: Caller) async throws -> [ProfileRights] {
    try await postgres.withTransaction(as: caller) { try await Self.all(in: $0) }
  }

  private static func all(in transaction: Transaction) async throws -> [ProfileRights] {
    struct Row: Decodable, Sendable {
      let profile: Profile
      let given: [String]
      let accounts: Int
      let version: Int
    }
    try await seed(in: transaction)
    let rows = try await transaction.query(
      """
      select p.profile, array(select entitled from identity.profile_right r where r.profile = p.profile) as given,
        (select count(distinct a.id) from identity.account_profile g join identity.account a on a.id = g.account
          where g.profile = p.profile and a.status in ('active', 'invited')) as accounts,
        (select coalesce(max(c.position), 0) from identity.profile_right_change c where c.profile = p.profile) as version
      from unnest(\(Profile.allCases)::text[]) with ordinality p(profile, place) order by place
      """, as: Row.self)
    return rows.map { row in
      ProfileRights(
        profile: row.profile, rights: row.profile.ordered(held(row.given, by: row.profile)),
        usual: row.profile.ordered(row.profile.rights), kept: row.profile.keptRights, accounts: row.accounts,
        version: row.version)
    }
  }

  /// Holds from each session's next token on. The same rights again change nothing and leave no line in the history.
  /// - Throws: 412 with the rights as they are now; 422 for a right that the access table does not give the profile,
  /// and when one
  ///   is missing that the county cannot do without.
  func change(
    _ profile: Profile, _ draft: ProfileRightsDraft, version: Int, for caller: Caller, at moment: Date
  ) async throws -> ProfileRights {
    let faults = Self.faults(draft, of: profile)
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute("select pg_advisory_xact_lock(hashtext('jalons.profile-rights'))")
      func current() async throws -> ProfileRights {
        guard let found = try await Self.all(in: transaction).first(where: { $0.profile == profile }) else {
          throw Problem.notFound("Ce profil")
        }
        return found
      }
      let before = try await current().held(version: version)
      let after = profile.ordered(Set(draft.rights))
      if after == before.rights { return before }
      try await transaction.batch([
        """
        delete from identity.profile_right where profile = \(profile)
          and entitled <> all(\(after.map(\.rawValue))::text[])
        """,
        """
        insert into identity.profile_right (profile, entitled)
        select \(profile)::text, * from unnest(\(after.map(\.rawValue))::text[]) on conflict do nothing
        """,
        """
        insert into identity.profile_right_change (profile, before, after, at, account, account_name)
        values (\(profile), \(before.rights.map(\.rawValue)), \(after.map(\.rawValue)), \(moment), \(caller.account),
          \(caller.name))
        """,
      ])
      return try await current()
    }
  }

  static func faults(_ draft: ProfileRightsDraft, of profile: Profile) -> [Fault] {
    var faults: [Fault] = []
    if !Set(draft.rights).isSubset(of: profile.rights) {
      faults.append(
        Fault(
          "rights", "en-trop", "Le profil « \(profile.label) » ne peut pas avoir plus de droits que ceux d’origine."))
    }
    if !Set(profile.keptRights).isSubset(of: draft.rights) {
      faults.append(
        Fault(
          "rights", "indispensable",
          profile == .dpo
            ? "Le journal d’audit reste ouvert au délégué : ce droit ne se retire pas."
            : "Sans ce droit plus personne ne pourrait administrer Jalons : il ne se retire pas."))
    }
    return faults
  }

  /// The newest first.
  func changes(_ query: ProfileRightChangeQuery, for caller: Caller) async throws -> Page<ProfileRightChange> {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.changes(
        """
        position, profile, at, account_name,
          array(select unnest(before) except select unnest(after) order by 1) as withdrawn,
          array(select unnest(after) except select unnest(before) order by 1) as restored
        """, of: "identity.profile_right_change", where: query.profile.map { "profile = \($0)" } ?? "true",
        after: query, limit: query.limit)
    }
  }
}

func addProfileRightRoutes(to routes: Routes, store: ProfileRightStore) {
  routes.handle(IdentityAPI.listProfileRights) { _, request in try await store.all(for: request.caller) }
  routes.handle(IdentityAPI.changeProfileRights) { draft, request in
    guard let profile = Profile(rawValue: request.word("profile")) else { throw Problem.notFound("Ce profil") }
    return try await store.change(profile, draft, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(IdentityAPI.listProfileRightChanges) { query, request in
    try await store.changes(query, for: request.caller)
  }
}
