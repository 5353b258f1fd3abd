import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Insight

@Suite(.database) struct ActivityTests {
  @Test("a figure counts one's own work by month beside the year before, and opens what it counts")
  func own() async throws {
    try await County.run { county in
      try await county.service.database.owner { transaction in
        try await transaction.execute(
          """
          update contracts.contract c set submitted_at = '2026-01-05 09:00+01', decided_on = '2026-01-09'
          from dossiers.dossier d where d.id = c.dossier and d.genesis_id in ('2', '4')
          """)
        try await transaction.execute(
          """
          update contracts.contract c set decided_on = '2025-02-09' from dossiers.dossier d
          where d.id = c.dossier and d.genesis_id = '6'
          """)
      }
      let referent = try await county.client(.referent, account: county.lead)
      let report = try await referent.call(InsightAPI.showActivity, [:], ActivityQuery())
      #expect(report.periods.first == CalendarDate("2025-04-01") && report.periods.last == CalendarDate("2026-03-01"))
      func measure(_ code: String) throws -> ActivityMeasure {
        try #require(report.measures.first { $0.code == code })
      }
      #expect(try measure("cer-soumis").values.suffix(3) == [2, 0, 0])
      // Two decided on the 9th and two on the 10th of January; one in February of the year before.
      #expect(try measure("cer-decides").values.suffix(3) == [4, 0, 0])
      #expect(try measure("cer-decides").before.suffix(3) == [0, 1, 0])
      #expect(try measure("delai-decision").values.suffix(3) == [4, 0, 0])
      #expect(try measure("entrees").values.suffix(3) == [10, 0, 0])
      let list = try await referent.call(
        InsightAPI.listActivity, ["code": "cer-soumis"],
        ActivityListQuery(from: CalendarDate("2026-01-01"), until: CalendarDate("2026-01-31")))
      #expect(list.rows.count == 2)
      #expect(
        await refusal { try await referent.call(InsightAPI.listActivity, ["code": "rien"], ActivityListQuery()) } == 404
      )
    }
  }

  @Test("the scope's activity is that of the dossiers reached, and weeks keep their weekdays a year before")
  func scope() async throws {
    try await County.run { county in
      let chef = try await county.client(.chefDeService, in: [county.first])
      let mine = try await chef.call(InsightAPI.showActivity, [:], ActivityQuery(step: .week))
      #expect(
        mine.periods.last == CalendarDate("2026-03-02") && mine.measures.allSatisfy { $0.values.allSatisfy { $0 == 0 } }
      )
      let all = try await chef.call(InsightAPI.showActivity, [:], ActivityQuery(step: .week, of: .scope))
      // The tenth of January was in the week of the fifth.
      let decided = try #require(all.measures.first { $0.code == "cer-decides" })
      let week = try #require(all.periods.firstIndex { $0.description == "2026-01-05" })
      #expect(decided.values[week] == 20)
      let stranger = try await county.client(.chefDeService, in: [.new()])
      let none = try await stranger.call(InsightAPI.showActivity, [:], ActivityQuery(of: .scope))
      #expect(none.measures.allSatisfy { $0.values.allSatisfy { $0 == 0 } })
    }
  }

  @Test("a team's activity is counted for each person on the dossiers reached, beside the year before")
  func team() async throws {
    try await County.run { county in
      _ = try await county.service.database.owner { transaction in
        try await transaction.execute(
          """
          update contracts.contract c set decided_on = case when d.genesis_id = '6' then '2025-01-09'::date
            else '2026-01-09'::date end from dossiers.dossier d where d.id = c.dossier
          """)
      }
      let chef = try await county.client(.chefDeService, in: [county.first])
      let team = try await chef.call(InsightAPI.showTeamActivity, [:], TeamQuery(ago: 2))
      #expect(team.period == CalendarDate("2026-01-01") && team.members.map(\.account) == [county.lead])
      let decided = try #require(team.measures.firstIndex { $0.code == "cer-decides" })
      let entries = try #require(team.measures.firstIndex { $0.code == "entrees" })
      let member = try #require(team.members.first)
      // Of the twenty contracts of the territory, one was decided a year before.
      #expect(member.values[decided] == 19 && member.before[decided] == 1)
      #expect(member.values[entries] == 10 && member.before[entries] == 0)
      let elsewhere = try await county.client(.chefDeService, in: [county.second])
      let other = try await elsewhere.call(InsightAPI.showTeamActivity, [:], TeamQuery(ago: 2))
      #expect(other.members.first?.values[decided] == 10)
      #expect(
        await refusal { try await county.client(.referent).call(InsightAPI.showTeamActivity, [:], TeamQuery()) } == 403)
    }
  }
}
