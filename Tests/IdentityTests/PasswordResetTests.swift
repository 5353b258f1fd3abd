import API
import Domain
import Foundation
import Messaging
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

@Suite("Forgotten passwords", .database) struct PasswordResetTests {
  private static let new = "cinq-mots-bien-differents"

  @Test("a link comes by e-mail, works once within the hour, closes the sessions and tells the person")
  func once() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      let signedIn = try await identity.signIn("a@exemple.fr")
      try await identity.forget(" A@exemple.fr ")
      let mail = try await identity.mails(1, "password-reset")[0]
      #expect(mail.address == "a@exemple.fr" && mail.link?.contains("/mot-de-passe/") == true)
      let secret = identity.secret(mail)
      let short = try await identity.resetRefusal(secret, "court")
      #expect(short.status == 422)
      #expect(try await identity.reset(secret, Self.new).email == "a@exemple.fr")
      #expect(try await identity.refreshRefusal(signedIn.secret) == Closure.passwordChanged.problem)
      #expect(try await identity.refusal("a@exemple.fr", IdentityUnderTest.password) == Entrance.refused)
      _ = try await identity.signIn("a@exemple.fr", Self.new)
      #expect(try await identity.mails(1, "password-changed")[0].address == "a@exemple.fr")
      #expect(try await identity.resetRefusal(secret, "encore-un-autre-de-plus") == PasswordResets.stale)
      let acts = try await identity.value(
        "select count(*) from identity.outbox where data::text like '%identity.resetPassword%'", as: Int.self)
      #expect(acts == 1)
    }
  }

  @Test("a link ends after an hour, when another is asked for, and when the password is chosen otherwise")
  func ends() async throws {
    try await IdentityUnderTest.run { identity in
      let account = try await identity.account("a@exemple.fr")
      try await identity.forget("a@exemple.fr")
      let first = identity.secret(try await identity.mails(1, "password-reset")[0])
      try await identity.forget("a@exemple.fr")
      let second = identity.secret(try await identity.mails(2, "password-reset")[1])
      #expect(try await identity.resetRefusal(first, Self.new) == PasswordResets.stale)
      identity.service.clock.travel(seconds: 3600)
      #expect(try await identity.resetRefusal(second, Self.new) == PasswordResets.stale)
      // An invitation is no reset, and the one that is used ends the other.
      try await identity.forget("a@exemple.fr")
      let third = identity.secret(try await identity.mails(3, "password-reset")[2])
      #expect(try await identity.acceptanceRefusal(third, Self.new) == Invitations.stale)
      let administrator = try await identity.administrator()
      let invited = try await administrator.call(IdentityAPI.inviteAccount, ["account": account])
      _ = try await identity.accept(identity.secret(invited), Self.new)
      #expect(try await identity.resetRefusal(third, "encore-un-autre-de-plus") == PasswordResets.stale)
    }
  }

  @Test("whether the address has an account changes neither the answer nor what the request itself does")
  func same() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      try await identity.account("closed@exemple.fr", status: "closed")
      try await identity.account("pending@exemple.fr", status: "pending")
      let asked = ["a@exemple.fr", "closed@exemple.fr", "pending@exemple.fr", "nobody@exemple.fr", "pas une adresse"]
      for email in asked { try await identity.forget(email) }
      let notes = try await identity.value(
        "select count(*) from identity.outbox where type = 'identity.password-reset-asked.v1'", as: Int.self)
      #expect(notes == asked.count)
      _ = try await identity.service.eventually("all are looked up") {
        try await identity.value(
          "select count(*) from identity.inbox where consumer = 'password-resets'", as: Int.self) == asked.count
          ? true : nil
      }
      #expect(try await identity.mails(1, "password-reset").map(\.address) == ["a@exemple.fr"])
      // The address that was typed stands nowhere in the clear, nor does the link.
      let link = identity.secret(try await identity.mails(1, "password-reset")[0])
      for table in ["outbox", "invitation", "sign_in_failure"] {
        let rows = try await identity.value(
          "select coalesce(string_agg(t::text, ' '), '') from identity.\(unsafeSQL: table) t", as: String.self)
        #expect(rows?.contains("nobody@") == false && rows?.contains(link) == false, "\(table)")
      }
    }
  }

  @Test("who asks again and again is slowed; an account is sent three links an hour, whoever asks")
  func slowed() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      for network in 1...5 { try await identity.forget("a@exemple.fr", from: "198.51.100.\(network)") }
      _ = try await identity.service.eventually("all are looked up") {
        try await identity.value(
          "select count(*) from identity.inbox where consumer = 'password-resets'", as: Int.self) == 5 ? true : nil
      }
      #expect(try await identity.mails(3, "password-reset").count == 3)
      for _ in 0..<5 { try await identity.forget("nobody@exemple.fr") }
      for email in ["nobody@exemple.fr"] {
        let refused = await #expect(throws: Problem.self) { try await identity.forget(email) }
        #expect(refused?.status == 429)
      }
      try await identity.forget("other@exemple.fr")
    }
  }

  @Test("of twenty who use a link at once, one wins") func race() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      try await identity.forget("a@exemple.fr")
      let secret = identity.secret(try await identity.mails(1, "password-reset")[0])
      let statuses = await twentyAtOnce { _ = try await identity.reset(secret, "quatre-mots-numero-\($0)") }
      #expect(statuses[200] == 1)
      #expect(statuses.keys.allSatisfy { [200, 410, 503].contains($0) })
    }
  }

  @Test("an invitation leaves by e-mail too") func invitation() async throws {
    try await IdentityUnderTest.run { identity in
      let invited = try await identity.administrator().call(
        IdentityAPI.addAccount, [:],
        NewAccount(
          email: "lea@exemple.fr", familyName: "MARTIN", givenName: "Léa",
          profiles: [ProfileGrant(profile: .referent)]))
      let mail = try await identity.mails(1, "invitation")[0]
      #expect(mail.address == "lea@exemple.fr" && mail.link == invited.invitation.link)
      #expect(mail.whole.contains("Bonjour Léa") && !mail.kept.contains(identity.secret(invited)))
    }
  }
}

