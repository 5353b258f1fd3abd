import API
import Domain
import Foundation
import Postgres
import Service

struct OperatorStore: Sendable {
  let postgres: PostgresClient

  private static let columns: SQL = """
    id, jsonb_build_object('name', name, 'address', address, 'postalCode', postal_code, 'commune', commune, 'phone', phone,
      'email', email, 'organisation', organisation, 'contact', contact, 'siret', siret, 'remarks', remarks,
      'active', active) as details, version
    """

  func operators(_ query: OperatorQuery, for caller: Caller) async throws -> Page<Operator> {
    let limit = query.limit ?? 50
    var conditions: [SQL] = ["true"]
    if let text = query.q { conditions.append(.plain("jalons.plain(name)", holds: text)) }
    if let active = query.active { conditions.append("active = \(active)") }
    if let after = try query.place(as: NamePlace.self) {
      conditions.append("(name, id) > (\(after.name), \(after.id)::uuid)")
    }
    let statement: SQL = """
      select \(Self.columns) from fse.operator where \(conditions.joined(separator: " and "))
      order by name, id limit \(limit + 1)
      """
    let rows = try await postgres.withTransaction(as: caller) { try await $0.query(statement, as: Operator.self) }
    return try Page(rows, limit: limit) { NamePlace(name: $0.details.name, id: $0.id.value) }
  }

  func show(_ id: ID<Operator>, for caller: Caller) async throws -> Operator {
    try await postgres.withTransaction(as: caller) { try await Self.find(id, in: $0) }
  }

  func add(_ details: OperatorDetails, for caller: Caller, at moment: Date) async throws -> Operator {
    try await namingOnce {
      try await postgres.withTransaction(as: caller) { transaction in
        try await transaction.check(details.organisation.map { BodyReference.organisation($0, at: "organisation") })
        let id = ID<Operator>.new(at: moment)
        try await transaction.execute(
          """
          insert into fse.operator (id, name, address, postal_code, commune, phone, email, organisation, contact,
            siret, remarks, active)
          values (\(id), \(details.name), \(details.address), \(details.postalCode), \(details.commune), \(details.phone),
            \(details.email), \(details.organisation), \(details.contact), \(details.siret), \(details.remarks),
            \(details.active))
          """)
        return try await Self.find(id, in: transaction)
      }
    }
  }

  /// - Throws: 404; 412 with the operator as it is now; 409 for a name that another has.
  func change(_ id: ID<Operator>, to details: OperatorDetails, version: Int, for caller: Caller) async throws
    -> Operator
  {
    try await namingOnce {
      try await postgres.withTransaction(as: caller) { transaction in
        try await transaction.check(details.organisation.map { BodyReference.organisation($0, at: "organisation") })
        _ = try await transaction.held(
          "select \(Self.columns) from fse.operator where id = \(id) for update", as: Operator.self, version: version,
          missing: "Cet opérateur")
        try await transaction.execute(
          """
          update fse.operator set name = \(details.name), address = \(details.address), postal_code = \(details.postalCode),
            commune = \(details.commune), phone = \(details.phone), email = \(details.email),
            organisation = \(details.organisation), contact = \(details.contact), siret = \(details.siret),
            remarks = \(details.remarks), active = \(details.active), version = version + 1
          where id = \(id)
          """)
        return try await Self.find(id, in: transaction)
      }
    }
  }

  /// - Throws: 404; 409 once an offer or a step names it: it is deactivated instead.
  func delete(_ id: ID<Operator>, for caller: Caller) async throws {
    do {
      try await postgres.withTransaction(as: caller) { transaction in
        guard try await transaction.execute("delete from fse.operator where id = \(id)") == 1 else {
          throw Problem.notFound("Cet opérateur")
        }
      }
    } catch let error as PostgresError where error.kind == .foreignKeyViolation {
      throw Problem.conflict(
        "operateur-utilise", "Cet opérateur ne peut plus être supprimé.",
        detail: "Des offres ou des étapes le nomment. Désactivez-le : il ne sera plus proposé.")
    }
  }

  private func namingOnce<R>(_ body: () async throws -> R) async throws -> R {
    do {
      return try await body()
    } catch let error as PostgresError where error.constraint == "operator_name" {
      throw Problem.conflict(
        "operateur-existant", "Un opérateur porte déjà ce nom.", detail: "Complétez plutôt la fiche qui existe.")
    }
  }

  static func find(_ id: ID<Operator>, in transaction: Transaction) async throws -> Operator {
    guard
      let found = try await transaction.first(
        "select \(columns) from fse.operator where id = \(id)", as: Operator.self)
    else { throw Problem.notFound("Cet opérateur") }
    return found
  }
}
