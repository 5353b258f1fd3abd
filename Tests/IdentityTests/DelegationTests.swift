import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

/// Rule A6: a delegation is dated, names both people, and shows on everything done under it.
@Suite("Delegations", .database) struct DelegationTests {
  /// Two colleagues of one organisation, signed in: the one who goes away, and the one who stays.
  private struct Pair: Sendable {
    let identity: IdentityUnderTest
    let absent: ID<Account>
    let replacement: ID<Account>
    let absentSession: SignedIn
    let session: SignedIn
    var today: CalendarDate { CalendarDate(identity.service.clock.now()) }
    var giver: APIClient { identity.client(token: absentSession.token) }
    var taker: APIClient { identity.client(token: session.token) }

    static func make(in identity: IdentityUnderTest, absent profiles: [Profile] = [.referent]) async throws -> Pair {
      let absent = try await identity.account("absente@exemple.fr", profiles, family: "PETIT", given: "Anne")
      let replacement = try await identity.account("present@exemple.fr", [.referent])
      let organisation = ID<Organisation>.new()
      try await identity.service.database.owner { transaction in
        try await transaction.execute(
          "insert into identity.organisation (id, name) values (\(organisation), 'Mission locale')")
        try await transaction.execute(
          "update identity.account set organisation = \(organisation) where id in (\(absent), \(replacement))")
      }
      return Pair(
        identity: identity, absent: absent, replacement: replacement,
        absentSession: try await identity.signIn("absente@exemple.fr"),
        session: try await identity.signIn("present@exemple.fr"))
    }

    func draft(from: Int = 0, until: Int = 10) -> DelegationDraft {
      DelegationDraft(
        replacement: replacement, fromDate: today.adding(days: from), untilDate: today.adding(days: until))
    }

    func lent() async throws -> [ProfileChoice] {
      let renewed = try await identity.refresh(session.secret)
      return try await identity.client(token: renewed.token).call(IdentityAPI.showMe).profiles
        .filter { $0.replaces != nil }
    }

    /// Goes on in the colleague's place.
    func act() async throws -> RenewedToken {
      let profile = try #require(try await lent().first)
      return try await taker.call(IdentityAPI.switchProfile, [:], ProfileSwitch(accountProfile: profile.id))
    }
  }

  @Test("between its two days a colleague may act under the absent's profile, on purpose, and signs both names")
  func acting() async throws {
    try await IdentityUnderTest.run { identity in
      let pair = try await Pair.make(in: identity)
      #expect(try await pair.lent().isEmpty)
      let made = try await pair.giver.call(IdentityAPI.addDelegation, [:], pair.draft(from: 1, until: 3))
      #expect(made.absent.name == "PETIT Anne" && made.replacement.name == "DURAND Paul")
      #expect(made.madeByName == "PETIT Anne")
      #expect(try await pair.lent().isEmpty)
      identity.service.clock.travel(days: 1)
      let session = try await identity.signIn("present@exemple.fr")
      // Nobody finds themselves in another's place without asking.
      #expect(session.profile.replaces == nil)
      let choice = try #require(session.profiles.first { $0.replaces != nil })
      #expect(choice.replaces?.name == "PETIT Anne" && choice.replaces?.until == made.untilDate)
      let token = try await identity.client(token: session.token).call(
        IdentityAPI.switchProfile, [:], ProfileSwitch(accountProfile: choice.id)
      ).token
      let claims = try claims(of: token)
      #expect(claims.sub == pair.replacement.description && claims.replaces?.account == pair.absent)
      #expect(claims.name == "DURAND Paul (pour PETIT Anne)" && claims.scope == Scope.own.rawValue)
      let me = try await identity.client(token: token).call(IdentityAPI.showMe)
      #expect(me.account.id == pair.replacement && me.profile.replaces?.account == pair.absent)
    }
  }

