import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

@Suite("Access tokens", .database) struct AccessTokenTests {
  @Test("a token reads what it may, writes nothing else, and manages no account") func limits() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let issued = try await identity.issue(administrator, ["identity:read"])
      #expect(issued.secret.hasPrefix("jal_") && issued.token.profile == .administrateur)
      let program = identity.client(token: try await identity.refresh(issued.secret).token)
      _ = try await program.call(IdentityAPI.listAccounts, [:], AccountQuery())
      #expect(try await program.call(IdentityAPI.showMe).account.email == "admin@exemple.fr")
      for refused in [
        await identity.refusal {
          try await program.call(IdentityAPI.addTerritory, [:], NewTerritory(code: "N", name: "N"))
        },
        await identity.refusal {
          try await program.call(IdentityAPI.addAccessToken, [:], identity.draft(["identity:read"]))
        },
        await identity.refusal {
          try await program.call(IdentityAPI.changePassword, [:], PasswordChange(current: "x", new: "y"))
        },
      ] { #expect(refused?.status == 403) }
      // With writing it may write, and still not manage the account.
      let writing = try await identity.issue(administrator, ["identity:read", "identity:write"])
      let writer = identity.client(token: try await identity.refresh(writing.secret).token)
      _ = try await writer.call(IdentityAPI.addTerritory, [:], NewTerritory(code: "N", name: "N"))
      for refused in [
        await identity.refusal {
          try await writer.call(IdentityAPI.addAccessToken, [:], identity.draft(["identity:read"]))
        },
        await identity.refusal { try await writer.call(IdentityAPI.revokeAccessToken, ["token": issued.token.id]) },
        await identity.refusal {
          try await writer.call(IdentityAPI.changePassword, [:], PasswordChange(current: "x", new: "y"))
        },
      ] { #expect(refused?.status == 403) }
      let elsewhere = try await identity.issue(administrator, ["dossiers:read"])
      let stranger = identity.client(token: try await identity.refresh(elsewhere.secret).token)
      let beyond = await identity.refusal { try await stranger.call(IdentityAPI.listTerritories) }
      #expect(beyond == .beyondToken(Permit(service: "identity", writing: false)))
    }
  }

