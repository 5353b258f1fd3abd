import API
import Domain
import Passwords
import Service

func addSessionRoutes(
  to routes: Routes, entrance: Entrance, sessions: SessionStore, passwords: PasswordChanger
) {
  routes.handle(IdentityAPI.signIn) { input, request in
    try await telling { try await entrance.signIn(input, request) }
  }
  routes.handle(IdentityAPI.completeSignIn) { input, request in try await entrance.complete(input, request) }
  routes.handle(IdentityAPI.refreshSession) { input, request in
    input.secret.hasPrefix(AccessToken.prefix)
      ? try await entrance.exchange(input.secret, request) : try await entrance.renew(input.secret, at: request.now)
  }
  routes.handle(IdentityAPI.switchProfile) { input, request in
    // Sent again it only gives another token, and an answer with a token is not to be kept.
    try await entrance.switchProfile(to: input.accountProfile, for: request.caller.withoutKey, at: request.now)
  }
  routes.handle(IdentityAPI.signOut) { _, request in
    guard let session = request.caller.session else { throw Problem.signedOut }
    try await sessions.close(
      session, of: request.caller.account, for: request.caller, because: .signedOut, at: request.now)
    return NoOutput()
  }
  routes.handle(IdentityAPI.listSessions) { _, request in
    Page(items: try await sessions.sessions(of: request.caller.account, for: request.caller, at: request.now))
  }
  routes.handle(IdentityAPI.closeSession) { _, request in
    let session = try request.id("session", of: Session.self)
    try await sessions.close(
      session, of: request.caller.account, for: request.caller,
      because: session == request.caller.session ? .signedOut : .closedElsewhere, at: request.now)
    return NoOutput()
  }
  routes.handle(IdentityAPI.showMe) { _, request in
    let caller = request.caller
    let (standing, profile) = try await entrance.me(caller, at: request.now)
    return Me(
      account: standing.account, organisation: profile.organisation,
      phone: PhoneNumber.shown(standing.phone), profile: profile.choice,
      profiles: standing.profiles.map(\.choice),
      territories: try await DirectoryStore(postgres: sessions.postgres).territories(caller.territories, for: caller),
      rights: caller.rights.sorted { $0.rawValue < $1.rawValue }, scope: caller.scope)
  }
  routes.handle(IdentityAPI.changePassword) { input, request in
    try await telling { try await passwords.change(input, request) }
    return NoOutput()
  }
}

extension Caller {
  /// The same caller without an idempotency key, where the answer holds a secret that must not be kept.
  var withoutKey: Caller {
    var copy = self
    copy.idempotency = nil
    return copy
  }
}

/// Runs what hashes passwords; when too many wait, the service is busy.
func telling<R>(_ body: () async throws -> R) async throws -> R {
  do {
    return try await body()
  } catch PasswordError.busy {
    throw Problem.busy
  }
}
