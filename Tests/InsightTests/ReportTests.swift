import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Insight

@Suite(.database) struct ReportTests {
  @Test("every report of the guide is there, and none holds a dossier out of reach")
  func scope() async throws {
    try await County.run { county in
      let chef = try await county.client(.chefDeService, in: [county.first])
      let entries = try await chef.call(InsightAPI.listReports).items
      #expect(entries.count == 12)
      let reached = try await county.service.database.owner { transaction in
        Set(
          try await transaction.query(
            "select id from dossiers.dossier where territory = \(county.first)::uuid", as: ID<Dossier>.self))
      }
      for entry in entries {
        #expect(entry.columns.contains { $0.code == entry.order })
        #expect(
          Set(["personne", "numero", "commune", "structure", "referent"]).isSubset(of: entry.columns.map(\.code)))
        let shown = try await chef.call(
          InsightAPI.showReport, ["report": entry.code], ReportQuery(limit: 200))
        #expect(shown.rows.allSatisfy { reached.contains($0.dossier) && $0.cells.count == entry.columns.count })
      }
    }
  }

  @Test("a report goes on page by page in any order, and holds each row once")
  func pages() async throws {
    try await County.run { county in
      let chef = try await county.client(.chefDeService, in: [county.first])
      for (column, isDescending) in [("numero", false), ("personne", true), ("commune", false), ("nsdd", true)] {
        var keys: [String] = []
        var after: String?
        repeat {
          let query = ReportQuery(sort: column, descending: isDescending, after: after, limit: 3)
          let page = try await chef.call(InsightAPI.showReport, ["report": "nsdd"], query)
          #expect(page.total == 8)
          keys += page.rows.map(\.key)
          after = page.next
        } while after != nil
        #expect(keys.count == 8 && Set(keys).count == 8, "\(column)")
      }
    }
  }

  @Test("what a report cannot be narrowed to or sorted by is refused at its field")
  func wrong() async throws {
    try await County.run { county in
      let chef = try await county.client(.chefDeService, in: [county.first])
      let day = try #require(CalendarDate("2026-03-02"))
      let wrong: [(String, String, ReportQuery)] = [
        ("nsdd", "sort", ReportQuery(sort: "nir")), ("nsdd", "days", ReportQuery(days: 30)),
        ("sans-cer", "state", ReportQuery(state: [.accepted])),
        ("file-active", "until", ReportQuery(from: day, until: day.adding(days: -1))),
        ("nsdd", "structure", ReportQuery(structure: .new())),
      ]
      for (report, field, query) in wrong {
        do {
          _ = try await chef.call(InsightAPI.showReport, ["report": report], query)
          Issue.record("\(report) took \(field)")
        } catch let problem as Problem {
          #expect(problem.status == 422 && problem.faults?.map(\.field) == [field])
        }
      }
    }
  }

  @Test("contracts to renew say the days that are left, and those overdue with a minus sign")
  func renewals() async throws {
    try await County.run { county in
      _ = try await county.service.database.owner { transaction in
        try await transaction.execute(
          """
          update contracts.contract c set ends_on = '2026-02-14' from dossiers.dossier d
          where d.id = c.dossier and d.genesis_id = '4'
          """)
      }
      let chef = try await county.client(.chefDeService, in: [county.first])
      func days(_ within: Int) async throws -> [Int] {
        let report = try await chef.call(
          InsightAPI.showReport, ["report": "renouvellements"], ReportQuery(days: within))
        let place = report.entry.columns.firstIndex { $0.code == "jours" } ?? 0
        return report.rows.compactMap { $0.cells[place].number }
      }
      #expect(try await days(0) == [-16])
      #expect(try await days(30) == [-16] + Array(repeating: 18, count: 9))
      #expect(try await days(500).count == 20)
    }
  }

  @Test("contracts are found by the day of signature and by the day of the decision")
  func contracts() async throws {
    try await County.run { county in
      _ = try await county.service.database.owner { transaction in
        try await transaction.execute(
          """
          update contracts.contract c set signed_on = '2026-01-08' from dossiers.dossier d
          where d.id = c.dossier and d.genesis_id in ('2', '4')
          """)
      }
      let chef = try await county.client(.chefDeService, in: [county.first])
      let (first, last) = (CalendarDate("2026-01-08"), CalendarDate("2026-01-09"))
      let signed = try await chef.call(
        InsightAPI.showReport, ["report": "etats-contrats"], ReportQuery(from: first, until: last))
      #expect(signed.rows.count == 2 && signed.figures.map(\.count) == [2])
      let state = signed.entry.columns.firstIndex { $0.code == "etat-cer" } ?? 0
      #expect(signed.rows.allSatisfy { $0.cells[state].text == "Validé" })
      func decided(_ from: String) async throws -> Int {
        try await chef.call(
          InsightAPI.showReport, ["report": "cer-valides"], ReportQuery(from: CalendarDate(from))
        ).rows.count
      }
      #expect(try await decided("2026-01-10") == 20)
      #expect(try await decided("2026-01-11") == 0)
    }
  }
}
