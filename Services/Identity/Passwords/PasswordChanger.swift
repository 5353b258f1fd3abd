import API
import Domain
import Foundation
import HTTPTypes
import Passwords
import Service

/// Replaces one's own password; whoever is signed in elsewhere with the old one is signed out.
struct PasswordChanger: Sendable {
  let hasher: PasswordHasher
  let accounts: AccountStore
  let slowing: SlowingStore

  /// - Throws: 422 when the present password is wrong or the new one will not do; 429 when guesses come too fast.
  func change(_ input: PasswordChange, _ request: EndpointRequest) async throws {
    let (caller, moment) = (request.caller, request.now)
    let (owner, stored) = try await accounts.owner(of: caller.account)
    let attempt = Attempt(email: owner.email, address: request.headers[.clientAddress])
    try await slowing.begin(attempt, known: false, at: moment)
    guard try await hasher.verify(input.current, against: stored) else {
      throw Problem.invalid([Fault("current", "faux", "Ce n’est pas votre mot de passe actuel.")])
    }
    try await slowing.succeeded(attempt, at: moment)
    let faults = PasswordRules.faults(in: input.new, of: owner, field: "new")
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    try await accounts.setPassword(
      try await hasher.hash(input.new), email: owner.email, for: caller, at: moment)
  }
}
