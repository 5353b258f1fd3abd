import API
import Domain
import Foundation
import Logging
import Messaging
import Postgres

/// Sends the reminders that are due.
struct ReminderWorker: MessageSender {
  let store: ReminderStore
  let provider: SMSProvider
  /// At most 11 characters, without accents (rule M7).
  let sender: Sender
  let now: Now
  let logger: Logger
  var rhythm = SendingRhythm()

  var queue: MessageQueue { .reminders(store.postgres) }

  func claim(at moment: Date) async throws -> [ReminderStore.Claim] {
    try await store.claim(at: moment, provider: provider)
  }

  /// At night nothing is looked for, though something is due.
  func rest(at moment: Date) async throws -> Duration? {
    try await store.leaves(at: moment) ? queue.rest(at: moment) : nil
  }

  func send(_ due: ReminderStore.Claim, from sender: String) async throws -> MessageFate<ReminderFault> {
    switch due.decision {
    case .tooLate(let fault): return .tooLate(fault)
    case .fail(let fault): return .failed(fault)
    case .send(let number, let text): return await send(due, from: sender, to: number, text: text)
    }
  }

  private func send(
    _ due: ReminderStore.Claim, from sender: String, to number: PhoneNumber, text: String
  ) async -> MessageFate<ReminderFault> {
    let answer = await provider.send(OutgoingSMS(key: due.key, sender: sender, recipient: number.e164, text: text))
    switch answer {
    case .accepted(let id, let by):
      return .sent(provider: by ?? provider.name, id: id, segments: ShortMessage.segments(of: text))
    case .rejected(let code):
      note("a reminder was rejected", due, code: code)
      return .failed(.rejected, provider: provider.name)
    case .notTaken(let code):
      note("a reminder waits", due, code: code)
      return .putBack(.seconds(min(30 << min(due.attempts, 6), 1800)))
    case .unknown(let code):
      note("a reminder may have left", due, code: code, level: .warning)
      return .left
    }
  }

  func tell(
    _ due: ReminderStore.Claim, _ fate: MessageFate<ReminderFault>, in transaction: Transaction, at moment: Date
  ) async throws {
    try await store.tell(due.reminder, fate, in: transaction, at: moment)
  }
}
