import API
import Domain
import Foundation
import Logging
import Messaging
import Postgres

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
    guard let sealed = due.sealed, let text = store.text(sealed, of: due) else { return .failed(.unreadable) }
    let outgoing = OutgoingMail(
      key: due.mail, sender: sender, recipient: text.address, subject: text.subject, text: text.whole, at: now(),
      attachment: text.attachment, calendar: text.calendar)
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

  /// The service that sent a person a document is told what became of it.
  func tell(
    _ due: DueMail, _ fate: MessageFate<MailFault>, in transaction: Transaction, at moment: Date
  ) async throws {
    guard due.isDocument, let mail = UUID(uuidString: due.mail), let dossier = due.dossier else { return }
    let settled: DocumentMailSettled
    switch fate {
    case .sent(let provider, _, _):
      settled = DocumentMailSettled(mail: mail, dossier: dossier, isSent: true, fault: nil, provider: provider)
    case .tooLate(let fault):
      settled = DocumentMailSettled(mail: mail, dossier: dossier, isSent: false, fault: fault.label, provider: nil)
    case .failed(let fault, let provider):
      settled = DocumentMailSettled(
        mail: mail, dossier: dossier, isSent: false, fault: fault.label, provider: provider)
    case .putBack, .left: return
    }
    try await transaction.announce(settled, at: moment)
  }
}
