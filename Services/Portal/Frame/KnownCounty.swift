import API
import Domain
import Foundation
import Logging
import Messaging
import Service
import ServiceLifecycle
import Synchronization

/// The county as it was last heard of: its name and picture stand on pages before any sign-in.
final class KnownCounty: Sendable {
  private let kept = Mutex<County?>(nil)

  /// Nil before identity has answered once.
  var now: County? { kept.withLock { $0 } }

  func take(_ county: County) {
    kept.withLock { $0 = county }
    Calendar.show(hoursOf: county.details.timeZone.rawValue)
  }
}

/// Asks identity every minute who the county is.
struct CountyReader: ServiceLifecycle.Service {
  let parts: PortalParts

  func run() async throws {
    await repeating(every: .seconds(60), logger: parts.logger, complaint: "the county was not read") {
      parts.county.take(try await parts.client.call(IdentityAPI.showCounty))
    }
  }
}
