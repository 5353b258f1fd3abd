import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Messaging
import NIOCore
import Postgres
import Redis

/// Whether a process can work, and what it waits for.
struct Health: Sendable {
  let parts: Parts

  /// How long a part may take to answer; whoever asks waits for all of them.
  private static let patience = Duration.seconds(1)

  private struct Answer: Encodable {
    let status: String
    let parts: [String: String]
  }

  func response() async throws -> Response {
    var state: [String: String] = [:]
    async let redis = parts.redis.answers(within: Self.patience)
    do {
      let found = try await answer(within: Self.patience) { [postgres = parts.postgres] in
        try await postgres.withTransaction(as: .system("health")) { try await $0.query("select 1", as: Int.self) }
      }
      state["postgres"] = found == nil ? "unreachable" : "ok"
    } catch {
      state["postgres"] = "unreachable"
    }
    state["redis"] = await redis ? "ok" : "unreachable"
    // Redis may be away: requests are still served and events wait in the outbox.
    let ready = state["postgres"] == "ok"
    let body = try JSONEncoder().encode(Answer(status: ready ? "ok" : "unavailable", parts: state))
    return Response(
      status: ready ? .ok : .serviceUnavailable, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }

  private struct Backlog: Decodable, Sendable {
    let pending: Int
    let oldest: Double
    let dead: Int
  }

  func gauges() async -> [(name: String, labels: [(String, String)], value: Double)] {
    let load = parts.postgres.load
    var gauges: [(name: String, labels: [(String, String)], value: Double)] = [
      ("jalons_postgres_connections", [("state", "open")], Double(load.open)),
      ("jalons_postgres_connections", [("state", "idle")], Double(load.idle)),
      ("jalons_postgres_connections", [("state", "waiting")], Double(load.waiting)),
      ("jalons_redis_connected", [], parts.redis.isConnected ? 1 : 0),
    ]
    do {
      let schema = parts.schema
      let backlog = try await parts.postgres.withTransaction(as: .system("metrics")) { transaction in
        try await transaction.first(
          """
          select count(*)::int as pending,
            coalesce(extract(epoch from \(parts.now())::timestamptz - min(occurred_at)), 0)::float8 as oldest,
            (select count(*)::int from \(unsafeSQL: schema).dead_letter where resolved_at is null) as dead
          from \(unsafeSQL: schema).outbox where published_at is null
          """, as: Backlog.self)
      }
      if let backlog {
        gauges.append(("jalons_outbox_pending", [], Double(backlog.pending)))
        gauges.append(("jalons_outbox_oldest_age_seconds", [], max(0, backlog.oldest)))
        gauges.append(("jalons_dead_letters_open", [], Double(backlog.dead)))
      }
    } catch {
      parts.logger.warning("outbox metrics unavailable", metadata: ["error": "\(error)"])
    }
    return gauges
  }
}

extension RedisClient {
  /// Whether Redis answers now. That a connection stands says nothing of a server that is stopped.
  public func answers(within limit: Duration) async -> Bool {
    guard isConnected else { return false }
    do {
      return try await answer(within: limit) { try await self.command("PING") } != nil
    } catch {
      return false
    }
  }
}
