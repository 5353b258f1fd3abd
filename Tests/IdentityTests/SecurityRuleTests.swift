import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

@Suite("Security rules", .database) struct SecurityRuleTests {
  @Test("a change holds with who made it and when; a stale one is refused, the same again leaves no line")
  func history() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let first = SecurityTerms(secondFactor: false, sessions: 2, idleMinutes: 20, hours: 8)
      let changed = try await identity.decide(first, for: .siege, version: 1, administrator)
      #expect(changed.version == 2 && changed.terms == first && changed.accounts == 0)
      #expect(try await identity.decide(first, for: .siege, version: 2, administrator).version == 2)
      let stale = await #expect(throws: Problem.self) {
        try await identity.decide(SecurityTerms(), for: .siege, version: 1, administrator)
      }
      #expect(stale?.status == 412)
      #expect(stale?.current?["terms"]?["sessions"]?.int == 2)
      _ = try await identity.decide(SecurityTerms(hours: 12), for: .dpo, version: 1, administrator)
      let lines = try await administrator.call(IdentityAPI.listSecurityChanges, [:], SecurityChangeQuery()).items
      #expect(lines.map(\.profile) == [.dpo, .siege])
      #expect(lines[1].before == SecurityTerms() && lines[1].after == first)
      #expect(lines[1].accountName == "MERCIER Louise" && lines[1].at == identity.service.clock.now())
      let one = try await administrator.call(IdentityAPI.listSecurityChanges, [:], SecurityChangeQuery(limit: 1))
      let rest = try await administrator.call(
        IdentityAPI.listSecurityChanges, [:], SecurityChangeQuery(limit: 1, after: one.next))
      #expect(rest.items == [lines[1]] && rest.next == nil)
      let only = SecurityChangeQuery(profile: .siege)
      #expect(try await administrator.call(IdentityAPI.listSecurityChanges, [:], only).items == [lines[1]])
      await #expect(throws: Problem.notFound("Ce profil")) {
        try await administrator.call(
          IdentityAPI.changeSecurityRule, ["profile": "maire"], SecurityTerms(), version: 1)
      }
    }
  }

  @Test("of twenty who change a rule from the same version, one wins") func race() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      // The keys are fetched by the client that the twenty share: before them, not behind them.
      _ = try await administrator.call(IdentityAPI.listSecurityRules)
      let statuses = await twentyAtOnce { index in
        _ = try await identity.decide(SecurityTerms(idleMinutes: 31 + index), for: .ali, version: 1, administrator)
      }
      #expect(statuses == [200: 1, 412: 19])
      #expect(try await identity.value("select count(*) from identity.security_change", as: Int.self) == 1)
    }
  }

  @Test("one session too many closes the oldest, which says why; a program sends no browser away")
  func tooMany() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      _ = try await identity.decide(SecurityTerms(sessions: 2), for: .referent, version: 1, administrator)
      try await identity.account("a@exemple.fr")
      var browsers: [SignedIn] = []
      for _ in 0..<3 {
        browsers.append(try await identity.signIn("a@exemple.fr"))
        identity.service.clock.travel(seconds: 60)
        _ = try await identity.client().call(
          IdentityAPI.signIn, [:],
          SignIn(email: "a@exemple.fr", password: IdentityUnderTest.password, client: .api))
      }
      #expect(try await identity.refreshRefusal(browsers[0].secret) == Closure.tooMany.problem)
      for browser in browsers.dropFirst() { _ = try await identity.refresh(browser.secret) }
      let open = try await identity.value(
        "select count(*) from identity.session where closed_at is null and client = 'api'", as: Int.self)
      #expect(open == 2)
    }
  }

  @Test("of twenty sessions opened at once, as many stay as the rule says") func tooManyAtOnce() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      _ = try await identity.decide(SecurityTerms(sessions: 3), for: .referent, version: 1, administrator)
      let account = try await identity.account("a@exemple.fr")
      let statuses = await twentyAtOnce { _ in _ = try await identity.signIn("a@exemple.fr") }
      let opened = try #require(statuses[200])
      #expect(opened > 3)
      let left = try await identity.value(
        "select count(*) from identity.session where account = \(account) and closed_at is null", as: Int.self)
      #expect(left == 3)
      let closed = try await identity.value(
        "select count(*) from identity.outbox where type = 'identity.session-closed.v1'", as: Int.self)
      #expect(closed == opened - 3)
    }
  }

  @Test("how long a session rests and lasts is the rule's, for sessions already open too") func lengths() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      try await identity.account("a@exemple.fr")
      _ = try await identity.decide(SecurityTerms(idleMinutes: 15, hours: 1), for: .referent, version: 1, administrator)
      let resting = try await identity.signIn("a@exemple.fr")
      let program = try await identity.client().call(
        IdentityAPI.signIn, [:], SignIn(email: "a@exemple.fr", password: IdentityUnderTest.password, client: .api))
      identity.service.clock.travel(seconds: 15 * 60)
      #expect(try await identity.refreshRefusal(resting.secret) == Closure.idle.problem)
      // A program's token lasts fifteen minutes by itself.
      _ = try await identity.refresh(program.secret)
      let working = try await identity.signIn("a@exemple.fr")
      let rows = try await identity.client(token: working.token).call(IdentityAPI.listSessions).items
      let row = rows.first(where: \.current)
      #expect(row?.expiresAt == identity.service.clock.now() + 3600)
      _ = try await identity.decide(
        SecurityTerms(idleMinutes: 120, hours: 2), for: .referent, version: 2,
        identity.client(token: try await identity.signIn("admin@exemple.fr").token))
      identity.service.clock.travel(seconds: 119 * 60)
      _ = try await identity.refresh(working.secret)
      identity.service.clock.travel(seconds: 60)
      #expect(try await identity.refreshRefusal(working.secret) == Closure.expired.problem)
    }
  }

  @Test("the token of a session that was closed is refused by the service itself within a second")
  func closedEverywhere() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let account = try await identity.account("a@exemple.fr")
      let signedIn = try await identity.signIn("a@exemple.fr")
      let other = identity.client(token: try await identity.signIn("a@exemple.fr").token)
      let client = identity.client(token: signedIn.token)
      _ = try await client.call(IdentityAPI.listTerritories)
      _ = try await administrator.call(
        IdentityAPI.closeAccountSession, ["account": account, "session": signedIn.session])
      let refused = try await identity.service.eventually(within: 1, "the token is refused") { () -> Problem? in
        do {
          _ = try await client.call(IdentityAPI.listTerritories)
          return nil
        } catch let problem as Problem {
          return problem
        }
      }
      #expect(refused == .sessionClosed)
      _ = try await other.call(IdentityAPI.listTerritories)
    }
  }
}

extension IdentityUnderTest {
  @discardableResult
  func decide(
    _ terms: SecurityTerms, for profile: Profile, version: Int, _ client: APIClient
  ) async throws -> SecurityRule {
    try await client.call(
      IdentityAPI.changeSecurityRule, ["profile": profile.rawValue], terms, version: version)
  }
}
