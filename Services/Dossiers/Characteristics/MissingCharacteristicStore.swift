import API
import Domain
import Postgres
import Service

/// What the county requires to be said of a person and is not (rule C18). The view leaves out what the caller may not
/// read, and row-level security whom the caller does not reach.
struct MissingCharacteristicStore: Sendable {
  let postgres: PostgresClient

  private struct Place: Codable, Sendable {
    let dossier: ID<Dossier>
    let characteristic: String
  }

  func list(_ query: MissingCharacteristicQuery, for caller: Caller) async throws -> Page<MissingCharacteristic> {
    let limit = query.limit ?? 50
    let place = try query.place(as: Place.self)
    return try await postgres.withTransaction(as: caller) { transaction in
      var conditions: [SQL] = ["true"]
      if let characteristic = query.characteristic { conditions.append("m.characteristic = \(characteristic)") }
      let matching = conditions.joined(separator: " and ")
      let later: SQL =
        place.map { "(m.dossier, m.characteristic) > (\($0.dossier)::uuid, \($0.characteristic)::text)" } ?? "true"
      let rows = try await transaction.query(
        """
        select m.dossier, d.number, d.family_name, d.given_name, m.characteristic, m.label, a.name as lead_name
        from dossiers.v1_missing_characteristics m join dossiers.dossier d on d.id = m.dossier
        left join identity.v1_account a on a.id = m.lead
        where \(matching) and \(later) order by m.dossier, m.characteristic limit \(limit + 1)
        """, as: MissingCharacteristic.self)
      return try Page(rows, limit: limit) { Place(dossier: $0.dossier, characteristic: $0.characteristic) }
    }
  }
}
