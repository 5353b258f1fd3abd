import API
import Domain
import Foundation
import Logging
import Messaging
import Redis
import Synchronization

/// The sessions that were closed recently. A token cannot be revoked, so every process that reads tokens keeps the closed
/// sessions in memory until their last token has expired.
public final class ClosedSessions: Sendable {
  /// Seconds; longer than any token lives.
  public static let memory: TimeInterval = 15 * 60
  private let closed = Mutex<[ID<Session>: Date]>([:])

  public init() {}

  /// Refuses the tokens of a session from now on.
  public func close(_ session: ID<Session>, at moment: Date) {
    closed.withLock { closed in
      closed = closed.filter { $0.value > moment }
      closed[session] = moment + Self.memory
    }
  }

  public func contains(_ session: ID<Session>, at moment: Date) -> Bool {
    closed.withLock { $0[session].map { $0 > moment } ?? false }
  }

  /// What a process runs to hear of them.
  func follower(redis: RedisClient, now: Now, logger: Logger) -> Follower {
    Follower(redis: redis, events: [SessionClosed.self], memory: Self.memory, logger: logger) { [self] envelope in
      if let event = try envelope.decode(SessionClosed.self) { close(event.session, at: now()) }
    }
  }
}
