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
///
/// A copy that lost the lead unseen may still read, and handle, beside the one that has it. That does no harm: whoever
/// reads looks whether anything earlier was given to somebody else and not acknowledged, takes that first, and all
/// transactions of one consumer come one after another (`begin`).
public final class Consumer: Service {
  let name: String
  private let streams: [String]
  let postgres: PostgresClient
  private let redis: RedisClient
  let leadership: Leadership
  let schema: String
  let logger: Logger
  private let handlings: [Handling]
  /// By a type's name, the place in `handlings`.
  private let places: [String: Int]
  private let patience: Duration
  private let stopping = Atomic<Bool>(false)
  /// Wakes the replaying: only where dead letters lie open is there anything to replay.
  let letters = Bell()
  let hasParked = Atomic<Bool>(false)

  private static let attempts = 5
  private static let batch = 256

  /// - Parameter name: stable, for it is the Redis group and the inbox's key: `timeline`.
  public init(
    name: String, postgres: PostgresClient, redis: RedisClient, leadership: Leadership, schema: String,
    logger: Logger, handlers: [Handling]
  ) {
    self.name = name
    self.postgres = postgres
    self.redis = redis
    self.leadership = leadership
    self.schema = schema
    self.logger = logger
    self.handlings = handlers
    self.streams = Set(handlers.flatMap(\.types).map { String($0.prefix { $0 != "." }) }).sorted().flatMap(Streams.read)
    self.places = Dictionary(
      handlers.indices.flatMap { place in handlers[place].types.map { ($0, place) } },
      uniquingKeysWith: { first, _ in first })
    self.patience = handlers.map(\.patience).min() ?? .zero
  }

  var group: String { "\(schema).\(name)" }

  public func run() async throws {
    await withGracefulShutdownHandler {
      await leadership.lead(group) {
        await withTaskGroup(of: Void.self) { tasks in
          tasks.addTask { await self.follow() }
          tasks.addTask { await self.replayWhenAsked() }
        }
      }
    } onGracefulShutdown: {
      self.stopping.store(true, ordering: .relaxed)
    }
  }

  var goesOn: Bool { !Task.isCancelled && !stopping.load(ordering: .relaxed) }

  // MARK: The streams

  private func follow() async {
    await repeating(
      every: .milliseconds(500), isFinishing: true, logger: logger, complaint: "the consumer \(group) pauses"
    ) {
      try await self.read()
    }
  }

  /// Takes what comes until the lead is lost or the process stops.
  /// - Throws: `CancellationError` as soon as the process stops while nothing comes. An entry that was on its way then
  ///   stays pending, for the next who leads.
  private func read() async throws {
    let keys = streams.map(Streams.name)
    for key in keys { try await redis.createGroup(stream: key, group: group) }
    try await redis.withConnection { connection in
      // What the copy before had taken and not acknowledged comes first.
      for key in keys { try await self.takePending(key, connection) }
      while self.goesOn {
        var found = try await cancelWhenGracefulShutdown {
          try await connection.readGroup(
            streams: keys, group: self.group, consumer: "active", from: ">", count: Self.batch,
            blockMilliseconds: 5000)
        }
        if !found.isEmpty, self.patience > .zero {
          try await rest(self.patience)
          let more = try await connection.readGroup(
            streams: keys, group: self.group, consumer: "active", from: ">", count: Self.batch)
          found.merge(more) { $0 + $1 }
        }
        if found.isEmpty {
          // After some quiet, a look for what a copy took that was then too late to handle it.
          for key in keys { try await self.takePending(key, connection) }
        }
        try await self.take(found, connection)
      }
    }
  }

  /// Takes all that was given to the group on a stream and not acknowledged, oldest first.
  private func takePending(_ key: String, _ connection: RedisConnection) async throws {
    while goesOn {
      let entries = try await connection.readGroup(
        stream: key, group: group, consumer: "active", from: "0", count: Self.batch)
      if entries.isEmpty { return }
      try await handle([key: entries])
      try await redis.acknowledge(stream: key, group: group, ids: entries.map(\.id))
    }
  }

  private func take(_ found: [String: [StreamEntry]], _ connection: RedisConnection) async throws {
    guard !found.isEmpty else { return }
    let pending = try await redis.pendingCounts(streams: Array(found.keys), group: group)
    var own: [String: [StreamEntry]] = [:]
    for (key, entries) in found {
      if pending[key] == entries.count { own[key] = entries } else { try await takePending(key, connection) }
    }
    guard !own.isEmpty else { return }
    try await handle(own)
    for (key, entries) in own {
      try await redis.acknowledge(stream: key, group: group, ids: entries.map(\.id))
    }
  }

  // MARK: A batch

