import API
import Domain
import Foundation
import Messaging
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("Transfers of caseloads", .database) struct TransferTests {
  static let today = CalendarDate(year: 2026, month: 3, day: 12) ?? CalendarDate(Date())
  static let morning = today.moment(hour: 9)

  /// Two colleagues with an account, and a référent who follows Léa and four others.
  struct Setting: Sendable {
    let scene: Scene
    let colleagues: [ID<Account>]
    let others: [ID<Dossier>]
    let chef: Caller

    static func make(in service: ServiceUnderTest) async throws -> Setting {
      let scene = try await Scene.one(in: service.database, from: today.adding(days: -90))
      let others = (0..<4).map { _ in ID<Dossier>.new() }
      for (number, dossier) in others.enumerated() {
        try await scene.add("ROUX", "Kévin \(number)", as: dossier, in: service.database)
      }
      let colleagues = [ID<Account>.new(), .new()]
      let people = [scene.lead] + colleagues
      try await service.database.owner { transaction in
        for (name, account) in zip(["DURAND", "CHAZAL", "FAURE"], people) {
          try await transaction.execute(
            """
            insert into identity.account (id, email, family_name, given_name, status)
            values (\(account), \(account.description + "@exemple.fr"), \(name), 'Paul', 'active')
            """)
        }
      }
      return Setting(
        scene: scene, colleagues: colleagues, others: others,
        chef: .someone(.chefDeService, territories: [scene.territory]))
    }
  }

  @Test("a caseload is spread by what is left of each one's capacity, households together")
  func spread() {
    let (a, b, c) = (ID<Account>.new(), ID<Account>.new(), ID<Account>.new())
    let even = CaseloadSpread.assign(
      [1, 1, 1, 1],
      to: [.init(account: a, load: 0, capacity: nil), .init(account: b, load: 0, capacity: nil)])
    #expect(even.count { $0 == a } == 2 && even.count { $0 == b } == 2)
    // 40 of 50 is busier than 20 of 60: the second takes all that the first has no room for.
    let rooms = CaseloadSpread.assign(
      Array(repeating: 1, count: 20),
      to: [.init(account: a, load: 40, capacity: 50), .init(account: b, load: 20, capacity: 60)])
    #expect(rooms.count { $0 == a } <= 2 && rooms.count { $0 == b } >= 18)
    // A couple is one place in the answer: it goes to one person. One without a capacity counts as the mean.
    let couples = CaseloadSpread.assign(
      [2, 2, 1], to: [.init(account: a, load: 0, capacity: 10), .init(account: c, load: 0, capacity: nil)])
    #expect(couples.count == 3 && Set(couples[..<2]) == [a, c])
    #expect(CaseloadSpread.assign([1, 2], to: []).isEmpty)
  }

  @Test(
    "a caseload changes hands with everything told, the former keeps step access, and it is taken back the same day")
  func transfer() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let setting = try await Setting.make(in: service)
      let (scene, colleagues) = (setting.scene, setting.colleagues)
      let chef = try await service.client(as: setting.chef)
      let path = ["account": scene.lead]
      let preview = try await chef.call(DossiersAPI.previewTransfer, path, TransferQuery(targets: colleagues))
      #expect(preview.dossiers == 5 && preview.households == 5 && preview.shares.map(\.receives).sorted() == [2, 3])

      let batch = try await chef.call(
        DossiersAPI.transferCaseload, path, TransferDraft(targets: colleagues, keepsAccess: true, reason: "Départ"))
      #expect(batch.done == 5 && batch.refused == 0 && batch.undoable)
      let loads = try await chef.call(DossiersAPI.listCaseloads, [:], CaseloadQuery()).items
      #expect(Set(loads.map(\.account)) == Set(colleagues) && loads.map(\.load).sorted() == [2, 3])
      let detail = try await chef.call(DossiersAPI.showDossier, ["dossier": scene.dossier])
      #expect(detail.lead.map { colleagues.contains($0.account) } == true && detail.lead?.fromDate == Self.today)
      let kept = try #require(detail.referents.first { $0.kind == .step })
      #expect(kept.account == scene.lead && kept.untilDate == Self.today.adding(days: 30))
      let former = detail.referents.first { $0.kind == .lead && $0.account == scene.lead }
      #expect(former?.untilDate == Self.today.adding(days: -1) && former?.reason == "Départ")
      let told = try await events(in: service)
      #expect(told["dossiers.referent-changed.v1"] == 5 && told["dossiers.caseload-transferred.v1"] == 2)

      let undone = try await chef.call(DossiersAPI.undoBatch, ["batch": batch.id])
      #expect(undone.kind == .takenBack && undone.done == 5 && !undone.undoable)
      let back = try await chef.call(DossiersAPI.showDossier, ["dossier": scene.dossier])
      #expect(back.referents.count == 1 && back.lead?.account == scene.lead && back.lead?.untilDate == nil)
      let after = try await events(in: service)
      #expect(after["dossiers.referent-changed.v1"] == 10 && after["dossiers.caseload-transferred.v1"] == 4)
    }
  }

  private func events(in service: ServiceUnderTest) async throws -> [String: Int] {
    struct Row: Decodable, Sendable {
      let type: String
      let count: Int
    }
    let rows = try await service.database.owner {
      try await $0.query("select type, count(*)::int as count from dossiers.outbox group by type", as: Row.self)
    }
    return Dictionary(uniqueKeysWithValues: rows.map { ($0.type, $0.count) })
  }

  @Test("what left meanwhile, entered today or has its exit entered stays; the day after, nothing is taken back")
  func exceptions() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let setting = try await Setting.make(in: service)
      let (scene, others) = (setting.scene, setting.others)
      let chef = try await service.client(as: setting.chef)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      _ = try await referent.call(
        DossiersAPI.recordExit, ["dossier": others[0]], ExitDraft(on: Self.today.endOfMonth()))
      _ = try await service.database.owner { transaction in
        try await transaction.execute(
          "update dossiers.referent set from_date = \(Self.today) where dossier = \(others[1])")
      }
      let path = ["account": scene.lead]
      let preview = try await chef.call(
        DossiersAPI.previewTransfer, path, TransferQuery(targets: [setting.colleagues[0]]))
      #expect(preview.dossiers == 4 && preview.leaving == 1)
      let batch = try await chef.call(
        DossiersAPI.transferCaseload, path, TransferDraft(targets: [setting.colleagues[0]], keepsAccess: false))
      #expect(batch.done == 3 && batch.refused == 1)
      let rows = try await chef.call(DossiersAPI.listBatchRows, ["batch": batch.id], BatchRowQuery(outcome: .refused))
      #expect(rows.items.map(\.dossier) == [others[1]])
      // Without step access the former référent no longer reaches what was given.
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await referent.call(DossiersAPI.showDossier, ["dossier": scene.dossier])
      }
      service.clock.travel(days: 1)
      let late = await #expect(throws: Problem.self) {
        try await chef.call(DossiersAPI.undoBatch, ["batch": batch.id])
      }
      #expect(late?.type == "/problemes/trop-tard")
    }
  }

  @Test("a head of service gives only what is in the territory, and nobody gives to who has no account or to the same")
  func refusals() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let setting = try await Setting.make(in: service)
      let stranger = try await service.client(as: .someone(.chefDeService, territories: [.new()]))
      let path = ["account": setting.scene.lead]
      #expect(try await stranger.call(DossiersAPI.listCaseloads, [:], CaseloadQuery()).items.isEmpty)
      let empty = await #expect(throws: Problem.self) {
        try await stranger.call(
          DossiersAPI.transferCaseload, path, TransferDraft(targets: setting.colleagues, keepsAccess: false))
      }
      #expect(empty?.type == "/problemes/file-vide")
      let chef = try await service.client(as: setting.chef)
      for targets in [[], [ID<Account>.new()], [setting.scene.lead]] {
        let refused = await #expect(throws: Problem.self) {
          try await chef.call(DossiersAPI.transferCaseload, path, TransferDraft(targets: targets, keepsAccess: false))
        }
        #expect(refused?.status == 422 && refused?.faults?.first?.field == "targets")
      }
      let secretariat = try await service.client(
        as: .someone(.secretariatDispositif, territories: [setting.scene.territory]))
      await #expect(throws: Problem.forbidden()) {
        try await secretariat.call(
          DossiersAPI.transferCaseload, path, TransferDraft(targets: setting.colleagues, keepsAccess: false))
      }
    }
  }

  @Test("a capacity is said under the version that was read, counts the whole county, and may be unsaid")
  func capacity() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let setting = try await Setting.make(in: service)
      let chef = try await service.client(as: setting.chef)
      let path = ["account": setting.scene.lead]
      let said = try await chef.call(DossiersAPI.setCapacity, path, CapacityDraft(dossiers: 4), version: 0)
      #expect(said.capacity == 4 && said.load == 5 && said.version == 1)
      let stale = await #expect(throws: Problem.self) {
        try await chef.call(DossiersAPI.setCapacity, path, CapacityDraft(dossiers: 60), version: 0)
      }
      #expect(stale?.status == 412)
      // In another territory the same person is as busy, though nothing of it is within reach.
      let elsewhere = try await service.client(as: .someone(.chefDeService, territories: [.new()]))
      let seen = try await elsewhere.call(DossiersAPI.showCaseload, path)
      #expect(seen.dossiers == 0 && seen.load == 5)
      let unsaid = try await chef.call(DossiersAPI.setCapacity, path, CapacityDraft(dossiers: nil), version: 1)
      #expect(unsaid.capacity == nil && unsaid.version == 0)
    }
  }
}
