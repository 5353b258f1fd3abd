import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

/// Rule C7: a step référent reaches the dossier for the days given, and the lead stays.
@Suite("Step référents", .database) struct StepReferentTests {
  static let today = CalendarDate(year: 2026, month: 3, day: 12) ?? CalendarDate(Date())

  private static func days(_ from: Int, _ until: Int) -> StepReferentDays {
    StepReferentDays(from: today.adding(days: from), until: today.adding(days: until))
  }

  @Test(
    "the days begin today at the earliest, end after they begin, within a year; what has begun keeps its first day",
    arguments: [
      (days(0, 30), nil, []), (days(0, 0), nil, []), (days(5, 5), nil, []), (days(-1, 30), nil, ["from"]),
      (days(5, 4), nil, ["until"]), (days(0, 366), nil, ["until"]), (days(0, 365), nil, []),
      (days(-10, 30), -10, []), (days(-9, 30), -10, ["from"]), (days(-10, -1), -10, ["until"]),
      (days(-10, 0), -10, []),
    ] as [(StepReferentDays, Int?, [String])])
  func rules(days: StepReferentDays, begun: Int?, wrong: [String]) {
    let faults = StepReferentRules.faults(days, begun: begun.map(Self.today.adding(days:)), today: Self.today)
    #expect(faults.map(\.field) == wrong)
  }

  struct Setting: Sendable {
    let scene: Scene
    let colleague: ID<Account>
    let office: Caller

    static func make(in service: ServiceUnderTest) async throws -> Setting {
      let scene = try await Scene.one(in: service.database, from: today.adding(days: -90))
      let colleague = ID<Account>.new()
      try await service.database.owner { transaction in
        for (name, account) in [("PETIT", scene.lead), ("FAURE", colleague)] {
          try await transaction.execute(
            """
            insert into identity.account (id, email, family_name, given_name, status)
            values (\(account), \(account.description + "@exemple.fr"), \(name), 'Anne', 'active')
            """)
        }
      }
      return Setting(
        scene: scene, colleague: colleague, office: .someone(.secretariatDispositif, territories: [scene.territory]))
    }

    func draft(_ from: Int, _ until: Int, _ account: ID<Account>? = nil) -> StepReferentDraft {
      StepReferentDraft(
        account: account ?? colleague, from: today.adding(days: from), until: today.adding(days: until))
    }
  }

  @Test("an access is changed and taken back at once; what began earlier stays in the history until yesterday")
  func ended() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.today.moment(hour: 9)) { service in
      let setting = try await Setting.make(in: service)
      let path = ["dossier": setting.scene.dossier]
      let office = try await service.client(as: setting.office)
      let colleague = try await service.client(as: .someone(.referent, account: setting.colleague))
      let named = try await office.call(DossiersAPI.nameStepReferent, path, setting.draft(0, 30))
      #expect(try await colleague.call(DossiersAPI.showDossier, path).id == setting.scene.dossier)

      let one = ["dossier": setting.scene.dossier.description, "stepReferent": named.id.uuidString.lowercased()]
      let changed = try await office.call(
        DossiersAPI.changeStepReferent, one, Self.days(0, 5), version: named.version)
      #expect(changed.untilDate == Self.today.adding(days: 5) && changed.version == named.version + 1)
      // The same again changes nothing.
      let same = try await office.call(DossiersAPI.changeStepReferent, one, Self.days(0, 5), version: changed.version)
      #expect(same.version == changed.version)
      let stale = await #expect(throws: Problem.self) {
        try await office.call(DossiersAPI.endStepReferent, one, version: named.version)
      }
      #expect(stale?.status == 412)

      service.clock.travel(days: 2)
      _ = try await office.call(DossiersAPI.endStepReferent, one, version: changed.version)
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await colleague.call(DossiersAPI.showDossier, path)
      }
      let kept = try await office.call(DossiersAPI.showDossier, path).referents.first { $0.kind == .step }
      #expect(kept?.fromDate == Self.today && kept?.untilDate == Self.today.adding(days: 1))
      let again = await #expect(throws: Problem.self) {
        try await office.call(DossiersAPI.endStepReferent, one, version: kept?.version ?? 0)
      }
      #expect(again?.type == "/problemes/acces-termine")
      let told = try await service.database.owner {
        try await $0.query(
          """
          select data->>'ended' from dossiers.outbox where type = 'dossiers.step-referent-changed.v1' order by position
          """, as: String.self)
      }
      #expect(told == ["false", "true"])
    }
  }

  @Test("who was named today by mistake leaves no line in the history, and the timeline tells both")
  func mistaken() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.today.moment(hour: 9)) { service in
      let setting = try await Setting.make(in: service)
      let path = ["dossier": setting.scene.dossier]
      let office = try await service.client(as: setting.office)
      let named = try await office.call(DossiersAPI.nameStepReferent, path, setting.draft(0, 30))
      _ = try await office.call(
        DossiersAPI.endStepReferent,
        ["dossier": setting.scene.dossier.description, "stepReferent": named.id.uuidString.lowercased()],
        version: named.version)
      #expect(try await office.call(DossiersAPI.showDossier, path).referents.map(\.kind) == [.lead])
      let told = try await service.eventually("the timeline tells both") {
        let titles = try await office.call(DossiersAPI.listTimeline, path).items.map(\.title)
        return titles.count == 2 ? titles : nil
      }
      #expect(
        Set(told) == [
          "Référent d’étape nommé du 12/03/2026 au 11/04/2026", "Fin de l’accès du référent d’étape",
        ])
    }
  }

  @Test("nobody is named twice for one day, nor beside leading the dossier; of twenty at once one is")
  func twice() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.today.moment(hour: 9)) { service in
      let setting = try await Setting.make(in: service)
      let path = ["dossier": setting.scene.dossier]
      let office = try await service.client(as: setting.office)
      func refusal(_ draft: StepReferentDraft) async -> [String]? {
        let problem = await #expect(throws: Problem.self) {
          try await office.call(DossiersAPI.nameStepReferent, path, draft)
        }
        return problem?.faults?.map { "\($0.field) \($0.code)" }
      }
      #expect(await refusal(setting.draft(0, 30, setting.scene.lead)) == ["account referent"])
      #expect(await refusal(setting.draft(3, 1, .new())) == ["until ordre", "account inconnu"])
      let wins = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<20 {
          group.addTask {
            (try? await office.call(DossiersAPI.nameStepReferent, path, setting.draft(0, 30))) != nil
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(wins == 1)
      #expect(await refusal(setting.draft(30, 40)) == ["account deja-nomme"])
      _ = try await office.call(DossiersAPI.nameStepReferent, path, setting.draft(31, 40))
    }
  }

  @Test("from another territory neither the dossier nor its step référent is found")
  func outOfReach() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.today.moment(hour: 9)) { service in
      let setting = try await Setting.make(in: service)
      let office = try await service.client(as: setting.office)
      let named = try await office.call(
        DossiersAPI.nameStepReferent, ["dossier": setting.scene.dossier], setting.draft(0, 30))
      let one = ["dossier": setting.scene.dossier.description, "stepReferent": named.id.uuidString.lowercased()]
      let stranger = try await service.client(as: .someone(.secretariatDispositif, territories: [.new()]))
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await stranger.call(DossiersAPI.endStepReferent, one, version: named.version)
      }
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await stranger.call(DossiersAPI.changeStepReferent, one, Self.days(0, 5), version: named.version)
      }
    }
  }
}
