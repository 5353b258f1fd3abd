import API
import Domain
import Foundation
import Postgres
import Service

/// An e-mail on its way out.
struct OutgoingMail: Sendable {
  /// The same for every attempt at the same e-mail.
  let key: String
  let sender: String
  let recipient: String
  let subject: String
  let text: String
  let at: Date
  var attachment: MailAttachment?
  /// What the reader's calendar is told.
  var calendar: MailCalendar?

  /// What it says, with the name of the file that it brings: as it is kept where no server sends it.
  var kept: String { attachment.map { "\(text)\n[pièce jointe : \($0.name)]" } ?? text }
}

/// What a server said of an e-mail.
enum MailAnswer: Sendable, Equatable {
  case accepted
  /// For good: the address will never do.
  case rejected(String)
  /// It did not leave, or nobody knows; it may be given again.
  case notTaken(String)
}

/// Whoever takes e-mails out of the house.
struct MailProvider: Sendable {
  let name: String
  let send: @Sendable (OutgoingMail) async -> MailAnswer
}

extension MailProvider {
  /// Nobody (`outbox`) unless `JALONS_MAIL_PROVIDER` says `smtp`.
  /// - Throws: `SettingError` for another word, or without the server's address.
  init(_ parts: Parts) throws {
    let settings = parts.settings
    switch settings.string("JALONS_MAIL_PROVIDER", default: "outbox") {
    case "outbox": self = .outbox(parts.postgres, now: parts.now)
    case "smtp":
      self = .smtp(
        SMTPServer(
          url: try settings.string("JALONS_SMTP_URL"), user: settings.optional("JALONS_SMTP_USER"),
          password: settings.optional("JALONS_SMTP_PASSWORD"),
          isPlain: settings.optional("JALONS_SMTP_PLAIN") == "1"))
    case let other:
      throw SettingError(description: "JALONS_MAIL_PROVIDER must be outbox or smtp, not \(other)")
    }
  }

  /// Keeps e-mails in a table instead of sending them, once per key: what an instance without a server has.
  static func outbox(_ postgres: PostgresClient, now: Now) -> MailProvider {
    MailProvider(name: "boîte d’envoi") { mail in
      do {
        try await postgres.withTransaction(as: .system("boîte d’envoi")) { transaction in
          _ = try await transaction.execute(
            """
            insert into scheduling.sent_by_outbox (key, channel, sender, recipient, subject, body, taken_at)
            values (\("courriel:\(mail.key)"), 'email', \(mail.sender), \(mail.recipient), \(mail.subject), \(mail.kept),
              \(now()))
            on conflict (key) do nothing
            """)
        }
        return .accepted
      } catch {
        return .notTaken("\(type(of: error))")
      }
    }
  }
}
