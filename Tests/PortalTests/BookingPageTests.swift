import API
import Domain
import Foundation
import Testing

@testable import Portal

/// 12 March 2026 is a Thursday, and it is 10 h in France.
@Suite("Booking an appointment")
struct BookingPageTests {
  private static let address = "\(Scene.address)/entretiens/nouveau"

  private static func booked(reminder: Bool = false, fault: String? = nil) -> AppointmentDetail {
    let start = PortalUnderTest.moment + 8 * 86_400
    return AppointmentDetail(
      id: .new(), dossier: Scene.dossier, agent: PortalUnderTest.account, agentName: "DURAND Patricia",
      kind: "entretien", kindLabel: "Entretien", theme: nil, themeLabel: nil, place: nil, placeName: nil,
      startsAt: start, endsAt: start + 2700, outcome: .planned, summary: nil, step: nil, reminder: reminder,
      reminderStatus: reminder ? .queued : nil, reminderDueAt: start - 172_800, reminderFault: fault,
      needsAttention: false, bookedBy: PortalUnderTest.account, bookedByName: "X", bookedAt: PortalUnderTest.moment,
      version: 1)
  }

  private static func open(_ services: FakeServices, _ detail: DossierDetail = Scene.detail()) {
    Scene.open(services, detail)
    services.serve(ServiceName.scheduling.lists.all, [])
    services.serve(ServiceName.scheduling.delays.all, [])
    services.serve(SchedulingAPI.listPlaces, [])
    services.serve(SchedulingAPI.listAgendaAgents, [])
    services.serve(SchedulingAPI.bookAppointment, booked())
  }

  @Test(
    "a day without a year is the next one, and one is read as a page writes it",
    arguments: [
      ("12/1", "9h", "2027-01-12T08:00:00"), ("jeudi 14 janvier 2027", "9h", "2027-01-14T08:00:00"),
      ("13/3", "14h30", "2026-03-13T13:30:00"), ("12/3", "10h30", "2026-03-12T09:30:00"),
    ])
  func taken(_ day: String, _ hour: String, _ moment: String) async throws {
    try await PortalUnderTest.run { services, browser in
      Self.open(services)
      let answer = try await browser.post(
        Self.address, ["date": day, "time": hour, "minutes": "45", "kind": "entretien"])
      #expect(answer.status == 303)
      let sent = services.calls(of: SchedulingAPI.bookAppointment).first?.json?["startsAt"]?.text
      #expect(sent?.hasPrefix(moment) == true)
    }
  }

  @Test(
    "an odd hour is asked about before it is taken, and taken once it is said to be meant",
    arguments: [
      ("11/03/2026", "10h", "est passé"), ("12/03/2026", "9h", "Il est déjà plus de 9 h 00"),
      ("15/03/2026", "10h", "est un dimanche"), ("25/12/2026", "10h", "est un jour férié : Noël"),
      ("06/04/2026", "10h", "lundi de Pâques"), ("13/03/2026", "3h", "est une heure de nuit"),
      ("13/03/2027", "10h", "dans plus d’un an"), ("25/10/2026", "2h30", "arrive deux fois"),
    ])
  func asked(_ day: String, _ hour: String, _ words: String) async throws {
    try await PortalUnderTest.run { services, browser in
      Self.open(services)
      let asked = try await browser.post(
        Self.address, ["date": day, "time": hour, "minutes": "45", "kind": "entretien"])
      #expect(asked.status == 422 && asked.text.contains(words))
      #expect(services.calls(of: SchedulingAPI.bookAppointment).isEmpty)
      let subject = try #require(
        asked.html.firstMatch(of: /name="confirmePour" value="([^"]*)"/).map { String($0.1) })
      // Said of another hour, it says nothing of this one.
      let other = try await browser.post(
        Self.address,
        [
          "date": day, "time": hour, "minutes": "45", "kind": "entretien", "confirme": "oui",
          "confirmePour": "2026-01-01T00:00:00.000Z",
        ])
      #expect(other.status == 422)
      let meant = try await browser.post(
        Self.address,
        [
          "date": day, "time": hour, "minutes": "45", "kind": "entretien", "confirme": "oui", "confirmePour": subject,
        ])
      #expect(meant.status == 303 && services.calls(of: SchedulingAPI.bookAppointment).count == 1)
    }
  }

  @Test("an hour that the clocks jump over is refused at its field")
  func jumped() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.open(services)
      let answer = try await browser.post(
        Self.address, ["date": "28/03/2027", "time": "2h30", "minutes": "45", "kind": "entretien"])
      #expect(answer.status == 422 && answer.text.contains("Le 28 mars 2027, il n’est jamais 2 h 30"))
      #expect(services.calls(of: SchedulingAPI.bookAppointment).isEmpty)
    }
  }

  @Test("the hours of the night that has one twice say which")
  func twice() throws {
    var appointment = Self.booked()
    appointment.startsAt = try #require(Moment.parse("2026-10-25T00:30:00Z"))
    appointment.endsAt = try #require(Moment.parse("2026-10-25T01:00:00Z"))
    #expect(appointment.hours == "2 h 30 (heure d’été) – 2 h 00 (heure d’hiver)")
    #expect(Self.booked().hours == "10 h 00 – 10 h 45")
  }

  @Test("no reminder is promised that cannot leave: not ticked, not dated, not « À envoyer »")
  func reminder() async throws {
    for (phone, ticked) in [("06 12 34 56 78", true), (nil, false), ("04 75 66 01 02", false)] {
      try await PortalUnderTest.run { services, browser in
        Self.open(services, Scene.detail(phone: phone))
        let form = try await browser.get(Self.address)
        #expect(form.html.contains("value=\"oui\" checked id=\"champ-reminder\"") == ticked, "\(phone ?? "no number")")
      }
    }
    try await PortalUnderTest.run { services, browser in
      Self.open(services)
      let fault = "La personne refuse les SMS : prévenez-la autrement."
      services.serve(SchedulingAPI.bookAppointment, Self.booked(reminder: true, fault: fault))
      let answer = try await browser.post(
        Self.address, ["date": "20/3", "time": "10h", "minutes": "45", "kind": "entretien", "reminder": "oui"])
      let cookie = try #require(answer.header("set-cookie")?.split(separator: ";").first.map(String.init))
      services.serve(SchedulingAPI.listAppointments, Page(items: [Self.booked(reminder: true, fault: fault)]))
      let page = try await browser.get("\(Scene.address)/entretiens", headers: ["cookie": cookie])
      #expect(page.text.contains("Aucun SMS ne partira. \(fault)") && !page.text.contains("partira le"))
      #expect(page.text.contains("Ne partira pas") && !page.text.contains("À envoyer"))
    }
  }

  @Test(
    "the public holidays of a year are eleven",
    arguments: [(2026, "2026-04-06 2026-05-14 2026-05-25"), (2027, "2027-03-29 2027-05-06 2027-05-17")])
  func holidays(_ year: Int, _ moving: String) throws {
    let first = try #require(CalendarDate(year: year, month: 1, day: 1))
    let found = (0..<365).map(first.adding(days:)).filter { $0.publicHoliday != nil }
    #expect(found.count == 11)
    #expect(moving.split(separator: " ").allSatisfy { day in found.contains { $0.description == day } })
  }
}
