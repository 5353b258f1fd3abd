import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// A text message that another service asked for and that a copy works on.
struct DueTextMessage: Sendable, Decodable {
  var message: ID<OutgoingMessageKind>
  var key: String
  var kind: String
  var attempts: Int
  var dossier: ID<Dossier>
  var expiresAt: Date?
  var sealed: Data?

  /// As the service that asked for it names it.
  var name: String { String(key.drop { $0 != ":" }.dropFirst()) }
  /// Whether somebody waits for it, to sign.
  var isCode: Bool { kind == TextMessageStore.kind }
}

/// Why a text message did not leave, as users read it.
enum TextMessageFault: String, Sendable {
  case expired = "Le SMS n’a pas pu partir à temps : demandez un nouveau code."
  case unreadable = "Le SMS a été scellé avec une autre clé : demandez un nouveau code."
  case rejected = "L’opérateur refuse ce numéro : vérifiez-le, puis recommencez."
  case delayed = "L’envoi de SMS est interrompu ; un nouvel essai a lieu dans quelques secondes."

  /// Of one that nobody waits for, without what they are to do now.
  func words(isCode: Bool) -> String {
    guard !isCode else { return rawValue }
    return switch self {
    case .expired: "Le SMS n’a pas pu partir à temps : prévenez la personne autrement."
    case .unreadable: "Le SMS a été scellé avec une autre clé : prévenez la personne autrement."
    case .rejected: "L’opérateur refuse ce numéro : numéro à corriger."
    case .delayed: rawValue
    }
  }
}

/// The text messages that other services ask for: each waits sealed, for it may hold a code that signs.
struct TextMessageStore: Sendable {
  static let kind = "code"
  /// Of what a person is told of their contract.
  static let decisionKind = "decision"

  let postgres: PostgresClient
  let seal: KeySeal

  /// Puts a message that another service asks for in the queue.
  var handling: Consumer.Handling {
    .on(TextMessageRequested.self) { event, envelope, transaction in
      let name = event.message.text
      guard let text = text(event.sealed, of: name) else { return }
      let id = ID<OutgoingMessageKind>.new(at: envelope.time)
      try await transaction.batch([
        """
        insert into scheduling.message (id, dossier, account, channel, kind, due_at, key, expires_at, created_at)
        values (\(id), \(event.dossier), \(event.account), 'sms', \(Self.kind), \(envelope.time), \("code:\(name)"),
          \(event.expiresAt), \(envelope.time))
        """,
        """
        insert into scheduling.message_content (message, recipient, body, sealed)
        values (\(id), \(text.phone), \(text.kept), \(event.sealed))
        """,
      ])
    }
  }

  /// Puts a message of our own to a person in the queue.
  /// - Parameter name: the same for the same message.
  func queue(
    _ text: TextMessage, of dossier: ID<Dossier>, name: UUID, until end: Date, at moment: Date,
    in transaction: Transaction
  ) async throws {
    let id = ID<OutgoingMessageKind>.new(at: moment)
    let isNew = try await transaction.execute(
      """
      insert into scheduling.message (id, dossier, channel, kind, due_at, key, expires_at, created_at)
      values (\(id), \(dossier), 'sms', \(Self.decisionKind), \(moment), \("decision:\(name.text)"), \(end), \(moment))
      on conflict (key) do nothing
      """)
    guard isNew == 1 else { return }
    let sealed = try seal.seal(JSONEncoder.jalons.encode(text), name: name.text)
    try await transaction.execute(
      """
      insert into scheduling.message_content (message, recipient, body, sealed)
      values (\(id), \(text.phone), \(text.kept), \(sealed))
      """)
  }

  /// What a message says; nil when it was sealed with another key.
  func text(_ sealed: Data, of name: String) -> TextMessage? {
    guard let bytes = seal.open(sealed, name: name) else { return nil }
    return try? JSONDecoder.jalons.decode(TextMessage.self, from: bytes)
  }

  /// Takes some messages that are due for a while: no other copy works on them meanwhile.
  func claim(at moment: Date, most: Int = 10, for seconds: Int = 10) async throws -> [DueTextMessage] {
    try await postgres.withTransaction(as: .system("text messages", today: CalendarDate(moment))) { transaction in
      try await transaction.query(
        """
        with due as (
          select id from scheduling.message
          where status = 'queued' and channel = 'sms' and kind in (\(Self.kind), \(Self.decisionKind))
            and due_at <= \(moment)
            and exists (select from identity.v1_county where sms_sender is not null)
            and (claimed_until is null or claimed_until < clock_timestamp())
          order by due_at limit \(most) for update skip locked),
        claimed as (
          update scheduling.message m set attempts = attempts + 1,
            claimed_until = clock_timestamp() + make_interval(secs => \(seconds))
          from due where due.id = m.id returning m.id, m.key, m.kind, m.attempts, m.dossier, m.expires_at)
        select c.id as message, c.key, c.kind, c.attempts, c.dossier, c.expires_at, t.sealed
        from claimed c left join scheduling.message_content t on t.message = c.id
        """, as: DueTextMessage.self)
    }
  }

  /// Records what became of a message, and tells who asked for it; what was sealed is not needed any more.
  func settle(
    _ message: DueTextMessage, as status: MessageStatus, fault: TextMessageFault? = nil, provider: String? = nil,
    providerID: String? = nil, segments: Int? = nil, at moment: Date
  ) async throws {
    try await postgres.withTransaction(as: .system("text messages", today: CalendarDate(moment))) { transaction in
      let changed = try await transaction.execute(
        """
        update scheduling.message set status = \(status), fault = \(fault?.words(isCode: message.isCode)), provider = \(provider),
          provider_id = \(providerID), segments = \(segments), settled_at = \(moment), claimed_until = null
        where id = \(message.message) and status = 'queued'
        """)
      guard changed == 1 else { return }
      try await transaction.execute(
        "update scheduling.message_content set sealed = null where message = \(message.message)")
      try await tell(message, status == .sent ? .sent : .failed, fault, in: transaction, at: moment)
    }
  }

  /// Puts a message back that did not leave, or may have: the same code twice does no harm. Who asked for it is told the
  /// first time.
  func putBack(_ message: DueTextMessage, after pause: Duration, at moment: Date) async throws {
    try await postgres.withTransaction(as: .system("text messages", today: CalendarDate(moment))) { transaction in
      let changed = try await transaction.execute(
        """
        update scheduling.message
        set claimed_until = clock_timestamp() + make_interval(secs => \(Int(pause.components.seconds)))
        where id = \(message.message) and status = 'queued'
        """)
      guard changed == 1, message.attempts == 1 else { return }
      try await tell(message, .delayed, .delayed, in: transaction, at: moment)
    }
  }

  private func tell(
    _ message: DueTextMessage, _ outcome: TextMessageSettled.Outcome, _ fault: TextMessageFault?,
    in transaction: Transaction, at moment: Date
  ) async throws {
    guard message.isCode, let name = UUID(uuidString: message.name) else { return }
    try await transaction.announce(
      TextMessageSettled(message: name, dossier: message.dossier, outcome: outcome, fault: fault?.rawValue), at: moment)
  }
}
