import API
import Domain
import Foundation
import Testing

@testable import Portal

/// 12 March 2026 is a Thursday, and it is 10 h in France.
@Suite("A form as one value")
struct FormTests {
  private static let standby = UUID()
  private static let address = "\(Scene.address)/veille/\(standby.uuidString.lowercased())"

  private static func stored(
    until: String? = nil, reason: String = "maladie", comment: String? = "Hospitalisation", version: Int
  ) -> Standby {
    Standby(
      id: standby, dossier: Scene.dossier, fromDate: Scene.date("2026-03-01"), untilDate: until.map(Scene.date),
      reason: reason, reasonLabel: reason, comment: comment, version: version)
  }

  /// Opens the form on version 2, then has somebody else save `theirs` before it is sent.
  private static func overtaken(_ services: FakeServices, _ browser: Browser, by theirs: Standby) async throws
    -> String
  {
    Scene.open(services)
    services.serve(DossiersAPI.listStandbys, Page(items: [stored(version: 2)]))
    let opened = try await browser.get(address)
    services.serve(DossiersAPI.listStandbys, Page(items: [theirs]))
    services.serve(DossiersAPI.changeStandby) { call in
      guard call.version == "\"\(theirs.version)\"" else { throw Problem.stale(nil) }
      return theirs
    }
    return try #require(opened.hidden("depart"))
  }

  @Test("what only one of two changed is merged in silence and said")
  func merged() async throws {
    try await PortalUnderTest.run { services, browser in
      let base = try await Self.overtaken(services, browser, by: Self.stored(comment: "Opération", version: 3))
      let answer = try await browser.post(
        Self.address,
        [
          "from": "1/3/2026", "until": "31/3", "reason": "maladie", "comment": "Hospitalisation", "version": "2",
          "depart": base,
        ])
      #expect(answer.status == 303)
      let saved = try #require(services.calls(of: DossiersAPI.changeStandby).last)
      #expect(saved.version == "\"3\"" && saved.json?["until"]?.text == "2026-03-31")
      #expect(saved.json?["comment"]?.text == "Opération")
      let cookie = try #require(answer.header("set-cookie")?.split(separator: ";").first.map(String.init))
      let next = try await browser.get("\(Scene.address)/veille", headers: ["cookie": cookie])
      #expect(next.text.contains("changé entre-temps par quelqu’un d’autre") && next.text.contains(": Commentaire."))
    }
  }

  @Test("what the service refuses is told together with what the page saw itself")
  func atOnce() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      services.refuse(
        DossiersAPI.startStandby,
        Problem.invalid([Fault("from", "chevauchement", "Une autre veille court déjà ces jours-là.")]))
      let page = try await browser.post(
        "\(Scene.address)/veille/nouvelle",
        ["from": "1/3/2026", "reason": "maladie", "comment": String(repeating: "long ", count: 2000)])
      #expect(page.status == 422 && page.text.contains("Une autre veille court déjà ces jours-là."))
      #expect(page.html.components(separatedBy: "aria-invalid=\"true\"").count == 3)
      #expect(services.calls(of: DossiersAPI.startStandby).isEmpty)
    }
  }

  @Test("only what both changed is asked, and the rest is sent along")
  func asked() async throws {
    try await PortalUnderTest.run { services, browser in
      let theirs = Self.stored(until: "2026-04-30", comment: "Opération", version: 3)
      let base = try await Self.overtaken(services, browser, by: theirs)
      let page = try await browser.post(
        Self.address,
        [
          "from": "1/3/2026", "until": "31/3/2026", "reason": "maladie", "comment": "Hospitalisation", "version": "2",
          "depart": base,
        ])
      #expect(page.status == 412 && page.hidden("version") == "3")
      #expect(page.html.components(separatedBy: "<fieldset class=\"difference\">").count == 2)
      #expect(page.html.contains("name=\"until\" value=\"31/03/2026\" checked"))
      #expect(page.html.contains("name=\"until\" value=\"30/04/2026\""))
      #expect(page.hidden("from") == "01/03/2026" && page.hidden("comment") == "Opération")
      let chosen = try await browser.post(
        Self.address,
        [
          "from": "01/03/2026", "until": "31/03/2026", "reason": "maladie", "comment": "Opération", "version": "3",
          "depart": try #require(page.hidden("depart")),
        ])
      #expect(chosen.status == 303)
    }
  }

  @Test("everything that is wrong is said at once, at its field, with what was typed")
  func faults() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      let page = try await browser.post(
        "\(Scene.address)/veille/nouvelle",
        ["from": "31/2", "until": "demain soir", "comment": String(repeating: "a", count: 2001), "cle": "x"])
      #expect(page.status == 422 && page.text.contains("4 points sont à corriger"))
      for field in ["from", "until", "reason", "comment"] {
        #expect(page.html.contains("id=\"champ-\(field)-erreur\""), "\(field)")
      }
      #expect(page.html.contains("value=\"demain soir\"") && page.hidden("cle") != "x")
      #expect(services.calls(of: DossiersAPI.startStandby).isEmpty)
    }
  }

  @Test("a day and its hour are one question in two fields: each has its fault, and the service's lands at the day")
  func moment() async throws {
    let address = "\(Scene.address)/entretiens/nouveau"
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      services.serve(ServiceName.scheduling.lists.all, [])
      services.serve(ServiceName.scheduling.delays.all, [])
      services.serve(SchedulingAPI.listPlaces, [])
      services.serve(SchedulingAPI.listAgendaAgents, [])
      let page = try await browser.post(address, ["date": "le 40", "time": "midi", "minutes": "1000"])
      #expect(page.text.contains("4 points sont à corriger"))
      #expect(
        page.text.contains("« le 40 » n’est pas une date.") && page.text.contains("« midi » n’est pas une heure."))
      #expect(page.html.contains("value=\"le 40\"") && page.html.contains("value=\"midi\""))
      services.refuse(
        SchedulingAPI.bookAppointment, .invalid([Fault("startsAt", "ferme", "Le lieu est fermé ce jour-là.")]))
      let refused = try await browser.post(
        address, ["date": "20/3", "time": "10h", "minutes": "45", "kind": "entretien"])
      #expect(refused.status == 422 && refused.html.contains("href=\"#champ-date\""))
      #expect(refused.text.contains("Le lieu est fermé ce jour-là."))
    }
  }
}
