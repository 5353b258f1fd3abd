import API
import Domain
import Foundation
import Logging
import Messaging
import Postgres

/// Sends the text messages that other services ask for.
struct TextMessageWorker: MessageSender {
  let store: TextMessageStore
  let provider: SMSProvider
  let sender: Sender
  let now: Now
  let logger: Logger
  var rhythm = SendingRhythm()

  var queue: MessageQueue { .codes(store.postgres) }

  func claim(at moment: Date) async throws -> [DueTextMessage] { try await store.claim(at: moment) }

  func send(_ due: DueTextMessage, from sender: String) async throws -> MessageFate<TextMessageFault> {
    if let end = due.expiresAt, end <= now() { return .tooLate(.expired) }
    guard let sealed = due.sealed, let text = store.text(sealed, of: due.name) else { return .failed(.unreadable) }
    let words = ShortMessage.transliterated(text.text)
    let answer = await provider.send(OutgoingSMS(key: due.key, sender: sender, recipient: text.phone, text: words))
    switch answer {
    case .accepted(let id, let by):
      return .sent(provider: by ?? provider.name, id: id, segments: ShortMessage.segments(of: words))
    case .rejected(let code):
      note("a text message was rejected", due, code: code)
      return .failed(.rejected, provider: provider.name)
    case .notTaken(let code), .unknown(let code):
      // It may have left: the same code twice does no harm.
      note("a text message waits", due, code: code)
      return .putBack(.seconds(min(5 << min(due.attempts, 4), 60)))
    }
  }

  func tell(
    _ due: DueTextMessage, _ fate: MessageFate<TextMessageFault>, in transaction: Transaction, at moment: Date
  ) async throws {
    try await store.tell(due, fate, in: transaction, at: moment)
  }
}
