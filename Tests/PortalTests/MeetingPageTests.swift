import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("A meeting of a group")
struct MeetingPageTests {
  private static func meeting(refused: Int = 0, after seconds: Double = 86_400) -> GroupMeeting {
    let start = PortalUnderTest.moment + seconds
    return GroupMeeting(
      id: ID(UUID(uuid: (5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5))), agent: PortalUnderTest.account,
      agentName: "DURAND Patricia", kindLabel: "Réunion collective", themeLabel: nil, placeName: "CMS",
      startsAt: start, endsAt: start + 3600, capacity: 12, expected: 2,
      booking: .init(total: 2 + refused, done: 2, refused: refused, endedAt: PortalUnderTest.moment))
  }

  private static func serve(_ services: FakeServices) {
    services.serve(ServiceName.scheduling.lists.all, [])
    services.serve(SchedulingAPI.listPlaces, [])
    services.serve(SchedulingAPI.listAgendaAgents, [])
    services.serve(SchedulingAPI.planMeeting, meeting(refused: 1))
  }

  private static func attendee(_ name: String) -> Attendee {
    Attendee(appointment: .new(), dossier: Scene.dossier, name: name, outcome: .planned, version: 2)
  }

  @Test("those ticked are carried through the form, faults included, and the refusals are told")
  func planned() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.serve(services)
      let person = Scene.dossier.description
      let form = try await browser.post("/agenda/collectif/nouveau", ["dossier": person])
      #expect(form.status == 200 && form.text.contains("1 personne à inscrire"))
      let wrong = try await browser.post(
        "/agenda/collectif/nouveau",
        ["dossier": person, "envoi": "oui", "date": "le 40", "capacity": "900", "note": "Salle du bas"])
      #expect(wrong.status == 422 && wrong.text.contains("« le 40 » n’est pas une date."))
      #expect(wrong.text.contains("Indiquez un nombre de places de 1 à 200") && wrong.text.contains("Salle du bas"))
      #expect(wrong.html.contains("name=\"dossier\" value=\"\(Scene.dossier)\""))
      let night = try await browser.post(
        "/agenda/collectif/nouveau",
        ["dossier": person, "envoi": "oui", "date": "20/3", "time": "3h", "minutes": "60", "kind": "collectif"])
      #expect(night.status == 422 && night.text.contains("est une heure de nuit"))
      #expect(services.calls(of: SchedulingAPI.planMeeting).isEmpty)
      let sent = try await browser.post(
        "/agenda/collectif/nouveau",
        ["dossier": person, "envoi": "oui", "date": "20/3", "time": "14h30", "minutes": "60", "kind": "collectif"])
      #expect(sent.status == 303)
      let draft = try #require(services.calls(of: SchedulingAPI.planMeeting).first?.json)
      #expect(draft["appointment"]?["startsAt"]?.text?.hasPrefix("2026-03-20T13:30:00") == true)
    }
  }

  @Test("the sheet lists who is expected; who came is ticked once the hour has come, and only what changed is sent")
  func ticked() async throws {
    try await PortalUnderTest.run { services, browser in
      let people = [Self.attendee("MARTIN Léa"), Self.attendee("PETIT Inès")]
      services.serve(SchedulingAPI.listAttendees, people)
      services.serve(SchedulingAPI.showMeeting, Self.meeting())
      let address = "/agenda/collectif/\(Self.meeting().id)"
      let before = try await browser.get(address)
      #expect(before.text.contains("MARTIN Léa") && !before.html.contains("presence-"))
      let sheet = try await browser.get("\(address)/feuille")
      #expect(sheet.text.contains("Signature") && sheet.text.contains("PETIT Inès"))
      services.serve(SchedulingAPI.showMeeting, Self.meeting(after: -7200))
      services.serve(SchedulingAPI.recordAttendance, MeetingAttendanceResult(recorded: 1, refused: []))
      let now = try await browser.get(address)
      #expect(now.html.contains("presence-\(people[0].appointment)"))
      _ = try await browser.post(
        "\(address)/presences",
        [
          "presence-\(people[0].appointment)": "held", "version-\(people[0].appointment)": "2",
          "version-\(people[1].appointment)": "2",
        ])
      let sent = try #require(services.calls(of: SchedulingAPI.recordAttendance).first?.json?["rows"])
      guard case .array(let rows) = sent else {
        Issue.record("no rows were sent")
        return
      }
      #expect(rows.count == 1 && rows[0]["outcome"]?.text == "held")
    }
  }
}
