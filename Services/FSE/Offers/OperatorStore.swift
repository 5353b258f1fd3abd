import API
import Domain
import Foundation
import Postgres
import Service

struct OperatorStore: Sendable {
  let postgres: PostgresClient

  private static let columns: SQL =
    "id, name, address, postal_code, commune, phone, email, organisation, contact, siret, remarks, active, version"

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
    return try Page(rows, limit: limit) { NamePlace(name: $0.name, id: $0.id.value) }
  }

  func show(_ id: ID<Operator>, for caller: Caller) async throws -> Operator {
    try await postgres.withTransaction(as: caller) { try await Self.find(id, in: $0) }
  }

  func add(_ draft: OperatorDraft, for caller: Caller, at moment: Date) async throws -> Operator {
    try await namingOnce {
      try await postgres.withTransaction(as: caller) { transaction in
        try await transaction.check(draft.organisation.map { BodyReference.organisation($0, at: "organisation") })
        let id = ID<Operator>.new(at: moment)
        try await transaction.execute(
          """
          insert into fse.operator (id, name, address, postal_code, commune, phone, email, organisation, contact,
            siret, remarks, active)
          values (\(id), \(draft.name), \(draft.address), \(draft.postalCode), \(draft.commune), \(draft.phone),
            \(draft.email), \(draft.organisation), \(draft.contact), \(draft.siret), \(draft.remarks),
            \(draft.active))
          """)
        return try await Self.find(id, in: transaction)
      }
    }
  }

  /// - Throws: 404; 412 with the operator as it is now; 409 for a name that another has.
  func change(_ id: ID<Operator>, to draft: OperatorDraft, version: Int, for caller: Caller) async throws -> Operator {
    try await namingOnce {
      try await postgres.withTransaction(as: caller) { transaction in
        try await transaction.check(draft.organisation.map { BodyReference.organisation($0, at: "organisation") })
        let changed = try await transaction.execute(
          """
          update fse.operator set name = \(draft.name), address = \(draft.address), postal_code = \(draft.postalCode),
            commune = \(draft.commune), phone = \(draft.phone), email = \(draft.email),
            organisation = \(draft.organisation), contact = \(draft.contact), siret = \(draft.siret),
            remarks = \(draft.remarks), active = \(draft.active), version = version + 1
          where id = \(id) and version = \(version)
          """)
        let after = try await Self.find(id, in: transaction)
        guard changed == 1 else { throw Problem.stale(try JSONValue(encoding: after)) }
        return after
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
