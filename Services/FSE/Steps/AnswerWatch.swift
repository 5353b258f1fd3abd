import Domain
import Foundation
import Logging
import Messaging
import ServiceLifecycle

/// Reminds operators who did not answer, and lets their time run out. Any number of copies may run.
struct AnswerWatch: Service {
  let store: AnswerStore
  let now: Now
  let logger: Logger
  var interval: Duration = .seconds(30)

  func run() async throws {
    await repeating(every: interval, logger: logger, complaint: "operators were not reminded") {
      while try await store.turn(to: now()) > 0 {}
    }
  }
}