  @Test("what is done in somebody's place is in the log under both, and found from either")
  func logged() async throws {
    try await IdentityUnderTest.run { identity in
      let pair = try await Pair.make(in: identity)
      _ = try await pair.giver.call(IdentityAPI.addDelegation, [:], pair.draft())
      let acting = try await pair.act()
      _ = try await identity.client(token: acting.token).call(IdentityAPI.signOut)
      try await identity.account("dpo@exemple.fr", [.dpo], family: "MOREL", given: "Jean")
      let dpo = identity.client(token: try await identity.signIn("dpo@exemple.fr").token)
      for account in [pair.absent, pair.replacement] {
        let entry = try await identity.service.eventually("the act is in the log") {
          try await dpo.call(IdentityAPI.listAudit, [:], AuditQuery(account: account)).items
            .first { $0.act == "identity.signOut" }
        }
        #expect(entry.accountName == "DURAND Paul (pour PETIT Anne)" && entry.replaces == pair.absent)
        #expect(entry.account == pair.replacement)
      }
    }
  }

  @Test("an end before the day closes whoever works in the absent's place, and says why; nothing else is closed")
  func ended() async throws {
    try await IdentityUnderTest.run { identity in
      let pair = try await Pair.make(in: identity)
      let made = try await pair.giver.call(IdentityAPI.addDelegation, [:], pair.draft())
      let other = try await identity.signIn("present@exemple.fr")
      _ = try await pair.act()
      let ended = try await pair.giver.call(IdentityAPI.endDelegation, ["delegation": made.id])
      #expect(ended.endedByName == "PETIT Anne" && ended.endedAt != nil)
      #expect(try await identity.refreshRefusal(pair.session.secret) == Closure.delegationEnded.problem)
      #expect(try await identity.refresh(other.secret).session == other.session)
      let told = try await identity.value(
        "select data->>'session' from identity.outbox where type = 'identity.session-closed.v1'", as: String.self)
      #expect(told == pair.session.session.description)
      // Twice changes nothing; and it may be given again.
      #expect(try await pair.giver.call(IdentityAPI.endDelegation, ["delegation": made.id]) == ended)
      _ = try await pair.giver.call(IdentityAPI.addDelegation, [:], pair.draft())
    }
  }

  @Test("after its last day the session ends by itself, and no token outlives that day") func over() async throws {
    try await IdentityUnderTest.run { identity in
      let pair = try await Pair.make(in: identity)
      _ = try await pair.giver.call(IdentityAPI.addDelegation, [:], pair.draft(until: 0))
      let midnight = pair.today.adding(days: 1).moment()
      identity.service.clock.travel(to: midnight.addingTimeInterval(-60))
      let session = try await identity.signIn("present@exemple.fr")
      let choice = try #require(session.profiles.first { $0.replaces != nil })
      let acting = try await identity.client(token: session.token).call(
        IdentityAPI.switchProfile, [:], ProfileSwitch(accountProfile: choice.id))
      #expect(acting.expiresAt == midnight)
      identity.service.clock.travel(seconds: 61)
      #expect(try await identity.refreshRefusal(session.secret) == Closure.delegationEnded.problem)
      #expect(try await identity.signIn("present@exemple.fr").profile.replaces == nil)
    }
  }

  @Test(
    "nothing is lent by an account that is closed or suspended, and whoever worked in its place is signed out",
    arguments: ["closed", "suspended"])
  func noLongerOpen(status: String) async throws {
    try await IdentityUnderTest.run { identity in
      let pair = try await Pair.make(in: identity)
      _ = try await pair.giver.call(IdentityAPI.addDelegation, [:], pair.draft())
      _ = try await pair.act()
      if status == "closed" {
        _ = try await identity.administrator().call(IdentityAPI.closeAccount, ["account": pair.absent])
      } else {
        try await identity.service.database.owner {
          _ = try await $0.execute("update identity.account set status = 'suspended' where id = \(pair.absent)")
        }
      }
      #expect(try await identity.refreshRefusal(pair.session.secret) == Closure.delegationEnded.problem)
      #expect(try await identity.signIn("present@exemple.fr").profiles.allSatisfy { $0.replaces == nil })
    }
  }

