import API
import Domain
import Foundation
import Postgres
import Service

/// Where a list goes on: the sort values of its last row, opaque to whoever gives them back.
struct Cursor: Sendable {
  let values: [String]

  init(_ values: [String]) { self.values = values }

  /// - Throws: 422 when the text is not one that a list of so many sort values gave.
  init?(_ text: String?, count: Int) throws {
    guard let text else { return nil }
    let padded =
      text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
      + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    do {
      values = try JSONDecoder().decode([String].self, from: Data(base64Encoded: padded) ?? Data())
    } catch {
      throw Self.fault
    }
    guard values.count == count, UUID(uuidString: values.last ?? "") != nil else { throw Self.fault }
  }

  func text() throws -> String { try JSONEncoder().encode(values).base64URL }

  private static let fault = Problem.invalid([Fault("after", "curseur", "Reprenez la liste depuis le début.")])
}

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

  static let organisation: SQL = "id, name, kind, territory, genesis_ref, pending, version"

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
    if let q = query.q { conditions.append(Self.matches(q, "name")) }
    if let kind = query.kind { conditions.append("kind = \(kind)") }
    if let pending = query.pending { conditions.append("pending = \(pending)") }
    if let after = try Cursor(query.after, count: 2) {
      conditions.append("(name, id) > (\(after.values[0]), \(after.values[1])::uuid)")
    }
    let filter = conditions.joined(separator: " and ")
    let rows = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select \(Self.organisation) from identity.organisation where \(filter) order by name, id limit \(limit + 1)
        """, as: OrganisationRow.self)
    }
    return Page(
      items: Array(rows.prefix(limit)), next: try Self.next(rows, limit: limit) { [$0.name, $0.id.description] })
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
    let words = "family_name || ' ' || given_name" + (caller.may(.administer) ? " || ' ' || email" : "")
    if let q = query.q { conditions.append(Self.matches(q, words)) }
    if let organisation = query.organisation { conditions.append("a.organisation = \(organisation)") }
    if let status = query.status { conditions.append("status = \(status)") }
    if let profile = query.profile {
      conditions.append(
        "a.id in (select p.account from identity.account_profile p where p.profile = \(profile))")
    }
    let all = conditions.joined(separator: " and ")
    if let after = try Cursor(query.after, count: 3) {
      let (family, given, id) = (after.values[0], after.values[1], after.values[2])
      conditions.append("(family_name, given_name, a.id) > (\(family), \(given), \(id)::uuid)")
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
    let items = rows.prefix(limit).map { row in
      AccountRow(
        id: row.id, name: French.name(row.familyName, row.givenName), organisation: row.organisation,
        status: row.status, email: caller.may(.administer) ? row.email : nil,
        profiles: caller.may(.administer) ? row.profiles : nil)
    }
    let next = try Self.next(rows, limit: limit) { [$0.familyName, $0.givenName, $0.id.description] }
    return Page(items: items, next: next, total: total)
  }

  /// Names that contain `q`, without regard to accents or case; `plain` leaves no sign that `like` reads as its own.
  private static func matches(_ q: String, _ name: String) -> SQL {
    "jalons.plain(\(unsafeSQL: name)) like '%' || jalons.plain(\(q)) || '%'"
  }

  /// Where the list goes on, given one row more than a page has.
  private static func next<Row>(_ rows: [Row], limit: Int, _ sort: (Row) -> [String]) throws -> String? {
    rows.count > limit ? try Cursor(sort(rows[limit - 1])).text() : nil
  }
}
