import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

extension AppointmentStore {
  /// Moves a planned appointment or changes what it is about. A queued reminder follows the hour.
  /// - Throws: 404; 412 with the appointment as it is now; 409 as `book`, or once its outcome is recorded.
  func change(
    _ id: ID<Appointment>, to draft: AppointmentDraft, version: Int, as caller: Caller, at moment: Date
  ) async throws -> AppointmentDetail {
    do {
      return try await postgres.withTransaction(as: caller, retrying: true) { transaction in
        let before = try await Self.current(id, version: version, in: transaction)
        if let refusal = AppointmentRules.refusalOfChange(before.outcome) { throw refusal }
        let agent = draft.agent ?? before.agent
        let agentName = try await AgendaStore.nameOfChosen(agent, in: transaction)
        try await Self.checkChoices(of: draft, for: before.dossier, keeping: before, in: transaction)
        try await AgendaStore.takeTurn(agent: agent, dossier: before.dossier, in: transaction)
        try await transaction.execute(
          """
          update scheduling.appointment set agent = \(agent), agent_name = \(agentName), kind = \(draft.kind),
            theme = \(draft.theme), place = \(draft.place),
            place_name = (select name from scheduling.place where id = \(draft.place)),
            starts_at = \(draft.startsAt), ends_at = \(draft.endsAt), step = \(draft.step),
            reminder = \(draft.reminder), note = \(draft.note), version = version + 1,
            needs_attention = needs_attention and agent = \(agent) and starts_at = \(draft.startsAt),
            meeting = case when agent = \(agent) and starts_at = \(draft.startsAt) and ends_at = \(draft.endsAt)
              then meeting else id end
          where id = \(id)
          """)
        if draft.startsAt != before.startsAt || draft.reminder != before.reminder {
          try await ReminderStore.withdraw(for: id, because: .moved, at: moment, in: transaction)
          if draft.reminder {
            try await ReminderStore.queue(
              for: id, of: before.dossier, startsAt: draft.startsAt, at: moment, in: transaction)
          }
        }
        let after = try await Self.appointment(id, in: transaction)
        try await transaction.announce(after.event(.moved), at: moment)
        return after
      }
    } catch let error as PostgresError {
      let before = try await appointment(id, for: caller.looking)
      var draft = draft
      draft.agent = draft.agent ?? before.agent
      throw try await refusal(error, of: draft, dossier: before.dossier, except: id, for: caller, at: moment)
    }
  }

  /// Records what became of an appointment, with its summary; the summary stays when none is given.
  /// - Throws: 404; 412; 409 before the hour for what cannot be known yet (`AppointmentRules`).
  func record(
    _ draft: OutcomeDraft, of id: ID<Appointment>, version: Int, as caller: Caller, at moment: Date
  ) async throws -> AppointmentDetail {
    do {
      return try await postgres.withTransaction(as: caller, retrying: true) { transaction in
        let before = try await Self.current(id, version: version, in: transaction)
        if draft.outcome != before.outcome,
          let refusal = AppointmentRules.refusal(of: draft.outcome, startsAt: before.startsAt, at: moment)
        {
          throw refusal
        }
        if draft.outcome.takesTime, !before.outcome.takesTime {
          try await AgendaStore.takeTurn(agent: before.agent, dossier: before.dossier, in: transaction)
        }
        try await transaction.execute(
          """
          update scheduling.appointment set outcome = \(draft.outcome),
            summary = coalesce(\(draft.summary), summary), exit_cancelled = false, version = version + 1
          where id = \(id)
          """)
        if draft.outcome != .planned {
          try await ReminderStore.withdraw(for: id, because: .cancelled, at: moment, in: transaction)
        } else if before.outcome != .planned, before.reminder {
          try await ReminderStore.queue(
            for: id, of: before.dossier, startsAt: before.startsAt, at: moment, in: transaction)
        }
        let after = try await Self.appointment(id, in: transaction)
        try await transaction.announce(after.event(.outcome), at: moment)
        return after
      }
    } catch let error as PostgresError where error.kind == .exclusionViolation {
      throw Self.taken
    }
  }

  /// Takes back an appointment that is planned and still to come, in an agenda that is open to the caller.
  /// - Throws: 404; 412; 409 for any other.
  func delete(_ id: ID<Appointment>, version: Int, as caller: Caller, at moment: Date) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      let before = try await Self.current(id, version: version, in: transaction)
      if let refusal = AppointmentRules.refusalOfDeletion(before.outcome, startsAt: before.startsAt, at: moment) {
        throw refusal
      }
      // What the new référent must settle is theirs to take back, though it stands in the former one's agenda.
      if !before.needsAttention { _ = try await AgendaStore.nameOfWritable(before.agent, in: transaction) }
      try await ReminderStore.withdraw(for: id, because: .cancelled, at: moment, in: transaction)
      try await transaction.execute("delete from scheduling.appointment where id = \(id)")
      var event = before.event(.outcome)
      event.outcome = "deleted"
      try await transaction.announce(event, at: moment)
    }
  }

  /// The appointment, held until the transaction ends.
  private static func current(
    _ id: ID<Appointment>, version: Int, in transaction: Transaction
  ) async throws -> AppointmentDetail {
    try await appointment(id, in: transaction, locking: true).held(version: version)
  }
}
