import API
import Domain
import Foundation
import Logging
import Messaging
import Postgres
import ServiceLifecycle

/// Takes away what became of old batches: the names in their rows are kept no longer than they are of use.
struct EnrolmentForgetting: Service {
  static let days = 90

  let queue: JobQueue
  let now: Now
  let logger: Logger
  var interval: Duration = .seconds(3600)

  func run() async throws {
    await repeating(every: interval, logger: logger, complaint: "old registrations were not forgotten") {
      try await forget()
    }
  }

  func forget() async throws {
    let today = CalendarDate(now())
    let limit = today.adding(days: -Self.days).moment()
    try await queue.postgres.withTransaction(as: .system("fse.enrolments", today: today)) {
      try await queue.forget(endedBefore: limit, in: $0)
    }
  }
}
