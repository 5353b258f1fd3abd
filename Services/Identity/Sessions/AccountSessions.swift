import API
import Domain
import Foundation
import Postgres
import Service

/// The open sessions of anybody, for administrators: somebody left a desk open, or lost a telephone.
struct AccountSessionStore: Sendable {
  let postgres: PostgresClient

  /// - Throws: 404.
  func sessions(of account: ID<Account>, for caller: Caller, at moment: Date) async throws -> [SessionRow] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await Self.checkExists(account, in: transaction)
      return try await SessionStore.sessions(of: account, at: moment, in: transaction)
    }
  }

  /// - Throws: 404.
  func closeAll(of account: ID<Account>, for caller: Caller, at moment: Date) async throws -> Int {
    try await postgres.withTransaction(as: caller) { transaction in
      try await Self.checkExists(account, in: transaction)
      // One's own session, from which one asks, goes on.
      return try await SessionStore.close(
        "account = \(account) and id is distinct from \(caller.session)::uuid", because: .closedByAdministrator,
        at: moment, in: transaction)
    }
  }

  private static func checkExists(_ account: ID<Account>, in transaction: Transaction) async throws {
    let known = try await transaction.first(
      "select true from identity.account where id = \(account)", as: Bool.self)
    guard known != nil else { throw Problem.notFound("Ce compte") }
  }
}

func addAccountSessionRoutes(to routes: Routes, store: AccountSessionStore) {
  routes.handle(IdentityAPI.listAccountSessions) { _, request in
    Page(items: try await store.sessions(of: request.id("account"), for: request.caller, at: request.now))
  }
  routes.handle(IdentityAPI.closeAccountSession) { _, request in
    try await SessionStore(postgres: store.postgres).close(
      request.id("session"), of: request.id("account"), for: request.caller, because: .closedByAdministrator,
      at: request.now)
    return NoOutput()
  }
  routes.handle(IdentityAPI.closeAccountSessions) { _, request in
    ClosedSessions(
      closed: try await store.closeAll(of: request.id("account"), for: request.caller, at: request.now))
  }
}
