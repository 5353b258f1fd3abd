import API
import Domain
import Foundation
import HTTPTypes
import Logging
import Passwords
import Service

/// Makes the tokens that every process trusts.
struct TokenIssuer: Sendable {
  let keys: SigningKeys

  func token(
    for caller: Caller, client: SessionClient, lent: ActingProfile.Lent? = nil, idle: Int? = nil, at moment: Date
  ) async throws -> (text: String, expiresAt: Date) {
    let lifetime = Lifetime.token(client, lent: lent, at: moment)
    let claims = TokenClaims(caller: caller, issuedAt: moment, lifetime: lifetime, idle: idle)
    return (try await keys.sign(claims, at: moment), Date(timeIntervalSince1970: Double(claims.exp)))
  }
}

/// The way in: who may, and how it goes on from there.
struct Entrance: Sendable {
  let hasher: PasswordHasher
  let accounts: AccountStore
  let sessions: SessionStore
  let slowing: SlowingStore
  let factors: SecondFactorStore
  let proofs: KeySeal
  let issuer: TokenIssuer
  let logger: Logger

  /// The same for a wrong password, an unknown address, and an account that is closed or not yet open.
  static let refused = Problem(
    "identifiants", 401, "Adresse électronique ou mot de passe incorrect.",
    detail: "Vérifiez votre saisie. Mot de passe oublié ? Demandez un lien pour en choisir un autre.")

  /// Told to whoever knows the password alone.
  static let suspended = Problem(
    "compte-suspendu", 403, "Votre compte est suspendu.",
    detail: "Son usage est sorti de l’ordinaire. Prévenez votre administrateur : il le rétablira après examen.")

  static let codeRefused = Problem(
    "code-refuse", 401, "Ce code n’est pas le bon, ou il a déjà servi.",
    detail: "Saisissez celui qui s’affiche maintenant dans votre application.")

  /// Opens a session.
  /// - Throws: 401, the same after the same work whatever is wrong; 401 `second-facteur` with the proof for `complete`
  ///   when all is right and a code is needed; 429 when attempts come too fast; 403 when the account has no profile to
  ///   act under.
  func signIn(_ input: SignIn, _ request: EndpointRequest) async throws -> SignedIn {
    let (moment, address) = (request.now, request.headers[.clientAddress])
    let email = input.email.trimmingCharacters(in: .whitespaces)
    let candidate = try await accounts.candidate(email: email, address: address, at: moment)
    let attempt = Attempt(email: email, address: address)
    try await slowing.begin(attempt, known: candidate?.known ?? false, at: moment)
    let matches = try await hasher.verify(input.password, against: candidate?.password)
    if matches, candidate?.status == .suspended { throw Self.suspended }
    guard matches, let candidate, candidate.status == .active else {
      logger.notice("a sign-in was refused", metadata: ["account": "\(candidate?.id.description ?? "unknown")"])
      throw Self.refused
    }
    try await slowing.succeeded(attempt, at: moment)
    let current = try await rehashed(input.password, candidate)
    if current.hasSecondFactor { throw try SignInProof(of: current, input, at: moment).question(proofs) }
    return try await open(current, asked: input.profile, client: input.client ?? .browser, request)
  }

  /// Opens the session for which the password was right a moment ago.
  /// - Throws: 401 when the proof is no longer good, or the code is not; 429 when codes come too fast; 403.
  func complete(_ input: SecondStep, _ request: EndpointRequest) async throws -> SignedIn {
    let (moment, address) = (request.now, request.headers[.clientAddress])
    guard let proof = SignInProof(input.proof, seal: proofs, at: moment),
      let candidate = try await accounts.candidate(proof.account, address: address, at: moment),
      proof.holds(for: candidate)
    else { throw SignInProof.ended }
    let attempt = Attempt(codeOf: candidate.id, address: address)
    try await slowing.begin(attempt, known: candidate.known, at: moment)
    guard let code = TypedCode(input.code), try await factors.spend(code, proof, at: moment) else {
      logger.notice("a code was refused", metadata: ["account": "\(candidate.id)"])
      throw Self.codeRefused
    }
    try await slowing.succeeded(attempt, at: moment)
    return try await open(candidate, asked: proof.profile, client: proof.client, request)
  }

