import API
import Domain
import Foundation
import Logging
import Messaging
import Postgres
import Service
import ServiceLifecycle

/// Notices that the day's feed has not come by the hour at which the county expects it: once a day, whichever copy is
/// first (rule F8).
struct FeedWatch: ServiceLifecycle.Service {
  let postgres: PostgresClient
  let now: Now
  let logger: Logger
  var pause: Duration = .seconds(15)

  func run() async throws {
    await repeating(every: pause, logger: logger, complaint: "whether the feed is late is not known") {
      try await look(at: now())
    }
  }

  /// A feed counts for the day on which it was applied, whichever way it came; what somebody corrected is no feed. A county
  /// that has never had one is not in operation yet. CNAF's flow is another than the day's: it says nothing of who follows
  /// whom.
  func look(at moment: Date) async throws {
    let today = CalendarDate(moment)
    try await postgres.withTransaction(as: .system("feed", today: today)) { transaction in
      let expected = try await transaction.first(
        "select to_char(expected_by, 'HH24:MI') from dossiers.feed_deadline order by version desc limit 1",
        as: String?.self)
      guard let expected = expected ?? nil, let hour = Int(expected.prefix(2)), let minute = Int(expected.suffix(2)),
        moment >= today.moment(hour: hour, minute: minute)
      else { return }
      let isNew = try await transaction.execute(
        """
        insert into dossiers.feed_late (day, expected_by, noticed_at)
        select \(today), \(expected)::time, \(moment)
        where exists (select from dossiers.feed_run where status = 'applied' and origin <> 'correction'
            and format = 'genesis')
          and not exists (select from dossiers.feed_run where status = 'applied' and origin <> 'correction'
            and format = 'genesis' and ended_at >= \(today.moment()))
        on conflict (day) do nothing
        """)
      guard isNew == 1 else { return }
      let last = try await transaction.first(
        "select max(reference_date) from dossiers.feed_run where status = 'applied' and format = 'genesis'",
        as: CalendarDate?.self)
      try await transaction.announce(
        FeedMissing(day: today, expectedBy: expected, lastReference: last ?? nil), at: moment)
    }
  }

  /// Says that what was missing today has come.
  static func arrived(_ run: FeedRun, at moment: Date, in transaction: Transaction) async throws {
    let today = CalendarDate(moment)
    let wasLate = try await transaction.execute(
      """
      update dossiers.feed_late set arrived_at = \(moment), run = \(run.id)
      where day = \(today) and arrived_at is null
      """)
    if wasLate == 1 { try await transaction.announce(FeedArrived(day: today, run: run.id), at: moment) }
  }
}
