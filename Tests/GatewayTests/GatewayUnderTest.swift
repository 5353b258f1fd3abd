import API
import AsyncHTTPClient
import Domain
import Foundation
import Logging
import Messaging
import NIOCore
import NIOHTTP1
import NIOSSL
import Redis
import Service
import ServiceLifecycle
import TestSupport
import Testing

@testable import Gateway

/// The gateway as it runs in production: real sockets, real Redis, real servers behind.
struct GatewayUnderTest: Sendable {
  let url: String
  let parts: GatewayParts
  let redis: TestRedis
  let clock: TestClock

  struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: String
  }

  /// Starts the gateway, runs `body`, stops it as SIGTERM would.
  /// - Parameter upstreams: the servers behind, by process; processes without one are at an address where nobody is.
  static func run(
    _ upstreams: [String: [Upstream]] = [:], environment: [String: String] = [:],
    _ body: @escaping @Sendable (GatewayUnderTest) async throws -> Void
  ) async throws {
    let redis = try await TestRedis.start()
    defer { redis.stop() }
    var settings = ["JALONS_REDIS": redis.url(of: "gateway"), "JALONS_PORT": "0"]
    for process in [GatewaySettings.portal] + ServiceName.allCases.map(\.rawValue) {
      let urls = upstreams[process]?.map(\.url) ?? ["http://127.0.0.1:1"]
      settings["JALONS_\(process.uppercased())_URL"] = urls.joined(separator: ",")
    }
    settings.merge(environment) { $1 }
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let clock = TestClock(TestClock.present)
    let parts = try GatewayParts(settings: Settings(environment: settings), logger: logger, clock: clock.now)
    let (ports, found) = AsyncStream<Int>.makeStream()
    let services = try parts.services { port in
      found.yield(port)
      found.finish()
    }
    let group = ServiceGroup(services: services, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var port: Int?
      for await number in ports { port = number }
      let scheme = settings["JALONS_TLS_KEY"] == nil ? "http" : "https"
      let subject = GatewayUnderTest(
        url: "\(scheme)://127.0.0.1:\(try #require(port))", parts: parts, redis: redis, clock: clock)
      let result: Result<Void, any Error>
      do {
        try await subject.connected()
        try await body(subject)
        result = .success(())
      } catch {
        result = .failure(error)
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
      try result.get()
    }
  }

  /// Waits until Redis is there, so that limits are counted in one place.
  private func connected() async throws {
    try await eventually("Redis") { try await get("/health/ready").body.contains("\"redis\":\"ok\"") }
  }

  // MARK: Asking

  static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    configuration.tlsConfiguration = .makeClientConfiguration()
    configuration.tlsConfiguration?.certificateVerification = .none
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  func open(
    _ method: HTTPMethod, _ path: String, _ headers: [(String, String)] = [], body: HTTPClientRequest.Body? = nil
  ) async throws -> HTTPClientResponse {
    var request = HTTPClientRequest(url: url + path)
    request.method = method
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    request.body = body
    return try await Self.client.execute(request, timeout: .seconds(30))
  }

  func ask(
    _ method: HTTPMethod, _ path: String, _ headers: [(String, String)] = [], body: HTTPClientRequest.Body? = nil
  ) async throws -> Answer {
    let response = try await open(method, path, headers, body: body)
    let buffer = try await response.body.collect(upTo: 1 << 24)
    return Answer(status: Int(response.status.code), headers: response.headers, body: String(buffer: buffer))
  }

  func get(_ path: String, _ headers: [(String, String)] = []) async throws -> Answer {
    try await ask(.GET, path, headers)
  }

  func post(_ path: String, _ headers: [(String, String)] = [], _ text: String = "x") async throws -> Answer {
    try await ask(.POST, path, headers, body: .bytes(ByteBuffer(string: text)))
  }

  // MARK: Events

  /// Puts an event on its stream as the relay does.
  func announce<E: Event>(_ event: E) async throws {
    let envelope = Envelope(
      id: UUID(), source: "/test", type: E.type, subject: event.key, time: Date(), traceparent: nil, actor: nil,
      actorname: nil, data: try JSONValue(encoding: event))
    let text = String(decoding: try JSONEncoder.jalons.encode(envelope), as: UTF8.self)
    try await command(["XADD", Streams.name(E.stream), "*", "envelope", text])
  }

  func command(_ words: [String]) async throws {
    let client = RedisClient(
      configuration: try RedisConfiguration(url: redis.url), logger: Logger(label: "test"))
    _ = try await client.withConnection { try await $0.command(words, timeout: .seconds(5)) }
  }
}

/// Waits until `condition` holds.
func eventually(
  _ what: Comment, within limit: Duration = .seconds(10), _ condition: @Sendable () async throws -> Bool
) async throws {
  let end = ContinuousClock.now + limit
  while ContinuousClock.now < end {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(20))
  }
  #expect(try await condition(), what)
}

/// A token in the form of identity's; the gateway only reads it.
func makeToken(_ account: String, session: String? = nil) -> String {
  var payload = "{\"sub\":\"\(account)\""
  if let session { payload += ",\"sid\":\"\(session)\"" }
  let middle = Data((payload + "}").utf8).base64EncodedString().replacingOccurrences(of: "=", with: "")
    .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
  return "eyJhbGciOiJFZERTQSJ9.\(middle).c2ln"
}
