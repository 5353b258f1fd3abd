import API
import Domain
import Foundation
import Testing

@testable import Portal

/// 12 March 2026 is a Thursday, and it is 10 h in France.
@Suite("The agenda")
struct AgendaPageTests {
  private static let colleague = ID<Account>.new()

  private static func day(_ text: String) -> CalendarDate { CalendarDate(text) ?? CalendarDate(dayNumber: 0) }

  private static func serve(_ services: FakeServices, items: [Agenda.Item] = []) {
    services.serve(SchedulingAPI.showAgenda) { call in
      let agent = call.query["agent"].flatMap { ID<Account>($0) } ?? PortalUnderTest.account
      return Agenda(
        agent: agent, agentName: agent == colleague ? "LEROY Anne" : "DURAND Patricia", mayWrite: true,
        from: day("2026-03-09"), until: day("2026-03-15"), items: items,
        absences: [AgendaAbsence(id: .new(), from: day("2026-03-13"), until: day("2026-03-13"), note: "Congés")],
        hours: (1...5).map { WorkingPeriod(weekday: $0, opens: 540, closes: 600) })
    }
    services.serve(
      SchedulingAPI.listAgendaAgents,
      [
        AgendaAgent(account: PortalUnderTest.account, name: "DURAND Patricia", organisationName: nil, mayWrite: true),
        AgendaAgent(account: colleague, name: "LEROY Anne", organisationName: "CMS", mayWrite: true),
      ])
  }

  private static func item(_ minute: Int, group: ID<GroupMeeting>? = nil) -> Agenda.Item {
    let start = day("2026-03-12").moment(hour: 15, minute: minute)
    return Agenda.Item(
      appointment: .new(), startsAt: start, endsAt: start + 3600, dossier: Scene.dossier, dossierName: "MARTIN Léa",
      kindLabel: "Réunion collective", outcome: .planned, group: group)
  }

  @Test("where many agendas are open, one is searched by name")
  func searched() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.serve(services)
      let others = (1...40).map { number in
        AgendaAgent(account: .new(), name: "COLLÈGUE \(number)", organisationName: nil, mayWrite: true)
      }
      let anne = AgendaAgent(account: Self.colleague, name: "LEROY Anne", organisationName: "CMS", mayWrite: true)
      services.serve(SchedulingAPI.listAgendaAgents, others + [anne])
      let own = try await browser.get("/agenda?semaine=2026-03-12")
      #expect(own.html.contains("name=\"nom\"") && !own.text.contains("COLLÈGUE 7"))
      let found = try await browser.get("/agenda?semaine=2026-03-12&nom=leroy")
      #expect(found.text.contains("Agenda de LEROY Anne"))
      let many = try await browser.get("/agenda?semaine=2026-03-12&nom=coll")
      #expect(many.status == 200 && many.text.contains("choisissez dans la liste"))
      #expect(many.text.contains("COLLÈGUE 3") && many.html.contains("value=\"coll\""))
    }
  }

  @Test("another person keeps the week; an absence is named and has no free slot")
  func week() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.serve(services)
      let page = try await browser.get("/agenda?semaine=2026-03-12&agent=\(Self.colleague)")
      #expect(page.status == 200 && page.text.contains("Agenda de LEROY Anne"))
      #expect(page.html.contains("name=\"semaine\" value=\"2026-03-12\""))
      #expect(page.text.contains("Absence : congés"))
      #expect(page.html.contains("jour=2026-03-16") == false && !page.html.contains("jour=2026-03-13&amp;heure"))
      #expect(page.html.contains("mois=2026-03-12&amp;agent=\(Self.colleague)"))
    }
  }

  @Test("the month leads to its days; the same day of colleagues stands side by side")
  func monthAndBeside() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.serve(services, items: [Self.item(0)])
      let month = try await browser.get("/agenda?mois=2026-03-12")
      #expect(month.status == 200 && month.text.contains("15 h 00 MARTIN Léa"))
      #expect(month.html.contains("/agenda?jour=2026-03-12"))
      let beside = try await browser.get("/agenda?jour=2026-03-12&avec=\(Self.colleague)")
      #expect(beside.status == 200 && beside.text.contains("LEROY Anne") && beside.text.contains("Jour suivant"))
    }
  }

  @Test("the persons of one meeting stand for it together")
  func group() async throws {
    try await PortalUnderTest.run { services, browser in
      let group = ID<GroupMeeting>.new()
      Self.serve(services, items: [Self.item(0, group: group), Self.item(0, group: group), Self.item(0)])
      let page = try await browser.get("/agenda?semaine=2026-03-12")
      #expect(
        page.text.contains("Réunion collective : 2 personnes") && page.html.contains("/agenda/collectif/\(group)"))
      #expect(page.html.contains("lane-1-of-2") && page.html.contains("lane-2-of-2"))
    }
  }

  @Test("the outcome and the summary are entered from the list of those past; what was typed stays")
  func pending() async throws {
    try await PortalUnderTest.run { services, browser in
      let pending = PendingOutcome(
        appointment: .new(), dossier: Scene.dossier, dossierName: "MARTIN Léa", agent: PortalUnderTest.account,
        agentName: "DURAND Patricia", kindLabel: "Entretien", startsAt: PortalUnderTest.moment - 86_400,
        endsAt: PortalUnderTest.moment - 82_800, version: 3)
      services.serve(SchedulingAPI.listPendingOutcomes, Page(items: [pending]))
      services.refuse(SchedulingAPI.recordOutcome, .stale(nil, version: 4))
      let address = "/agenda/a-saisir/\(pending.appointment)"
      let empty = try await browser.post(
        address, ["version": "3", "summary-\(pending.appointment)": "A trouvé un emploi."])
      #expect(empty.status == 422 && empty.text.contains("Indiquez si le rendez-vous a été tenu."))
      #expect(empty.text.contains("A trouvé un emploi."))
      #expect(services.calls(of: SchedulingAPI.recordOutcome).isEmpty)
      let stale = try await browser.post(address, ["version": "3", "outcome-\(pending.appointment)": "held"])
      #expect(stale.status == 303)
      let sent = try #require(services.calls(of: SchedulingAPI.recordOutcome).first?.json)
      #expect(sent["outcome"]?.text == "held")
    }
  }
}
