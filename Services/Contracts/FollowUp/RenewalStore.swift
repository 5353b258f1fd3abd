import API
import Domain
import Postgres
import Service

/// « CER à renouveler »: the valid contracts that end soon or have ended, of people who are still accompanied, unless
/// the contract is marked as the last one or a newer valid one follows it.
struct RenewalStore: Sendable {
  let postgres: PostgresClient

  func renewals(_ filter: RenewalFilter, for caller: Caller) async throws -> Page<ContractRenewal> {
    let limit = filter.limit ?? 50
    let listing = try Self.listing(filter, scope: caller.scope, today: caller.today)
    return try await postgres.withTransaction(as: caller) { transaction in
      let rows = try await transaction.query(listing, as: ContractRenewal.self)
      return try Page(rows, limit: limit) { RenewalPlace(endsOn: $0.endsOn, id: $0.id) }
    }
  }

  /// In the order of the index for a whole county alone, as `FollowUpStore.listing`.
  /// - Throws: 422 for an unreadable `after`.
  static func listing(_ filter: RenewalFilter, scope: Scope, today: CalendarDate) throws -> SQL {
    let ending: SQL = scope == .county ? "c.ends_on" : "c.ends_on + 0"
    var conditions: [SQL] = [
      "c.state = 'valide' and not c.last_contract and c.ends_on is not null",
      "c.ends_on <= \(today)::date + \(filter.days.map { "\($0)::int" } ?? CountyDelay.renewal.sql)",
      "d.state <> 'left'",
      """
      not exists (select from contracts.contract n where n.dossier = c.dossier and n.state = 'valide'
        and (n.starts_on, n.created_at, n.id) > (c.starts_on, c.created_at, c.id))
      """,
    ]
    if filter.overdue == true { conditions.append("c.ends_on < \(today)::date") }
    conditions += FollowUpStore.ofPeople(
      lead: filter.lead, organisation: filter.organisation, territory: filter.territory)
    if let after = try filter.place(as: RenewalPlace.self) {
      conditions.append("(c.ends_on, c.id) > (\(after.endsOn)::date, \(after.id)::uuid)")
    }
    return """
      select c.id, c.dossier, d.number as dossier_number, d.family_name, d.given_name, c.number, c.starts_on,
        c.ends_on, c.ends_on - \(today)::date as days_left, d.lead, a.name as lead_name, d.lead_organisation as organisation,
        o.name as organisation_name,
        (select n.state from contracts.contract n
          where n.dossier = c.dossier and n.state in ('proposition', 'soumis', 'etude', 'attente')
            and n.created_at > c.created_at
          order by n.created_at desc limit 1) as in_progress
      from contracts.contract c
      join dossiers.v1_dossier d on d.id = c.dossier
      left join identity.v1_account a on a.id = d.lead
      left join identity.v1_organisation o on o.id = d.lead_organisation
      where \(conditions.joined(separator: " and "))
      order by \(ending), c.id limit \((filter.limit ?? 50) + 1)
      """
  }
}
