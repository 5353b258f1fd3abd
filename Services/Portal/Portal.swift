import API
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Service
import ServiceLifecycle
import UnixSignals

/// The pages that people use, made from the public API alone. It stores nothing and reaches no database.
@main struct PortalProcess {
  static func main() async throws {
    let logger = ServiceProcess.startLogging("portal")
    let settings: Settings
    let portal: PortalProcess
    let port: Int
    do {
      settings = try Settings()
      try settings.refuseKnownSecrets()
      port = try settings.port(of: "portal")
      portal = try PortalProcess(settings: settings, logger: logger, now: settings.now)
    } catch {
      // A setting or a folder: the message names it.
      logger.critical("\(error)")
      exit(78)
    }
    logger.notice(
      "starting", metadata: Logger.Metadata(uniqueKeysWithValues: settings.summary.map { ($0.key, "\($0.value)") }))
    let application = portal.application(host: settings.string("JALONS_HOST", default: "127.0.0.1"), port: port)
    var group = ServiceGroupConfiguration(
      services: [CountyReader(parts: portal.parts), application], gracefulShutdownSignals: [.sigterm, .sigint],
      logger: logger)
    group.maximumGracefulShutdownDuration = .seconds(20)
    try await ServiceGroup(configuration: group).run()
    logger.notice("stopped")
  }

  private let parts: PortalParts
  private let files: StaticFiles

  /// - Throws: what is missing, by its name: a setting, a folder.
  init(settings: Settings, logger: Logger, now: Now, rooms: [Room] = rooms) throws {
    var addresses: [String: [String]] = [:]
    for service in ServiceName.allCases {
      addresses[service.rawValue] = try settings.addresses(of: service.rawValue)
    }
    parts = PortalParts(
      seal: Seal(try settings.key(.flash), marks: try settings.key(.formMark)),
      client: APIClient(upstreams: Upstreams(addresses: addresses, logger: logger)), now: now, logger: logger,
      metrics: Metrics(), rooms: rooms)
    let own = settings.string("JALONS_ASSETS", default: "Services/Portal/Assets")
    files = try StaticFiles(folders: [settings.optional("JALONS_VENDOR_ASSETS"), own].compactMap { $0 })
  }

  func application(
    host: String, port: Int, onServerRunning: @escaping @Sendable (any Channel) async -> Void = { _ in }
  ) -> some ApplicationProtocol {
    Application(
      router: router(), configuration: .init(address: .hostname(host, port: port), serverName: nil),
      onServerRunning: onServerRunning, logger: parts.logger)
  }

  private func router() -> Router<Pages.Context> {
    let router = Router(context: Pages.Context.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: PageMiddleware(parts: parts))
    let (files, metrics) = (files, parts.metrics)
    router.get("assets/{name}") { request, context in
      files.response(context.parameters.get("name") ?? "", ifNoneMatch: request.headers[.ifNoneMatch])
    }
    router.get("health/live") { _, _ in "{\"status\":\"ok\"}" }
    // Ready as soon as it listens: a service that is away is told on its pages.
    router.get("health/ready") { _, _ in "{\"status\":\"ok\",\"parts\":{}}" }
    router.get("metrics") { _, _ in
      Response(
        status: .ok, headers: [.contentType: "text/plain; version=0.0.4"],
        body: .init(byteBuffer: ByteBuffer(string: metrics.text(gauges: []))))
    }
    let pages = Pages(parts: parts, router: router)
    for room in parts.rooms { room.addPages(pages) }
    return router
  }
}
