import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

@Suite("Forms kept for their author", .database) struct KeptFormTests {
  /// The suite's, as `ServiceUnderTest` sets it.
  private static let secret = "test-secret-of-thirty-two-bytes!!"

  private static func mark(_ account: ID<Account>) throws -> String {
    let seal = KeySeal(try KeyPurpose.formMark.derived(from: Self.secret, for: "portal"))
    return try FormMark(account: account, session: "s", page: "/dossiers/1/notes?q=a").sealed(with: seal)
  }

  @Test("what was typed is kept sealed, for a day, for whoever the form was for and for nobody else")
  func kept() async throws {
    try await IdentityUnderTest.run { identity in
      let hers = try await identity.account("a@exemple.fr")
      try await identity.account("b@exemple.fr", [.administrateur])
      let typed = "Elle préfère être rappelée le matin"
      let form = try await identity.client().call(
        IdentityAPI.keepForm, [:], FormToKeep(mark: Self.mark(hers), content: typed))
      let own = identity.client(token: try await identity.signIn("a@exemple.fr").token)
      let shown = try await own.call(IdentityAPI.showKeptForm, ["keptForm": form.id])
      #expect(shown.content == typed && shown.page == "/dossiers/1/notes?q=a")
      let listed = try await own.call(IdentityAPI.listKeptForms).items
      #expect(listed.map(\.id) == [form.id] && listed.first?.content == nil)

      let other = identity.client(token: try await identity.signIn("b@exemple.fr").token)
      #expect(try await other.call(IdentityAPI.listKeptForms).items.isEmpty)
      let refused = await #expect(throws: Problem.self) {
        try await other.call(IdentityAPI.showKeptForm, ["keptForm": form.id])
      }
      #expect(refused?.status == 404)
      _ = try await other.call(IdentityAPI.dropKeptForm, ["keptForm": form.id])
      let readable = try await identity.value(
        "select count(*) from identity.kept_form where position('matin'::bytea in sealed) > 0", as: Int.self)
      #expect(readable == 0)
      #expect(try await own.call(IdentityAPI.listKeptForms).items.count == 1)

      _ = try await own.call(IdentityAPI.dropKeptForm, ["keptForm": form.id])
      #expect(try await own.call(IdentityAPI.listKeptForms).items.isEmpty)
    }
  }

  @Test("what is kept as it is typed takes the place of what was kept under its name, and never of another's")
  func asTyped() async throws {
    try await IdentityUnderTest.run { identity in
      let hers = try await identity.account("a@exemple.fr")
      let other = try await identity.account("b@exemple.fr", [.administrateur])
      let id = ID<KeptForm>.new()
      for (account, typed) in [(hers, "Vit"), (hers, "Vit seule"), (other, "Rien")] {
        _ = try await identity.client().call(
          IdentityAPI.keepForm, [:], FormToKeep(mark: Self.mark(account), content: typed, id: id))
      }
      let own = identity.client(token: try await identity.signIn("a@exemple.fr").token)
      #expect(try await own.call(IdentityAPI.listKeptForms).items.map(\.id) == [id])
      #expect(try await own.call(IdentityAPI.showKeptForm, ["keptForm": id]).content == "Vit seule")
    }
  }

  @Test("a mark that was made up keeps nothing; the oldest of many makes room; a day later it is gone")
  func bounds() async throws {
    try await IdentityUnderTest.run { identity in
      let account = try await identity.account("a@exemple.fr")
      for mark in ["x", "AAAA", try Self.mark(account) + "A", try Self.mark(.new())] {
        let refused = await #expect(throws: Problem.self) {
          try await identity.client().call(IdentityAPI.keepForm, [:], FormToKeep(mark: mark, content: "x"))
        }
        #expect([400, 404].contains(refused?.status ?? 0))
      }
      var ids: [ID<KeptForm>] = []
      for number in 0..<22 {
        identity.service.clock.travel(seconds: 1)
        let form = FormToKeep(mark: try Self.mark(account), content: "n° \(number)")
        ids.append(try await identity.client().call(IdentityAPI.keepForm, [:], form).id)
      }
      let own = identity.client(token: try await identity.signIn("a@exemple.fr").token)
      #expect(try await own.call(IdentityAPI.listKeptForms).items.map(\.id) == ids.suffix(20).reversed())
      identity.service.clock.travel(days: 1)
      let later = identity.client(token: try await identity.signIn("a@exemple.fr").token)
      #expect(try await later.call(IdentityAPI.listKeptForms).items.isEmpty)
      let store = KeptFormStore(
        postgres: identity.service.parts.postgres, seal: KeySeal(try identity.service.parts.settings.key(.keptForm)))
      #expect(try await store.trim(at: identity.service.parts.now()) == 20)
    }
  }

  @Test("a browser's token says after how many minutes without use its session ends; the sign-in's own does not")
  func idle() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      let session = try await identity.client().call(
        IdentityAPI.signIn, [:],
        SignIn(email: "a@exemple.fr", password: IdentityUnderTest.password, client: .browser))
      let renewed = try await identity.client().call(
        IdentityAPI.refreshSession, [:], SessionSecret(secret: session.secret))
      let part = try #require(renewed.token.split(separator: ".").dropFirst().first)
      let claims = try JSONDecoder().decode(TokenClaims.self, from: try #require(Data(base64URL: part)))
      #expect(claims.idle == SecurityTerms().idleMinutes)
    }
  }
}
