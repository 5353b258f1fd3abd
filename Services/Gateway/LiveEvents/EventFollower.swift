import API
import Domain
import Foundation
import Logging
import Messaging
import Redis
import ServiceLifecycle

/// Reads along on the streams of identity and scheduling, in every copy of the gateway: sessions that were closed, and
/// notifications for open pages. Nothing is acknowledged, for nothing is kept.
struct EventFollower: ServiceLifecycle.Service {
  let redis: RedisClient
  let sessions: Sessions
  let liveEvents: LiveEvents
  let logger: Logger

  /// What happened before the start: a session closed then may have a token that still lives.
  private static let memory: TimeInterval = 15 * 60

  func run() async throws {
    await cancelWhenGracefulShutdown { await follow() }
  }

  private func follow() async {
    // Entries are named by the server's milliseconds, so a moment is a place in the stream.
    let start = "\(Int((Date().timeIntervalSince1970 - Self.memory) * 1000))-0"
    let places = Places(SessionClosed.self, NotificationMade.self, from: start)
    while !Task.isCancelled {
      do {
        try await redis.withConnection { connection in
          while !Task.isCancelled {
            let found = try await connection.read(streams: places.current(), count: 256, blockMilliseconds: 2_000)
            for (stream, entries) in found {
              for entry in entries { await take(entry) }
              if let last = entries.last { await places.moved(stream, to: last.id) }
            }
          }
        }
      } catch {
        logger.debug("events are not followed for now", metadata: ["error": "\(error)"])
        do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
      }
    }
  }

  private func take(_ entry: StreamEntry) async {
    guard let text = entry.fields["envelope"] else { return }
    do {
      let envelope = try JSONDecoder.jalons.decode(Envelope.self, from: Data(text.utf8))
      if let event = try envelope.decode(SessionClosed.self) {
        await sessions.close(session: event.session.description)
        liveEvents.close(session: event.session.description)
      } else if let event = try envelope.decode(NotificationMade.self) {
        try liveEvents.publish(event)
      }
    } catch {
      logger.error("an event cannot be read", metadata: ["entry": "\(entry.id)", "error": "\(error)"])
    }
  }
}

/// How far each stream has been read.
private actor Places {
  private var places: [String: String]

  init(_ events: any Event.Type..., from start: String) {
    places = Dictionary(events.map { (Streams.name($0.stream), start) }, uniquingKeysWith: { first, _ in first })
  }

  func current() -> [String: String] { places }
  func moved(_ stream: String, to id: String) { places[stream] = id }
}
