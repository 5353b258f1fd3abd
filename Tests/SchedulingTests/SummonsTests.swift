import API
import Documents
import Domain
import Foundation
import Letters
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("Summons", .database) struct SummonsTests {
  @Test("the models that fit the appointment come first: collective, after an absence, first, renewal")
  func occasions() {
    #expect(SummonsOccasion.of(theme: "premier", isGroup: true, before: .absent) == .collective)
    #expect(SummonsOccasion.of(theme: "premier", isGroup: false, before: .absent) == .absence)
    #expect(SummonsOccasion.of(theme: "premier", isGroup: false, before: nil) == .first)
    #expect(SummonsOccasion.of(theme: "renouvellement_cer", isGroup: false, before: .held) == .renewal)
    #expect(SummonsOccasion.of(theme: nil, isGroup: false, before: .excused) == nil)
    let models = ["convocation-fse", "convocation-premier-fse", "convocation-absence-fse", "du-departement"].map {
      OfferedModel(code: $0, kind: .summons, label: $0)
    }
    #expect(
      SummonsOccasion.ordered(models, for: .absence).map(\.code) == [
        "convocation-absence-fse", "convocation-fse", "du-departement", "convocation-premier-fse",
      ])
  }

  @Test("a summons holds the person's address and the appointment's own data; every shipped model knows its fields")
  func printed() async throws {
    for shipped in WordModel.Shipped.allCases where shipped.rawValue.hasPrefix("convocation") {
      #expect(Set(try WordModel.shipped(named: shipped.rawValue).fields).isSubset(of: SummonsFields.models.names))
    }
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let booked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview())
      let models = try await lead.call(SchedulingAPI.listSummonsModels, ["appointment": booked.id])
      #expect(models.count == 15 && models.first?.code == "convocation-departement")
      let file = try await lead.file(
        SchedulingAPI.printSummons, ["appointment": booked.id],
        SummonsPrint(model: "convocation-sans-logo", format: .docx, message: "Apportez votre CV."))
      #expect(file.name == "Convocation – MARTIN Léa – 19 mars 2026.docx")
      let word = try WordModel(file.bytes)
      #expect(word.fields.isEmpty)
      let none = await #expect(throws: Problem.self) {
        try await lead.file(
          SchedulingAPI.printSummons, ["appointment": booked.id], SummonsPrint(model: "cer-vierge", format: .docx))
      }
      #expect(none?.status == 404)
    }
  }

  @Test("a summons bears the address of the structure that writes, and leaves its place where none is known")
  func structure() {
    var letter = SummonsLetter(
      familyName: "Martin", givenName: "Léa", number: 1, startsAt: SchedulingScene.start, kind: "Entretien",
      agentName: "DURAND Paul", organisationName: "CMS", organisationAddress: "2 avenue Jean Monnet",
      organisationPostalCode: "07200", organisationCommune: "Aubenas")
    func value(_ name: String) -> MergeValue? {
      letter.values(county: "Ardèche", message: nil, on: CalendarDate(SchedulingScene.start))[name]
    }
    #expect(value("AdresseStructure") == .text("2 avenue Jean Monnet\n07200 Aubenas"))
    #expect(value("AdresseStructureLigne") == .text("2 avenue Jean Monnet, 07200 Aubenas"))
    #expect(value("LieuCourrier") == .text("Aubenas"))
    letter.organisationAddress = nil
    letter.organisationPostalCode = nil
    letter.organisationCommune = nil
    #expect(value("AdresseStructure") == .text("") && value("LieuCourrier") == .text(""))
  }

  @Test("a sending is noted with its day and number, never ahead, and is read by those who reach the dossier alone")
  func sent() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let booked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview())
      let (path, today) = (["appointment": booked.id], CalendarDate(SchedulingScene.start))
      for (draft, field) in [
        (LetterSendingDraft(way: .hand, sentOn: today.adding(days: 1)), "sentOn"),
        (LetterSendingDraft(way: .registered, sentOn: today), "number"),
      ] {
        let problem = await #expect(throws: Problem.self) {
          try await lead.call(SchedulingAPI.recordSending, path, draft)
        }
        #expect(problem?.faults?.map(\.field) == [field])
      }
      let sent = try await lead.call(
        SchedulingAPI.recordSending, path,
        LetterSendingDraft(way: .registered, sentOn: today, number: "1A 234 567 8901 2"))
      #expect(try await lead.call(SchedulingAPI.listSendings, path) == [sent])
      let stranger = try await service.client(as: scene.strangerCaller)
      let hidden = await #expect(throws: Problem.self) {
        try await stranger.call(SchedulingAPI.listSendings, path)
      }
      #expect(hidden?.status == 404)
    }
  }
}
