import API
import Domain
import Foundation
import Logging
import NIOHTTP1
import Postgres
import TestSupport
import Testing

@Suite("Health", .database) struct HealthTests {
  private struct Ready: Decodable, Equatable {
    var status: String
    var parts: [String: String]
  }

  /// Takes the running test's database away, as if its server were, or gives it back.
  private static func database(isThere: Bool) async throws {
    let conninfo = try TestDatabase.required().conninfo
    let parts = conninfo.split(separator: " ")
    let name = try #require(parts.first { $0.hasPrefix("dbname=") }?.dropFirst(7))
    let other = parts.filter { !$0.hasPrefix("dbname=") }.joined(separator: " ") + " dbname=postgres"
    let admin = PostgresClient(
      configuration: .init(conninfo: other, user: "jalons", maximum: 1), logger: Logger(label: "test"))
    try await admin.runDirectly("alter database \(name) allow_connections \(isThere)")
    if !isThere {
      try await admin.runDirectly("select pg_terminate_backend(pid) from pg_stat_activity where datname = '\(name)'")
    }
    await admin.close()
  }

  @Test("a process lives without Postgres and without Redis; it is ready without Redis, and says what is missing")
  func missing() async throws {
    let redis = try await TestRedis.start()
    defer { redis.stop() }
    try await Trial().run(environment: ["JALONS_REDIS": redis.url]) { subject in
      @Sendable func ready() async throws -> (status: Int, body: Ready) {
        let answer = try await subject.send(.GET, "/health/ready")
        return (answer.status, try answer.json(Ready.self))
      }
      @Sendable func becomes(_ status: Int, _ body: Ready) async throws {
        _ = try await subject.eventually(within: 30, "\(body)") {
          let now = try await ready()
          return now.status == status && now.body == body ? true : nil
        }
        #expect(try await subject.send(.GET, "/health/live").status == 200)
      }
      try await becomes(200, Ready(status: "ok", parts: ["postgres": "ok", "redis": "ok"]))
      redis.kill()
      try await becomes(200, Ready(status: "ok", parts: ["postgres": "ok", "redis": "unreachable"]))
      try await Self.database(isThere: false)
      try await becomes(503, Ready(status: "unavailable", parts: ["postgres": "unreachable", "redis": "unreachable"]))
      let problem = try await subject.send(
        .POST, "/api/dossiers/v1/trials", as: .someone(.referent), body: Data(#"{"text":"a"}"#.utf8))
      #expect(
        problem.status == 503
          && problem.headers.first(name: "content-type")?.hasPrefix("application/problem+json") == true)
      #expect(try await subject.send(.GET, "/metrics").text.contains("jalons_redis_connected 0"))
      try await Self.database(isThere: true)
      try await redis.restart()
      try await becomes(200, Ready(status: "ok", parts: ["postgres": "ok", "redis": "ok"]))
      let kept = try await subject.send(
        .POST, "/api/dossiers/v1/trials", as: .someone(.referent), body: Data(#"{"text":"a"}"#.utf8))
      #expect(kept.status == 201)
    }
  }
}
