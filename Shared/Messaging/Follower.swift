import API
import Domain
import Foundation
import Logging
import Redis
import ServiceLifecycle

/// Reads along on some streams, in every copy of a process: what is told to all and kept by nobody. Nothing is
/// acknowledged. What took an effect that must not be lost is a `Consumer`'s.
public struct Follower: ServiceLifecycle.Service {
  private let redis: RedisClient
  private let streams: [String]
  private let memory: TimeInterval
  private let logger: Logger
  private let take: @Sendable (Envelope) async throws -> Void

  /// - Parameters:
  ///   - events: whose streams are followed; others on the same streams come along.
  ///   - memory: how many seconds before the start are read as well.
  public init(
    redis: RedisClient, events: [any Event.Type], memory: TimeInterval, logger: Logger,
    take: @escaping @Sendable (Envelope) async throws -> Void
  ) {
    self.redis = redis
    self.streams = Array(Set(events.map { Streams.name($0.stream) }))
    self.memory = memory
    self.logger = logger
    self.take = take
  }

  public func run() async throws {
    // Entries are named by the server's milliseconds, so a moment is a place in the stream.
    let start = "\(Int((Date().timeIntervalSince1970 - memory) * 1000))-0"
    let places = Places(Dictionary(streams.map { ($0, start) }) { first, _ in first })
    await repeating(every: .milliseconds(500), logger: logger, complaint: "events are not followed for now") {
      try await redis.withConnection { connection in
        while !Task.isCancelled {
          let found = try await connection.read(streams: places.current(), count: 256, blockMilliseconds: 2_000)
          for (stream, entries) in found {
            for entry in entries { await read(entry, in: Streams.stream(stream)) }
            if let last = entries.last { await places.moved(stream, to: last.id) }
          }
        }
      }
    }
  }

  private func read(_ entry: StreamEntry, in stream: String) async {
    guard let text = entry.fields["envelope"] else { return }
    do {
      let envelope = try JSONDecoder.jalons.decode(Envelope.self, from: Data(text.utf8))
      guard Streams.isGenuine(envelope, on: stream) else { throw ForgedEvent(source: envelope.source) }
      try await take(envelope)
    } catch {
      logger.error("event is not readable", metadata: ["entry": "\(entry.id)", "error": "\(error)"])
    }
  }
}

/// How far each stream has been read.
private actor Places {
  private var places: [String: String]

  init(_ places: [String: String]) { self.places = places }

  func current() -> [String: String] { places }
  func moved(_ stream: String, to id: String) { places[stream] = id }
}
