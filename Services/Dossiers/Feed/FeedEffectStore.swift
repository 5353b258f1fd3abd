import API
import Domain
import Foundation
import Postgres

/// What a run did, in sums, and how Genesis and Jalons count each référent's persons.
struct FeedEffectStore: Sendable {
  let postgres: PostgresClient

  private struct Tally: Decodable, Sendable {
    let kind: String
    let name: String
    let count: Int
  }

  private struct Gaps: Decodable, Sendable {
    let gaps: Int
    let persons: Int
  }

  /// - Throws: 404 when there is no such run.
  func effects(of run: UUID, for caller: Caller) async throws -> FeedEffects {
    try await postgres.withTransaction(as: caller) { transaction in
      guard
        let gaps = try await transaction.first(
          "select gaps, gap_persons as persons from dossiers.feed_run where id = \(run)", as: Gaps.self)
      else { throw Problem.notFound("Ce flux") }
      let tallies = try await transaction.query(
        "select kind, name, count from dossiers.feed_tally where run = \(run) order by count desc, name", as: Tally.self
      )
      func some(_ kind: String) -> [FeedEffects.Tally] {
        tallies.filter { $0.kind == kind }.map { .init(name: $0.name, count: $0.count) }
      }
      return FeedEffects(
        fields: some("field"), problems: some("problem"), gaps: gaps.gaps, gapPersons: gaps.persons)
    }
  }

  private struct Line: Decodable, Sendable {
    let account: ID<Account>
    let name: String
    let organisation: String?
    let inFeed: Int
    let inJalons: Int
    let setAside: Int
    let distance: Int
  }

  /// Largest difference first.
  func gaps(of run: UUID, _ query: FeedGapQuery, for caller: Caller) async throws -> Page<FeedGap> {
    let limit = query.limit ?? 50
    let narrowing: SQL = query.all == true ? "" : "and distance > 0"
    let onwards: SQL =
      try query.place(as: GapPlace.self).map {
        "and (distance < \($0.distance) or (distance = \($0.distance) and account > \($0.account)))"
      } ?? ""
    return try await postgres.withTransaction(as: caller) { transaction in
      let lines = try await transaction.query(
        """
        select account, name, organisation, in_feed, in_jalons, set_aside, distance from dossiers.feed_gap
        where run = \(run) \(narrowing) \(onwards) order by distance desc, account limit \(limit + 1)
        """, as: Line.self)
      return try Page(lines, limit: limit) {
        GapPlace(distance: $0.distance, account: $0.account)
      } item: {
        FeedGap(
          account: $0.account, name: $0.name, organisation: $0.organisation, inFeed: $0.inFeed, inJalons: $0.inJalons,
          setAside: $0.setAside)
      }
    }
  }

  private struct GapPlace: Codable {
    let distance: Int
    let account: ID<Account>
  }

  /// Whom a référent follows here although the newest full feed does not hold them (rule F15).
  func absentees(
    of account: ID<Account>, _ query: FeedAbsenteeQuery, for caller: Caller
  ) async throws -> Page<FeedAbsentee> {
    let limit = query.limit ?? 50
    let onwards: SQL = try query.place(as: ID<Dossier>.self).map { "and d.id > \($0)" } ?? ""
    return try await postgres.withTransaction(as: caller) { transaction in
      let rows = try await transaction.query(
        """
        select d.id as dossier, d.family_name, d.given_name, d.genesis_id, d.entitlement, d.refreshed_on, e.exit_on
        from dossiers.referent r join dossiers.dossier d on d.id = r.dossier
        left join dossiers.proposed_exit e on e.dossier = d.id and e.decision is null
        where r.account = \(account) and r.kind = 'lead' and r.until_date is null
          and d.refreshed_on < dossiers.latest_stock() \(onwards)
        order by d.id limit \(limit + 1)
        """, as: FeedAbsentee.self)
      return try Page(rows, limit: limit, place: \.dossier)
    }
  }
}
