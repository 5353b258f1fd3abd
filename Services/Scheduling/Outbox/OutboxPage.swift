import API
import Domain
import Postgres
import Service

/// What left the house, with numbers and texts; without the links of e-mails, which open accounts.
struct OutgoingStore: Sendable {
  let postgres: PostgresClient

  /// Latest first.
  /// - Parameter whole: e-mails to the caller with their links, where an instance without a provider kept them.
  func messages(
    after cursor: MomentPlace?, limit: Int, whole: Bool, for caller: Caller
  ) async throws -> [OutgoingMessage] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select id, channel, recipient, subject, text, status, provider, segments, fault, dossier, appointment, settled_at
        from scheduling.outgoing(\(cursor?.moment), \(cursor?.id), \(limit + 1), \(whole))
        """, as: OutgoingMessage.self)
    }
  }
}

/// - Parameter open: whether anybody who is signed in may look, as in a demonstration.
func addOutboxRoutes(to routes: Routes, store: OutgoingStore, open: Bool) {
  routes.handle(SchedulingAPI.listOutgoingMessages) { query, request in
    guard open || request.caller.may(.operate) || request.caller.may(.administer) else {
      throw Problem.forbidden("La boîte d’envoi est réservée à l’exploitation et à l’administration.")
    }
    let limit = query.limit ?? 50
    let rows = try await store.messages(
      after: query.place(), limit: limit, whole: open, for: request.caller)
    // Whoever operates counts what leaves and what fails; to whom and what is not theirs to read.
    let isRead = open || request.caller.may(.administer)
    return try Page(isRead ? rows : rows.map(\.withoutContent), limit: limit) {
      MomentPlace(moment: $0.settledAt, id: $0.id.value)
    }
  }
}
