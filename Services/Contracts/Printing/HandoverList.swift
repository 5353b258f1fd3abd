import API
import Domain
import Foundation
import Postgres
import Service

/// « À remettre »: what was signed or decided lately and that the person was not given yet, the oldest first.
struct HandoverList: Sendable {
  /// Older ones were handed over before that was noted.
  private static let days = 90

  let postgres: PostgresClient

  private struct Place: Codable, Sendable {
    var since: Date
    var id: ID<Contract>
  }

  /// - Throws: 422 for an unreadable `after`.
  func waiting(_ filter: HandoverFilter, for caller: Caller, at moment: Date) async throws -> Page<HandoverRow> {
    let limit = filter.limit ?? 50
    let oldest = moment.addingTimeInterval(Double(Self.days) * -86_400)
    var further: SQL = "true"
    if let after = try filter.place(as: Place.self) {
      further = "(n.since, n.id) > (\(after.since)::timestamptz, \(after.id)::uuid)"
    }
    let listing: SQL = """
      with news as (
        select c.id, c.dossier, c.kind, c.number, c.state, c.author_name, greatest(
          case when c.state in ('valide', 'non_valide') then c.state_since end,
          (select max(s.filed_at) from contracts.signature s where s.contract = c.id)) as since
        from contracts.contract c
        where (c.state in ('valide', 'non_valide') and c.state_since >= \(oldest)::timestamptz)
          or c.id in (select s.contract from contracts.signature s where s.filed_at >= \(oldest)::timestamptz))
      select n.id, n.dossier, d.number as dossier_number, d.family_name, d.given_name, n.kind, n.number, n.state, n.since,
        n.author_name
      from news n join dossiers.v1_dossier d on d.id = n.dossier
      where \(further) and not exists (
        select from contracts.handover h where h.contract = n.id and h.at >= n.since)
      order by n.since, n.id limit \(limit + 1)
      """
    return try await postgres.withTransaction(as: caller) { transaction in
      let rows = try await transaction.query(listing, as: HandoverRow.self)
      return try Page(rows, limit: limit) { Place(since: $0.since, id: $0.id) }
    }
  }
}
