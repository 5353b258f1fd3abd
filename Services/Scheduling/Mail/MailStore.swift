import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// An e-mail that a copy works on.
struct DueMail: DueMessage, Decodable {
  var message: ID<OutgoingMessageKind>
  var key: String
  var attempts: Int
  var dossier: ID<Dossier>?
  var expiresAt: Date?
  var sealed: Data?

  /// Whether it brings a person a document that another service sends them.
  var isDocument: Bool { key.hasPrefix(MailStore.documentPrefix) }
  /// As `MailStore` names it in the queue.
  var mail: String { String(key.drop { $0 != ":" }.dropFirst()) }
}

/// Why an e-mail did not leave.
enum MailFault: String, MessageFault {
  case expired, unreadable, refused

  /// As users read it.
  var label: String {
    switch self {
    case .expired: "Le lien n’était plus valable quand le courriel aurait pu partir."
    case .unreadable: "Le texte a été scellé avec un autre secret : demandez un nouvel envoi."
    case .refused: "Le serveur de messagerie refuse cette adresse : à corriger."
    }
  }
}

struct MailStore: Sendable {
  static let documentPrefix = "document:"

  let postgres: PostgresClient
  let seal: KeySeal
  /// What documents are sealed under; nil where none is sent.
  var documents: KeySeal?

  /// Puts an e-mail that another service asks for in the queue.
  var handling: Consumer.Handling {
    .on(MailRequested.self) { event, envelope, transaction in
      let mail = event.mail.text
      guard let text = text(event.sealed, of: mail) else { return }
      let id = ID<OutgoingMessageKind>.new(at: envelope.time)
      try await transaction.batch([
        """
        insert into scheduling.message (id, account, channel, kind, due_at, key, expires_at, created_at)
        values (\(id), \(event.recipient), 'email', \(event.kind), \(envelope.time), \("courriel:\(mail)"),
          \(event.expiresAt), \(envelope.time))
        """,
        """
        insert into scheduling.message_content (message, recipient, subject, body, sealed)
        values (\(id), \(text.address), \(text.subject), \(text.kept), \(event.sealed))
        """,
      ])
      transaction.wakeAfterCommit(MessageQueue.topic)
    }
  }

  /// Puts a document that another service sends a person in the queue.
  var documentHandling: Consumer.Handling {
    .on(DocumentMailRequested.self) { event, envelope, transaction in
      let mail = event.mail.text
      guard let documents, let text = Self.text(event.sealed, of: mail, under: documents) else { return }
      let id = ID<OutgoingMessageKind>.new(at: envelope.time)
      try await transaction.batch([
        """
        insert into scheduling.message (id, dossier, account, channel, kind, due_at, key, created_at)
        values (\(id), \(event.dossier), \(event.account), 'email', \(MailKind.document), \(envelope.time),
          \(Self.documentPrefix + mail), \(envelope.time))
        """,
        """
        insert into scheduling.message_content (message, recipient, subject, body, sealed)
        values (\(id), \(text.address), \(text.subject), \(text.kept), \(event.sealed))
        """,
      ])
      transaction.wakeAfterCommit(MessageQueue.topic)
    }
  }

  /// Puts an e-mail of our own in the queue, once per `name`.
  func queue(
    _ text: MailText, to account: ID<Account>? = nil, about dossier: ID<Dossier>? = nil, kind: MailKind, name: String,
    at moment: Date, in transaction: Transaction
  ) async throws {
    let id = ID<OutgoingMessageKind>.new(at: moment)
    let isNew = try await transaction.execute(
      """
      insert into scheduling.message (id, account, dossier, channel, kind, due_at, key, created_at)
      values (\(id), \(account), \(dossier), 'email', \(kind), \(moment), \("courriel:" + name), \(moment)) on conflict (key) do nothing
      """)
    guard isNew == 1 else { return }
    let sealed = try seal.seal(JSONEncoder.jalons.encode(text), name: name)
    try await transaction.execute(
      """
      insert into scheduling.message_content (message, recipient, subject, body, sealed)
      values (\(id), \(text.address), \(text.subject), \(text.kept), \(sealed))
      """)
    transaction.wakeAfterCommit(MessageQueue.topic)
  }

  /// What an e-mail says; nil when it was sealed with another secret.
  func text(_ sealed: Data, of mail: String) -> MailText? { Self.text(sealed, of: mail, under: seal) }

  /// The same of one that is due.
  func text(_ sealed: Data, of mail: DueMail) -> MailText? {
    guard let key = mail.isDocument ? documents : seal else { return nil }
    return Self.text(sealed, of: mail.mail, under: key)
  }

  private static func text(_ sealed: Data, of mail: String, under seal: KeySeal) -> MailText? {
    guard let bytes = seal.open(sealed, name: mail) else { return nil }
    return try? JSONDecoder.jalons.decode(MailText.self, from: bytes)
  }

  /// Takes some e-mails that are due for a while.
  func claim(at moment: Date) async throws -> [DueMail] {
    let queue = MessageQueue.mails(postgres)
    return try await postgres.withTransaction(as: queue.caller(at: moment)) { transaction in
      try await transaction.query(
        queue.claim(
          at: moment, for: 60, fields: "c.dossier, c.expires_at, t.sealed",
          joining: "left join scheduling.message_content t on t.message = c.id"), as: DueMail.self)
    }
  }
}

extension Transaction {
  /// Where an account that works here gets its e-mail; nil where it has no address.
  func mailAddress(of account: ID<Account>) async throws -> String? {
    try await first(
      "select email from identity.v1_account where id = \(account) and email is not null and status = 'active'",
      as: String.self)
  }
}
