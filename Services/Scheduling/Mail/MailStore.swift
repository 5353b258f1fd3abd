import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// An e-mail that a copy works on.
struct DueMail: Sendable, Decodable {
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
enum MailFault: String, Sendable {
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
    }
  }

  /// Puts an e-mail of our own in the queue, once per `name`.
  func queue(
    _ text: MailText, to account: ID<Account>, kind: MailKind, name: String, at moment: Date,
    in transaction: Transaction
  ) async throws {
    let id = ID<OutgoingMessageKind>.new(at: moment)
    let isNew = try await transaction.execute(
      """
      insert into scheduling.message (id, account, channel, kind, due_at, key, created_at)
      values (\(id), \(account), 'email', \(kind), \(moment), \("courriel:" + name), \(moment)) on conflict (key) do nothing
      """)
    guard isNew == 1 else { return }
    let sealed = try seal.seal(JSONEncoder.jalons.encode(text), name: name)
    try await transaction.execute(
      """
      insert into scheduling.message_content (message, recipient, subject, body, sealed)
      values (\(id), \(text.address), \(text.subject), \(text.kept), \(sealed))
      """)
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

  /// Takes some e-mails that are due for a while: no other copy works on them meanwhile.
  /// - Parameter seconds: longer than a server may take to answer.
  func claim(at moment: Date, most: Int = 10, for seconds: Int = 60) async throws -> [DueMail] {
    try await postgres.withTransaction(as: .system("mail", today: CalendarDate(moment))) { transaction in
      try await transaction.query(
        """
        with due as (
          select id from scheduling.message where status = 'queued' and channel = 'email' and due_at <= \(moment)
            and (claimed_until is null or claimed_until < clock_timestamp())
            and exists (select from identity.v1_county where mail_sender is not null)
          order by due_at limit \(most) for update skip locked),
        claimed as (
          update scheduling.message m set attempts = attempts + 1,
            claimed_until = clock_timestamp() + make_interval(secs => \(seconds))
          from due where due.id = m.id returning m.id, m.key, m.attempts, m.dossier, m.expires_at)
        select c.id as message, c.key, c.attempts, c.dossier, c.expires_at, t.sealed
        from claimed c left join scheduling.message_content t on t.message = c.id
        """, as: DueMail.self)
    }
  }

  /// Takes an e-mail for a while more, just before it is given to a server: those before it may have been long.
  /// - Returns: false where another copy has taken it meanwhile, or has sent it.
  func hold(_ mail: DueMail, for seconds: Int = 60) async throws -> Bool {
    try await postgres.withTransaction(as: .system("mail")) { transaction in
      try await transaction.execute(
        """
        update scheduling.message set claimed_until = clock_timestamp() + make_interval(secs => \(seconds))
        where id = \(mail.message) and status = 'queued' and attempts = \(mail.attempts)
        """) == 1
    }
  }

  /// Records what became of an e-mail; what was sealed is not needed any more.
  func settle(
    _ mail: DueMail, as status: MessageStatus, fault: MailFault? = nil, provider: String? = nil, at moment: Date
  ) async throws {
    try await postgres.withTransaction(as: .system("mail", today: CalendarDate(moment))) { transaction in
      _ = try await transaction.batch([
        """
        update scheduling.message set status = \(status), fault = \(fault?.label), provider = \(provider),
          settled_at = \(moment), claimed_until = null where id = \(mail.message)
        """,
        "update scheduling.message_content set sealed = null where message = \(mail.message)",
      ])
      guard mail.isDocument, let name = UUID(uuidString: mail.mail), let dossier = mail.dossier else { return }
      try await transaction.announce(
        DocumentMailSettled(
          mail: name, dossier: dossier, isSent: status == .sent, fault: fault?.label, provider: provider), at: moment)
    }
  }

  /// Puts an e-mail back that surely did not leave; it is tried again after `pause`.
  func putBack(_ mail: DueMail, after pause: Duration) async throws {
    try await postgres.withTransaction(as: .system("mail")) { transaction in
      _ = try await transaction.execute(
        """
        update scheduling.message
        set claimed_until = clock_timestamp() + make_interval(secs => \(Int(pause.components.seconds)))
        where id = \(mail.message) and status = 'queued'
        """)
    }
  }
}
