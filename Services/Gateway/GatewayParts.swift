import API
import AsyncHTTPClient
import Domain
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import Messaging
import NIOCore
import NIOSSL
import Redis
import Service
import ServiceLifecycle
import UnixSignals

/// What the gateway is made of, put together once; the tests put together the same.
struct GatewayParts: Sendable {
  let settings: GatewaySettings
  let logger: Logger
  let upstreams: Upstreams
  let sessions: Sessions
  let liveEvents: LiveEvents
  private let clients: Clients
  private let redis: RedisClient
  private let follower: Follower
  private let door: FrontDoor

  /// - Parameter clock: by default the one that the settings name.
  /// - Throws: `SettingError` or `RedisError` for a setting that is missing or unreadable.
  init(settings raw: Settings, logger: Logger, clock: Now? = nil) throws {
    let settings = try GatewaySettings(raw)
    let now = clock ?? raw.now
    let redis = RedisClient(configuration: try RedisConfiguration(url: raw.string("JALONS_REDIS")), logger: logger)
    let (clients, metrics) = (Clients(), Metrics())
    let upstreams = Upstreams(addresses: settings.addresses, client: clients.quick, logger: logger)
    let sessions = Sessions(upstreams: upstreams, now: now)
    let liveEvents = LiveEvents(heartbeat: settings.heartbeat)
    self.settings = settings
    self.logger = logger
    self.upstreams = upstreams
    self.sessions = sessions
    self.liveEvents = liveEvents
    self.clients = clients
    self.redis = redis
    // A session closed before the start may have a token that still lives.
    self.follower = Follower(
      redis: redis, events: [SessionClosed.self, NotificationMade.self], memory: ClosedSessions.memory, logger: logger
    ) { envelope in
      if let event = try envelope.decode(SessionClosed.self) {
        await sessions.close(session: event.session)
        liveEvents.close(session: event.session.description)
      } else if let event = try envelope.decode(NotificationMade.self) {
        try liveEvents.publish(event)
      }
    }
    self.door = FrontDoor(
      settings: settings, proxy: Proxy(settings: settings, upstreams: upstreams, clients: clients, logger: logger),
      sessions: sessions, limits: RateLimits(redis: redis, settings: settings, now: now), liveEvents: liveEvents,
      openAPI: OpenAPIMerge(upstreams: upstreams, server: settings.publicAddress.origin),
      readiness: Readiness(upstreams: upstreams, redis: redis, liveEvents: liveEvents), metrics: metrics,
      logger: logger)
  }

  /// Everything that runs, in the order in which it starts; it stops in the other: open pages are told first, then
  /// requests end, then the connections that they needed.
  /// - Parameter onRunning: given the port once it is listened on.
  func services(onRunning: @escaping @Sendable (Int) -> Void = { _ in }) throws -> [any ServiceLifecycle.Service] {
    let application = Application(
      responder: door, server: try server(),
      configuration: .init(address: .hostname(settings.host, port: settings.port), serverName: nil),
      onServerRunning: { channel in onRunning(channel.localAddress?.port ?? 0) }, logger: logger)
    return [clients, RedisLife(redis: redis), follower, application, liveEvents]
  }

  func run() async throws {
    var group = ServiceGroupConfiguration(
      services: try services(), gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.maximumGracefulShutdownDuration = .seconds(20)
    try await ServiceGroup(configuration: group).run()
  }

  private func server() throws -> HTTPServerBuilder {
    let plain = HTTPServerBuilder.http1(
      configuration: .init(
        additionalChannelHandlers: [HTTP1RulesInstaller()],
        idleTimeout: .seconds(75),
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: 16_384, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100)))
    guard let certificate = settings.certificate, let key = settings.certificateKey else { return plain }
    do {
      var tls = TLSConfiguration.makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
      tls.minimumTLSVersion = .tlsv12
      return try .tls(plain, tlsConfiguration: tls)
    } catch {
      throw GatewaySettings.unreadable("JALONS_TLS_CERTIFICATE or JALONS_TLS_KEY", "\(error)")
    }
  }
}

/// The connections to the processes behind: one client for what must be quick, one for a feed, which may keep silent
/// for minutes while it is reconciled.
final class Clients: ServiceLifecycle.Service {
  let quick: HTTPClient
  let patient: HTTPClient

  init() {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .seconds(2)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    // A refused connection is answered by the next copy, not by waiting for this one.
    configuration.connectionPool.retryConnectionEstablishment = false
    patient = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    configuration.timeout.read = .seconds(60)
    quick = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  func run() async throws {
    do {
      try await gracefulShutdown()
    } catch is CancellationError {
      // Stopped at once instead: the connections are closed all the same.
    }
    try await quick.shutdown()
    try await patient.shutdown()
  }
}

private struct RedisLife: ServiceLifecycle.Service {
  let redis: RedisClient
  func run() async throws { await cancelWhenGracefulShutdown { await redis.run() } }
}
