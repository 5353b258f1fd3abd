import Domain
import Foundation
import Redis
import Synchronization

/// How many requests of a kind somebody may make in a minute, counted for all copies of the gateway in Redis. Without
/// Redis each copy counts for itself: the door is never left open, and never shut.
final class RateLimits: Sendable {
  enum Kind: String, Sendable {
    case signIn, account, address, assets, refresh, tokens
  }
  private struct Local {
    var window = 0
    var counts: [String: Int] = [:]
  }

  private let redis: RedisClient
  private let limits: [Kind: Int]
  private let now: Now
  private let local = Mutex(Local())
  /// Attempts to sign in that are not decided yet, by address.
  private let undecided = Mutex<[String: Int]>([:])
  /// Until when Redis is not asked, after it failed.
  private let away = Mutex(ContinuousClock.now)

  private static let seconds = 60
  /// A limit must not cost more than what it protects.
  private static let patience = Duration.milliseconds(250)
  private static let mostCounted = 100_000
  /// Twice what identity can hash while somebody waits.
  private static let mostUndecided = 100

  init(redis: RedisClient, settings: GatewaySettings, now: Now) {
    self.redis = redis
    self.now = now
    limits = [
      .signIn: settings.signInLimit, .account: settings.accountLimit, .address: settings.addressLimit,
      // One address may stand for a whole office. These only keep one client from taking everything.
      .assets: settings.addressLimit * 2, .refresh: settings.addressLimit * 2, .tokens: settings.accountLimit * 10,
    ]
  }

  /// Counts one request for each of the subjects.
  /// - Returns: nil when all are within their limits, else the seconds until the next window.
  func take(_ subjects: [(kind: Kind, who: String)]) async -> Int? { await look(subjects, adding: 1) }

  /// Runs an attempt to sign in. One that fails counts against the address; who gets in costs nothing, so that an office
  /// may begin its day at nine.
  /// - Returns: what `body` gives; nil and the seconds to wait when too many have failed, or are under way.
  func attempting<R: Sendable>(
    from address: String, hasFailed: (R) -> Bool, _ body: () async throws -> R
  ) async throws -> (R?, seconds: Int) {
    if let seconds = await look([(.signIn, address)], adding: 0) { return (nil, seconds) }
    let isTooMuch = undecided.withLock { undecided in
      undecided[address, default: 0] += 1
      return undecided[address, default: 0] > Self.mostUndecided
    }
    defer {
      undecided.withLock { undecided in
        let left = (undecided[address] ?? 1) - 1
        undecided[address] = left > 0 ? left : nil
      }
    }
    guard !isTooMuch else { return (nil, 2) }
    let result = try await body()
    if hasFailed(result) { _ = await take([(.signIn, address)]) }
    return (result, 0)
  }

  /// - Parameter adding: 1 counts the request; 0 only looks whether there is room for one.
  private func look(_ subjects: [(kind: Kind, who: String)], adding: Int) async -> Int? {
    let moment = Int(now().timeIntervalSince1970)
    let window = moment / Self.seconds
    let keys = subjects.map { "jalons:limit:\($0.kind.rawValue):\($0.who):\(window)" }
    let counts = await shared(keys, adding) ?? alone(keys, adding, window)
    let isOver = zip(subjects, counts).contains { subject, count in
      count + 1 - adding > limits[subject.kind] ?? .max
    }
    return isOver ? Self.seconds - moment % Self.seconds : nil
  }

  private func shared(_ keys: [String], _ adding: Int) async -> [Int]? {
    guard redis.isConnected, away.withLock({ $0 <= .now }) else { return nil }
    let commands = keys.flatMap { [["INCRBY", $0, "\(adding)"], ["EXPIRE", $0, "\(2 * Self.seconds)"]] }
    do {
      let replies = try await answer(within: Self.patience) { [redis] in try await redis.pipeline(commands) }
      let counts = stride(from: 0, to: replies?.count ?? 0, by: 2).compactMap { replies?[$0].int }
      if counts.count == keys.count { return counts }
    } catch {
      // Told by `RedisClient` in the log, once an outage.
    }
    away.withLock { $0 = .now + .seconds(2) }
    return nil
  }

  private func alone(_ keys: [String], _ adding: Int, _ window: Int) -> [Int] {
    local.withLock { local in
      // Windows before this one are over; too many keys are somebody with many addresses, who starts all afresh.
      if local.window != window || local.counts.count > Self.mostCounted { local = Local(window: window) }
      return keys.map { key in
        local.counts[key, default: 0] += adding
        return local.counts[key, default: 0]
      }
    }
  }
}
