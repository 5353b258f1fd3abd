import API
import Domain
import Foundation
import HTTPTypes
import Messaging
import Postgres
import Service

/// « Mot de passe oublié » : a link by e-mail, asked for by whoever knows an address.
struct PasswordResets: Sendable {
  let postgres: PostgresClient
  let slowing: SlowingStore
  let mails: Mails

  /// Links that one account is sent in an hour, whoever asks and from wherever.
  static let mostInAnHour = 3

  static let stale = Problem(
    "lien-perime", 410, "Ce lien n’est plus valable.",
    detail: "Il a déjà servi, a été remplacé par un autre, ou sa durée est passée. Demandez-en un autre.")

  /// Takes the request note, the same for every address: who it belongs to is looked up by `handling`.
  /// - Throws: 429 when requests come too fast from one network address.
  func ask(_ input: PasswordResetRequest, _ request: EndpointRequest) async throws {
    let email = input.email.trimmingCharacters(in: .whitespaces)
    let attempt = Attempt(resetOf: email, address: request.headers[.clientAddress])
    // An account is slowed by what it is sent, not by what is asked: nobody can keep its owner from asking.
    try await slowing.begin(attempt, known: true, at: request.now)
    let id = UUID()
    let sealed = try mails.seal.seal(Data(email.utf8), name: id.text)
    try await postgres.withTransaction(as: .system("password-reset")) { transaction in
      try await transaction.announce(PasswordResetAsked(request: id, sealed: sealed), at: request.now)
    }
  }

  /// Makes the link and has it sent, where the address has an open account.
  var handling: Consumer.Handling {
    .on(PasswordResetAsked.self) { event, envelope, transaction in
      // Sealed with another secret: nobody can read it any more.
      guard let bytes = mails.seal.open(event.sealed, name: event.request.text) else { return }
      try await send(to: String(decoding: bytes, as: UTF8.self), at: envelope.time, in: transaction)
    }
  }

  private func send(to email: String, at moment: Date, in transaction: Transaction) async throws {
    struct Found: Decodable, Sendable {
      let id: ID<Account>
      let email: String
    }
    // Held, so that two requests at once count one another.
    let found = try await transaction.first(
      """
      select id, email from identity.account where lower(email) = lower(\(email)) and status = 'active' for update
      """, as: Found.self)
    guard let found else { return }
    let sent = try await transaction.first(
      """
      select count(*) from identity.invitation
      where account = \(found.id) and kind = 'reset' and made_at > \(moment.addingTimeInterval(-3600))
      """, as: Int.self)
    guard (sent ?? 0) < Self.mostInAnHour else { return }
    let secret = OneSecret()
    let expiresAt = try await InvitationStore.make(
      .reset, for: found.id, secret: secret, at: moment, in: transaction)
    try await transaction.announce(
      mails.passwordReset(found.id, email: found.email, secret: secret, until: expiresAt, in: transaction), at: moment)
  }
}

func addPasswordResetRoutes(to routes: Routes, resets: PasswordResets, invitations: Invitations) {
  routes.handle(IdentityAPI.requestPasswordReset) { input, request in
    try await resets.ask(input, request)
    return NoOutput()
  }
  routes.handle(IdentityAPI.inspectPasswordReset) { input, request in
    try await invitations.inspect(.reset, secret: input.secret, at: request.now)
  }
  routes.handle(IdentityAPI.resetPassword) { input, request in
    try await telling {
      try await invitations.use(.reset, secret: input.secret, password: input.password, request)
    }
  }
}