  @Test("one lends to a colleague of one's organisation, oneself, for a year at most; what was lent is not lent on")
  func rules() async throws {
    try await IdentityUnderTest.run { identity in
      let pair = try await Pair.make(in: identity, absent: [.referent, .administrateur])
      let stranger = try await identity.account("ailleurs@exemple.fr")
      func faults(_ draft: DelegationDraft) async throws -> [String] {
        do {
          _ = try await pair.giver.call(IdentityAPI.addDelegation, [:], draft)
          return []
        } catch let problem as Problem where problem.status == 422 {
          return (problem.faults ?? []).map(\.code).sorted()
        }
      }
      var draft = pair.draft()
      draft.replacement = stranger
      #expect(try await faults(draft) == ["inconnu"])
      draft.replacement = pair.absent
      #expect(try await faults(draft) == ["soi-meme"])
      #expect(try await faults(pair.draft(from: 3, until: 2)) == ["ordre"])
      #expect(try await faults(pair.draft(from: -9, until: -3)) == ["passe"])
      #expect(try await faults(pair.draft(until: 400)) == ["trop-long"])
      #expect(try await faults(pair.draft(from: 500, until: 501)) == ["trop-loin"])
      _ = try await pair.giver.call(IdentityAPI.addDelegation, [:], pair.draft())
      await #expect(throws: DelegationRules.again) {
        try await pair.giver.call(IdentityAPI.addDelegation, [:], pair.draft(from: 5, until: 20))
      }
      // The administrator's profile is not among what is lent.
      #expect(try await pair.lent().map(\.code) == [.referent])
      let acting = identity.client(token: try await pair.act().token)
      var onwards = pair.draft()
      onwards.replacement = pair.absent
      let refused = await #expect(throws: Problem.self) {
        try await acting.call(IdentityAPI.addDelegation, [:], onwards)
      }
      #expect(refused?.status == 403)
      let token = await #expect(throws: Problem.self) {
        try await acting.call(
          IdentityAPI.addAccessToken, [:],
          NewAccessToken(name: "x", permits: ["dossiers:read"], expiresOn: pair.today.adding(days: 3)))
      }
      #expect(token?.status == 403)
    }
  }

  @Test("an administrator lends for somebody who cannot, to anybody; a stranger ends nobody's")
  func administered() async throws {
    try await IdentityUnderTest.run { identity in
      let pair = try await Pair.make(in: identity)
      let stranger = try await identity.account("ailleurs@exemple.fr", family: "ROUX", given: "Luc")
      let administrator = try await identity.administrator()
      var draft = pair.draft()
      draft.replacement = stranger
      let made = try await administrator.call(
        IdentityAPI.addAccountDelegation, ["account": pair.absent], draft)
      #expect(made.madeByName == "MERCIER Louise")
      await #expect(throws: Problem.notFound("Ce remplacement")) {
        try await pair.taker.call(IdentityAPI.endDelegation, ["delegation": made.id])
      }
      let listed = try await administrator.call(IdentityAPI.listAccountDelegations, ["account": stranger]).items
      #expect(listed.map(\.id) == [made.id])
      // Who was asked may decline.
      let his = identity.client(token: try await identity.signIn("ailleurs@exemple.fr").token)
      #expect(try await his.call(IdentityAPI.endDelegation, ["delegation": made.id]).endedByName == "ROUX Luc")
      let nothing = await #expect(throws: Problem.self) {
        let dpo = try await identity.account("dpo@exemple.fr", [.dpo])
        return try await administrator.call(IdentityAPI.addAccountDelegation, ["account": dpo], pair.draft())
      }
      #expect(nothing == DelegationRules.nothingToLend)
    }
  }

  private func claims(of token: String) throws -> TokenClaims {
    let part = try #require(token.split(separator: ".").dropFirst().first)
    return try JSONDecoder().decode(TokenClaims.self, from: try #require(Data(base64URL: part)))
  }
}
