import API
import Domain
import Foundation
import Logging
import Postgres
import Redis
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Messaging

/// An event that only these tests know.
struct Happening: Event {
  static let type = "dossiers.happening.v1"
  var key: String
  var number: Int
}

/// One service's way from a commit to the effect in a consumer, each part real, started and stopped by the test.
struct Scene: Sendable {
  let database: TestDatabase
  let server: TestRedis
  let redis: RedisClient
  let postgres: PostgresClient

  static let stream = "jalons:dossiers"
  static let group = "dossiers.witness"

  /// Runs `body` with a Redis, a database and the table `dossiers.effect` where consumers leave their traces.
  static func run(_ body: @escaping @Sendable (Scene) async throws -> Void) async throws {
    let database = try TestDatabase.required()
    try await database.owner { transaction in
      try await transaction.script(
        """
        create table dossiers.effect (place bigint generated always as identity, key text, number int, copy text,
          at timestamptz default clock_timestamp())
        """)
    }
    let server = try await TestRedis.start()
    defer { server.stop() }
    let redis = RedisClient(configuration: try RedisConfiguration(url: server.url), logger: silent)
    let scene = Scene(database: database, server: server, redis: redis, postgres: pool(database))
    let running = Task { await redis.run() }
    let result: Result<Void, any Error>
    do {
      try await body(scene)
      result = .success(())
    } catch {
      result = .failure(error)
    }
    running.cancel()
    await running.value
    await scene.postgres.close()
    try result.get()
  }

  static func pool(_ database: TestDatabase) -> PostgresClient {
    PostgresClient(
      configuration: .init(conninfo: database.conninfo, user: "dossiers", maximum: 6, rolePrefix: "dossiers"),
      logger: silent)
  }

  // MARK: Parts

  func relay() -> Relay {
    Relay(postgres: postgres, redis: redis, schema: "dossiers", now: .system, logger: silent)
  }

  /// A copy of the consumer that leaves an effect for each event, after what `before` does.
  func witness(
    _ copy: String = "a", before: @escaping @Sendable (Happening) async throws -> Void = { _ in }
  ) -> Consumer {
    consumer(
      "witness",
      [
        .on(Happening.self) { event, _, transaction in
          try await before(event)
          try await transaction.execute(
            "insert into dossiers.effect (key, number, copy) values (\(event.key), \(event.number), \(copy))")
        }
      ])
  }

  /// A consumer as the only one of its copy of the process.
  func consumer(_ name: String, _ handlers: [Consumer.Handling]) -> Consumer {
    Consumer(
      name: name, postgres: postgres, redis: redis,
      leadership: Leadership(postgres: postgres, schema: "dossiers", logger: silent), schema: "dossiers",
      logger: silent, handlers: handlers)
  }

  /// Services with what they need beside them, to be started in this order.
  static func parts(_ services: [any Service]) -> [any Service] {
    services.compactMap { ($0 as? Consumer)?.leadership } + services
  }

  /// Runs services meanwhile, and stops them as a process does.
  func with(_ services: any Service..., body: @escaping @Sendable () async throws -> Void) async throws {
    let group = ServiceGroup(services: Self.parts(services), logger: silent)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      let result: Result<Void, any Error>
      do {
        try await body()
        result = .success(())
      } catch {
        result = .failure(error)
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
      try result.get()
    }
  }

  // MARK: What happens

  func announce(_ events: [Happening]) async throws {
    try await postgres.withTransaction(as: .system("test")) { try await $0.announce(events, at: Date()) }
  }

  func announce(_ numbers: some Sequence<Int> & Sendable, of key: String = "a") async throws {
    try await announce(numbers.map { Happening(key: key, number: $0) })
  }

  // MARK: What is there

  struct Effect: Decodable, Sendable {
    let key: String
    let number: Int
    let copy: String
    let at: Date
  }

  func effects() async throws -> [Effect] {
    try await database.owner {
      try await $0.query("select key, number, copy, at from dossiers.effect order by place", as: Effect.self)
    }
  }

  func numbers(of key: String = "a") async throws -> [Int] {
    try await effects().filter { $0.key == key }.map(\.number)
  }

  struct Letter: Decodable, Sendable {
    let id: Int
    let key: String
    let reason: String
    let attempts: Int
    let error: String?
    let isOpen: Bool
  }

  func letters() async throws -> [Letter] {
    try await database.owner {
      try await $0.query(
        """
        select id, key, reason, attempts, error, resolved_at is null as is_open from dossiers.dead_letter order by id
        """, as: Letter.self)
    }
  }

  /// Asks for a replay as `jalonsctl` does.
  func replay(_ id: Int? = nil) async throws {
    try await database.owner { transaction in
      _ = try await transaction.execute(
        """
        update dossiers.dead_letter set replay_at = now()
        where resolved_at is null and (\(id)::bigint is null or id = \(id)::bigint)
        """)
    }
  }

  func waitFor(
    _ what: String, within seconds: Double = 30, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
  ) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try await !condition() {
      try #require(ContinuousClock.now < end, "not within \(seconds) s: \(what)", sourceLocation: sourceLocation)
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// The envelopes on the stream, oldest first.
  func entries() async throws -> [Envelope] {
    let found = try await redis.command("XRANGE", Self.stream, "-", "+")
    return try (found.array ?? []).map { entry in
      let text = entry.array?.last?.array?.last?.string ?? ""
      return try JSONDecoder.jalons.decode(Envelope.self, from: Data(text.utf8))
    }
  }

  func events() async throws -> [Happening] { try await entries().compactMap { try $0.decode(Happening.self) } }
}

extension Scene {
  /// Whether the group has been given everything, and has acknowledged it.
  func isCaughtUp() async throws -> Bool {
    do {
      let (pending, lag) = try await redis.groupLag(stream: Self.stream, group: Self.group)
      return pending == 0 && lag == 0
    } catch let error as RedisError where error.message.hasPrefix("NOGROUP") {
      return false
    }
  }

  /// Reads under the consumer's name what `announcing` brings, faster than the consumer itself, and forgets it.
  func strand(_ announcing: () async throws -> Void) async throws {
    try await announcing()
    // The consumer's own read is suspended while the server is asked to publish and to read in one go.
    let waiting = try await postgres.withTransaction(as: .system("test")) {
      try await $0.query("select id from dossiers.outbox where published_at is null order by position", as: UUID.self)
    }
    let envelopes = try await postgres.withTransaction(as: .system("test")) {
      try await $0.query(
        """
        select jsonb_build_object('specversion', '1.0', 'id', id, 'source', '/jalons/dossiers', 'type', type,
          'subject', key, 'time', to_char(occurred_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'datacontenttype', 'application/json', 'data', data)::text
        from dossiers.outbox where id = any(\(waiting)::uuid[]) order by position
        """, as: String.self)
    }
    let script = """
      for i, envelope in ipairs(ARGV) do redis.call('XADD', KEYS[1], '*', 'envelope', envelope) end
      return #redis.call('XREADGROUP', 'GROUP', '\(Self.group)', 'active', 'COUNT', 10, 'STREAMS', KEYS[1], '>')[1][2]
      """
    let taken = try await redis.command("EVAL", [script, "1", Self.stream] + envelopes)
    #expect(taken == .integer(envelopes.count))
  }
}

/// What these parts say while Redis and Postgres are taken away is expected.
let silent = {
  var logger = Logger(label: "test")
  logger.logLevel = .critical
  return logger
}()

/// Counts, from any task.
final class Counter: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .relaxed) }
  @discardableResult func increment() -> Int { count.add(1, ordering: .relaxed).newValue }
}
