import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// A text message that another service asked for and that a copy works on.
struct DueTextMessage: DueMessage, Decodable {
  var message: ID<OutgoingMessageKind>
  var key: String
  var kind: String
  var attempts: Int
  var dossier: ID<Dossier>
  var expiresAt: Date?
  var sealed: Data?

  /// As the service that asked for it names it.
  var name: String { String(key.drop { $0 != ":" }.dropFirst()) }
  /// Whether a person waits for it, to sign.
  var isCode: Bool { kind == TextMessageStore.kind }
}

/// Why a text message did not leave, as users read it.
enum TextMessageFault: String, MessageFault {
  case expired = "Le SMS n’a pas pu partir à temps : demandez un nouveau code."
  case unreadable = "Le SMS a été scellé avec une autre clé : demandez un nouveau code."
  case rejected = "L’opérateur refuse ce numéro : vérifiez-le, puis recommencez."
  case delayed = "L’envoi de SMS est interrompu ; un nouvel essai a lieu dans quelques secondes."

  var label: String { rawValue }

  /// Of a message for which no person waits: without what they are to do now.
  var labelForNews: String {
    switch self {
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
      transaction.wakeAfterCommit(MessageQueue.topic)
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
    transaction.wakeAfterCommit(MessageQueue.topic)
  }

  /// What a message says; nil when it was sealed with another key.
  func text(_ sealed: Data, of name: String) -> TextMessage? {
    guard let bytes = seal.open(sealed, name: name) else { return nil }
    return try? JSONDecoder.jalons.decode(TextMessage.self, from: bytes)
  }

  /// Takes some messages that are due for a while.
  func claim(at moment: Date) async throws -> [DueTextMessage] {
    let queue = MessageQueue.codes(postgres)
    return try await postgres.withTransaction(as: queue.caller(at: moment)) { transaction in
      try await transaction.query(
        queue.claim(
          at: moment, for: 10, fields: "c.kind, c.dossier, c.expires_at, t.sealed",
          joining: "left join scheduling.message_content t on t.message = c.id"), as: DueTextMessage.self)
    }
  }

  /// Tells who asked for a message what became of it; of a delay, the first time.
  func tell(
    _ message: DueTextMessage, _ fate: MessageFate<TextMessageFault>, in transaction: Transaction, at moment: Date
  ) async throws {
    guard message.isCode else {
      switch fate {
      case .failed(let fault, _), .tooLate(let fault): try await explain(fault, of: message, in: transaction)
      case .sent, .putBack, .left: break
      }
      return
    }
    guard let name = UUID(uuidString: message.name) else { return }
    let (outcome, fault): (TextMessageSettled.Outcome, TextMessageFault?)
    switch fate {
    case .sent: (outcome, fault) = (.sent, nil)
    case .tooLate(let why), .failed(let why, _): (outcome, fault) = (.failed, why)
    case .putBack where message.attempts == 1: (outcome, fault) = (.delayed, .delayed)
    case .putBack, .left: return
    }
    try await transaction.announce(
      TextMessageSettled(message: name, dossier: message.dossier, outcome: outcome, fault: fault?.rawValue), at: moment)
  }

  /// The fault of a message for which no person waits has other words than a code's.
  private func explain(
    _ fault: TextMessageFault, of message: DueTextMessage, in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      "update scheduling.message set fault = \(fault.labelForNews) where id = \(message.message)")
  }
}
