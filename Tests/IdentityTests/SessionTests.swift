import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

@Suite("Sessions", .database) struct SessionTests {
  @Test("a session goes on while it is used, and ends after thirty minutes without use, saying so")
  func idle() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      let signedIn = try await identity.signIn("a@exemple.fr")
      for _ in 0..<3 {
        identity.service.clock.travel(seconds: 29 * 60)
        let renewed = try await identity.refresh(signedIn.secret)
        #expect(renewed.session == signedIn.session)
        #expect(renewed.token != signedIn.token)
      }
      identity.service.clock.travel(seconds: 30 * 60)
      for _ in 0..<2 {
        let problem = try await identity.refreshRefusal(signedIn.secret)
        #expect(problem.status == 401)
        #expect(problem.type == "/problemes/inactivite")
        #expect(problem.title == "Vous avez été déconnecté : vous êtes resté trop longtemps sans activité.")
      }
      let event = try await identity.value(
        "select data->>'because' from identity.outbox where type = 'identity.session-closed.v1'", as: String.self)
      #expect(event == Closure.idle.reason)
    }
  }

  @Test("no session lasts longer than ten hours") func absolute() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      let signedIn = try await identity.signIn("a@exemple.fr")
      for _ in 0..<23 {
        identity.service.clock.travel(seconds: 25 * 60)
        _ = try await identity.refresh(signedIn.secret)
      }
      identity.service.clock.travel(seconds: 25 * 60)
      #expect(try await identity.refreshRefusal(signedIn.secret) == Closure.expired.problem)
    }
  }

  @Test("a session that was closed elsewhere says so; one that never was says only that nobody is signed in")
  func closedElsewhere() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      let desk = try await identity.signIn("a@exemple.fr")
      let phone = try await identity.signIn("a@exemple.fr")
      let client = identity.client(token: phone.token)
      let rows = try await client.call(IdentityAPI.listSessions).items
      #expect(Set(rows.map(\.id)) == [desk.session, phone.session])
      #expect(rows.filter(\.current).map(\.id) == [phone.session])
      _ = try await client.call(IdentityAPI.closeSession, ["session": desk.session])
      #expect(try await identity.refreshRefusal(desk.secret) == Closure.closedElsewhere.problem)
      _ = try await client.call(IdentityAPI.signOut)
      #expect(try await identity.refreshRefusal(phone.secret) == Closure.signedOut.problem)
      #expect(try await identity.refreshRefusal("x") == .signedOut)
      let closed = try await identity.value(
        "select count(*) from identity.outbox where type = 'identity.session-closed.v1'", as: Int.self)
      #expect(closed == 2)
    }
  }

  @Test("somebody else's session is not found") func notOurs() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      try await identity.account("b@exemple.fr")
      let hers = try await identity.signIn("a@exemple.fr")
      let his = identity.client(token: try await identity.signIn("b@exemple.fr").token)
      await #expect(throws: Problem.notFound("Cette session")) {
        try await his.call(IdentityAPI.closeSession, ["session": hers.session])
      }
      #expect(try await identity.refresh(hers.secret).session == hers.session)
    }
  }

  @Test("another of one's profiles gives another scope; somebody else's profile is not found")
  func profiles() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr", [.referent, .dpo])
      try await identity.account("b@exemple.fr", [.administrateur])
      let signedIn = try await identity.signIn("a@exemple.fr")
      #expect(signedIn.profiles.map(\.code) == [.referent, .dpo])
      let client = identity.client(token: signedIn.token)
      let switched = try await client.call(
        IdentityAPI.switchProfile, [:], ProfileSwitch(accountProfile: signedIn.profiles[1].id))
      #expect(switched.session == signedIn.session)
      let me = try await identity.client(token: switched.token).call(IdentityAPI.showMe)
      #expect(me.scope == .none)
      #expect(me.rights == [.readAudit])
      // The session keeps it, and so does the next one.
      #expect(try await identity.refresh(signedIn.secret).profile.code == .dpo)
      #expect(try await identity.signIn("a@exemple.fr").profile.code == .dpo)
      // What a program chose for itself is not what the person goes on with.
      _ = try await identity.client().call(
        IdentityAPI.signIn, [:],
        SignIn(email: "a@exemple.fr", password: IdentityUnderTest.password, profile: .referent, client: .api))
      #expect(try await identity.signIn("a@exemple.fr").profile.code == .dpo)
      #expect(try await identity.signIn("a@exemple.fr", profile: .referent).profile.code == .referent)
      let stranger = try await identity.signIn("b@exemple.fr")
      let foreign = await #expect(throws: Problem.self) {
        try await client.call(IdentityAPI.switchProfile, [:], ProfileSwitch(accountProfile: stranger.profile.id))
      }
      #expect(foreign?.status == 422 && foreign?.faults?.map(\.field) == ["accountProfile"])
      let refused = await #expect(throws: Problem.self) {
        try await identity.signIn("a@exemple.fr", profile: .administrateur)
      }
      #expect(refused?.status == 403)
    }
  }

  @Test("changing one's password closes the other sessions, and needs the present one") func password() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("a@exemple.fr")
      let other = try await identity.signIn("a@exemple.fr")
      let own = try await identity.signIn("a@exemple.fr")
      let client = identity.client(token: own.token)
      let new = "cinq-mots-bien-differents"
      let wrong = await #expect(throws: Problem.self) {
        try await client.call(IdentityAPI.changePassword, [:], PasswordChange(current: "autre chose", new: new))
      }
      #expect(wrong?.faults?.map(\.field) == ["current"])
      _ = try await client.call(
        IdentityAPI.changePassword, [:], PasswordChange(current: IdentityUnderTest.password, new: new))
      #expect(try await identity.refreshRefusal(other.secret) == Closure.passwordChanged.problem)
      #expect(try await identity.refresh(own.secret).session == own.session)
      #expect(try await identity.refusal("a@exemple.fr", IdentityUnderTest.password) == Entrance.refused)
      #expect(try await identity.signIn("a@exemple.fr", new).changePassword == false)
    }
  }
}

extension IdentityUnderTest {
  func refresh(_ secret: String) async throws -> RenewedToken {
    try await client().call(IdentityAPI.refreshSession, [:], SessionSecret(secret: secret))
  }

  func refreshRefusal(_ secret: String) async throws -> Problem {
    let problem = await #expect(throws: Problem.self) { try await refresh(secret) }
    return try #require(problem)
  }
}
