import API
import Domain
import Foundation
import Postgres

/// What a dry run found, carried out of its transaction before that is undone.
///
/// The statements that keep a run's rows and sums write here into tables of the transaction's own; a second transaction
/// copies those into the real ones, some thousand rows at a time.
struct TrialRecord: Sendable {
  let postgres: PostgresClient

  static let create = """
    create temp table trial_row (like dossiers.feed_row including defaults) on commit drop;
    create temp table trial_tally (like dossiers.feed_tally) on commit drop;
    create temp table trial_gap (like dossiers.feed_gap including generated) on commit drop;
    """

  private struct Batch: Decodable, Sendable {
    let rows: String
    let last: Int
  }

  private struct Sums: Decodable, Sendable {
    let tallies: String
    let gaps: String
  }

  func keep(_ run: UUID, from trial: Transaction) async throws {
    let sums = try await trial.first(
      """
      select (select coalesce(jsonb_agg(t), '[]') from trial_tally t)::text as tallies,
        (select coalesce(jsonb_agg(g), '[]') from trial_gap g)::text as gaps
      """, as: Sums.self)
    try await postgres.withTransaction(as: .system("feed"), timeout: .seconds(600)) { kept in
      var last = 0
      // As JSON: COPY does not write into a table whose rows are guarded.
      while let batch = try await trial.first(
        """
        select jsonb_agg(r)::text as rows, max(position) as last from (select * from trial_row
          where position > \(last) order by position limit 2000) r having count(*) > 0
        """, as: Batch.self)
      {
        last = batch.last
        // Whom it would have created has no dossier to lead to.
        try await kept.execute(
          """
          insert into dossiers.feed_row (run, position, genesis_id, name, outcome, dossier, changes, problems)
          select run, position, genesis_id, name, outcome, case when outcome <> 'created' then dossier end, changes,
            problems
          from jsonb_populate_recordset(null::dossiers.feed_row, \(batch.rows)::jsonb)
          """)
      }
      guard let sums else { return }
      try await kept.execute(
        """
        insert into dossiers.feed_tally select t.* from jsonb_populate_recordset(null::dossiers.feed_tally,
          \(sums.tallies)::jsonb) t
        """)
      try await kept.execute(
        """
        insert into dossiers.feed_gap (run, account, name, organisation, in_feed, in_jalons, set_aside)
        select run, account, name, organisation, in_feed, in_jalons, set_aside
        from jsonb_populate_recordset(null::dossiers.feed_gap, \(sums.gaps)::jsonb)
        """)
      try await kept.execute(SQL(unsafeSQL: FeedSums.gapTotals(of: run)))
    }
  }
}
