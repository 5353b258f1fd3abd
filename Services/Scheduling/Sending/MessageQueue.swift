import API
import Domain
import Foundation
import Messaging
import Postgres

/// A message that a copy works on.
protocol DueMessage: Sendable {
  var message: ID<OutgoingMessageKind> { get }
  /// What a provider knows it by: the same for every attempt.
  var key: String { get }
  /// How often it was taken, this time included.
  var attempts: Int { get }
}

/// Why a message did not leave.
protocol MessageFault: Sendable {
  /// As users read it.
  var label: String { get }
}

/// What becomes of a message that was taken.
enum MessageFate<Fault: MessageFault>: Sendable {
  case sent(provider: String, id: String? = nil, segments: Int? = nil)
  /// It will not leave any more: its hour has passed.
  case tooLate(Fault)
  /// No provider takes it.
  case failed(Fault, provider: String? = nil)
  /// It surely did not leave, and is tried again after so long.
  case putBack(Duration)
  /// It may have left: the claim runs out, and the next who takes it knows that a call was made.
  case left
}

/// The messages of one kind among those that wait in `scheduling.message`. Any number of copies may take from it.
struct MessageQueue: Sendable {
  /// Wakes the senders of this process (`Transaction.wakeAfterCommit`).
  static let topic = "scheduling.message"

  let postgres: PostgresClient
  /// Under which name the database knows who asks.
  let name: String
  /// Which messages, by the columns of `scheduling.message`.
  let which: SQL
  /// The column of `identity.v1_county` that says whom they come from: without it none is due.
  let sender: SQL

  static func mails(_ postgres: PostgresClient) -> MessageQueue {
    MessageQueue(postgres: postgres, name: "mail", which: "channel = 'email'", sender: "mail_sender")
  }

  static func reminders(_ postgres: PostgresClient) -> MessageQueue {
    MessageQueue(
      postgres: postgres, name: "reminders", which: "channel = 'sms' and kind is null", sender: "sms_sender")
  }

  static func codes(_ postgres: PostgresClient) -> MessageQueue {
    MessageQueue(
      postgres: postgres, name: "text messages",
      which: "channel = 'sms' and kind in (\(TextMessageStore.kind), \(TextMessageStore.decisionKind))",
      sender: "sms_sender")
  }

  func caller(at moment: Date) -> Caller { .system(name, today: CalendarDate(moment)) }

  /// The statement that takes some messages that are due for a while: no other copy works on them meanwhile.
  /// - Parameters:
  ///   - seconds: longer than a provider may take to answer, and no longer than others may wait for a copy that died.
  ///   - fields: what is asked of them; `c` is the message, `c.uncertain` says that a call was begun whose result was not
  ///     recorded.
  func claim(at moment: Date, most: Int = 10, for seconds: Int, fields: SQL, joining tables: SQL) -> SQL {
    """
    with due as (
      select id, called_at is not null as uncertain from scheduling.message
      where status = 'queued' and \(which) and due_at <= \(moment)
        and (claimed_until is null or claimed_until < clock_timestamp())
        and exists (select from identity.v1_county where \(sender) is not null)
      order by due_at limit \(most) for update skip locked),
    claimed as (
      update scheduling.message m set attempts = attempts + 1, called_at = clock_timestamp(),
        claimed_until = clock_timestamp() + make_interval(secs => \(seconds))
      from due where due.id = m.id
      returning m.id, m.key, m.kind, m.attempts, m.appointment, m.dossier, m.expires_at, due.uncertain)
    select c.id as message, c.key, c.attempts, \(fields) from claimed c \(tables)
    """
  }

  /// How long there is nothing to send, as far as one can tell; nil where nothing waits.
  func rest(at moment: Date) async throws -> Duration? {
    let seconds = try await postgres.withTransaction(as: caller(at: moment)) { transaction in
      try await transaction.first(
        """
        select ceil(extract(epoch from min(greatest(due_at - \(moment)::timestamptz,
          coalesce(claimed_until - clock_timestamp(), interval '0')))))::float8
        from scheduling.message
        where status = 'queued' and \(which) and exists (select from identity.v1_county where \(sender) is not null)
        """, as: Double?.self)
    }
    return (seconds ?? nil).map { .seconds(max(1, min($0, 86_400))) }
  }

  /// Takes a message for a while more, just before it is given to a server: those before it may have been long.
  /// - Returns: false where another copy has taken it meanwhile, or has sent it.
  func hold(_ due: some DueMessage, for seconds: Int = 60) async throws -> Bool {
    try await postgres.withTransaction(as: .system(name)) { transaction in
      try await transaction.execute(
        """
        update scheduling.message set claimed_until = clock_timestamp() + make_interval(secs => \(seconds))
        where id = \(due.message) and status = 'queued' and attempts = \(due.attempts)
        """) == 1
    }
  }

  /// Records what became of a message; what was sealed is not needed any more once it is settled.
  /// - Parameter tell: what follows in the same transaction, unless another copy was faster.
  func settle<Fault>(
    _ due: some DueMessage, as fate: MessageFate<Fault>, at moment: Date,
    telling tell: @escaping @Sendable (Transaction) async throws -> Void
  ) async throws {
    try await postgres.withTransaction(as: caller(at: moment)) { transaction in
      guard try await Self.record(due.message, fate, at: moment, in: transaction) else { return }
      try await tell(transaction)
    }
  }

  private static func record<Fault>(
    _ message: ID<OutgoingMessageKind>, _ fate: MessageFate<Fault>, at moment: Date, in transaction: Transaction
  ) async throws -> Bool {
    switch fate {
    case .sent(let provider, let id, let segments):
      try await close(
        message, .sent, provider: provider, providerID: id, segments: segments, at: moment, in: transaction)
    case .tooLate(let fault): try await close(message, .tooLate, fault: fault, at: moment, in: transaction)
    case .failed(let fault, let provider):
      try await close(message, .failed, fault: fault, provider: provider, at: moment, in: transaction)
    case .putBack(let pause):
      try await transaction.execute(
        """
        update scheduling.message set called_at = null,
          claimed_until = clock_timestamp() + make_interval(secs => \(Int(pause.components.seconds)))
        where id = \(message) and status = 'queued'
        """) == 1
    case .left: false
    }
  }

  /// What did leave is recorded as such, even where it was withdrawn meanwhile.
  private static func close(
    _ message: ID<OutgoingMessageKind>, _ status: MessageStatus, fault: (any MessageFault)? = nil,
    provider: String? = nil, providerID: String? = nil, segments: Int? = nil, at moment: Date,
    in transaction: Transaction
  ) async throws -> Bool {
    let changed = try await transaction.execute(
      """
      update scheduling.message set status = \(status), fault = \(fault?.label), provider = \(provider),
        provider_id = \(providerID), segments = \(segments), settled_at = \(moment), claimed_until = null,
        called_at = null
      where id = \(message) and (status = 'queued' or (\(status) = 'sent' and status in ('too_late', 'failed')))
      """)
    guard changed == 1 else { return false }
    try await transaction.execute(
      "update scheduling.message_content set sealed = null where message = \(message) and sealed is not null")
    return true
  }
}