  private func handle(_ found: [String: [StreamEntry]]) async throws {
    defer { if hasParked.exchange(false, ordering: .relaxed) { letters.ring() } }
    var envelopes: [Envelope] = []
    for (key, entries) in found.sorted(by: { $0.key < $1.key }) {
      let stream = Streams.stream(key)
      // Its type stands beside the envelope, so that what does not concern us is not read.
      for entry in entries where entry.fields["type"].map({ places[$0] != nil }) ?? true {
        do {
          let text = entry.fields["envelope"] ?? ""
          let envelope = try JSONDecoder.jalons.decode(Envelope.self, from: Data(text.utf8))
          guard places[envelope.type] != nil else { continue }
          guard Streams.isGenuine(envelope, on: stream) else { throw ForgedEvent(source: envelope.source) }
          envelopes.append(envelope)
        } catch {
          try await parkUnreadable(entry, in: stream, error: error)
        }
      }
    }
    guard !envelopes.isEmpty else { return }
    do {
      let all = envelopes
      try await postgres.withTransaction(as: .system(group)) { try await self.handle(all, in: $0) }
    } catch let error as PostgresError where error.kind == .unavailable {
      // Nothing is wrong with them: they stay pending, and come again.
      throw error
    } catch {
      if Task.isCancelled { throw error }
      // One of them fails: each goes alone, so that only it is held up.
      for envelope in envelopes { try await handleAlone(envelope) }
    }
  }

  private struct New: Decodable, Sendable {
    let event: UUID
    let isBlocked: Bool
  }

  /// Begins a handling: waits for another of this consumer's that is under way, here or in a copy that has not noticed yet
  /// that it lost the lead, so that its effects and its dead letters are seen.
  func begin() -> SQL { "select pg_advisory_xact_lock(hashtextextended(\(group + " handles"), 0))" }

  /// Handles the new events in order; events of a key with an open dead letter are parked behind it.
  private func handle(_ envelopes: [Envelope], in transaction: Transaction) async throws {
    let new = try await transaction.query(
      """
      with given as (
        select * from unnest(\(envelopes.map(\.id))::uuid[], \(envelopes.map(\.subject))::text[]) with ordinality
          as given (event, key, place)),
      new as (
        insert into \(unsafeSQL: schema).inbox (consumer, event)
        select \(name), event from given order by place on conflict do nothing returning event)
      select new.event, exists (
        select from \(unsafeSQL: schema).dead_letter l
        where l.consumer = \(name) and l.resolved_at is null and l.key = given.key) as is_blocked
      from new join given using (event)
      """, after: [begin()], as: New.self)
    var remaining = Dictionary(new.map { ($0.event, $0.isBlocked) }) { first, _ in first }
    var run: [Envelope] = []
    var place: Int?
    for envelope in envelopes {
      guard let isBlocked = remaining.removeValue(forKey: envelope.id) else { continue }
      if isBlocked {
        try await park(envelope, reason: "blocked", error: nil, attempts: 0, in: transaction)
        continue
      }
      if places[envelope.type] != place {
        try await carryOut(run, place, in: transaction)
        run = []
        place = places[envelope.type]
      }
      run.append(envelope)
    }
    try await carryOut(run, place, in: transaction)
  }

  private func carryOut(_ run: [Envelope], _ place: Int?, in transaction: Transaction) async throws {
    guard let place, !run.isEmpty else { return }
    try await handlings[place].handle(run, transaction)
  }

  /// Does what a dead letter asks, once more.
  func handleAgain(_ envelope: Envelope, in transaction: Transaction) async throws {
    try await carryOut([envelope], places[envelope.type], in: transaction)
  }

  private func handleAlone(_ envelope: Envelope) async throws {
    var failures = 0
    while goesOn {
      do {
        try await postgres.withTransaction(as: .system(group)) { try await self.handle([envelope], in: $0) }
        return
      } catch let error as PostgresError where error.kind == .unavailable || error.kind == .conflict {
        try await rest(.milliseconds(200))
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        failures += 1
        logger.error(
          "an event could not be handled",
          metadata: [
            "consumer": "\(group)", "type": "\(envelope.type)", "event": "\(envelope.id)", "attempt": "\(failures)",
            "error": "\(String(reflecting: error))",
          ])
        if failures >= Self.attempts { return try await giveUp(envelope, error, after: failures) }
        try await rest(.milliseconds(100 << failures))
      }
    }
    throw CancellationError()
  }

  private func giveUp(_ envelope: Envelope, _ error: any Error, after attempts: Int) async throws {
    try await postgres.withTransaction(as: .system(group)) { [schema, name] transaction in
      try await transaction.batch([
        self.begin(),
        "insert into \(unsafeSQL: schema).inbox (consumer, event) values (\(name), \(envelope.id)) on conflict do nothing",
      ])
      try await self.park(
        envelope, reason: "failed", error: String(reflecting: error), attempts: attempts, in: transaction)
    }
  }
}
