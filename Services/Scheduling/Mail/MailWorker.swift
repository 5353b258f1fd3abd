import API
import Domain
import Foundation
import Logging
import Messaging

/// Sends the e-mails that are due. An e-mail whose sender died in between is sent again: to get a link twice does less harm
/// than to wait for one in vain.
struct MailWorker: MessageSender {
  static let isOneByOne = true

  let store: MailStore
  let provider: MailProvider
  /// `Jalons <ne-pas-repondre@exemple.fr>`
  let sender: Sender
  let now: Now
  let logger: Logger
  var rhythm = SendingRhythm()

  var queue: MessageQueue { .mails(store.postgres) }

  func claim(at moment: Date) async throws -> [DueMail] { try await store.claim(at: moment) }

  func send(_ due: DueMail, from sender: String) async throws -> MessageFate<MailFault> {
    if let end = due.expiresAt, end <= now() { return .tooLate(.expired) }
    guard let sealed = due.sealed, let text = store.text(sealed, of: due.mail) else { return .failed(.unreadable) }
    let outgoing = OutgoingMail(
      key: due.mail, sender: sender, recipient: text.address, subject: text.subject, text: text.whole, at: now())
    switch await provider.send(outgoing) {
    case .accepted: return .sent(provider: provider.name)
    case .rejected(let code):
      note("an e-mail was rejected", due, code: code)
      return .failed(.refused, provider: provider.name)
    case .notTaken(let code):
      note("an e-mail waits", due, code: code)
      return .putBack(.seconds(min(15 << min(due.attempts, 6), 900)))
    }
  }
}
