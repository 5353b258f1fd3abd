import API
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Messaging
import NIOCore
import Postgres
import Redis
import ServiceLifecycle
import UnixSignals

/// What a process is given to work with.
public struct Parts: Sendable {
  public let settings: Settings
  public let postgres: PostgresClient
  public let redis: RedisClient
  public let now: Now
  public let logger: Logger
  public let metrics: Metrics
  public let schema: String
  public let wakeUps: WakeUps
}

/// What a process is made of, besides what every process has.
public struct Assembly: Sendable {
  let routes: @Sendable (Routes) throws -> Void
  let consumers: [String: [Consumer.Handling]]
  let background: [any ServiceLifecycle.Service]

  /// - Parameters:
  ///   - consumers: what is done with others' events, by the consumer's stable name.
  ///   - background: what runs beside the requests: reminders, imports.
  public init(
    consumers: [String: [Consumer.Handling]] = [:], background: [any ServiceLifecycle.Service] = [],
    routes: @escaping @Sendable (Routes) throws -> Void
  ) {
    self.routes = routes
    self.consumers = consumers
    self.background = background
  }
}

/// The life of a process that owns a schema: configuration, database, streams, endpoints, health, metrics, graceful stop.
public struct ServiceProcess: Sendable {
  public let name: ServiceName
  let schemaVersion: @Sendable () throws -> Int
  let assemble: @Sendable (Parts) throws -> Assembly

  /// - Parameter resources: where `Migrations` is, whose newest file this code needs: on an older schema it does not start.
  public init(
    _ name: ServiceName, resources: Bundle, _ assemble: @escaping @Sendable (Parts) throws -> Assembly
  ) {
    self.init(name, schemaVersion: { try Self.newestMigration(in: resources) }, assemble)
  }

  /// - Parameter schemaVersion: the newest migration that this code needs, where it has none of its own.
  public init(
    _ name: ServiceName, schemaVersion: @escaping @Sendable () throws -> Int,
    _ assemble: @escaping @Sendable (Parts) throws -> Assembly
  ) {
    self.name = name
    self.schemaVersion = schemaVersion
    self.assemble = assemble
  }

  static func newestMigration(in resources: Bundle) throws -> Int {
    let folder = resources.bundleURL.appending(path: "Migrations")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    guard let newest = files.compactMap({ $0.hasSuffix(".sql") ? Int($0.prefix(4)) : nil }).max() else {
      throw SettingError(description: "\(folder.path) has no migrations: they belong beside this program")
    }
    return newest
  }

  public func run() async throws {
    let logger = Self.startLogging(name.rawValue)
    do {
      try await run(settings: Settings(), logger: logger)
    } catch let error as SettingError {
      logger.critical("\(error.description)")
      exit(78)
    } catch {
      logger.critical("process ends after an unexpected error", metadata: ["error": "\(String(reflecting: error))"])
      exit(1)
    }
  }

  /// JSON lines on standard output from here on, at the level that `JALONS_LOG_LEVEL` says.
  public static func startLogging(_ name: String) -> Logger {
    let level = ProcessInfo.processInfo.environment["JALONS_LOG_LEVEL"].flatMap(Logger.Level.init(rawValue:)) ?? .info
    LoggingSystem.bootstrap { _ in JSONLogHandler(label: name, logLevel: level) }
    return Logger(label: name)
  }

