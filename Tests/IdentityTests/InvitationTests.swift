import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

@Suite("Invitations", .database) struct InvitationTests {
  private static let new = NewAccount(
    email: "lea.martin@exemple.fr", familyName: "MARTIN", givenName: "Léa", profiles: [ProfileGrant(profile: .referent)]
  )
  private static let password = IdentityUnderTest.password

  @Test("a link chooses the password once, and the account can sign in") func once() async throws {
    try await IdentityUnderTest.run { identity in
      let invited = try await identity.administrator().call(IdentityAPI.addAccount, [:], Self.new)
      #expect(invited.account.status == .invited)
      let secret = identity.secret(invited)
      #expect(try await identity.refusal(Self.new.email, Self.password) == Entrance.refused)
      // A refused password does not use the link up.
      let short = try await identity.acceptanceRefusal(secret, "court")
      #expect(short.status == 422)
      #expect(short.faults?.map(\.code) == ["trop-court"])
      #expect(try await identity.accept(secret, Self.password) == AcceptedInvitation(email: Self.new.email))
      #expect(try await identity.signIn(Self.new.email).account.name == "MARTIN Léa")
      #expect(try await identity.acceptanceRefusal(secret, "quatre-autres-mots-ici") == Invitations.stale)
    }
  }

  @Test("a link tells for whom it is and what the password must be, uses nothing up, and is silent once it is over")
  func inspected() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      var new = Self.new
      new.profiles = [ProfileGrant(profile: .administrateur), ProfileGrant(profile: .referent)]
      let invited = try await administrator.call(IdentityAPI.addAccount, [:], new)
      let secret = PasswordLinkSecret(secret: identity.secret(invited))
      func look(_ endpoint: Endpoint<PasswordLinkSecret, PasswordLinkState>) async throws -> PasswordLinkState {
        try await identity.client().call(endpoint, [:], secret)
      }
      for _ in 0..<2 {
        let state = try await look(IdentityAPI.inspectInvitation)
        #expect(state.account.email == new.email && state.account.name == "MARTIN Léa" && state.least == 16)
        #expect(state.expiresAt == invited.invitation.expiresAt)
      }
      await #expect(throws: PasswordResets.stale) { try await look(IdentityAPI.inspectPasswordReset) }
      _ = try await identity.accept(secret.secret, "seize-caracteres-et-plus")
      await #expect(throws: Invitations.stale) { try await look(IdentityAPI.inspectInvitation) }
    }
  }

  @Test("a link ends after twenty-four hours, and when another is made") func ends() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let invited = try await administrator.call(IdentityAPI.addAccount, [:], Self.new)
      let again = try await administrator.call(IdentityAPI.inviteAccount, ["account": invited.account.id])
      let (first, second) = (identity.secret(invited), identity.secret(again))
      #expect(try await identity.acceptanceRefusal(first, Self.password) == Invitations.stale)
      identity.service.clock.travel(seconds: 24 * 3600)
      #expect(try await identity.acceptanceRefusal(second, Self.password) == Invitations.stale)
      identity.service.clock.travel(seconds: -1)
      #expect(try await identity.accept(second, Self.password).email == Self.new.email)
    }
  }

  @Test("of twenty who use a link at once, one wins") func race() async throws {
    try await IdentityUnderTest.run { identity in
      let secret = identity.secret(try await identity.administrator().call(IdentityAPI.addAccount, [:], Self.new))
      let statuses = await twentyAtOnce { _ = try await identity.accept(secret, "quatre-mots-numero-\($0)") }
      #expect(statuses[200] == 1)
      #expect(statuses.keys.allSatisfy { [200, 410, 503].contains($0) })
    }
  }

  @Test("the link's secret is in no event and no table") func secret() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let invited = try await administrator.call(IdentityAPI.addAccount, [:], Self.new, key: "une-cle-quelconque")
      let secret = identity.secret(invited)
      for table in ["outbox", "idempotency", "invitation", "account"] {
        let rows = try await identity.value(
          "select coalesce(string_agg(t::text, ' '), '') from identity.\(unsafeSQL: table) t", as: String.self)
        #expect(rows?.contains(secret) == false, "\(table)")
      }
    }
  }

  @Test("a password is long, not a frequent one, and without its owner's name") func rules() {
    func codes(_ password: String, _ profile: Profile = .referent) -> [String] {
      let owner = PasswordRules.Owner(
        email: "lea.martin@exemple.fr", familyName: "MARTIN", givenName: "Léa-Hélène", profiles: [profile])
      return PasswordRules.faults(in: password, of: owner, field: "password").map(\.code)
    }
    #expect(codes("cheval agrafe pile correct") == [])
    #expect(codes("onzecaract1") == ["trop-court"])
    #expect(codes("quinzecaractere") == [])
    #expect(codes("quinzecaractere", .administrateur) == ["trop-court"])
    #expect(codes("seizecaracteress", .administrateur) == [])
    let frequent = [
      "MotDePasse2026!", "M0tDeP@sse2026!!", "azertyazerty", "123456789012", "aaaaaaaaaaaab", "Password!!!!1234",
    ]
    for password in frequent { #expect(codes(password) == ["frequent"], "\(password)") }
    #expect(codes("vive les helenes du nord") == ["nom"])
    #expect(codes("xMartinx en vacances longues") == ["nom"])
    #expect(codes("Marseille") == ["trop-court", "frequent"])
  }
}

extension IdentityUnderTest {
  func secret(_ invited: InvitedAccount) -> String {
    invited.invitation.link.split(separator: "/").last.map(String.init) ?? ""
  }

  func accept(_ secret: String, _ password: String) async throws -> AcceptedInvitation {
    try await client().call(
      IdentityAPI.acceptInvitation, [:], InvitationAcceptance(secret: secret, password: password))
  }

  func acceptanceRefusal(_ secret: String, _ password: String) async throws -> Problem {
    let problem = await #expect(throws: Problem.self) { try await accept(secret, password) }
    return try #require(problem)
  }
}
