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
  struct Claim: Sendable {
    var reminder: DueReminder
    var decision: DueReminder.Decision
  }

  /// Takes some due reminders for a while: no other copy works on them meanwhile. What is to be sent is written down
  /// before it is sent.
  /// - Parameter seconds: twice a provider's time-out, and no longer than others may wait for a copy that died.
  func claim(
    at moment: Date, provider: SMSProvider, most: Int = 10, for seconds: Int = 10
  ) async throws -> [Claim] {
    try await postgres.withTransaction(as: .system("reminders", today: CalendarDate(moment))) { transaction in
      // What waited for its provider meanwhile leaves in the morning.
      guard try await SendingHours.current(in: transaction).allow(moment) else { return [] }
      let due = try await transaction.query(
        """
        with due as (
          select id, called_at is not null as uncertain from scheduling.message
          where status = 'queued' and channel = 'sms' and kind is null and due_at <= \(moment)
            and (claimed_until is null or claimed_until < clock_timestamp())
            and exists (select from identity.v1_county where sms_sender is not null)
          order by due_at limit \(most) for update skip locked),
        claimed as (
          update scheduling.message m set attempts = attempts + 1, called_at = clock_timestamp(),
            claimed_until = clock_timestamp() + make_interval(secs => \(seconds))
          from due where due.id = m.id returning m.id, m.key, m.attempts, m.appointment, m.dossier, due.uncertain)
        select c.id as message, c.key, c.uncertain, c.attempts, c.appointment, c.dossier, a.agent, a.agent_name,
          a.starts_at, a.outcome, a.place_name || coalesce(', ' || nullif(p.address, ''), '') as place, d.phone,
          d.sms_refused, case when l.fault = \(ReminderFault.rejected.label) then l.recipient end as dead_number
        from claimed c left join scheduling.appointment a on a.id = c.appointment
          left join scheduling.place p on p.id = a.place
          left join dossiers.v1_dossier d on d.id = a.dossier
          left join lateral (
            select m.fault, n.recipient from scheduling.message m
              join scheduling.message_content n on n.message = m.id
            where m.dossier = c.dossier and m.channel = 'sms' and m.provider is not null and m.settled_at is not null
            order by m.settled_at desc limit 1) l on true
        """, as: DueReminder.self)
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

  /// Records what became of a reminder, and tells the agent when it will not leave.
  func settle(
    _ reminder: DueReminder, as status: MessageStatus, fault: ReminderFault? = nil, provider: String? = nil,
    providerID: String? = nil, segments: Int? = nil, at moment: Date
  ) async throws {
    try await postgres.withTransaction(as: .system("reminders", today: CalendarDate(moment))) { transaction in
      // What did leave is recorded as such, even where it was withdrawn meanwhile.
      let changed = try await transaction.execute(
        """
        update scheduling.message set status = \(status), fault = \(fault?.label), provider = \(provider),
          provider_id = \(providerID), segments = \(segments), settled_at = \(moment), claimed_until = null,
          called_at = null
        where id = \(reminder.message)
          and (status = 'queued' or (\(status) = 'sent' and status in ('too_late', 'failed')))
        """)
      guard changed == 1 else { return }
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
          ReminderSent(appointment: appointment, dossier: dossier, channel: .sms, status: status),
          at: moment)
      }
    }
  }

  /// Puts a reminder back that surely did not leave; it is tried again after `pause`.
  func putBack(_ reminder: DueReminder, after pause: Duration) async throws {
    try await postgres.withTransaction(as: .system("reminders")) { transaction in
      _ = try await transaction.execute(
        """
        update scheduling.message set called_at = null, fault = \(ReminderFault.delayed.label),
          claimed_until = clock_timestamp() + make_interval(secs => \(Int(pause.components.seconds)))
        where id = \(reminder.message) and status = 'queued'
        """)
    }
  }
}
