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
  var expiresAt: Date?
  var sealed: Data?

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
  let postgres: PostgresClient
  let seal: KeySeal

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
  }

  /// What an e-mail says; nil when it was sealed with another secret.
  func text(_ sealed: Data, of mail: String) -> MailText? {
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
          from due where due.id = m.id returning m.id, m.key, m.attempts, m.expires_at)
        select c.id as message, c.key, c.attempts, c.expires_at, t.sealed
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
