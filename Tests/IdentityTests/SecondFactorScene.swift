import API
import Domain
import Foundation
import Service
import TestSupport
import Testing

@testable import Identity

/// An account with an authenticator in its owner's hand.
struct Authenticator: Sendable {
  let identity: IdentityUnderTest
  let email: String
  let secret: Data
  let recovery: [String]

  /// The code that it shows, so many steps from now.
  func code(_ steps: Int = 0) -> String {
    TimedCode.code(secret, step: TimedCode.step(at: identity.service.clock.now()) + steps)
  }

  /// A code that it does not show.
  var wrong: String {
    let shown = (-1...1).map { code($0) }
    return (0..<10).map { String(repeating: String($0), count: 6) }.first { !shown.contains($0) } ?? "000000"
  }
}

extension IdentityUnderTest {
  /// Enrols the account that a client is signed in to; the next step's code is not spent yet.
  func enrol(_ client: APIClient, _ email: String) async throws -> Authenticator {
    let begun = try await client.call(IdentityAPI.beginSecondFactor)
    let secret = try #require(Self.bytes(base32: begun.secret))
    let code = TimedCode.code(secret, step: TimedCode.step(at: service.clock.now()))
    let recovery = try await client.call(IdentityAPI.confirmSecondFactor, [:], SecondFactorCode(code: code)).codes
    service.clock.travel(seconds: 60)
    return Authenticator(identity: self, email: email, secret: secret, recovery: recovery)
  }

  /// A new account with a second factor.
  func enrolled(_ email: String, _ profiles: [Profile] = [.referent]) async throws -> Authenticator {
    try await account(email, profiles)
    return try await enrol(client(token: try await signIn(email).token), email)
  }

  /// The proof that the password was right.
  func proof(_ email: String, _ password: String = password) async throws -> String {
    let problem = try await refusal(email, password)
    #expect(problem.status == 401 && problem.type == "/problemes/second-facteur")
    return try #require(problem.offer?["proof"]?.text)
  }

  func complete(_ proof: String, _ code: String, from address: String = "192.0.2.1") async throws -> SignedIn {
    try await client(from: address).call(IdentityAPI.completeSignIn, [:], SecondStep(proof: proof, code: code))
  }

  func completionRefusal(_ proof: String, _ code: String) async throws -> Problem {
    let problem = await #expect(throws: Problem.self) { try await complete(proof, code) }
    return try #require(problem)
  }

  /// What an authenticator makes of the secret that it is given.
  static func bytes(base32 text: String) -> Data? {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var (data, buffer, count) = (Data(), 0, 0)
    for letter in text {
      guard let value = alphabet.firstIndex(of: letter) else { return nil }
      (buffer, count) = ((buffer << 5 | value) & 0xfff, count + 5)
      if count >= 8 {
        count -= 8
        data.append(UInt8(buffer >> count & 0xff))
      }
    }
    return data
  }
}
