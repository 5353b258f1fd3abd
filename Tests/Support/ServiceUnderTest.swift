import API
import Domain
import Foundation
import Hummingbird
import JWTKit
import Logging
import Messaging
import NIOCore
import Postgres
import Service
import ServiceLifecycle
import Synchronization
import Testing

/// A clock that a test moves.
public final class TestClock: Sendable {
  /// The present that tests begin in: the machine's, or the one that `./jalons test` was told (`JALONS_TEST_CLOCK`).
  public static var present: Date { given() }
  private static let given = ProcessInfo.processInfo.environment["JALONS_CLOCK_FILE"].map(Now.shifted) ?? .system

  private let moment: Mutex<Date>
  public init(_ moment: Date) { self.moment = Mutex(moment) }
  public var now: Now { Now { self.moment.withLock { $0 } } }
  public func travel(to moment: Date) { self.moment.withLock { $0 = moment } }
  public func travel(seconds: TimeInterval) { moment.withLock { $0 += seconds } }
  public func travel(days: Int) { travel(seconds: Double(days) * 86_400) }
}

/// Signs tokens as identity does, with a key of the test's own.
public struct TestKeys: Sendable {
  public static let shared = TestKeys()
  private let key: EdDSA.PrivateKey?
  /// The keys as identity publishes them.
  public let published: String

  private init() {
    key = try? EdDSA.PrivateKey(curve: .ed25519)
    let x = (key?.publicKey.rawRepresentation ?? Data()).base64EncodedString()
      .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
      .replacingOccurrences(of: "=", with: "")
    published = "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"EdDSA\",\"kid\":\"test\",\"x\":\"\(x)\"}]}"
  }

  public var verifier: TokenVerifier { TokenVerifier { [published] in published } }

  public func token(for caller: Caller, at moment: Date, lifetime: TimeInterval = 3600) async throws -> String {
    let keys = JWTKeyCollection()
    await keys.add(eddsa: try #require(key), kid: "test")
    return try await keys.sign(TokenClaims(caller: caller, issuedAt: moment, lifetime: lifetime), kid: "test")
  }
}

extension Caller {
  /// Somebody with the scope and rights of a profile.
  public static func someone(
    _ profile: Profile, account: ID<Account> = .new(), name: String = "DURAND Paul",
    territories: [ID<Territory>] = [], organisation: ID<Organisation>? = nil
  ) -> Caller {
    Caller(
      account: account, name: name, profile: profile, scope: profile.scope, territories: territories,
      organisation: organisation, rights: profile.rights)
  }
}

/// A process as it runs in production but for its clock and keys: real HTTP, real Postgres, real Redis.
public struct ServiceUnderTest: Sendable {
  public let database: TestDatabase
  public let redis: TestRedis
  public let clock: TestClock
  public let parts: Parts
  public let endpoints: [EndpointDescription]
  public let url: String
  /// Tells the process to stop, as SIGTERM does, and does not wait for it.
  public let stop: @Sendable () async -> Void

  /// The typed client in somebody's name.
  public func client(as caller: Caller?) async throws -> APIClient {
    let url = url
    let token = try await caller.asyncMap {
      try await TestKeys.shared.token(for: $0, at: clock.now(), lifetime: 86_400 * 4000)
    }
    return APIClient(addresses: { _ in [url] }, token: token)
  }

  /// Starts a process, runs `body`, stops it as SIGTERM would.
  /// - Parameters:
  ///   - moment: what the clock shows at first.
  ///   - verifier: checks the tokens that come in; by default those that `TestKeys` signed are good.
  public static func run(
    _ process: ServiceProcess, at moment: Date = TestClock.present, environment: [String: String] = [:],
    verifier: TokenVerifier = TestKeys.shared.verifier,
    _ body: @escaping @Sendable (ServiceUnderTest) async throws -> Void
  ) async throws {
    let database = try TestDatabase.required()
    let redis = try await TestRedis.start()
    defer { redis.stop() }
    let clock = TestClock(moment)
    var settings = [
      "JALONS_POSTGRES": database.conninfo, "JALONS_REDIS": redis.url(of: process.name.rawValue),
      "JALONS_SECRET": "test-secret-of-thirty-two-bytes!!",
      "JALONS_FILES": FileManager.default.temporaryDirectory.appending(path: "jalons-test-files").path,
    ]
    settings.merge(environment) { $1 }
    var logger = Logger(label: "test")
    logger.logLevel = .error
    let made = try process.make(
      settings: Settings(environment: settings), logger: logger, verifier: verifier, clock: clock.now)
    let (ports, port) = AsyncStream<Int>.makeStream()
    let application = Application(
      router: made.routes.router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in
        port.yield(channel.localAddress?.port ?? 0)
        port.finish()
      }, logger: logger)
    let group = ServiceGroup(services: made.services + [application], logger: logger)
    let endpoints = made.routes.descriptions
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var found: Int?
      for await port in ports { found = port }
      let subject = ServiceUnderTest(
        database: database, redis: redis, clock: clock, parts: made.parts, endpoints: endpoints,
        url: "http://127.0.0.1:\(try #require(found))", stop: { await group.triggerGracefulShutdown() })
      let result: Result<Void, any Error>
      do {
        try await body(subject)
        result = .success(())
      } catch {
        result = .failure(error)
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
      await made.parts.postgres.close()
      try result.get()
    }
  }

  /// Puts an event on its stream as the relay of the service that it belongs to does: this one may not write there.
  /// - Returns: the event's identifier.
  @discardableResult public func publish(_ event: any Event) throws -> UUID {
    let id = UUID.version7()
    let kind = type(of: event)
    let envelope = Envelope(
      id: id, source: "test", type: kind.type, subject: event.key, time: clock.now(), traceparent: nil, actor: nil,
      actorname: nil, data: try JSONValue(encoding: event))
    let text = String(decoding: try JSONEncoder.jalons.encode(envelope), as: UTF8.self)
    try redis.ask("XADD", Streams.name(kind.stream), "*", "envelope", text)
    return id
  }

  /// Waits until `condition` gives a value: effects of events come a moment later.
  public func eventually<R: Sendable>(
    within seconds: Double = 10, _ what: String = "", _ condition: @Sendable () async throws -> R?
  ) async throws -> R {
    let end = ContinuousClock.now + .milliseconds(Int(seconds * 1000))
    while ContinuousClock.now < end {
      if let value = try await condition() { return value }
      try await Task.sleep(for: .milliseconds(20))
    }
    return try #require(try await condition(), "did not happen in time: \(what)")
  }
}

extension Optional where Wrapped: Sendable {
  func asyncMap<R: Sendable>(_ body: (Wrapped) async throws -> R) async throws -> R? {
    guard let self else { return nil }
    return try await body(self)
  }
}
