import API
import Domain
import Foundation
import Postgres
import Service

/// By when the day's feed is expected: the county's rule, with its history.
struct DeadlineStore: Sendable {
  let postgres: PostgresClient

  private struct Rule: Decodable, Sendable {
    let version: Int
    let expectedBy: String?
    let validFrom: Date
    let authorName: String?
  }

  private struct Late: Decodable, Sendable {
    let day: CalendarDate
    let noticedAt: Date
    let arrivedAt: Date?
  }

  func deadline(for caller: Caller) async throws -> FeedDeadline {
    try await postgres.withTransaction(as: caller) { try await read(for: caller, in: $0) }
  }

  private func read(for caller: Caller, in transaction: Transaction) async throws -> FeedDeadline {
    let rules = try await transaction.query(
      """
      select version, to_char(expected_by, 'HH24:MI') as expected_by, valid_from, author_name
      from dossiers.feed_deadline order by version desc limit 50
      """, as: Rule.self)
    let days = try await transaction.query(
      "select day, noticed_at, arrived_at from dossiers.feed_late order by day desc limit 30", as: Late.self
    ).map { FeedDeadline.Late(day: $0.day, noticedAt: $0.noticedAt, arrivedAt: $0.arrivedAt) }
    return FeedDeadline(
      expectedBy: rules.first?.expectedBy, late: days.first { $0.day == caller.today && $0.arrivedAt == nil },
      rules: rules.map { .init(expectedBy: $0.expectedBy, validFrom: $0.validFrom, authorName: $0.authorName) },
      lateDays: days, version: rules.first?.version ?? 0)
  }

  /// Another hour from now on. A day that was late already stays so.
  /// - Throws: 412 with what is current.
  func change(
    _ draft: FeedDeadlineDraft, version: Int, for caller: Caller, at moment: Date
  ) async throws -> FeedDeadline {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute("select pg_advisory_xact_lock(hashtext('jalons.feed-deadline'))")
      _ = try await read(for: caller, in: transaction).held(version: version)
      try await transaction.execute(
        """
        insert into dossiers.feed_deadline (version, expected_by, valid_from, author, author_name)
        values (\(version + 1), \(draft.expectedBy)::time, \(moment), \(caller.account), \(caller.name))
        """)
      return try await read(for: caller, in: transaction)
    }
  }
}

func addDeadlineRoutes(to routes: Routes, store: DeadlineStore) {
  routes.handle(DossiersAPI.showFeedDeadline) { _, request in try await store.deadline(for: request.caller) }
  routes.handle(DossiersAPI.changeFeedDeadline) { draft, request in
    try await store.change(draft, version: request.version, for: request.caller, at: request.now)
  }
}
