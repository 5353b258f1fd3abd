import API
import Domain
import Foundation
import Logging
import Messaging
import ServiceLifecycle

/// Sends the e-mails that are due. Any number of copies may run. An e-mail whose sender died in between is sent again: to
/// get a link twice does less harm than to wait for one in vain.
struct MailWorker: Service {
  let store: MailStore
  let provider: MailProvider
  /// `Jalons <ne-pas-repondre@exemple.fr>`
  let sender: Sender
  let now: Now
  let logger: Logger
  /// How long it rests when nothing is due.
  var pause: Duration = .seconds(1)

  func run() async throws {
    await repeating(every: pause, isFinishing: true, logger: logger, complaint: "e-mails pause") {
      while try await sendDue() > 0, !Task.isShuttingDownGracefully {}
    }
  }

  /// Sends one batch.
  /// - Returns: how many e-mails it took.
  @discardableResult
  func sendDue() async throws -> Int {
    let due = try await store.claim(at: now())
    guard !due.isEmpty else { return 0 }
    let sender = try await self.sender()
    for mail in due {
      // A server may take half a minute for each: a process that stops leaves the rest to another.
      if Task.isShuttingDownGracefully {
        try await store.putBack(mail, after: .zero)
      } else if try await store.hold(mail) {
        try await carryOut(mail, from: sender)
      }
    }
    return due.count
  }

  private func carryOut(_ mail: DueMail, from sender: String) async throws {
    if let end = mail.expiresAt, end <= now() {
      return try await store.settle(mail, as: .tooLate, fault: .expired, at: now())
    }
    guard let sealed = mail.sealed, let text = store.text(sealed, of: mail.mail) else {
      return try await store.settle(mail, as: .failed, fault: .unreadable, at: now())
    }
    let outgoing = OutgoingMail(
      key: mail.mail, sender: sender, recipient: text.address, subject: text.subject, text: text.whole, at: now(),
      calendar: text.calendar)
    switch await provider.send(outgoing) {
    case .accepted: try await store.settle(mail, as: .sent, provider: provider.name, at: now())
    case .rejected(let code):
      logger.notice("an e-mail was rejected", metadata: ["message": "\(mail.message)", "code": "\(code)"])
      try await store.settle(mail, as: .failed, fault: .refused, provider: provider.name, at: now())
    case .notTaken(let code):
      logger.notice("an e-mail waits", metadata: ["message": "\(mail.message)", "code": "\(code)"])
      try await store.putBack(mail, after: .seconds(min(15 << min(mail.attempts, 6), 900)))
    }
  }
}