  /// The next token of a session.
  /// - Throws: 401 that says why the session is closed.
  func renew(_ secret: String, at moment: Date) async throws -> RenewedToken {
    try await token(
      of: try await sessions.renew(secretHash: OneSecret.hash(of: secret), at: moment), at: moment)
  }

  func switchProfile(to profile: ID<AccountProfile>, for caller: Caller, at moment: Date) async throws -> RenewedToken {
    try await token(of: try await sessions.switchProfile(to: profile, for: caller, at: moment), at: moment)
  }

  /// The caller as their pages show them.
  func me(_ caller: Caller, at moment: Date) async throws -> (SessionStore.Standing, ActingProfile) {
    let standing = try await sessions.standing(of: caller.account, at: moment)
    if caller.profile == nil, let session = caller.session {
      let under = try await sessions.profile(of: session)
      guard let profile = standing.profiles.first(where: { $0.id == under }) else {
        throw Closure.profileWithdrawn.problem
      }
      return (standing, profile)
    }
    let mine = standing.profiles.filter {
      $0.profile == caller.profile && $0.lent?.absent.id == caller.replaces?.account
    }
    guard let profile = mine.first(where: { $0.organisation?.id == caller.organisation }) ?? mine.first else {
      throw Closure.profileWithdrawn.problem
    }
    return (standing, profile)
  }

  /// - Parameter through: the identity provider that vouched for the person, where one did.
  func open(
    _ candidate: Candidate, asked: Profile?, client: SessionClient, _ request: EndpointRequest,
    through provider: SessionStore.Provider? = nil
  ) async throws -> SignedIn {
    let standing = try await sessions.standing(of: candidate.id, at: request.now)
    guard let profile = ActingProfile.chosen(from: standing.profiles, asked: asked, last: standing.last) else {
      throw Self.withoutProfile(asked: asked)
    }
    let secret = OneSecret()
    let rights = try await sessions.rights(of: profile.profile)
    let session = ID<Session>.new(at: request.now)
    var caller = profile.caller(standing, rights: rights, session: session, at: request.now)
    caller.act = request.caller.act
    let token = try await issuer.token(for: caller, client: client, at: request.now)
    let opening = SessionStore.Opening(
      session: session, profile: profile, client: client, secretHash: secret.hash,
      address: request.headers[.clientAddress], agent: request.headers[.userAgent].map { String($0.prefix(200)) },
      provider: provider)
    try await sessions.open(opening, for: caller, at: request.now)
    return SignedIn(
      token: token.text, expiresAt: token.expiresAt, secret: secret.text, session: session, account: standing.account,
      profile: profile.choice, profiles: standing.profiles.map(\.choice), changePassword: candidate.passwordTemporary,
      mustEnrol: standing.mustEnrol(under: profile))
  }

  private func token(of renewal: SessionStore.Renewal, at moment: Date) async throws -> RenewedToken {
    switch renewal {
    case .unknown: throw Problem.signedOut
    case .closed(let closure): throw closure.problem
    case .open(let session, let standing, let rights):
      guard let profile = standing.profiles.first(where: { $0.id == session.accountProfile }) else {
        throw Closure.profileWithdrawn.problem
      }
      let caller = profile.caller(standing, rights: rights, session: session.id, at: moment)
      let token = try await issuer.token(
        for: caller, client: session.client, lent: profile.lent,
        idle: session.client == .browser ? session.idleMinutes : nil, at: moment)
      return RenewedToken(
        token: token.text, expiresAt: token.expiresAt, session: session.id, account: standing.account,
        profile: profile.choice)
    }
  }

  /// The candidate with the password stored at today's cost.
  private func rehashed(_ password: String, _ candidate: Candidate) async throws -> Candidate {
    guard let stored = candidate.password, hasher.isOutdated(stored) else { return candidate }
    var copy = candidate
    copy.password = try await accounts.rehash(candidate.id, from: stored, to: try await hasher.hash(password))
    return copy
  }

  private static func withoutProfile(asked: Profile?) -> Problem {
    Problem(
      "sans-profil", 403,
      asked.map { "Vous n’avez pas le profil « \($0.label) »." } ?? "Votre compte n’a encore aucun profil.",
      detail: "Demandez à votre administrateur de vous l’attribuer.")
  }
}
