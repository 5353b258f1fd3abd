import Foundation
import Hummingbird
import NIOCore
import NIOHTTP1
import Redis
import Service

/// Whether everything behind the gateway can work, and which part cannot.
struct Readiness: Sendable {
  let upstreams: Upstreams
  let redis: RedisClient
  let liveEvents: LiveEvents

  private struct Answer: Encodable {
    let status: String
    let parts: [String: String]
  }

  /// 200 only when every process has a copy that routing would ask and that is ready. Redis may be away: limits are then
  /// counted here.
  func response() async throws -> Response {
    async let redis = redis.answers(within: .seconds(1))
    var parts = await withTaskGroup(of: (String, String).self) { tasks in
      for name in upstreams.names { tasks.addTask { (name, await state(of: name)) } }
      return await tasks.reduce(into: [String: String]()) { parts, part in parts[part.0] = part.1 }
    }
    let isReady = parts.values.allSatisfy { $0 == "ok" } && !liveEvents.isStopping
    parts["redis"] = await redis ? "ok" : "unreachable"
    let status = liveEvents.isStopping ? "stopping" : isReady ? "ok" : "unavailable"
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return Response(
      status: isReady ? .ok : .serviceUnavailable, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(Answer(status: status, parts: parts)))))
  }

  private func state(of process: String) async -> String {
    do {
      let answer = try await upstreams.call(process, .GET, "/health/ready", timeout: .seconds(2))
      return answer.status == 200 ? "ok" : "unavailable"
    } catch {
      return "unreachable"
    }
  }

  func gauges() -> [(name: String, labels: [(String, String)], value: Double)] {
    var gauges: [(name: String, labels: [(String, String)], value: Double)] = [
      ("jalons_live_event_streams", [], Double(liveEvents.count)),
      ("jalons_redis_connected", [], redis.isConnected ? 1 : 0),
    ]
    for (process, live, all) in upstreams.counts {
      gauges.append(("jalons_upstream_copies", [("process", process), ("state", "live")], Double(live)))
      gauges.append(("jalons_upstream_copies", [("process", process), ("state", "aside")], Double(all - live)))
    }
    return gauges
  }
}
