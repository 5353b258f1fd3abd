import API
import Domain
import Foundation
import Messaging
import NIOHTTP1
import Postgres
import Service
import TestSupport
import Testing

@Suite("Metrics") struct MetricsTests {
  struct Sample: Equatable {
    let name: String
    let labels: [String: String]
    let value: Double
  }

  /// The samples of an exposition; a line that Prometheus would not read is a fault.
  static func samples(_ text: String) throws -> [Sample] {
    #expect(text.hasSuffix("\n"))
    return try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let form = /([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)/
      let match = try #require(line.wholeMatch(of: form), "not in Prometheus' form: \(line)")
      var labels: [String: String] = [:]
      for label in (match.2 ?? "").matches(of: /([a-zA-Z0-9_]+)="((?:[^"\\]|\\.)*)"/) {
        labels[String(label.1)] = String(label.2)
      }
      return Sample(name: String(match.1), labels: labels, value: try #require(Double(match.3)))
    }
  }

  @Test("are in the form that Prometheus reads, and histograms add up")
  func text() throws {
    let metrics = Metrics()
    metrics.count("jalons_things_total")
    metrics.count("jalons_things_total", by: 2)
    metrics.count("jalons_kinds_total", [("kind", "a"), ("status", "200")])
    for seconds in [0.0005, 0.004, 0.004, 0.3, 60] {
      metrics.observe("jalons_seconds", [("route", "/a/{b}")], seconds: seconds)
    }
    metrics.observe("jalons_plain_seconds", seconds: 0.02)
    let samples = try Self.samples(metrics.text(gauges: [("jalons_open", [("state", "idle")], 3)]))
    #expect(samples.contains(Sample(name: "jalons_things_total", labels: [:], value: 3)))
    #expect(samples.contains(Sample(name: "jalons_kinds_total", labels: ["kind": "a", "status": "200"], value: 1)))
    #expect(samples.contains(Sample(name: "jalons_open", labels: ["state": "idle"], value: 3)))
    let buckets = samples.filter { $0.name == "jalons_seconds_bucket" }
    #expect(buckets.allSatisfy { $0.labels["route"] == "/a/{b}" })
    #expect(buckets.map(\.value) == buckets.map(\.value).sorted())
    #expect(buckets.first { $0.labels["le"] == "0.005" }?.value == 3)
    #expect(buckets.last?.labels["le"] == "+Inf" && buckets.last?.value == 5)
    #expect(samples.first { $0.name == "jalons_seconds_count" }?.value == 5)
    #expect(abs((samples.first { $0.name == "jalons_seconds_sum" }?.value ?? 0) - 60.3085) < 0.001)
    #expect(samples.first { $0.name == "jalons_plain_seconds_count" }?.value == 1)
  }

  @Test("count what many tasks do at once, without losing any")
  func concurrent() async throws {
    let metrics = Metrics()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<500 { metrics.count("n_total") } }
      }
    }
    #expect(try Self.samples(metrics.text(gauges: [])) == [Sample(name: "n_total", labels: [:], value: 4000)])
  }
}

@Suite("Metrics of a process", .database) struct ProcessMetricsTests {
  private struct Happening: Event {
    static let type = "dossiers.happening.v1"
    var key: String
  }

  @Test("count requests by route, never by address, and tell the pool, the outbox and the dead letters")
  func process() async throws {
    let redis = try await TestRedis.start()
    defer { redis.stop() }
    try await Trial().run(environment: ["JALONS_REDIS": redis.url]) { subject in
      _ = try await subject.send(.GET, "/api/dossiers/v1/trials/fault/MARTIN")
      _ = try await subject.send(.GET, "/MARTIN/nowhere")
      @Sendable func metrics() async throws -> [MetricsTests.Sample] {
        let answer = try await subject.send(.GET, "/metrics")
        #expect(answer.headers.first(name: "content-type")?.hasPrefix("text/plain; version=0.0.4") == true)
        #expect(!answer.text.contains("MARTIN"))
        return try MetricsTests.samples(answer.text)
      }
      @Sendable func gauge(_ name: String, _ labels: [String: String] = [:]) async throws -> Double? {
        try await metrics().first { $0.name == name && $0.labels == labels }?.value
      }
      let requests = try await metrics().filter { $0.name == "jalons_http_requests_total" }
      #expect(
        requests.contains {
          $0.labels["route"]?.contains("trials/fault/{code}") == true && $0.labels["status"] == "418"
        })
      #expect(requests.contains { $0.labels["route"] == "NotFound" && $0.labels["status"] == "404" })
      #expect(try await gauge("jalons_postgres_connections", ["state": "waiting"]) == 0)
      #expect(try await gauge("jalons_postgres_connections", ["state": "open"]) ?? 0 >= 1)
      #expect(try await gauge("jalons_dead_letters_open") == 0)
      _ = try await subject.eventually("Redis") { try await gauge("jalons_redis_connected") == 1 ? true : nil }

      redis.kill()
      _ = try await subject.eventually("Redis is away") { try await gauge("jalons_redis_connected") == 0 ? true : nil }
      let moment = subject.parts.now() - 100
      try await subject.parts.postgres.withTransaction(as: .system("test")) { transaction in
        try await transaction.announce([Happening(key: "a"), Happening(key: "b")], at: moment)
      }
      #expect(try await gauge("jalons_outbox_pending") == 2)
      #expect(try await gauge("jalons_outbox_oldest_age_seconds") ?? 0 >= 100)
      try await subject.database.owner { transaction in
        _ = try await transaction.execute(
          """
          insert into dossiers.dead_letter (consumer, event, stream, key, type, envelope, reason, attempts)
          values ('x', gen_random_uuid(), 'dossiers', 'a', 't', '{}', 'failed', 5)
          """)
      }
      #expect(try await gauge("jalons_dead_letters_open") == 1)

      try await redis.restart()
      _ = try await subject.eventually(within: 30, "all is out") {
        try await gauge("jalons_outbox_pending") == 0 ? true : nil
      }
      #expect(try await gauge("jalons_outbox_oldest_age_seconds") == 0)
    }
  }
}
