import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Operators, presence and events")
struct OfferPageTests {
  private static let carrier = ID<Operator>(UUID(uuid: (16, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)))
  private static let gathering = ID<Gathering>(UUID(uuid: (17, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)))
  private static let batch = ID<Enrolment>(UUID(uuid: (18, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)))

  private static let tremplin = Operator(
    id: carrier,
    details: OperatorDetails(
      name: "Tremplin 07", address: "3 rue du Pont", postalCode: "07000", commune: "Privas", phone: "+33475000000"),
    version: 3)

  private static let registered = OfferStep(
    step: StepScene.step, dossier: Scene.dossier, number: 1001, name: "MARTIN Léa", kind: .step, session: nil,
    plannedFrom: Scene.date("2026-02-01"), plannedUntil: Scene.date("2026-07-31"), from: nil, until: nil,
    endReason: nil, offerName: "Atelier mobilité", morning: 180)

  @Test("an operator's page shows its coordinates, offers and registrations; its form says what is missing")
  func carrier() async throws {
    try await PortalUnderTest.run(as: .chefDeService) { services, browser in
      StepScene.serve(services)
      services.serve(FSEAPI.showOperator, Self.tremplin)
      services.serve(FSEAPI.listOperatorSteps, Page(items: [Self.registered]))
      services.serve(IdentityAPI.listOrganisations, Page(items: []))
      services.serve(FSEAPI.changeOperator, Self.tremplin)
      let page = try await browser.get("/operateurs/\(Self.carrier)")
      for expected in ["Tremplin 07", "07000 Privas", "04 75 00 00 00", "Atelier mobilité", "MARTIN Léa"] {
        #expect(page.text.contains(expected), "\(expected) is missing")
      }
      let form = "/operateurs/\(Self.carrier)/modifier"
      let empty = try await browser.post(form, ["name": "", "version": "3"])
      #expect(empty.status == 422 && empty.html.contains("href=\"#champ-name\""))
      let saved = try await browser.post(form, ["name": "Tremplin", "commune": "Privas", "version": "3"])
      #expect(saved.location == "/operateurs/\(Self.carrier)")
      #expect(services.calls(of: FSEAPI.changeOperator).first?.version == "\"3\"")
    }
  }

  @Test("the sheet of a day sends what changed, and a refusal names the person")
  func sheet() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      services.serve(FSEAPI.listOfferSteps, Page(items: [Self.registered]))
      services.serve(
        FSEAPI.saveAttendance, AttendanceSheet(step: StepScene.step, attendances: [], minutes: 330))
      let address = "/offres/\(StepScene.plain)/emargement"
      let page = try await browser.get("\(address)?jour=10/3")
      #expect(page.html.contains("name=\"matin.\(StepScene.step)\"") && page.html.contains("3 h"))
      let fields: KeyValuePairs<String, String> = [
        "matin.\(StepScene.step)": "3 h", "apres-midi.\(StepScene.step)": "2h30",
      ]
      let saved = try await browser.post("\(address)?jour=10/3", fields)
      #expect(saved.location?.hasPrefix(address) == true)
      let call = try #require(services.calls(of: FSEAPI.saveAttendance).first)
      guard case .array(let entries) = call.json?["entries"] else {
        Issue.record("nothing was sent")
        return
      }
      #expect(entries.count == 1)
      #expect(entries[0]["half"]?.text == "afternoon" && entries[0]["minutes"]?.int == 150)
      #expect(entries[0]["onDay"]?.text == "2026-03-10")
      let wrong = try await browser.post("\(address)?jour=10/3", ["matin.\(StepScene.step)": "longtemps"])
      #expect(wrong.status == 422 && wrong.text.contains("Écrivez une durée"))
      services.refuse(
        FSEAPI.saveAttendance,
        .invalid([Fault("entries.0.onDay", "hors-dates", "L’étape va du 01/02/2026 au 31/07/2026.")]))
      let refused = try await browser.post("\(address)?jour=10/3", fields)
      #expect(refused.status == 422 && refused.text.contains("L’étape va du 01/02/2026"))
    }
  }

  @Test(
    "a length of time is read as people write it",
    arguments: [
      ("3", 180), ("3h30", 210), ("3 h 05", 185), ("3,5", 210), ("45 min", 45), ("0", 0),
    ])
  func hours(text: String, minutes: Int) { #expect(FrenchHours(text)?.minutes == minutes) }

  @Test("what is no length of time of a day is not one", arguments: ["", "9", "3h75", "inf", "nan", "-1", "demain"])
  func noHours(text: String) { #expect(FrenchHours(text) == nil) }

  @Test("an event's page confirms presence, and its batch leads back once all are registered")
  func gathering() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      let guest = Guest(
        gathering: Self.gathering, gatheringName: "Forum", onDay: Scene.date("2026-03-02"), half: .morning,
        place: "Privas", dossier: Scene.dossier, number: 1001, name: "MARTIN Léa", presence: .awaited,
        invitedByName: "DURAND Paul", confirmedByName: nil)
      services.serve(
        FSEAPI.showGathering,
        Gathering(
          id: Self.gathering, name: "Forum", kind: "forum", onDay: Scene.date("2026-03-02"), half: .morning,
          place: "Privas", capacity: 2, taken: 1, description: nil, organiser: PortalUnderTest.account,
          organiserName: "DURAND Paul", version: 1))
      services.serve(FSEAPI.listGuests, Page(items: [guest]))
      services.serve(FSEAPI.confirmGathering, guest)
      services.serve(
        FSEAPI.enrolInGathering,
        Enrolment(
          id: Self.batch, kind: .gathering, name: "Forum", subject: Self.gathering.value, total: 1, done: 1,
          refused: 0, createdAt: PortalUnderTest.moment, endedAt: PortalUnderTest.moment))
      services.serve(DossiersAPI.listSavedSearches, Page(items: []))
      services.serve(DossiersAPI.listDossiers, Page(items: []))
      let address = "/rencontres/\(Self.gathering)"
      let page = try await browser.get(address)
      #expect(page.text.contains("1 prises sur 2") && page.text.contains("À confirmer"))
      let confirmed = try await browser.post(
        "\(address)/presence", ["dossier": "\(Scene.dossier)", "presence": "present"])
      #expect(confirmed.location == address)
      #expect(services.calls(of: FSEAPI.confirmGathering).first?.json?["presence"]?.text == "present")
      let nobody = try await browser.post("\(address)/inscrire", ["cle": "k1"])
      #expect(nobody.status == 422)
      let enrolled = try await browser.post("\(address)/inscrire", ["dossiers": "\(Scene.dossier)", "cle": "k2"])
      #expect(enrolled.location == address)
      #expect(services.calls(of: FSEAPI.enrolInGathering).first?.key == "k2")
    }
  }
}
