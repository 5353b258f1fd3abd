import Domain
import Logging
import Postgres
import ServiceLifecycle

/// Keeps outbox and inbox to the weeks in which an event may have to be published again: what Redis loses comes from the
/// outbox, and the inbox knows it for longer than that. Dead letters keep their own copy until they are resolved. The keys
/// of requests that may be sent again, and their answers, go after a day.
public struct Trimming: Service {
  let postgres: PostgresClient
  let schema: String
  let logger: Logger

  static let outboxDays = 30
  static let inboxDays = 35
  private static let stretch = 1000

  public init(postgres: PostgresClient, schema: String, logger: Logger) {
    self.postgres = postgres
    self.schema = schema
    self.logger = logger
  }

  public func run() async throws {
    await repeating(every: .seconds(3600), logger: logger, complaint: "old events could not be deleted") {
      try await trim()
    }
  }

  /// Deletes what is older, a thousand at a time: each look is at the oldest alone, and nothing is written when they
  /// are young.
  func trim() async throws {
    try await whileFull(
      """
      delete from \(unsafeSQL: schema).outbox where position in (
        select position from (
          select position, occurred_at, published_at from \(unsafeSQL: schema).outbox
          order by position limit \(Self.stretch)) oldest
        where published_at < now() - interval '1 hour' and occurred_at < now() - make_interval(days => \(Self.outboxDays)))
      """)
    try await whileFull(
      """
      delete from \(unsafeSQL: schema).inbox where (consumer, event) in (
        select consumer, event from \(unsafeSQL: schema).inbox
        where handled_at < now() - make_interval(days => \(Self.inboxDays)) order by handled_at limit \(Self.stretch))
      """)
    try await whileFull(
      """
      delete from \(unsafeSQL: schema).idempotency where (account, key) in (
        select account, key from \(unsafeSQL: schema).idempotency
        where made_at < now() - interval '1 day' order by made_at limit \(Self.stretch))
      """)
  }

  private func whileFull(_ statement: SQL) async throws {
    while try await postgres.withTransaction(as: .system("trimming"), { try await $0.execute(statement) })
      == Self.stretch
    {}
  }
}
