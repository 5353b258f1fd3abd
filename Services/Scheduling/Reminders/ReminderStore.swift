import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

struct ReminderStore: Sendable {
  let postgres: PostgresClient

  // MARK: With an appointment

  static func wording(in transaction: Transaction) async throws -> ReminderWording {
    ReminderWording(
      hoursBefore: try await transaction.value(of: .reminder), wording: try await transaction.wording(of: .reminder))
  }

  /// Puts a reminder in the queue, unless the appointment is too near for one.
  static func queue(
    for appointment: ID<Appointment>, of dossier: ID<Dossier>, startsAt: Date, at moment: Date,
    in transaction: Transaction
  ) async throws {
    guard let wanted = try await wording(in: transaction).dueAt(startsAt: startsAt, bookedAt: moment),
      let due = try await SendingHours.current(in: transaction).moment(
        for: wanted, bookedAt: moment, startsAt: startsAt)
    else { return }
    // The hour is part of the key: an appointment that is moved is reminded of anew, one that is moved back is not.
    let key = "rappel:\(appointment):\(Int(startsAt.timeIntervalSince1970))"
    try await transaction.execute(
      """
      insert into scheduling.message (id, appointment, dossier, channel, due_at, key, created_at)
      values (\(ID<OutgoingMessageKind>.new(at: moment)), \(appointment), \(dossier), 'sms', \(due), \(key), \(moment))
      on conflict (key) do update
        set status = 'queued', due_at = excluded.due_at, fault = null, settled_at = null,
          created_at = excluded.created_at
        where message.status = 'too_late'
      """)
    transaction.wakeAfterCommit(MessageQueue.topic)
  }

  /// Takes what has not left yet out of the queue.
  static func withdraw(
    for appointment: ID<Appointment>, because fault: ReminderFault, at moment: Date, in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      update scheduling.message set status = 'too_late', fault = \(fault.label), settled_at = \(moment)
      where appointment = \(appointment) and status = 'queued'
      """)
  }

  // MARK: The queue

  /// One due reminder, with what is decided for it.
  struct Claim: DueMessage {
    var reminder: DueReminder
    var decision: DueReminder.Decision

    var message: ID<OutgoingMessageKind> { reminder.message }
    var key: String { reminder.key }
    var attempts: Int { reminder.attempts }
  }

  /// What a reminder needs to know of its appointment and its person.
  private static let fields: SQL = """
    c.uncertain, c.appointment, c.dossier, a.agent, a.agent_name, a.starts_at, a.outcome,
    a.place_name || coalesce(', ' || nullif(p.address, ''), '') as place, d.phone, d.sms_refused,
    case when l.fault = \(ReminderFault.rejected.label) then l.recipient end as dead_number
    """
  private static let tables: SQL = """
    left join scheduling.appointment a on a.id = c.appointment
    left join scheduling.place p on p.id = a.place
    left join dossiers.v1_dossier d on d.id = a.dossier
    left join lateral (
      select m.fault, n.recipient from scheduling.message m join scheduling.message_content n on n.message = m.id
      where m.dossier = c.dossier and m.channel = 'sms' and m.provider is not null and m.settled_at is not null
      order by m.settled_at desc limit 1) l on true
    """

  /// Whether it is an hour at which reminders leave.
  func leaves(at moment: Date) async throws -> Bool {
    try await postgres.withTransaction(as: MessageQueue.reminders(postgres).caller(at: moment)) { transaction in
      try await SendingHours.current(in: transaction).allow(moment)
    }
  }

  /// Takes some due reminders for a while. What is to be sent is written down before it is sent.
  func claim(at moment: Date, provider: SMSProvider) async throws -> [Claim] {
    let queue = MessageQueue.reminders(postgres)
    return try await postgres.withTransaction(as: queue.caller(at: moment)) { transaction in
      // What waited for its provider meanwhile leaves in the morning.
      guard try await SendingHours.current(in: transaction).allow(moment) else { return [] }
      // Twice the provider's time-out.
      let due = try await transaction.query(
        queue.claim(at: moment, for: 10, fields: Self.fields, joining: Self.tables), as: DueReminder.self)
      guard !due.isEmpty else { return [] }
      let wording = try await Self.wording(in: transaction)
      let claims = due.map {
        Claim(
          reminder: $0, decision: $0.decision(wording, at: moment, providerKnowsKeys: provider.knowsKeys))
      }
      for claim in claims {
        guard case .send(let number, let text) = claim.decision else { continue }
        try await transaction.execute(
          """
          insert into scheduling.message_content (message, recipient, body)
          values (\(claim.reminder.message), \(number.e164), \(text))
          on conflict (message) do update set recipient = excluded.recipient, body = excluded.body
          """)
      }
      return claims
    }
  }

  /// Tells the agent when a reminder will not leave, and the dossier what became of it.
  func tell(
    _ reminder: DueReminder, _ fate: MessageFate<ReminderFault>, in transaction: Transaction, at moment: Date
  ) async throws {
    let (status, fault): (MessageStatus, ReminderFault?)
    switch fate {
    case .sent: (status, fault) = (.sent, nil)
    case .tooLate(let why): (status, fault) = (.tooLate, why)
    case .failed(let why, _): (status, fault) = (.failed, why)
    case .putBack:
      try await transaction.execute(
        "update scheduling.message set fault = \(ReminderFault.delayed.label) where id = \(reminder.message)")
      return
    case .left: return
    }
    if let title = fault?.noticeTitle, let agent = reminder.agent {
      try await transaction.notify(
        [agent], NoticeDraft(kind: .reminder, title: title, dossier: reminder.dossier), at: moment)
    }
    // Of a number that is known to be dead the task stands already.
    if fault == .rejected, let dossier = reminder.dossier, reminder.deadNumber == nil {
      try await transaction.announce(NumberRefused(dossier: dossier), at: moment)
    }
    if let appointment = reminder.appointment, let dossier = reminder.dossier {
      try await transaction.announce(
        ReminderSent(appointment: appointment, dossier: dossier, channel: .sms, status: status), at: moment)
    }
  }
}
