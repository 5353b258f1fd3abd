import API
import Domain
import Foundation
import HTTPTypes
import Passwords
import Service

/// A person's own second factor: giving it to an authenticator, new recovery codes, taking it away.
struct SecondFactors: Sendable {
  let store: SecondFactorStore
  let accounts: AccountStore
  let hasher: PasswordHasher
  let slowing: SlowingStore

  /// How long a secret waits for its first code, in seconds.
  static let enrolment: TimeInterval = 15 * 60

  static let already = Problem.conflict(
    "second-facteur-present", "Votre compte a déjà un second facteur.",
    detail: "Pour changer d’appareil, retirez-le, puis ajoutez-le de nouveau.")
  static let notBegun = Problem.conflict(
    "second-facteur-perime", "Cet ajout n’est plus en cours.",
    detail: "Recommencez : un nouveau code à scanner vous sera montré.")
  static let none = Problem.conflict("sans-second-facteur", "Votre compte n’a pas de second facteur.")
  static let wrong = Problem.invalid([
    Fault("code", "faux", "Ce code n’est pas le bon, ou il a déjà servi. Saisissez celui qui s’affiche maintenant.")
  ])

  func begin(_ request: EndpointRequest) async throws -> SecondFactorEnrolment {
    let (secret, email) = try await store.begin(
      .random(TimedCode.secretLength), for: request.caller.withoutKey, at: request.now)
    return SecondFactorEnrolment(
      secret: TimedCode.base32(secret), address: TimedCode.address(secret: secret, account: email))
  }

  /// - Throws: 409; 422 when the code is wrong. Whoever guesses here has been given the secret: nothing is slowed.
  func confirm(_ input: SecondFactorCode, _ request: EndpointRequest) async throws -> RecoveryCodes {
    let codes = Self.freshCodes()
    try await store.confirm(
      TypedCode(input.code), recovery: codes, for: request.caller.withoutKey, at: request.now)
    return RecoveryCodes(codes: codes.map(RecoveryCode.shown))
  }

  /// - Throws: 409; 422 when the password or code is wrong; 429.
  func renewCodes(_ proof: OwnerProof, _ request: EndpointRequest) async throws -> RecoveryCodes {
    let codes = Self.freshCodes()
    try await proving(proof, request) { code in
      try await store.renewCodes(codes, code: code, for: request.caller.withoutKey, at: request.now)
    }
    return RecoveryCodes(codes: codes.map(RecoveryCode.shown))
  }

  /// - Throws: as `renewCodes`.
  func remove(_ proof: OwnerProof, _ request: EndpointRequest) async throws {
    try await proving(proof, request) { code in
      try await store.remove(code: code, for: request.caller, at: request.now)
    }
  }

  /// Runs `body` for the owner of the account alone, with the code that it is to use up unless the password was given.
  private func proving(
    _ proof: OwnerProof, _ request: EndpointRequest, _ body: (TypedCode?) async throws -> Void
  ) async throws {
    let (caller, moment) = (request.caller, request.now)
    let address = request.headers[.clientAddress]
    if let password = proof.password {
      let (owner, stored) = try await accounts.owner(of: caller.account)
      let attempt = Attempt(email: owner.email, address: address)
      try await slowing.begin(attempt, known: false, at: moment)
      guard try await hasher.verify(password, against: stored) else {
        throw Problem.invalid([Fault("password", "faux", "Ce n’est pas votre mot de passe.")])
      }
      try await slowing.succeeded(attempt, at: moment)
      try await body(nil)
    } else if let text = proof.code {
      let attempt = Attempt(codeOf: caller.account, address: address)
      try await slowing.begin(attempt, known: false, at: moment)
      guard let code = TypedCode(text) else { throw Self.wrong }
      try await body(code)
      try await slowing.succeeded(attempt, at: moment)
    } else {
      throw Problem.invalid([Fault("password", "obligatoire", "Saisissez votre mot de passe, ou un code.")])
    }
  }

  private static func freshCodes() -> [String] { (0..<RecoveryCode.count).map { _ in RecoveryCode.random() } }
}

func addSecondFactorRoutes(to routes: Routes, factors: SecondFactors) {
  let store = factors.store
  routes.handle(IdentityAPI.showSecondFactor) { _, request in try await store.state(of: request.caller) }
  routes.handle(IdentityAPI.beginSecondFactor) { _, request in try await factors.begin(request) }
  routes.handle(IdentityAPI.confirmSecondFactor) { input, request in try await factors.confirm(input, request) }
  routes.handle(IdentityAPI.renewRecoveryCodes) { input, request in
    try await telling { try await factors.renewCodes(input, request) }
  }
  routes.handle(IdentityAPI.removeSecondFactor) { input, request in
    try await telling { try await factors.remove(input, request) }
    return NoOutput()
  }
  routes.handle(IdentityAPI.withdrawSecondFactor) { _, request in
    try await store.withdraw(from: request.id("account"), for: request.caller, at: request.now)
    return NoOutput()
  }
}