extension IdentityUnderTest {
  func forget(_ email: String, from address: String = "192.0.2.1") async throws {
    _ = try await client(from: address).call(
      IdentityAPI.requestPasswordReset, [:], PasswordResetRequest(email: email))
  }

  func reset(_ secret: String, _ password: String) async throws -> AcceptedInvitation {
    try await client().call(IdentityAPI.resetPassword, [:], PasswordReset(secret: secret, password: password))
  }

  func resetRefusal(_ secret: String, _ password: String) async throws -> Problem {
    let problem = await #expect(throws: Problem.self) { try await reset(secret, password) }
    return try #require(problem)
  }

  func secret(_ mail: MailText) -> String { mail.link?.split(separator: "/").last.map(String.init) ?? "" }

  /// The e-mails of a kind that were asked for, unsealed as scheduling does, once there are so many.
  func mails(_ count: Int, _ kind: String) async throws -> [MailText] {
    let rows = try await service.eventually("\(count) e-mails") { () -> [String]? in
      let rows = try await service.database.owner {
        try await $0.query(
          """
          select data::text from identity.outbox
          where type = 'identity.mail-requested.v1' and data->>'kind' = \(kind) order by position
          """, as: String.self)
      }
      return rows.count >= count ? rows : nil
    }
    let seal = KeySeal(try KeyPurpose.mail.derived(from: "test-secret-of-thirty-two-bytes!!", for: "identity"))
    return try rows.map { row in
      let event = try JSONDecoder.jalons.decode(MailRequested.self, from: Data(row.utf8))
      let bytes = try #require(seal.open(event.sealed, name: event.mail.uuidString.lowercased()))
      return try JSONDecoder.jalons.decode(MailText.self, from: bytes)
    }
  }
}
