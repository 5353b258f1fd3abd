import API
import Domain
import Foundation
import HTTPTypes
import Service

/// Access tokens: what a program carries instead of somebody's password.
struct AccessTokens: Sendable {
  let store: AccessTokenStore

  /// - Throws: 403 to a program: a token makes no other; 422 with every fault at once.
  func add(_ new: NewAccessToken, _ request: EndpointRequest) async throws -> IssuedAccessToken {
    try Self.checkPerson(request.caller)
    var faults: [Fault] = []
    if new.permits.isEmpty {
      faults.append(Fault("permits", "obligatoire", "Choisissez au moins ce que le programme pourra lire."))
    }
    if new.expiresOn < request.today {
      faults.append(Fault("expiresOn", "passe", "La fin est passée. Choisissez un jour à venir."))
    }
    if new.expiresOn > request.today.adding(months: 12) {
      faults.append(Fault("expiresOn", "trop-loin", "Un jeton dure un an au plus. Choisissez un jour plus proche."))
    }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    let secret = AccessToken.prefix + OneSecret().text
    let row = try await store.add(
      new, secretHash: OneSecret.hash(of: secret), for: request.caller.withoutKey, at: request.now)
    return IssuedAccessToken(token: row, secret: secret)
  }

  static func checkPerson(_ caller: Caller) throws {
    guard caller.replaces == nil else {
      throw Problem.forbidden("Vous agissez à la place d’un collègue. Revenez d’abord à votre propre profil.")
    }
    guard caller.permits == nil else { throw Problem.forbidden("Un jeton d’accès n’en gère pas d’autres.") }
  }
}

extension Entrance {
  /// The next minutes' token of a program that shows an access token. The gateway asks for it.
  /// - Throws: 401, the same for a token that was revoked, ran out, or never was.
  func exchange(_ secret: String, _ request: EndpointRequest) async throws -> RenewedToken {
    let store = AccessTokenStore(postgres: sessions.postgres)
    let shown = try await store.use(
      secretHash: OneSecret.hash(of: secret), from: request.headers[.clientAddress], at: request.now)
    guard let shown else { throw Problem.tokenRefused }
    let standing = try await sessions.standing(of: shown.account, at: request.now)
    guard let profile = standing.profiles.first(where: { $0.id == shown.accountProfile }) else {
      throw Problem.tokenRefused
    }
    let rights = try await sessions.rights(of: profile.profile)
    var caller = profile.caller(standing, rights: rights, session: shown.session, at: request.now)
    // Whoever reads the audit log or a dossier's timeline sees that it was a program.
    caller.name = "\(standing.account.name) (jeton « \(shown.name) »)"
    caller.permits = Set(shown.permits.map(Permit.init(rawValue:)))
    let token = try await issuer.token(for: caller, client: .browser, at: request.now)
    return RenewedToken(
      token: token.text, expiresAt: token.expiresAt, session: shown.session, account: standing.account,
      profile: profile.choice)
  }
}

func addAccessTokenRoutes(to routes: Routes, tokens: AccessTokens) {
  routes.handle(IdentityAPI.listAccessTokens) { _, request in
    Page(items: try await tokens.store.tokens(of: request.caller))
  }
  routes.handle(IdentityAPI.addAccessToken) { new, request in try await tokens.add(new, request) }
  routes.handle(IdentityAPI.revokeAccessToken) { _, request in
    try AccessTokens.checkPerson(request.caller)
    try await tokens.store.revoke(request.id("token"), for: request.caller, at: request.now)
    return NoOutput()
  }
}