  @Test("a token never goes beyond its owner's rights, and ends with the profile") func rights() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let account = try await identity.account("a@exemple.fr", [.dpo, .referent])
      let owner = identity.client(token: try await identity.signIn("a@exemple.fr").token)
      let issued = try await identity.issue(owner, Permit.all.map(\.rawValue))
      let program = identity.client(token: try await identity.refresh(issued.secret).token)
      _ = try await program.call(IdentityAPI.listAudit, [:], AuditQuery())
      let refused = await identity.refusal { try await program.call(IdentityAPI.listSecurityRules) }
      #expect(refused?.status == 403)
      let detail = try await administrator.call(IdentityAPI.showAccount, ["account": account])
      _ = try await administrator.call(
        IdentityAPI.changeAccount, ["account": account],
        AccountChange(profiles: [ProfileGrant(profile: .referent)]), version: detail.version)
      #expect(try await identity.refreshRefusal(issued.secret) == .tokenRefused)
      let again = identity.client(token: try await identity.signIn("a@exemple.fr").token)
      let rows = try await again.call(IdentityAPI.listAccessTokens).items
      #expect(rows.map(\.id) == [issued.token.id] && rows[0].profile == nil)
    }
  }

  @Test("its last day is its last, at most a year away; revoked it is refused within a second") func ends() async throws
  {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      let owner = identity.client(token: try await identity.signIn("a@exemple.fr").token)
      let today = CalendarDate(identity.service.clock.now())
      var draft = identity.draft([])
      draft.expiresOn = today.adding(months: 12).adding(days: 1)
      let faults = await identity.refusal { try await owner.call(IdentityAPI.addAccessToken, [:], draft) }
      #expect(faults?.faults?.map(\.code) == ["obligatoire", "trop-loin"])
      draft = identity.draft(["identity:read"])
      draft.expiresOn = today.adding(days: -1)
      let past = await identity.refusal { try await owner.call(IdentityAPI.addAccessToken, [:], draft) }
      #expect(past?.faults?.map(\.code) == ["passe"])
      draft.expiresOn = today
      let short = try await owner.call(IdentityAPI.addAccessToken, [:], draft)
      _ = try await identity.refresh(short.secret)

      let issued = try await identity.issue(owner, ["identity:read"])
      let program = identity.client(token: try await identity.refresh(issued.secret).token)
      _ = try await program.call(IdentityAPI.listTerritories)
      for _ in 0..<2 { _ = try await owner.call(IdentityAPI.revokeAccessToken, ["token": issued.token.id]) }
      #expect(try await identity.refreshRefusal(issued.secret) == .tokenRefused)
      let refused = try await identity.service.eventually(within: 1, "it is refused") { () -> Problem? in
        await identity.refusal { try await program.call(IdentityAPI.listTerritories) }
      }
      #expect(refused == .sessionClosed)
      try await identity.account("b@exemple.fr")
      let other = identity.client(token: try await identity.signIn("b@exemple.fr").token)
      let notOurs = await identity.refusal {
        try await other.call(IdentityAPI.revokeAccessToken, ["token": short.token.id])
      }
      #expect(notOurs == .notFound("Ce jeton"))
      identity.service.clock.travel(days: 1)
      #expect(try await identity.refreshRefusal(short.secret) == .tokenRefused)
    }
  }

  @Test("it opens without a code where its owner has a second factor, and nothing where one is still missing")
  func secondFactor() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let issued = try await identity.issue(administrator, ["identity:read"])
      _ = try await identity.decide(SecurityTerms(secondFactor: true), for: .administrateur, version: 1, administrator)
      let before = identity.client(token: try await identity.refresh(issued.secret).token)
      let missing = await identity.refusal { try await before.call(IdentityAPI.listSecurityRules) }
      #expect(missing == .secondFactorMissing)
      let held = identity.client(token: try await identity.signIn("admin@exemple.fr").token)
      _ = try await identity.enrol(held, "admin@exemple.fr")
      let program = identity.client(token: try await identity.refresh(issued.secret).token)
      _ = try await program.call(IdentityAPI.listSecurityRules)
    }
  }

  @Test("the secret is stored as a hash alone; its use is noted and the audit log names it") func kept() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let issued = try await identity.issue(administrator, ["identity:read", "identity:write"])
      let renewed = try await identity.client(from: "198.51.100.9").call(
        IdentityAPI.refreshSession, [:], SessionSecret(secret: issued.secret))
      _ = try await identity.client(token: renewed.token).call(
        IdentityAPI.addTerritory, [:], NewTerritory(code: "N", name: "N"))
      let row = try await administrator.call(IdentityAPI.listAccessTokens).items[0]
      #expect(row.lastAddress == "198.51.100.9" && row.lastUsedAt == identity.service.clock.now())
      let data = try await identity.value(
        "select string_agg(o::text, ' ') || (select string_agg(t::text, ' ') from identity.access_token t) "
          + "from identity.outbox o", as: String.self)
      #expect(data?.contains(issued.secret) == false)
      #expect(data?.contains("MERCIER Louise (jeton « Export de nuit »)") == true)
      #expect(data?.contains("identity.addAccessToken") == true)
    }
  }

  @Test("of twenty made at once by an account that has one, nineteen are made") func most() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      let owner = identity.client(token: try await identity.signIn("a@exemple.fr").token)
      _ = try await identity.issue(owner, ["identity:read"])
      let statuses = await twentyAtOnce { _ in _ = try await identity.issue(owner, ["identity:read"]) }
      #expect(statuses == [200: 19, 409: 1])
    }
  }
}

extension IdentityUnderTest {
  func draft(_ permits: [String]) -> NewAccessToken {
    NewAccessToken(
      name: "Export de nuit", permits: permits, expiresOn: CalendarDate(service.clock.now()).adding(days: 90))
  }

  func issue(_ client: APIClient, _ permits: [String]) async throws -> IssuedAccessToken {
    try await client.call(IdentityAPI.addAccessToken, [:], draft(permits))
  }

  /// The problem that a call is answered with; nil when it is not refused.
  func refusal<R>(_ body: () async throws -> R) async -> Problem? {
    do {
      _ = try await body()
      return nil
    } catch {
      return error as? Problem
    }
  }
}
