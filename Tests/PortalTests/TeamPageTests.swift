import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Alerts by e-mail, and a team's figures") struct TeamPageTests {
  @Test("the rhythm of e-mails is chosen by one button, and a wrong one is refused")
  func rhythm() async throws {
    try await PortalUnderTest.run(as: .referent) { services, browser in
      services.serve(InsightAPI.setAlertMail, AlertMail(rhythm: .weekly))
      let answer = try await browser.post("/infocentre/alertes/courriel", ["rythme": "weekly"])
      #expect(answer.location == "/infocentre/alertes")
      let sent = try #require(services.calls(of: InsightAPI.setAlertMail).first)
      #expect(try JSONDecoder.jalons.decode(AlertMail.self, from: sent.body).rhythm == .weekly)
      #expect(try await browser.post("/infocentre/alertes/courriel", ["rythme": "hourly"]).status == 400)
      #expect(services.calls(of: InsightAPI.setAlertMail).count == 1)
    }
  }

  @Test("a team's figures stand beside each load and capacity, and a structure adds its référents up")
  func team() async throws {
    try await PortalUnderTest.run(as: .chefDeService) { services, browser in
      let (one, other) = (ID<Account>.new(), ID<Account>.new())
      func row(_ account: ID<Account>, _ name: String, load: Int, capacity: Int) -> CaseloadRow {
        CaseloadRow(
          account: account, name: name, organisation: "MDS de Privas", dossiers: load, standby: 0, leaving: 0,
          proposedExits: 0, load: load, capacity: capacity, version: 1)
      }
      services.serve(
        DossiersAPI.listCaseloads,
        Page(items: [row(one, "DURAND Paul", load: 42, capacity: 40), row(other, "PETIT Anne", load: 10, capacity: 50)])
      )
      services.serve(
        InsightAPI.showTeamActivity,
        TeamActivity(
          period: try #require(CalendarDate("2026-03-01")),
          measures: [TeamActivity.Measure(code: "cer-decides", label: "CER décidés", unit: "CER")],
          members: [
            TeamMember(account: one, values: [3], before: [1]), TeamMember(account: other, values: [4], before: [2]),
          ]))
      let page = try await browser.get("/tableau-de-bord/equipe")
      #expect(page.status == 200)
      for text in ["42 sur 40", "10 sur 50", "52 sur 90", "3 (1)", "4 (2)", "7 (3)"] {
        #expect(page.text.replacing("\u{A0}", with: " ").contains(text), "\(text)")
      }
    }
  }
}
