import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("The county's delays", .database) struct DelayTests {
  private static let morning = Moment.parse("2026-03-12T08:00:00Z") ?? Date(timeIntervalSince1970: 0)
  private static let today = CalendarDate(morning)
  private static let delays = ServiceName.dossiers.delays

  private static func path(_ delay: CountyDelay) -> [String: String] { ["delay": delay.rawValue] }

  private func refusal(_ body: () async throws -> some Any) async throws -> Problem? {
    do {
      _ = try await body()
      return nil
    } catch let problem as Problem {
      return problem
    }
  }

  @Test("the former référent keeps access for as long as the county says on the day of the transfer")
  func handover() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let setting = try await TransferTests.Setting.make(in: service)
      let administrator = try await service.client(as: .someone(.administrateur, name: "MERCIER Louise"))
      // A value that is only planned does not hold yet.
      _ = try await administrator.call(
        Self.delays.change, Self.path(.handover), DelayDraft(value: 90, from: Self.today.adding(days: 1)), version: 0)
      let planned = try await administrator.call(Self.delays.all)
      #expect(planned[.handover] == 30)
      #expect(planned.first { $0.name == .handover }?.next?.value == 90)
      let history = try await administrator.call(Self.delays.show, Self.path(.handover))
      let changed = try await administrator.call(
        Self.delays.change, Self.path(.handover), DelayDraft(value: 45), version: history.version)
      #expect(changed.value == 45)
      #expect(changed.periods.map(\.holds) == [true, false])
      #expect(changed.periods.first?.accountName == "MERCIER Louise")
      let chef = try await service.client(as: setting.chef)
      _ = try await chef.call(
        DossiersAPI.transferCaseload, ["account": setting.scene.lead],
        TransferDraft(targets: [setting.colleagues[0]], keepsAccess: true))
      let detail = try await chef.call(DossiersAPI.showDossier, ["dossier": setting.scene.dossier])
      let kept = try #require(detail.referents.first { $0.kind == .step })
      #expect(kept.untilDate == Self.today.adding(days: 45))
    }
  }

  @Test("a standby ends by itself, unless the county keeps the return by hand: then a save brings the dossier back")
  func standbyReturn() async throws {
    for isManual in [false, true] {
      try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
        let scene = try await Scene.one(in: service.database, from: Self.today.adding(days: -30))
        let referent = try await service.client(as: .someone(.referent, account: scene.lead))
        let path = ["dossier": scene.dossier]
        if isManual {
          _ = try await service.client(as: .someone(.administrateur)).call(
            Self.delays.change, Self.path(.standbyReturn), DelayDraft(value: 1), version: 0)
        }
        let draft = StandbyDraft(from: Self.today, until: Self.today, reason: "maladie", comment: nil)
        let standby = try await referent.call(DossiersAPI.startStandby, path, draft)
        #expect(try await referent.call(DossiersAPI.showDossier, path).state == .standby)
        service.clock.travel(days: 1)
        let turn = DayTurn(postgres: service.parts.postgres, now: service.parts.now, logger: service.parts.logger)
        try await turn.turn(to: service.clock.now())
        let state = try await referent.call(DossiersAPI.showDossier, path).state
        #expect(state == (isManual ? .standby : .entered))
        guard isManual else { return }
        _ = try await referent.call(
          DossiersAPI.changeStandby, ["dossier": scene.dossier.value, "standby": standby.id], draft,
          version: standby.version)
        #expect(try await referent.call(DossiersAPI.showDossier, path).state == .entered)
      }
    }
  }

  @Test(
    "a day before the référent's first one takes nobody's référent away: a clock that was set back empties no caseload")
  func setBack() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      _ = try await Scene.one(in: service.database, from: Self.today)
      let turn = DayTurn(postgres: service.parts.postgres, now: service.parts.now, logger: service.parts.logger)
      try await turn.turn(to: Self.today.adding(days: -400).moment(hour: 1))
      let followed = try await service.database.owner {
        try await $0.first("select count(*)::int from dossiers.dossier where lead is not null", as: Int.self)
      }
      #expect(followed == 1)
    }
  }

  @Test("of twenty who decide at once one is heard; what is out of bounds or past is refused, all faults at once")
  func twenty() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let administrator = try await service.client(as: .someone(.administrateur))
      let won = try await withThrowingTaskGroup(of: Bool.self) { tasks in
        for value in 0..<20 {
          tasks.addTask {
            try await refusal {
              try await administrator.call(
                Self.delays.change, Self.path(.batchTrace), DelayDraft(value: 100 + value), version: 0)
            } == nil
          }
        }
        return try await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(won == 1)
      let history = try await administrator.call(Self.delays.show, Self.path(.batchTrace))
      #expect(history.periods.count == 1)
      let wrong = try await refusal {
        try await administrator.call(
          Self.delays.change, Self.path(.batchTrace), DelayDraft(value: 6, from: Self.today.adding(days: -1)),
          version: history.version)
      }
      #expect(wrong?.status == 422 && Set(wrong?.faults?.map(\.field) ?? []) == ["value", "from"])
      // What holds already is not decided again.
      let same = try await administrator.call(
        Self.delays.change, Self.path(.batchTrace), DelayDraft(value: history.value), version: history.version)
      #expect(same == history)
      let chef = try await service.client(as: .someone(.chefDeService))
      let forbidden = try await refusal {
        try await chef.call(Self.delays.change, Self.path(.batchTrace), DelayDraft(value: 60), version: 1)
      }
      #expect(forbidden?.status == 403)
    }
  }
}
