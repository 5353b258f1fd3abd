import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity
@testable import Messaging

@Suite("Use out of the ordinary", .database) struct UsageTests {
  @Test("a threshold is passed once, by the act that goes beyond it; outside the hours, by the first act")
  func passings() {
    let terms = SecurityTerms(
      dossiersNoticed: 2, dossiersMost: 4, exportsNoticed: nil, exportsMost: 1, opensAt: 8, closesAt: 19)
    func passed(_ before: Usage, _ after: Usage) -> [Usage.Passing] { after.passings(since: before, terms) }
    #expect(passed(Usage(dossiers: 1), Usage(dossiers: 2)).isEmpty)
    let noticed = Usage.Passing(kind: .dossiers, suspends: false, threshold: 2)
    #expect(passed(Usage(dossiers: 2), Usage(dossiers: 3)) == [noticed])
    #expect(passed(Usage(dossiers: 3), Usage(dossiers: 4)).isEmpty)
    #expect(
      passed(Usage(dossiers: 1), Usage(dossiers: 9)) == [
        noticed, Usage.Passing(kind: .dossiers, suspends: true, threshold: 4),
      ])
    #expect(
      passed(Usage(exports: 1), Usage(exports: 2)) == [Usage.Passing(kind: .exports, suspends: true, threshold: 1)])
    let outside = Usage.Passing(kind: .outside, suspends: false, threshold: 0)
    #expect(passed(Usage(), Usage(dossiers: 1, outside: 1)) == [outside])
    #expect(passed(Usage(outside: 1), Usage(outside: 2)).isEmpty)
  }

  @Test(
    "hours are those of Paris, and no hour of a weekend is one",
    arguments: [
      ("2026-03-12T06:59:59Z", true), ("2026-03-12T07:00:00Z", false), ("2026-03-12T17:59:59Z", false),
      ("2026-03-12T18:00:00Z", true), ("2026-03-14T10:00:00Z", true), ("2026-07-16T06:00:00Z", false),
    ])
  func hours(_ text: String, _ isOutside: Bool) throws {
    let moment = try #require(Moment.parse(text))
    #expect(SecurityTerms(opensAt: 8, closesAt: 19).isOutside(moment) == isOutside)
    #expect(!SecurityTerms().isOutside(moment))
  }

  @Test("a dossier opened twice counts once; past the threshold those who watch see it, once a day")
  func noticed() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      _ = try await identity.decide(SecurityTerms(dossiersNoticed: 2), for: .referent, version: 1, administrator)
      let account = try await identity.account("a@exemple.fr")
      let dossiers = (0..<4).map { _ in ID<Dossier>.new() }
      try await identity.opens([dossiers[0], dossiers[0], dossiers[1], dossiers[1]], account)
      #expect(try await identity.value("select dossiers from identity.usage_day", as: Int.self) == 2)
      #expect(try await administrator.call(IdentityAPI.listAbnormalUses, [:], AbnormalUseQuery()).items.isEmpty)

      try await identity.opens([dossiers[2], dossiers[3]], account)
      let uses = try await administrator.call(IdentityAPI.listAbnormalUses, [:], AbnormalUseQuery(settled: false)).items
      let use = try #require(uses.first)
      #expect(uses.count == 1 && use.account == account && use.accountName == "DURAND Paul" && !use.suspends)
      #expect(use.kind == .dossiers && use.threshold == 2 && use.count == 4 && use.profile == .referent)
      #expect(
        try await identity.value(
          "select data->>'use' from identity.outbox where type = 'identity.use-noticed.v1'", as: String.self)
          == use.id.description)
      // It is no bar to work.
      _ = try await identity.signIn("a@exemple.fr")

      identity.service.clock.travel(days: 1)
      try await identity.opens(dossiers, account)
      let later = identity.client(token: try await identity.signIn("admin@exemple.fr").token)
      let next = try await later.call(IdentityAPI.listAbnormalUses, [:], AbnormalUseQuery(limit: 1))
      #expect(next.items.first?.day == CalendarDate(identity.service.clock.now()) && next.next != nil)
      identity.service.clock.travel(days: 2)
      try await identity.opens([dossiers[0]], account)
      #expect(try await identity.value("select count(*) from identity.usage_dossier", as: Int.self) == 1)
    }
  }

  @Test("past the most the account is suspended and its sessions say so; whoever looked at it brings it back")
  func suspended() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      _ = try await identity.decide(
        SecurityTerms(dossiersNoticed: nil, dossiersMost: 3), for: .referent, version: 1, administrator)
      let account = try await identity.account("a@exemple.fr")
      let open = try await identity.signIn("a@exemple.fr")
      try await identity.opens((0..<5).map { _ in .new() }, account)
      let use = try #require(
        try await administrator.call(IdentityAPI.listAbnormalUses, [:], AbnormalUseQuery()).items.first)
      #expect(use.suspends && use.count == 5)
      #expect(try await identity.refreshRefusal(open.secret) == Closure.suspended.problem)
      #expect(try await identity.refusal("a@exemple.fr", IdentityUnderTest.password) == Entrance.suspended)
      // Whoever does not know the password learns nothing of it.
      #expect(try await identity.refusal("a@exemple.fr", "un autre mot de passe") == Entrance.refused)
      #expect(try await administrator.call(IdentityAPI.showAccount, ["account": account]).status == .suspended)

      let settled = try await administrator.call(
        IdentityAPI.settleAbnormalUse, ["use": use.id], UsageFinding(comment: "Préparation d’un comité."))
      #expect(settled.settledName == "MERCIER Louise" && settled.comment == "Préparation d’un comité.")
      _ = try await identity.signIn("a@exemple.fr")
      let again = await #expect(throws: Problem.self) {
        try await administrator.call(
          IdentityAPI.settleAbnormalUse, ["use": use.id], UsageFinding(comment: "Encore."))
      }
      #expect(again?.status == 409)
      // What was settled does not come back the same day.
      try await identity.opens([.new()], account)
      #expect(
        try await administrator.call(IdentityAPI.listAbnormalUses, [:], AbnormalUseQuery(settled: false)).items.isEmpty)
      #expect(
        try await administrator.call(IdentityAPI.listAbnormalUses, [:], AbnormalUseQuery(settled: true)).items.count
          == 1)
    }
  }

  @Test("nobody looks at their own; hours that end before they begin are refused")
  func own() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      _ = try await identity.decide(
        SecurityTerms(dossiersNoticed: 1), for: .administrateur, version: 1, administrator)
      let me = try await administrator.call(IdentityAPI.showMe).account.id
      try await identity.opens([.new(), .new()], me, .administrateur)
      let use = try #require(
        try await administrator.call(IdentityAPI.listAbnormalUses, [:], AbnormalUseQuery()).items.first)
      let own = await #expect(throws: Problem.self) {
        try await administrator.call(IdentityAPI.settleAbnormalUse, ["use": use.id], UsageFinding(comment: "Moi."))
      }
      #expect(own?.status == 409)
      let wrong = await #expect(throws: Problem.self) {
        try await identity.decide(SecurityTerms(opensAt: 19, closesAt: 8), for: .ali, version: 1, administrator)
      }
      #expect(wrong?.status == 422 && wrong?.faults?.map(\.field) == ["closesAt"])
      await #expect(throws: Problem.notFound("Ce constat")) {
        try await administrator.call(IdentityAPI.showAbnormalUse, ["use": ID<AbnormalUse>.new()])
      }
    }
  }
}

extension IdentityUnderTest {
  /// Some dossiers are opened one after the other, as the audit log hears of it, and counted. The acts are called identity's:
  /// it alone runs here, and a service writes of its own acts alone.
  func opens(_ dossiers: [ID<Dossier>], _ account: ID<Account>, _ profile: Profile = .referent) async throws {
    for dossier in dossiers {
      let act = AuditedAct(
        act: Act(name: "identity.showDossier", kind: .read, dossier: dossier), account: account, name: "DURAND Paul",
        profile: profile, scope: profile.scope, at: service.clock.now())
      try await service.parts.postgres.withTransaction(as: .system("test")) { transaction in
        try await transaction.announce(act, at: act.at)
      }
    }
    _ = try await service.eventually("they are counted") {
      try await value(
        """
        select true from identity.inbox i join identity.outbox o on o.id = i.event
        where i.consumer = 'use' and o.data->'act'->>'name' = 'identity.showDossier'
        having count(*) = (select count(*) from identity.outbox where data->'act'->>'name' = 'identity.showDossier')
        """, as: Bool.self)
    }
  }
}
