import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Insight

/// Two territories on 2 March 2026: 40 dossiers in the first, of which 10 are one référent's, and 20 in the second.
struct County: Sendable {
  let service: ServiceUnderTest
  let lead: ID<Account> = .new()
  let first: ID<Territory> = .new()
  let second: ID<Territory> = .new()

  static func run(_ body: @escaping @Sendable (County) async throws -> Void) async throws {
    let start = CalendarDate("2026-03-02")?.moment(hour: 9) ?? Date()
    try await ServiceUnderTest.run(InsightProcess.process, at: start) { service in
      let county = County(service: service)
      try await county.settle()
      try await body(county)
    }
  }

  /// Every second dossier has a valid contract; every fourth one's ends on 20 March. Every fifth person is NSDD.
  private func settle() async throws {
    let (lead, first, second) = (lead, first, second)
    try await service.database.owner { transaction in
      try await transaction.execute(
        """
        insert into dossiers.household (id, genesis_number)
        select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, n::text from generate_series(1, 60) n
        """)
      try await transaction.execute(
        """
        insert into dossiers.dossier (id, household, role, genesis_id, family_name, given_name, entered_on, search,
          territory, duties, entitlement)
        select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
          ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'DEM', n::text, '=NOM' || n, 'Léa',
          '2026-01-05', 'nom', case when n <= 40 then \(first)::uuid else \(second)::uuid end, n % 5 <> 0, '2'
        from generate_series(1, 60) n
        """)
      try await transaction.execute(
        """
        insert into dossiers.referent (id, dossier, account, kind, from_date)
        select gen_random_uuid(), id, \(lead)::uuid, 'lead', '2026-01-12' from dossiers.dossier
        where genesis_id::int <= 10
        """)
      try await transaction.execute(
        """
        insert into contracts.contract (id, dossier, territory, number, state, state_since, starts_on, ends_on, author,
          author_name, decision, decided_on, created_at)
        select gen_random_uuid(), id, territory, 1, 'valide', now(), '2026-01-10',
          case when genesis_id::int % 4 = 0 then '2026-03-20'::date else '2026-12-31'::date end, \(lead)::uuid,
          'DURAND Paul', 'valide', '2026-01-10', now()
        from dossiers.dossier where genesis_id::int % 2 = 0
        """)
    }
  }

  func client(_ profile: Profile, account: ID<Account> = .new(), in territories: [ID<Territory>] = []) async throws
    -> APIClient
  {
    try await service.client(as: .someone(profile, account: account, territories: territories))
  }
}

func counts(_ client: APIClient) async throws -> [String: Int] {
  let alerts = try await client.call(InsightAPI.listAlerts, [:], AlertQuery()).items
  return Dictionary(alerts.map { ($0.code, $0.count) }, uniquingKeysWith: { first, _ in first })
}

func refusal(_ body: () async throws -> some Sendable) async -> Int {
  do { _ = try await body() } catch { return (error as? Problem)?.status ?? 0 }
  return 200
}

@Suite(.database) struct InsightTests {
  @Test("alerts are counted in each caller's scope, and a stranger's are all zero")
  func counting() async throws {
    try await County.run { county in
      let own = try await counts(county.client(.referent, account: county.lead))
      #expect(own["renouvellements"] == 2 && own["sans-cer"] == 5 && own["nsdd"] == 2)
      let territory = try await counts(county.client(.chefDeService, in: [county.first]))
      #expect(territory["renouvellements"] == 10 && territory["sans-cer"] == 20 && territory["nsdd"] == 8)
      let both = try await counts(county.client(.chefDeService, in: [county.first, county.second]))
      #expect(both["sans-cer"] == 30 && both["nsdd"] == 12)
      let stranger = try await counts(county.client(.referent))
      #expect(!stranger.isEmpty && stranger.values.allSatisfy { $0 == 0 })
      #expect(await refusal { try await county.client(.dpo).call(InsightAPI.listAlerts, [:], AlertQuery()) } == 403)
    }
  }

  @Test("the list of an alert goes on page by page and holds what was counted")
  func paging() async throws {
    try await County.run { county in
      let chef = try await county.client(.chefDeService, in: [county.first])
      var found: Set<ID<Dossier>> = []
      var after: String?
      repeat {
        let query = InsightPageQuery(after: after, limit: 7)
        let page = try await chef.call(InsightAPI.listAlert, ["code": "sans-cer"], query)
        found.formUnion(page.rows.map(\.dossier))
        after = page.next
      } while after != nil
      #expect(found.count == 20)
      let formsAreNotTheirs = await refusal {
        try await chef.call(InsightAPI.listAlert, ["code": "formulaires"], InsightPageQuery())
      }
      #expect(formsAreNotTheirs == 404)
    }
  }

  @Test("a report counts the whole county for its head office, and only its reader's dossiers for a référent")
  func reports() async throws {
    try await County.run { county in
      let office = try await county.client(.siege)
      let all = try await office.call(InsightAPI.showReport, ["report": "etats-contrats"], ReportQuery())
      #expect(all.rows.count == 30 && all.figures.map(\.count) == [30])
      let none = try await office.call(
        InsightAPI.showReport, ["report": "etats-contrats"], ReportQuery(state: [.submitted]))
      #expect(none.rows.isEmpty)
      for report in try await office.call(InsightAPI.listReports).items {
        let shown = try await office.call(InsightAPI.showReport, ["report": report.code], ReportQuery())
        #expect(shown.entry.code == report.code)
      }
      let referent = try await county.client(.referent, account: county.lead)
      let mine = try await referent.call(InsightAPI.showReport, ["report": "file-active"], ReportQuery())
      #expect(mine.rows.count == 10)
      let administrator = try await county.client(.administrateur)
      #expect(await refusal { try await administrator.call(InsightAPI.listReports) } == 403)
    }
  }

  @Test("counting a territory reads the caseload by its index, not the whole county")
  func plans() async throws {
    try await County.run { county in
      let caller = Caller.someone(.chefDeService, territories: [county.first])
      try await county.service.database.owner { transaction in
        // Enough of another territory that reading everything would be the worse way.
        try await transaction.execute(
          """
          insert into dossiers.dossier (id, household, role, genesis_id, family_name, given_name, entered_on, search,
            territory)
          select gen_random_uuid(), '00000000-0000-4000-8000-000000000001', 'DEM', 'x' || n, 'X', 'X', '2026-01-05',
            'x', \(county.second)::uuid from generate_series(1, 5000) n
          """)
        try await transaction.script("analyze dossiers.dossier; analyze contracts.contract")
      }
      let active = AlertFilter(situation: .active).conditions
      let counted = [
        AlertStore.Prepared(
          alert: .withoutDuties, dataset: Dataset.withoutDuties.narrowed(active), isFavourite: true, days: nil,
          hasOwnDays: false),
        AlertStore.Prepared(
          alert: .withoutContract, dataset: Dataset.withoutContract.narrowed(active), isFavourite: true, days: nil,
          hasOwnDays: false),
      ]
      let statement = try #require(AlertStore.counting(counted))
      let plan = try await county.service.database.client(.insight).withTransaction(as: caller) {
        try await $0.query("explain \(statement)", as: String.self)
      }.joined(separator: "\n")
      #expect(plan.contains("dossier_territory"), "\(plan)")
      #expect(!plan.contains("Seq Scan on dossier"), "\(plan)")
    }
  }
}
