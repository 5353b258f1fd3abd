import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Insight

/// What each person keeps: favourites, numbers of days, the situation, the home page.
@Suite(.database) struct ChoiceTests {
  private func alert(_ code: String, _ client: APIClient) async throws -> InsightAlert {
    try #require(try await client.call(InsightAPI.listAlerts, [:], AlertQuery()).items.first { $0.code == code })
  }

  @Test("a favourite and a number of days are their chooser's alone, and the list goes by them")
  func choices() async throws {
    try await County.run { county in
      let mine = try await county.client(.chefDeService, in: [county.first])
      let theirs = try await county.client(.chefDeService, in: [county.first])
      #expect(try await alert("renouvellements", mine).count == 10)
      _ = try await mine.call(
        InsightAPI.chooseAlert, ["code": "renouvellements"], AlertChoice(isFavourite: false, days: 5))
      let chosen = try await alert("renouvellements", mine)
      #expect(chosen.count == 0 && chosen.days == 5 && chosen.hasOwnDays && !chosen.isFavourite)
      let other = try await alert("renouvellements", theirs)
      #expect(other.count == 10 && other.isFavourite && !other.hasOwnDays)
      let list = try await mine.call(InsightAPI.listAlert, ["code": "renouvellements"], InsightPageQuery())
      #expect(list.rows.isEmpty && list.alert.days == 5)
      let senseless = await refusal {
        try await mine.call(InsightAPI.chooseAlert, ["code": "nsdd"], AlertChoice(isFavourite: true, days: 5))
      }
      #expect(senseless == 422)
      let foreign = await refusal {
        try await mine.call(InsightAPI.chooseAlert, ["code": "formulaires"], AlertChoice(isFavourite: true))
      }
      #expect(foreign == 404)
    }
  }

  @Test("the situation is kept for a person and narrows all of their alerts")
  func situation() async throws {
    try await County.run { county in
      _ = try await county.service.database.owner { transaction in
        try await transaction.execute("update dossiers.dossier set state = 'left' where genesis_id = '5'")
      }
      let chef = try await county.client(.chefDeService, in: [county.first])
      #expect(try await alert("nsdd", chef).count == 7)
      for (situation, count) in [(AlertSituation.left, 1), (.all, 8), (.active, 7)] {
        _ = try await chef.call(InsightAPI.setAlertFilter, [:], AlertFilter(situation: situation))
        #expect(try await chef.call(InsightAPI.showAlertFilter).situation == situation)
        #expect(try await alert("nsdd", chef).count == count)
        let list = try await chef.call(InsightAPI.listAlert, ["code": "nsdd"], InsightPageQuery())
        #expect(list.rows.count == count && list.filter.situation == situation)
      }
    }
  }

  @Test("a home page is kept for each profile of a person, names each block once, and can be given back")
  func home() async throws {
    try await County.run { county in
      let account = ID<Account>.new()
      let referent = try await county.client(.referent, account: account)
      let chef = try await county.client(.chefDeService, account: account, in: [county.first])
      #expect(try await referent.call(InsightAPI.showHome).places == nil)
      let places = [HomePlace("ma-journee", .right), HomePlace("alertes", .left), HomePlace("ma-journee", .left)]
      _ = try await referent.call(InsightAPI.setHome, [:], HomeLayout(places: places))
      #expect(try await referent.call(InsightAPI.showHome).places == Array(places.prefix(2)))
      #expect(try await chef.call(InsightAPI.showHome).places == nil)
      _ = try await referent.call(InsightAPI.setHome, [:], HomeLayout(places: []))
      #expect(try await referent.call(InsightAPI.showHome).places == [])
      _ = try await referent.call(InsightAPI.setHome, [:], HomeLayout(places: nil))
      #expect(try await referent.call(InsightAPI.showHome).places == nil)
    }
  }
}
