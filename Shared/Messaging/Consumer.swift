import API
import Domain
import Foundation
import Logging
import Postgres
import Redis
import ServiceLifecycle
import Synchronization

/// Takes the events of some streams, one copy at a time, in order, and records each effect with the event's id in the
/// same transaction: delivered again, it changes nothing.
public final class Consumer: Service {
  public typealias Handler = @Sendable (Envelope, Transaction) async throws -> Void

  let name: String
  private let streams: [String]
  let postgres: PostgresClient
  private let redis: RedisClient
  let schema: String
  let logger: Logger
  let handlers: [String: Handler]
  private let copy = UUID()
  private let stopping = Atomic<Bool>(false)

  private static let leaseSeconds = 5.0
  private static let attempts = 5

  /// - Parameter name: stable, for it is the Redis group and the inbox's key: `timeline`.
  public init(
    name: String, postgres: PostgresClient, redis: RedisClient, schema: String, logger: Logger,
    handlers: [Handling]
  ) {
    self.name = name
    self.postgres = postgres
    self.redis = redis
    self.schema = schema
    self.logger = logger
    self.streams = Set(handlers.map { String($0.type.prefix { $0 != "." }) }).sorted()
    self.handlers = Dictionary(handlers.map { ($0.type, $0.handle) }, uniquingKeysWith: { first, _ in first })
  }

  /// What a consumer does with one type of event.
  public struct Handling: Sendable {
    let type: String
    let handle: Handler

    /// The effect of an event of type `E`; it must do nothing but SQL in the transaction it is given.
    public static func on<E: Event>(
      _ type: E.Type, _ body: @escaping @Sendable (E, Envelope, Transaction) async throws -> Void
    ) -> Handling {
      Handling(type: E.type) { envelope, transaction in
        guard let event = try envelope.decode(E.self) else { return }
        try await body(event, envelope, transaction)
      }
    }
  }

  var group: String { "\(schema).\(name)" }

  public func run() async throws {
    await withGracefulShutdownHandler {
      await withTaskGroup(of: Void.self) { tasks in
        for stream in streams { tasks.addTask { await self.follow(stream) } }
        tasks.addTask { await self.replayWhenAsked() }
      }
    } onGracefulShutdown: {
      self.stopping.store(true, ordering: .relaxed)
    }
    await giveUpLeases()
  }

  var goesOn: Bool { !Task.isCancelled && !stopping.load(ordering: .relaxed) }

  // MARK: One stream

  private func follow(_ stream: String) async {
    var pause = Duration.milliseconds(100)
    while goesOn {
      do {
        if try await holdLease(stream) { try await read(stream) }
        try await rest(.milliseconds(500))
        pause = .milliseconds(100)
      } catch is CancellationError {
        return
      } catch {
        logger.warning(
          "consumer paused after an error",
          metadata: ["consumer": "\(group)", "stream": "\(stream)", "error": "\(error)"])
        try? await rest(pause)
        pause = min(pause * 2, .seconds(5))
      }
    }
  }

  /// Takes what comes until the lease is lost or the process stops.
  /// - Throws: `CancellationError` as soon as the process stops while nothing comes. An entry that was on its way then
  ///   stays pending, for the next who holds the lease.
  private func read(_ stream: String) async throws {
    let key = Streams.name(stream)
    try await redis.createGroup(stream: key, group: group)
    try await redis.withConnection { connection in
      // What the copy before had taken and not acknowledged comes first.
      var isCatchingUp = true
      var heldAt = ContinuousClock.now
      while self.goesOn {
        // Held for the length of a read and more: what is read without a lease nobody else would look for.
        if heldAt.duration(to: .now) > .seconds(1) {
          guard try await self.holdLease(stream) else { return }
          heldAt = .now
        }
        let from = isCatchingUp ? "0" : ">"
        let entries = try await cancelWhenGracefulShutdown {
          try await connection.readGroup(
            stream: key, group: self.group, consumer: "active", from: from, count: 128, blockMilliseconds: 1000)
        }
        if heldAt.duration(to: .now) > .seconds(3) {
          guard try await self.holdLease(stream) else { return }
          heldAt = .now
        }
        if entries.isEmpty {
          // After each quiet second, a look for what a copy took that was then too late to handle it.
          isCatchingUp.toggle()
          continue
        }
        try await self.take(entries, stream: stream)
        try await self.redis.acknowledge(stream: key, group: self.group, ids: entries.map(\.id))
      }
    }
  }

