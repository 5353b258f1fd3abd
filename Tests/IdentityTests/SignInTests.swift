import API
import Domain
import Foundation
import Passwords
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

@Suite("Sign-in", .database) struct SignInTests {
  @Test("a right password opens a session whose token says profile, scope, territories and rights")
  func opens() async throws {
    try await IdentityUnderTest.run { identity in
      let centre = try await identity.territory()
      let account = try await identity.account("helene@exemple.fr", [.chefDeService], territories: [centre])
      let signedIn = try await identity.signIn("Helene@Exemple.fr ")
      #expect(signedIn.account == AccountIdentity(id: account, name: "DURAND Paul", email: "helene@exemple.fr"))
      #expect(signedIn.profile.label == "Chef de service")
      #expect(abs(signedIn.expiresAt.timeIntervalSince(identity.service.clock.now()) - 300) < 2)
      let me = try await identity.client(token: signedIn.token).call(IdentityAPI.showMe)
      #expect(me.scope == .territory)
      #expect(me.territories == [TerritoryRow(id: centre, code: "CENTRE", name: "Centre")])
      #expect(Set(me.rights) == Profile.chefDeService.rights)
      // The secret is stored only as a hash.
      let stored = try await identity.value("select secret_hash from identity.session", as: Data.self)
      #expect(stored == OneSecret.hash(of: signedIn.secret))
    }
  }

  @Test("a program that calls the interface has a token for fifteen minutes") func api() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("robot@exemple.fr")
      let input = SignIn(email: "robot@exemple.fr", password: IdentityUnderTest.password, client: .api)
      let signedIn = try await identity.client().call(IdentityAPI.signIn, [:], input)
      #expect(abs(signedIn.expiresAt.timeIntervalSince(identity.service.clock.now()) - 900) < 2)
    }
  }

  @Test("wrong password, unknown address, closed and pending accounts get the same answer after the same work")
  func same() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("ouvert@exemple.fr")
      try await identity.account("ferme@exemple.fr", status: "closed")
      try await identity.account("attente@exemple.fr", status: "pending")
      var before = identity.hashes
      for (email, password) in [
        ("ouvert@exemple.fr", "faux mot de passe"), ("inconnu@exemple.fr", IdentityUnderTest.password),
        ("ferme@exemple.fr", IdentityUnderTest.password), ("attente@exemple.fr", IdentityUnderTest.password),
      ] {
        #expect(try await identity.refusal(email, password) == Entrance.refused, "\(email)")
        #expect(identity.hashes == before + 1, "\(email)")
        before = identity.hashes
      }
    }
  }

  @Test("attempts are slowed after four failures, whether the account exists or not, and nobody is locked out")
  func slowed() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("ouvert@exemple.fr")
      for email in ["ouvert@exemple.fr", "inconnu@exemple.fr"] {
        for _ in 0..<5 { #expect(try await identity.refusal(email, "non").status == 401) }
        let hashes = identity.hashes
        let problem = try await identity.refusal(email, "non")
        #expect(problem.status == 429)
        #expect(problem.offer?["retryAfter"] == .integer(2))
        #expect(identity.hashes == hashes)
      }
      // From elsewhere the account is open as ever; here, once the pause is over.
      #expect(try await identity.signIn("ouvert@exemple.fr", from: "198.51.100.7").profile.code == .referent)
      identity.service.clock.travel(seconds: 3)
      #expect(try await identity.signIn("ouvert@exemple.fr").profile.code == .referent)
      #expect(try await identity.refusal("ouvert@exemple.fr", "non").status == 401)
    }
  }

  @Test("of twenty guesses at once, five are tried") func burst() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("ouvert@exemple.fr")
      let statuses = await twentyAtOnce { _ = try await identity.signIn("ouvert@exemple.fr", "essai \($0)") }
      #expect(statuses[401] == 5)
      #expect(statuses.keys.allSatisfy { [401, 429, 503].contains($0) })
    }
  }

  @Test("a sign-in is audited in the person's own name, without password or secret") func audited() async throws {
    try await IdentityUnderTest.run { identity in
      let account = try await identity.account("ouvert@exemple.fr")
      let signedIn = try await identity.signIn("ouvert@exemple.fr", from: "192.0.2.9")
      let data = try #require(
        try await identity.value("select data::text from identity.outbox where stream = 'audit'", as: String.self))
      #expect(data.contains("identity.signIn") && data.contains(account.description) && data.contains("192.0.2.9"))
      #expect(!data.contains(signedIn.secret) && !data.contains(IdentityUnderTest.password))
    }
  }

  @Test("a password stored at a lower cost is stored anew at today's") func rehashed() async throws {
    try await ServiceUnderTest.run(IdentityProcess.process, environment: ["JALONS_SCRYPT_LN": "11"]) { service in
      let identity = IdentityUnderTest(service: service)
      try await identity.account("ouvert@exemple.fr")
      _ = try await identity.signIn("ouvert@exemple.fr")
      let stored = try await identity.value("select password from identity.account", as: String.self)
      #expect(stored?.hasPrefix("$scrypt$ln=11,") == true)
      #expect(try await identity.signIn("ouvert@exemple.fr").profile.code == .referent)
    }
  }

  @Test("what the county took from a profile is in no token; what the access table does not give cannot be added")
  func narrowed() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("ouvert@exemple.fr")
      _ = try await identity.signIn("ouvert@exemple.fr")
      try await identity.service.database.owner { transaction in
        try await transaction.execute(
          "delete from identity.profile_right where profile = 'referent' and entitled = 'writeNotes'")
        try await transaction.execute(
          "insert into identity.profile_right (profile, entitled) values ('referent', 'administer')")
      }
      let token = try await identity.signIn("ouvert@exemple.fr").token
      let me = try await identity.client(token: token).call(IdentityAPI.showMe)
      #expect(Set(me.rights) == Profile.referent.rights.subtracting([.writeNotes]))
    }
  }

  @Test("the pauses double up to their longest, and failures are forgotten after an hour") func pauses() {
    #expect((1...8).map { Slowing.pause(.pair, failures: $0) } == [0, 0, 0, 0, 2, 4, 8, 16])
    #expect(Slowing.pause(.pair, failures: 1000) == 300)
    #expect(Slowing.pause(.account, failures: 20) == 0)
    #expect(Slowing.pause(.account, failures: 1000) == 30)
    #expect(Slowing.pause(.address, failures: 100) == 0)
    let failed = Date(timeIntervalSince1970: 1_800_000_000)
    #expect(Slowing.wait(.pair, failures: 8, failedAt: failed, at: failed + 10) == 6)
    #expect(Slowing.wait(.pair, failures: 8, failedAt: failed, at: failed + 16) == nil)
    #expect(Slowing.wait(.pair, failures: 1000, failedAt: failed, at: failed + 3600) == nil)
  }
}
