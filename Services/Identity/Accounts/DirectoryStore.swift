import API
import Domain
import Foundation
import Postgres
import Service

/// Who is who, for everybody who is signed in.
struct DirectoryStore: Sendable {
  let postgres: PostgresClient

  func territories(for caller: Caller) async throws -> [TerritoryRow] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        "select id, code, name, version from identity.territory order by name, id limit 500", as: TerritoryRow.self)
    }
  }

  func territories(_ ids: [ID<Territory>], for caller: Caller) async throws -> [TerritoryRow] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        "select id, code, name, version from identity.territory where id = any(\(ids)::uuid[]) order by name",
        as: TerritoryRow.self)
    }
  }

  static let organisation: SQL =
    "id, name, kind, territory, genesis_ref, pending, address, postal_code, commune, version"

  /// - Throws: 404.
  func organisation(_ id: ID<Organisation>, for caller: Caller) async throws -> OrganisationRow {
    let row = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.first(
        "select \(Self.organisation) from identity.organisation where id = \(id)", as: OrganisationRow.self)
    }
    guard let row else { throw Problem.notFound("Cette structure") }
    return row
  }

  func organisations(_ query: OrganisationQuery, for caller: Caller) async throws -> Page<OrganisationRow> {
    let limit = query.limit ?? 50
    var conditions: [SQL] = ["true"]
    if let q = query.q { conditions.append(.plain("jalons.plain(name)", holds: q)) }
    if let kind = query.kind { conditions.append("kind = \(kind)") }
    if let pending = query.pending { conditions.append("pending = \(pending)") }
    if let after = try query.place(as: OrganisationPlace.self) {
      conditions.append("(name, id) > (\(after.name), \(after.id)::uuid)")
    }
    let filter = conditions.joined(separator: " and ")
    let rows = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select \(Self.organisation) from identity.organisation where \(filter) order by name, id limit \(limit + 1)
        """, as: OrganisationRow.self)
    }
    return try Page(rows, limit: limit) { OrganisationPlace(name: $0.name, id: $0.id) }
  }

  private struct OrganisationPlace: Codable {
    let name: String
    let id: ID<Organisation>
  }

  private struct AccountPlace: Codable {
    let family: String
    let given: String
    let id: ID<Account>
  }

  func accounts(_ query: AccountQuery, for caller: Caller) async throws -> Page<AccountRow> {
    struct Row: Decodable, Sendable {
      let id: ID<Account>
      let familyName: String
      let givenName: String
      let email: String
      let status: AccountStatus
      let organisation: OrganisationReference?
      let profiles: [Profile]
    }
    let limit = query.limit ?? 50
    var conditions: [SQL] = ["true"]
    // Addresses are the administrators': others could otherwise find them out letter by letter.
    let name: SQL = "family_name || ' ' || given_name"
    let words: SQL = caller.may(.administer) ? "\(name) || ' ' || email" : name
    if let q = query.q { conditions.append(.plain("jalons.plain(\(words))", holds: q)) }
    if let organisation = query.organisation { conditions.append("a.organisation = \(organisation)") }
    if let status = query.status { conditions.append("status = \(status)") }
    if let profile = query.profile {
      conditions.append(
        "a.id in (select p.account from identity.account_profile p where p.profile = \(profile))")
    }
    let all = conditions.joined(separator: " and ")
    if let after = try query.place(as: AccountPlace.self) {
      conditions.append("(family_name, given_name, a.id) > (\(after.family), \(after.given), \(after.id)::uuid)")
    }
    let filter = conditions.joined(separator: " and ")
    let (rows, total) = try await postgres.withTransaction(as: caller) { transaction in
      let rows = try await transaction.query(
        """
        select a.id, family_name, given_name, email, status,
          case when o.id is null then null else jsonb_build_object('id', o.id, 'name', o.name) end as organisation,
          array(select p.profile from identity.account_profile p where p.account = a.id order by p.id) as profiles
        from identity.account a left join identity.organisation o on o.id = a.organisation
        where \(filter) order by family_name, given_name, a.id limit \(limit + 1)
        """, as: Row.self)
      guard caller.may(.administer) else { return (rows, nil as Int?) }
      let total = try await transaction.first(
        "select count(*) from identity.account a where \(all)", as: Int.self)
      return (rows, total)
    }
    return try Page(rows, limit: limit, total: total) {
      AccountPlace(family: $0.familyName, given: $0.givenName, id: $0.id)
    } item: { row in
      AccountRow(
        id: row.id, name: French.name(row.familyName, row.givenName), organisation: row.organisation,
        status: row.status, email: caller.may(.administer) ? row.email : nil,
        profiles: caller.may(.administer) ? row.profiles : nil)
    }
  }
}
