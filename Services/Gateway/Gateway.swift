import Foundation
import Logging
import Service

/// The one door to the suite: see `GatewayParts` for what stands behind it.
@main struct GatewayProcess {
  static func main() async throws {
    let logger = ServiceProcess.startLogging("gateway")
    do {
      let settings = try Settings()
      try settings.refuseKnownSecrets()
      logger.notice("starting", metadata: .init(uniqueKeysWithValues: settings.summary.map { ($0.key, "\($0.value)") }))
      try await GatewayParts(settings: settings, logger: logger).run()
      logger.notice("stopped")
    } catch let error as SettingError {
      logger.critical("\(error.description)")
      exit(78)
    }
  }
}
