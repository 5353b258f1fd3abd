import API
import Domain
import Postgres
import Service

/// « Sans CER »: the people of the active file for whom no contract was ever entered (rule K14).
struct MissingStore: Sendable {
  let postgres: PostgresClient

  func people(_ filter: MissingFilter, for caller: Caller) async throws -> Page<WithoutContract> {
    let limit = filter.limit ?? 50
    let listing = try Self.listing(filter, today: caller.today)
    return try await postgres.withTransaction(as: caller) { transaction in
      let rows = try await transaction.query(listing, as: WithoutContract.self)
      return try Page(rows, limit: limit) { MissingPlace(enteredOn: $0.enteredOn, dossier: $0.dossier) }
    }
  }

  /// - Throws: 422 for an unreadable `after`.
  static func listing(_ filter: MissingFilter, today: CalendarDate) throws -> SQL {
    var conditions: [SQL] = [
      "d.state = 'entered' and d.entered_on is not null",
      "not exists (select from contracts.contract c where c.dossier = d.id)",
    ]
    if let lead = filter.lead { conditions.append("d.lead = \(lead)::uuid") }
    if let organisation = filter.organisation { conditions.append("d.lead_organisation = \(organisation)::uuid") }
    if let territory = filter.territory { conditions.append("d.territory = \(territory)::uuid") }
    if let after = try filter.place(as: MissingPlace.self) {
      conditions.append("(d.entered_on, d.id) > (\(after.enteredOn)::date, \(after.dossier)::uuid)")
    }
    return """
      select d.id as dossier, d.number as dossier_number, d.family_name, d.given_name, d.entered_on,
        \(today)::date - d.entered_on as days, d.lead, a.name as lead_name, o.name as organisation_name
      from dossiers.v1_dossier d
      left join identity.v1_account a on a.id = d.lead
      left join identity.v1_organisation o on o.id = d.lead_organisation
      where \(conditions.joined(separator: " and "))
      order by d.entered_on, d.id limit \((filter.limit ?? 50) + 1)
      """
  }
}
