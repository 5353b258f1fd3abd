import API
import Domain
import Foundation
import Logging
import Postgres
import Redis
import ServiceLifecycle
import Synchronization

/// Publishes what the outbox holds, in order, on the Redis streams. Every copy of a service runs one; the one that
/// wakes takes the lock for a batch, so that two never interleave.
///
/// Postgres is the truth: entries that Redis lost are published again, and consumers drop events that they know.
public final class Relay: Service {
  private let postgres: PostgresClient
  private let redis: RedisClient
  private let schema: String
  private let now: Now
  private let logger: Logger
  private let bell = Bell()

  static let batch = 256
  /// How often it looks, unasked, for what a copy that died or another program left in the outbox, and whether Redis still
  /// is what it was.
  private static let look: Duration = .seconds(2)

  public init(postgres: PostgresClient, redis: RedisClient, schema: String, now: Now, logger: Logger) {
    self.postgres = postgres
    self.redis = redis
    self.schema = schema
    self.now = now
    self.logger = logger
  }

  /// Something was announced: publish it now rather than at the next look.
  public func wake() { bell.ring() }

  public func run() async throws {
    await repeating(
      every: Self.look, wokenBy: bell, isFinishing: true, logger: logger,
      complaint: "publishing failed; events stay in the outbox"
    ) {
      while try await self.publishBatch() == Self.batch {}
    }
  }

  private struct Waiting: Decodable, Sendable {
    let position: Int64
    let id: UUID
    let stream: String
    let key: String
    let type: String
    let data: String
    let actor: UUID?
    let actorName: String?
    let traceparent: String?
    let occurredAt: Date
  }

  /// Publishes up to a batch; gives how many went out.
  func publishBatch() async throws -> Int {
    let server = try await serverThatLostNothing()
    return try await postgres.withTransaction(as: .system("relay")) { [schema, redis] transaction in
      let waiting = try await transaction.query(
        """
        select position, id, stream, key, type, data::text as data, actor, actor_name, traceparent, occurred_at
        from \(unsafeSQL: schema).outbox where published_at is null order by position limit \(Self.batch)
        """,
        after: [
          // Waits for the copy that is publishing now: its look at the outbox may have been before our rows.
          "select pg_advisory_xact_lock(hashtext(\(schema + ".relay")))",
          // What a crash forgets to have published is published once more, and consumers know it.
          "set local synchronous_commit = off",
        ], as: Waiting.self)
      guard !waiting.isEmpty else { return 0 }
      var replies = try await redis.pipeline(try waiting.map { try self.entry($0) } + self.markQuery)
      // Emptied or replaced in that moment: these come once more, after all that it lost.
      guard Self.mark(in: replies.suffix(2)) == (server, server) else { throw RelayError.lost }
      replies.removeLast(2)
      // In order up to the first refusal: what comes after it must not overtake.
      let entries = replies.prefix { if case .error = $0 { false } else { true } }.compactMap(\.string)
      guard !entries.isEmpty else { throw RelayError.refused(replies.first.map { "\($0)" } ?? "") }
      try await transaction.execute(
        """
        update \(unsafeSQL: schema).outbox o set published_at = clock_timestamp(), entry = e.entry
        from unnest(\(waiting.prefix(entries.count).map(\.position))::bigint[], \(entries)::text[]) e (position, entry)
        where o.position = e.position
        """)
      return entries.count
    }
  }

  enum RelayError: Error {
    case refused(String)
    /// Redis is not the one that the batch was meant for, or was emptied.
    case lost
  }

  private func entry(_ row: Waiting) throws -> [String] {
    let envelope = Envelope(
      id: row.id, source: "/jalons/\(schema)", type: row.type, subject: row.key, time: row.occurredAt,
      traceparent: row.traceparent, actor: row.actor?.text, actorname: row.actorName,
      data: try JSONDecoder.jalons.decode(JSONValue.self, from: Data(row.data.utf8)))
    let text = String(decoding: try JSONEncoder.jalons.encode(envelope), as: UTF8.self)
    return [
      "XADD", Streams.written(row.stream, by: schema), "MAXLEN", "~", "1000000", "*", "type", row.type, "envelope",
      text,
    ]
  }

