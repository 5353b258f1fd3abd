import Domain
import Foundation
import Logging
import Messaging
import Service
import ServiceLifecycle

/// Takes out of the audit log what is older than the county keeps it, every hour, whichever copy is first.
struct AuditKeeper: ServiceLifecycle.Service {
  let store: RetentionStore
  let now: Now
  let logger: Logger
  var pause: Duration = .seconds(3600)

  func run() async throws {
    await repeating(every: pause, logger: logger, complaint: "the audit log was not trimmed") {
      let removed = try await store.trim(at: now())
      if removed > 0 { logger.notice("old audit lines were taken out", metadata: ["lines": "\(removed)"]) }
    }
  }
}
