import API
import Domain
import Foundation
import Logging
import Messaging
import ServiceLifecycle

/// Sends the reminders that are due. Any number of copies may run.
struct ReminderWorker: Service {
  let store: ReminderStore
  let provider: SMSProvider
  /// At most 11 characters, without accents (rule M7).
  let sender: Sender
  let now: Now
  let logger: Logger
  /// How long it rests when nothing is due.
  var pause: Duration = .seconds(1)

  func run() async throws {
    await repeating(every: pause, isFinishing: true, logger: logger, complaint: "reminders pause") {
      while try await sendDue() > 0, !Task.isShuttingDownGracefully {}
    }
  }

  /// Sends one batch.
  /// - Returns: how many reminders it took.
  @discardableResult
  func sendDue() async throws -> Int {
    let claims = try await store.claim(at: now(), provider: provider)
    guard !claims.isEmpty else { return 0 }
    let sender = try await self.sender()
    // Side by side: a provider that is slow for one must not let the claims of the others run out.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for claim in claims { group.addTask { try await carryOut(claim, from: sender) } }
      try await group.waitForAll()
    }
    return claims.count
  }

  private func carryOut(_ claim: ReminderStore.Claim, from sender: String) async throws {
    switch claim.decision {
    case .tooLate(let fault): try await store.settle(claim.reminder, as: .tooLate, fault: fault, at: now())
    case .fail(let fault): try await store.settle(claim.reminder, as: .failed, fault: fault, at: now())
    case .send(let number, let text): try await send(claim.reminder, from: sender, to: number, text: text)
    }
  }

  private func send(
    _ reminder: DueReminder, from sender: String, to number: PhoneNumber, text: String
  ) async throws {
    let answer = await provider.send(
      OutgoingSMS(key: reminder.key, sender: sender, recipient: number.e164, text: text))
    switch answer {
    case .accepted(let id, let by):
      try await store.settle(
        reminder, as: .sent, provider: by ?? provider.name, providerID: id, segments: ShortMessage.segments(of: text),
        at: now())
    case .rejected(let code):
      logger.notice("a reminder was rejected", metadata: ["message": "\(reminder.message)", "code": "\(code)"])
      try await store.settle(reminder, as: .failed, fault: .rejected, provider: provider.name, at: now())
    case .notTaken(let code):
      logger.notice("a reminder waits", metadata: ["message": "\(reminder.message)", "code": "\(code)"])
      try await store.putBack(reminder, after: .seconds(min(30 << min(reminder.attempts, 6), 1800)))
    case .unknown(let code):
      // Left as it is: the claim runs out, and the next who takes it knows that a call was made.
      logger.warning("a reminder may have left", metadata: ["message": "\(reminder.message)", "code": "\(code)"])
    }
  }
}
