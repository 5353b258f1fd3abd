import API
import Domain
import Foundation
import Logging
import Postgres
import Redis
import Synchronization

/// What a consumer could not handle waits in its schema's `dead_letter`, and all that follows of the same key behind it.
extension Consumer {
  func park(
    _ envelope: Envelope, reason: String, error: String?, attempts: Int, in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      insert into \(unsafeSQL: schema).dead_letter (consumer, event, stream, key, type, envelope, reason, error, attempts)
      values (\(name), \(envelope.id), \(String(envelope.type.prefix { $0 != "." })), \(envelope.subject),
        \(envelope.type), \(json: envelope), \(reason), \(error), \(attempts))
      on conflict (consumer, event) do nothing
      """)
    hasParked.store(true, ordering: .relaxed)
  }

  func parkUnreadable(_ entry: StreamEntry, in stream: String, error: any Error) async throws {
    try await postgres.withTransaction(as: .system(group)) { [schema, name] transaction in
      _ = try await transaction.execute(
        """
        insert into \(unsafeSQL: schema).dead_letter (consumer, event, stream, key, type, envelope, reason, error, attempts)
        values (\(name), md5(\(stream + entry.id))::uuid, \(stream), \(entry.id), 'unreadable', \(json: entry.fields),
          'undecodable', \(String(reflecting: error)), 1)
        on conflict (consumer, event) do nothing
        """)
    }
  }

  private struct DeadLetter: Decodable, Sendable {
    let id: Int64
    let envelope: Envelope
  }

  /// Takes up the dead letters that an operator asked to replay, and those that waited behind them, in the order in
  /// which they were parked. Only the copy that leads parks any, so where none lies open it rests until it has.
  func replayWhenAsked() async {
    await repeating(
      atLeastEvery: .seconds(60), wokenBy: letters, isFinishing: true, logger: logger,
      complaint: "\(group) could not replay dead letters"
    ) {
      while try await self.replayOne(), self.goesOn {}
      return try await self.hasOpenLetters() ? .seconds(2) : .seconds(60)
    }
  }

  private func hasOpenLetters() async throws -> Bool {
    try await postgres.withTransaction(as: .system(group)) { [schema, name] transaction in
      try await transaction.first(
        """
        select exists (
          select from \(unsafeSQL: schema).dead_letter where consumer = \(name) and resolved_at is null
            and reason <> 'undecodable')
        """, as: Bool.self) == true
    }
  }

  private func replayOne() async throws -> Bool {
    try await postgres.withTransaction(as: .system(group)) { [schema, name] transaction in
      let letters = try await transaction.query(
        """
        select id, envelope from \(unsafeSQL: schema).dead_letter l
        where consumer = \(name) and resolved_at is null and reason <> 'undecodable'
          and (replay_at is not null or reason = 'blocked')
          -- Whatever was asked for, nothing overtakes an earlier one of its key.
          and not exists (
            select from \(unsafeSQL: schema).dead_letter e
            where e.consumer = l.consumer and e.key = l.key and e.id < l.id and e.resolved_at is null)
        order by id limit 1 for update skip locked
        """, after: [self.begin()], as: DeadLetter.self)
      guard let letter = letters.first else { return false }
      do {
        try await transaction.savepoint { try await self.handleAgain(letter.envelope, in: $0) }
        try await transaction.execute(
          "update \(unsafeSQL: schema).dead_letter set resolved_at = now() where id = \(letter.id)")
      } catch {
        try await transaction.execute(
          """
          update \(unsafeSQL: schema).dead_letter
          set replay_at = null, reason = 'failed', attempts = attempts + 1, error = \(String(reflecting: error))
          where id = \(letter.id)
          """)
      }
      return true
    }
  }
}