  private func holdLease(_ stream: String) async throws -> Bool {
    try await postgres.withTransaction(as: .system(group)) { [schema, name, copy] transaction in
      try await transaction.execute(
        """
        insert into \(unsafeSQL: schema).lease as l (name, holder, until)
        values (\(name + ":" + stream), \(copy), clock_timestamp() + make_interval(secs => \(Self.leaseSeconds)))
        on conflict (name) do update set holder = excluded.holder, until = excluded.until
        where l.holder = excluded.holder or l.until < clock_timestamp()
        """) == 1
    }
  }

  private func giveUpLeases() async {
    do {
      // A task of its own: this one may be cancelled.
      try await Task { [postgres, schema, copy, group] in
        try await postgres.withTransaction(as: .system(group)) { transaction in
          _ = try await transaction.execute("delete from \(unsafeSQL: schema).lease where holder = \(copy)")
        }
      }.value
    } catch {
      logger.info("lease not released; it expires by itself", metadata: ["consumer": "\(group)"])
    }
  }

  // MARK: A batch

  private func take(_ entries: [StreamEntry], stream: String) async throws {
    var envelopes: [Envelope] = []
    for entry in entries {
      do {
        let text = entry.fields["envelope"] ?? ""
        let envelope = try JSONDecoder.jalons.decode(Envelope.self, from: Data(text.utf8))
        if handlers[envelope.type] != nil { envelopes.append(envelope) }
      } catch {
        try await parkUnreadable(entry, stream: stream, error: error)
      }
    }
    guard !envelopes.isEmpty else { return }
    do {
      let all = envelopes
      try await postgres.withTransaction(as: .system(group)) { try await self.handle(all, in: $0) }
    } catch {
      // One of them fails: each goes alone, so that only it is held up.
      for envelope in envelopes { try await handleAlone(envelope, stream: stream) }
    }
  }

  /// Handles the new events in order; events of a key with an open dead letter are parked behind it.
  private func handle(_ envelopes: [Envelope], in transaction: Transaction) async throws {
    let blocked = try await transaction.query(
      """
      select distinct key from \(unsafeSQL: schema).dead_letter
      where consumer = \(name) and resolved_at is null and key = any(\(envelopes.map(\.subject)))
      """, as: String.self)
    let new = try await transaction.query(
      """
      insert into \(unsafeSQL: schema).inbox (consumer, event)
      select \(name), event from unnest(\(envelopes.map(\.id))::uuid[]) event
      on conflict do nothing returning event
      """, as: UUID.self)
    var remaining = Set(new)
    for envelope in envelopes where remaining.remove(envelope.id) != nil {
      if blocked.contains(envelope.subject) {
        try await park(envelope, reason: "blocked", error: nil, attempts: 0, in: transaction)
      } else {
        try await handlers[envelope.type]?(envelope, transaction)
      }
    }
  }

  private func handleAlone(_ envelope: Envelope, stream: String) async throws {
    var failures = 0
    while goesOn {
      do {
        try await postgres.withTransaction(as: .system(group)) { try await self.handle([envelope], in: $0) }
        return
      } catch let error as PostgresError where error.kind == .unavailable || error.kind == .conflict {
        try await rest(.milliseconds(200))
      } catch {
        failures += 1
        logger.error(
          "an event could not be handled",
          metadata: [
            "consumer": "\(group)", "type": "\(envelope.type)", "event": "\(envelope.id)", "attempt": "\(failures)",
            "error": "\(String(reflecting: error))",
          ])
        if failures >= Self.attempts {
          let attempts = failures
          try await postgres.withTransaction(as: .system(group)) { transaction in
            try await transaction.execute(
              "insert into \(unsafeSQL: self.schema).inbox (consumer, event) values (\(self.name), \(envelope.id)) on conflict do nothing"
            )
            try await self.park(
              envelope, reason: "failed", error: String(reflecting: error), attempts: attempts, in: transaction)
          }
          return
        }
        try await rest(.milliseconds(100 << failures))
      }
    }
    throw CancellationError()
  }
}