  private func run(settings: Settings, logger: Logger) async throws {
    try settings.refuseKnownSecrets()
    let running = try make(settings: settings, logger: logger)
    try await checkSchema(running.parts)
    logger.notice(
      "starting", metadata: Logger.Metadata(uniqueKeysWithValues: settings.summary.map { ($0.key, "\($0.value)") }))
    let host = settings.string("JALONS_HOST", default: "127.0.0.1")
    let port = try settings.port(of: name.rawValue)
    let application = Application(
      router: running.routes.router,
      configuration: .init(address: .hostname(host, port: port), serverName: nil), logger: logger)
    let last: [any ServiceLifecycle.Service] = [
      CountyHours(postgres: running.parts.postgres, logger: logger), application,
    ]
    var group = ServiceGroupConfiguration(
      services: running.services + last, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.maximumGracefulShutdownDuration = .seconds(20)
    try await ServiceGroup(configuration: group).run()
    await running.parts.postgres.close()
    logger.notice("stopped")
  }

  /// A process put together and not yet listening, as the tests use it.
  public struct Running: Sendable {
    public let parts: Parts
    public nonisolated(unsafe) let routes: Routes
    public let services: [any ServiceLifecycle.Service]
  }

  /// - Parameters:
  ///   - verifier: checks tokens; by default against identity's published keys.
  ///   - clock: by default the one that the settings name.
  public func make(
    settings: Settings, logger: Logger, verifier: TokenVerifier? = nil, clock: Now? = nil
  ) throws -> Running {
    let schema = name.rawValue
    let now = clock ?? settings.now
    let redis = RedisClient(configuration: try Self.redis(settings), logger: logger)
    let (wake, wakeUps) = (Wake(), WakeUps())
    let postgres = PostgresClient(
      configuration: .init(
        conninfo: try settings.string("JALONS_POSTGRES"), user: schema,
        password: settings.optional("JALONS_POSTGRES_PASSWORD"),
        formerPassword: settings.optional("JALONS_POSTGRES_FORMER_PASSWORD"),
        maximum: try settings.int("JALONS_POSTGRES_CONNECTIONS", default: 6, in: 1...1000), rolePrefix: schema,
        opening: { $0.subject?.opening(schema: schema) },
        beforeCommit: { try Outbox.lastStatements($0, schema: schema, at: now()) },
        afterCommit: { wake() }, wake: { wakeUps.ring($0) }, now: now),
      logger: logger)
    let relay = Relay(postgres: postgres, redis: redis, schema: schema, now: now, logger: logger)
    wake.relay = relay
    let metrics = Metrics()
    let parts = Parts(
      settings: settings, postgres: postgres, redis: redis, now: now, logger: logger, metrics: metrics, schema: schema,
      wakeUps: wakeUps)
    let assembly = try assemble(parts)
    let identity = try settings.addresses(of: ServiceName.identity.rawValue)
    let verifier = verifier ?? TokenVerifier(addresses: identity)
    let closed = ClosedSessions()
    let routes = Routes(
      verifier: verifier, closed: closed, now: now, postgres: postgres, schema: schema,
      cursors: KeySeal(try settings.key(.cursor, of: schema)), looks: KeySeal(try settings.key(.look)), logger: logger,
      metrics: metrics)
    try assembly.routes(routes)
    addHouseRoutes(to: routes, parts: parts)
    let leadership = Leadership(postgres: postgres, schema: schema, logger: logger)
    let consumers = assembly.consumers.map { consumer, handlers in
      Consumer(
        name: consumer, postgres: postgres, redis: redis, leadership: leadership, schema: schema, logger: logger,
        handlers: handlers)
    }
    return Running(
      parts: parts, routes: routes,
      services: [
        RedisLife(redis: redis), KeysAhead(verifier: verifier), relay, leadership,
        Trimming(postgres: postgres, schema: schema, logger: logger),
        closed.follower(redis: redis, now: now, logger: logger),
      ] + consumers + assembly.background)
  }

  private static func redis(_ settings: Settings) throws -> RedisConfiguration {
    do {
      return try RedisConfiguration(url: settings.string("JALONS_REDIS"))
    } catch let error as RedisError {
      throw SettingError(description: "JALONS_REDIS: \(error.message)")
    }
  }

  /// Refuses to run on a schema older than this code needs.
  private func checkSchema(_ parts: Parts) async throws {
    let found: Int?
    do {
      found = try await parts.postgres.withTransaction(as: .system("start")) { [name] transaction in
        try await transaction.first(
          "select coalesce(max(version), 0) from jalons.migration where service = \(name.rawValue)", as: Int.self)
      }
    } catch let error as PostgresError where error.kind == .other || error.kind == .permissionDenied {
      found = nil
    }
    let needed = try schemaVersion()
    guard let found, found >= needed else {
      throw SettingError(
        description:
          "the schema \(name.rawValue) is at version \(found ?? 0) and this program needs \(needed): run `jalonsctl migrate`"
      )
    }
  }

  private func addHouseRoutes(to routes: Routes, parts: Parts) {
    let descriptions = routes.descriptions
    let title = "Jalons – \(name.rawValue)"
    routes.serve("/health/live") { _, _ in Self.answer("{\"status\":\"ok\"}", "application/json") }
    routes.serve("/health/ready") { _, _ in try await Health(parts: parts).response() }
    let document = OpenAPI.document(of: descriptions, title: title)
    routes.serve("/openapi.json") { _, _ in
      Self.answer(String(decoding: try JSONEncoder.jalons.encode(document), as: UTF8.self), "application/json")
    }
    routes.serve("/metrics") { _, _ in
      Self.answer(parts.metrics.text(gauges: await Health(parts: parts).gauges()), "text/plain; version=0.0.4")
    }
  }

  private static func answer(_ text: String, _ contentType: String) -> Response {
    Response(status: .ok, headers: [.contentType: contentType], body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}

/// Joins a commit to the relay that publishes what it announced; the relay needs the database first.
private final class Wake: @unchecked Sendable {
  // Set once, before the first transaction.
  weak var relay: Relay?
  func callAsFunction() { relay?.wake() }
}

/// Fetches identity's keys at the start, as often as it takes: of eight processes that start together somebody is first,
/// and the first caller of each would otherwise wait for the network's slowest moment.
private struct KeysAhead: ServiceLifecycle.Service {
  let verifier: TokenVerifier

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          try await verifier.prepare()
          return
        } catch {
          // Requests meanwhile get 503 with the reason; no log line is needed here.
          try? await Task.sleep(for: .milliseconds(500))
        }
      }
    }
    try await gracefulShutdown()
  }
}

private struct RedisLife: ServiceLifecycle.Service {
  let redis: RedisClient
  func run() async throws { await cancelWhenGracefulShutdown { await redis.run() } }
}
