import API
import Domain
import Foundation
import Service
import Synchronization
import TestSupport
import Testing

@Suite("Token verifier") struct TokenVerifierTests {
  struct Unreachable: Error {}

  /// Identity's keys, which are slow to come: how often they were asked for, and how often in vain.
  final class Identity: Sendable {
    private let state = Mutex((asked: 0, faults: 0))
    var asked: Int { state.withLock { $0.asked } }
    init(faults: Int = 0) { state.withLock { $0.faults = faults } }

    func keys() async throws -> String {
      let fails = state.withLock { state in
        state.asked += 1
        state.faults -= 1
        return state.faults >= 0
      }
      try await Task.sleep(for: .milliseconds(50))
      if fails { throw Unreachable() }
      return TestKeys.shared.published
    }
  }

  @Test("whoever comes while the keys are fetched waits for them; nobody is turned away, and they are fetched once")
  func together() async throws {
    let identity = Identity()
    let verifier = TokenVerifier { try await identity.keys() }
    let caller = Caller.someone(.referent)
    let token = try await TestKeys.shared.token(for: caller, at: Date())
    let known = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<200 {
        group.addTask {
          try await Task.sleep(for: .microseconds(number * 500))
          return try await verifier.caller(of: token, at: Date())?.account == caller.account
        }
      }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(known == 200)
    #expect(identity.asked == 1)
  }

  @Test("keys that did not come say nothing of the token, and are asked for again by the next")
  func fault() async throws {
    let identity = Identity(faults: 1)
    let verifier = TokenVerifier { try await identity.keys() }
    let token = try await TestKeys.shared.token(for: .someone(.referent), at: Date())
    await #expect(throws: Unreachable.self) { try await verifier.caller(of: token, at: Date()) }
    #expect(try await verifier.caller(of: token, at: Date()) != nil)
  }

  @Test("a token of an unknown key, of another algorithm, altered or out of date is nobody's")
  func forged() async throws {
    let verifier = TestKeys.shared.verifier
    let token = try await TestKeys.shared.token(for: .someone(.referent), at: Date(), lifetime: 60)
    let parts = token.split(separator: ".").map(String.init)
    func header(_ text: String) -> String {
      Data(text.utf8).base64EncodedString().replacingOccurrences(of: "=", with: "")
    }
    #expect(try await verifier.caller(of: token, at: Date()) != nil)
    #expect(try await verifier.caller(of: token, at: Date() + 61) == nil)
    for bad in [
      "", "a.b.c", header(#"{"alg":"none","kid":"test"}"#) + "." + parts[1] + ".",
      header(#"{"alg":"HS256","kid":"test"}"#) + "." + parts[1] + "." + parts[2],
      header(#"{"alg":"EdDSA","kid":"other"}"#) + "." + parts[1] + "." + parts[2],
      header(#"{"alg":"EdDSA"}"#) + "." + parts[1] + "." + parts[2],
      parts[0] + "." + parts[1] + "x." + parts[2], parts[0] + "." + parts[1] + "." + String(parts[2].reversed()),
    ] {
      #expect(try await verifier.caller(of: bad, at: Date()) == nil, "\(bad)")
    }
  }

  @Test("a process has the keys before anybody calls; where they do not come, a call is told to try again", .database)
  func ahead() async throws {
    let (identity, nobody) = (Identity(faults: 1), Identity(faults: .max))
    try await ServiceUnderTest.run(Trial().process, verifier: TokenVerifier { try await identity.keys() }) { service in
      _ = try await service.eventually("the keys are there, at the second try") { identity.asked == 2 ? true : nil }
      let trial = try await service.client(as: .someone(.referent)).call(
        .changeTrial, ["trial": 1], TrialDraft(text: "a"), version: 1)
      #expect(trial.version == 2 && identity.asked == 2)
    }
    try await ServiceUnderTest.run(Trial().process, verifier: TokenVerifier { try await nobody.keys() }) { service in
      await #expect(throws: Problem.busy) {
        try await service.client(as: .someone(.referent)).call(
          .changeTrial, ["trial": 1], TrialDraft(text: "a"), version: 1)
      }
    }
  }
}
