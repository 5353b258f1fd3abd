import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("Following contracts", .database) struct FollowUpTests {
  @Test("the list goes by priority, then by waiting time; it is filtered, searched, counted and paged")
  func queue() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let territory = ID<Territory>.new()
      var drafted: [String: ContractSheet] = [:]
      for (family, priority) in [("MARTIN", nil), ("BÉRARD", nil), ("NGUYEN", "retablissement")] as [(String, String?)]
      {
        let scene = try await Scene.one(in: service.database, family: family, territory: territory)
        service.clock.travel(days: 1)
        var sheet = try await service.drafted(scene)
        sheet = try await service.client(as: scene.referent).call(
          ContractsAPI.reviseContract, ["contract": sheet.contract.id], ContractDraft(priority: priority),
          version: sheet.version)
        drafted[family] = try await service.move(sheet, to: .submitted, as: scene.referent)
      }
      let secretariat = try await service.client(as: .someone(.secretariatDispositif, territories: [territory]))
      func names(_ filter: ContractFilter) async throws -> [String] {
        try await secretariat.call(ContractsAPI.listContracts, [:], filter).items.map(\.familyName)
      }
      #expect(try await names(ContractFilter(state: [.submitted])) == ["NGUYEN", "MARTIN", "BÉRARD"])
      #expect(try await names(ContractFilter(state: [.awaiting, .studied])).isEmpty)
      #expect(try await names(ContractFilter(q: "bera")) == ["BÉRARD"])
      #expect(try await names(ContractFilter(q: "nguyne")) == ["NGUYEN"])
      #expect(try await names(ContractFilter(q: "%")) == [])

      let first = try await secretariat.call(ContractsAPI.listContracts, [:], ContractFilter(limit: 2))
      #expect(first.items.map(\.familyName) == ["NGUYEN", "MARTIN"])
      #expect(first.total == 3)
      #expect(first.items[0].priorityLabel == "Rétablissement des droits")
      #expect(first.items[1].waitingDays == 2)
      let second = try await secretariat.call(
        ContractsAPI.listContracts, [:], ContractFilter(after: first.next, limit: 2))
      #expect(second.items.map(\.familyName) == ["BÉRARD"])
      #expect(second.next == nil)
      let counts = try await secretariat.call(ContractsAPI.countContracts)
      #expect(counts.items.map(\.count) == [0, 3, 0, 0, 0, 0])
      #expect(counts.items.map(\.state) == ContractState.allCases)
    }
  }

  @Test("to renew: those that end soon and, with a minus sign, those overdue; not the last, nor the followed")
  func renewals() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let territory = ID<Territory>.new()
      func scene(_ family: String) async throws -> Scene {
        try await Scene.one(in: service.database, family: family, territory: territory)
      }
      let soon = try await scene("SOON")
      let overdue = try await scene("OVERDUE")
      let followed = try await scene("FOLLOWED")
      let last = try await scene("LAST")
      let left = try await scene("LEFT")
      for one in [soon, followed, last, left] { _ = try await service.validated(one, endsOn: day("2026-04-30")) }
      _ = try await service.validated(overdue, endsOn: day("2026-04-02"))
      try await service.database.owner { transaction in
        _ = try await transaction.batch([
          "update contracts.contract set last_contract = true where dossier = \(last.dossier)",
          "update dossiers.dossier set state = 'left' where id = \(left.dossier)",
        ])
      }
      service.clock.travel(to: day("2026-04-10").moment(hour: 9))
      _ = try await service.validated(followed, endsOn: day("2027-04-30"))
      let pending = try await service.drafted(soon)
      _ = try await service.move(pending, to: .submitted, as: soon.referent)

      let chef = try await service.client(as: .someone(.chefDeService, territories: [territory]))
      let page = try await chef.call(ContractsAPI.listRenewals, [:], RenewalFilter(days: 30))
      #expect(page.items.map(\.familyName) == ["OVERDUE", "SOON"])
      #expect(page.items.map(\.daysLeft) == [-8, 20])
      #expect(page.items.map(\.inProgress) == [nil, .submitted])
      #expect(page.items[0].leadName == "DURAND Paul")
      #expect(page.items[0].organisationName == "Maison des solidarités")
      let overdueOnly = try await chef.call(ContractsAPI.listRenewals, [:], RenewalFilter(days: 0))
      #expect(overdueOnly.items.map(\.familyName) == ["OVERDUE"])
      let first = try await chef.call(ContractsAPI.listRenewals, [:], RenewalFilter(days: 30, limit: 1))
      let next = try await chef.call(
        ContractsAPI.listRenewals, [:], RenewalFilter(days: 30, after: first.next, limit: 1))
      #expect(next.items.map(\.familyName) == ["SOON"] && next.next == nil)
      let own = try await service.client(as: soon.referent)
      #expect(try await own.call(ContractsAPI.listRenewals, [:], RenewalFilter(days: 30)).items.map(\.daysLeft) == [20])
    }
  }

  @Test("lists of a territory or a référent read no table from end to end")
  func plans() async throws {
    let database = try TestDatabase.required()
    let territory = ID<Territory>.new()
    let account = ID<Account>.new()
    try await database.owner { try await Self.fill($0, territory: territory, account: account) }
    let client = database.client(.contracts)
    for caller in [
      Caller.someone(.secretariatDispositif, territories: [territory]), .someone(.referent, account: account),
      .someone(.siege),
    ] {
      var statements = try Self.statements(for: caller)
      // A county's count and search read the county.
      if caller.scope == .county { statements.removeLast(2) }
      for statement in statements {
        let lines = try await client.withTransaction(as: caller) {
          try await $0.query("explain \(statement)", as: String.self)
        }
        let plan = lines.joined(separator: "\n")
        #expect(!plan.contains("Seq Scan on contract") && !plan.contains("Seq Scan on dossier"), "\(plan)")
        let walksTheCounty = ["contract_order", "contract_state", "contract_ending"].contains { plan.contains($0) }
        #expect(walksTheCounty == (caller.scope == .county), "\(caller.scope)\n\(plan)")
      }
    }
    await client.close()
  }

  private static func statements(for caller: Caller) throws -> [SQL] {
    let (scope, today) = (caller.scope, day("2026-03-12"))
    return [
      try FollowUpStore.listing(ContractFilter(), scope: scope, today: today),
      try FollowUpStore.listing(ContractFilter(state: [.submitted]), scope: scope, today: today),
      try RenewalStore.listing(RenewalFilter(), scope: scope, today: today),
      try FollowUpStore.listing(ContractFilter(q: "martin"), scope: scope, today: today),
      "select state, count(*) from contracts.contract group by state",
    ]
  }

  /// 20,000 dossiers with a contract each, two hundred of them in the territory and eighty with the référent.
  private static func fill(_ transaction: Transaction, territory: ID<Territory>, account: ID<Account>) async throws {
    try await transaction.script(
      """
      create temp table made on commit drop as select n, gen_random_uuid() as household, gen_random_uuid() as dossier,
        case when n % 100 = 0 then '\(territory)'::uuid else gen_random_uuid() end as territory,
        case when n % 250 = 0 then '\(account)'::uuid else gen_random_uuid() end as account
      from generate_series(1, 20000) n;
      insert into dossiers.household (id, genesis_number) select household, n::text from made;
      insert into dossiers.dossier (id, household, role, genesis_id, family_name, given_name, entered_on, search,
        territory, lead)
      select dossier, household, 'DEM', n::text, 'MARTIN', 'Léa', '2020-01-01', 'martin lea', territory,
        account from made;
      insert into dossiers.referent (id, dossier, account, kind, from_date)
      select gen_random_uuid(), dossier, account, 'lead', '2020-01-01' from made;
      insert into contracts.contract (id, dossier, territory, number, state, state_since, starts_on, ends_on, author,
        author_name, created_at, decision, decided_on)
      select gen_random_uuid(), dossier, territory, 1, case when n % 3 = 0 then 'soumis' else 'valide' end,
        '2026-01-01', '2026-01-01', date '2026-01-01' + n % 400, account, 'DURAND Paul', '2026-01-01',
        case when n % 3 > 0 then 'valide' end, '2026-01-01' from made;
      analyze dossiers.dossier, dossiers.referent, contracts.contract;
      """)
  }
}