  // MARK: After a loss

  /// Where this service's relays write which server they last compared with the outbox. Gone, it was emptied; of another
  /// server, it was started again or replaced, and may lack what it had not yet saved.
  private var markKey: String { "jalons:relay:\(schema)" }
  private var markQuery: [[String]] { [["INFO", "server"], ["GET", markKey]] }

  private static func mark(in replies: some Collection<RedisValue>) -> (server: String?, compared: String?) {
    let line = replies.first?.string?.split(whereSeparator: \.isNewline).first { $0.hasPrefix("run_id:") }
    return (line.map { String($0.dropFirst("run_id:".count)) }, replies.dropFirst().first?.string)
  }

  /// The run that Redis is in, compared with the outbox before anything new is published to it: afterwards the newest
  /// entries would be there, and what was lost before them would not be missed.
  private func serverThatLostNothing() async throws -> String? {
    let (server, compared) = Self.mark(in: try await redis.pipeline(markQuery))
    guard let server else { throw RelayError.refused("no run_id in INFO server") }
    if server != compared {
      try await republishWhatRedisLost()
      _ = try await redis.command("SET", markKey, server)
    }
    return server
  }

  private struct Published: Decodable, Sendable {
    let stream: String
    let entry: String
    let publishedAt: Date
  }

  /// Looks whether the newest entry of each stream is still there. Where it is not, goes back in growing steps to the
  /// newest one that is, and publishes again all that came after it.
  func republishWhatRedisLost() async throws {
    let streams = try await postgres.withTransaction(as: .system("relay")) { [schema] transaction in
      try await transaction.query(
        """
        with recursive s as (
          select min(stream) as stream from \(unsafeSQL: schema).outbox where published_at is not null
          union all
          select (select min(o.stream) from \(unsafeSQL: schema).outbox o
            where o.published_at is not null and o.stream > s.stream)
          from s where s.stream is not null)
        select s.stream, o.entry, o.published_at from s
        cross join lateral (
          select entry, published_at from \(unsafeSQL: schema).outbox p
          where p.stream = s.stream and p.published_at is not null order by p.published_at desc limit 1) o
        """, as: Published.self)
    }
    for newest in streams where try await !isThere(newest) { try await rewind(newest) }
  }

  private func isThere(_ published: Published) async throws -> Bool {
    for key in Streams.everWritten(published.stream, by: schema) {
      let found = try await redis.command("XRANGE", key, published.entry, published.entry, "COUNT", "1")
      if found.array?.isEmpty == false { return true }
    }
    return false
  }

  private func rewind(_ newest: Published) async throws {
    var survivor: Date?
    for seconds in [2.0, 10, 60, 600, 3600, 86_400] {
      let older = try await postgres.withTransaction(as: .system("relay")) { [schema] transaction in
        try await transaction.first(
          """
          select stream, entry, published_at from \(unsafeSQL: schema).outbox
          where stream = \(newest.stream) and published_at <= \(newest.publishedAt.addingTimeInterval(-seconds))
          order by published_at desc limit 1
          """, as: Published.self)
      }
      guard let older else { break }
      if try await isThere(older) {
        survivor = older.publishedAt
        break
      }
    }
    // One second earlier: entries of the newest entry's own batch may be lost too.
    let from = survivor?.addingTimeInterval(-1) ?? Date(timeIntervalSince1970: 0)
    let again = try await postgres.withTransaction(as: .system("relay")) { [schema] transaction in
      try await transaction.execute(
        """
        update \(unsafeSQL: schema).outbox set published_at = null, entry = null
        where stream = \(newest.stream) and published_at >= \(from)
        """)
    }
    logger.warning(
      "Redis lost entries; they are published again", metadata: ["stream": "\(newest.stream)", "events": "\(again)"])
  }
}
