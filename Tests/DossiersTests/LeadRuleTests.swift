import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("What is the lead's", .database) struct LeadRuleTests {
  private static let today = CalendarDate(year: 2026, month: 3, day: 12) ?? CalendarDate(Date())

  private static func days(_ from: Int, _ until: Int?) -> StandbyDraft {
    StandbyDraft(from: today.adding(days: from), until: until.map(today.adding(days:)), reason: "maladie")
  }

  @Test("a step référent reads the dossier and ends nothing of the lead's: no exit, no decision on one, no standby")
  func stepReferent() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.today.moment(hour: 9)) { service in
      let scene = try await Scene.one(in: service.database, from: Self.today.adding(days: -30))
      try await scene.propose(.closed, for: scene.dossier, on: Self.today.endOfMonth(), in: service.database)
      let helper = ID<Account>.new()
      try await service.database.owner { transaction in
        _ = try await transaction.execute(
          """
          insert into dossiers.referent (id, dossier, account, kind, from_date, until_date, source)
          values (\(UUID()), \(scene.dossier), \(helper), 'step', \(Self.today), \(Self.today.adding(days: 30)), 'local')
          """)
      }
      let step = try await service.client(as: .someone(.referent, account: helper))
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      let path = ["dossier": scene.dossier]
      #expect(try await step.call(DossiersAPI.showDossier, path).id == scene.dossier)
      let standby = try await lead.call(DossiersAPI.startStandby, path, Self.days(0, 3))
      let whole: [String: any CustomStringConvertible] = ["dossier": scene.dossier, "standby": standby.id]
      let acts: [(String, () async throws -> Void)] = [
        ("exit", { _ = try await step.call(DossiersAPI.recordExit, path, ExitDraft(on: Self.today)) }),
        (
          "accept",
          { _ = try await step.call(DossiersAPI.decideProposedExit, path, ProposedExitDecision(accepted: true)) }
        ),
        (
          "decline",
          { _ = try await step.call(DossiersAPI.decideProposedExit, path, ProposedExitDecision(accepted: false)) }
        ),
        ("standby", { _ = try await step.call(DossiersAPI.startStandby, path, Self.days(10, 12)) }),
        ("change", { _ = try await step.call(DossiersAPI.changeStandby, whole, Self.days(0, 0), version: 1) }),
        ("remove", { _ = try await step.call(DossiersAPI.removeStandby, whole, version: 1) }),
      ]
      for (name, act) in acts {
        let refused = await #expect(throws: Problem.self, "\(name)") { try await act() }
        #expect(refused?.status == 403 && refused?.type.hasSuffix("reserve-au-referent") == true, "\(name)")
      }
      #expect(try await step.call(DossiersAPI.listProposedExits, [:], ProposedExitQuery()).items.isEmpty)
      #expect(try await step.call(DossiersAPI.countProposedExits).reasons.isEmpty)
      let all = try await step.call(
        DossiersAPI.decideProposedExits, [:], ProposedExitBatchDraft(accepted: true, dossiers: [scene.dossier]))
      #expect(all.refused == 1 && all.done == 0)
      _ = try await lead.call(DossiersAPI.removeStandby, whole, version: 1)
      _ = try await lead.call(DossiersAPI.recordExit, path, ExitDraft(on: Self.today))
    }
  }

  @Test("standbys of one dossier do not overlap, of twenty at once one is taken, and one is moved beside itself")
  func overlaps() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.today.moment(hour: 9)) { service in
      let scene = try await Scene.one(in: service.database, from: Self.today.adding(days: -30))
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      let path = ["dossier": scene.dossier]
      let taken = await withTaskGroup(of: Bool.self) { tasks in
        for _ in 0..<20 {
          tasks.addTask {
            do {
              _ = try await lead.call(DossiersAPI.startStandby, path, Self.days(5, 10))
              return true
            } catch {
              return false
            }
          }
        }
        return await tasks.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(taken == 1)
      for (from, until) in [(10, 12), (0, 5), (7, 8), (0, nil)] as [(Int, Int?)] {
        let refused = await #expect(throws: Problem.self) {
          try await lead.call(DossiersAPI.startStandby, path, Self.days(from, until))
        }
        #expect(refused?.faults?.map(\.field) == ["from"])
      }
      let first = try #require(try await lead.call(DossiersAPI.listStandbys, path).items.first)
      let changed = try await lead.call(
        DossiersAPI.changeStandby,
        ["dossier": scene.dossier, "standby": first.id] as [String: any CustomStringConvertible],
        Self.days(6, 11), version: 1)
      #expect(changed.untilDate == Self.today.adding(days: 11))
      _ = try await lead.call(DossiersAPI.startStandby, path, Self.days(12, nil))
    }
  }
}
