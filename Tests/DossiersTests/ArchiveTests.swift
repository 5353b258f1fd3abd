import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("The archives", .database) struct ArchiveTests {
  private static let morning = Moment.parse("2026-03-12T08:00:00Z") ?? Date(timeIntervalSince1970: 0)
  private static let today = CalendarDate(morning)

  private static func turn(_ service: ServiceUnderTest) async throws {
    service.clock.travel(days: 1)
    let day = DayTurn(postgres: service.parts.postgres, now: service.parts.now, logger: service.parts.logger)
    try await day.turn(to: service.clock.now())
  }

  private static func leave(_ scene: Scene, on day: CalendarDate, in service: ServiceUnderTest) async throws {
    _ = try await service.database.owner { transaction in
      try await transaction.execute(
        "update dossiers.referent set until_date = \(day), reason = 'Emploi' where dossier = \(scene.dossier)")
    }
  }

  @Test("after the county's delay a left dossier is the secretariats' alone, to read, and found among the archives")
  func archived() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let scene = try await Scene.one(in: service.database, from: Self.today.adding(days: -900))
      let path = ["dossier": scene.dossier]
      let office = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      let chef = try await service.client(as: .someone(.chefDeService, territories: [scene.territory]))
      // On the last day of the delay nothing happens; the day after, it is archived.
      try await Self.leave(scene, on: Self.today.adding(days: -729), in: service)
      try await Self.turn(service)
      #expect(try await chef.call(DossiersAPI.showDossier, path).archivedOn == nil)
      try await Self.turn(service)
      await #expect(throws: Problem.notFound("Ce dossier")) { try await chef.call(DossiersAPI.showDossier, path) }
      let shown = try await office.call(DossiersAPI.showDossier, path)
      #expect(shown.archivedOn == Self.today.adding(days: 2) && shown.state == .left)
      #expect(try await office.call(DossiersAPI.listDossiers, [:], DossierSearch()).items.isEmpty)
      let found = try await office.call(DossiersAPI.listDossiers, [:], DossierSearch(archived: true)).items
      #expect(found.map(\.id) == [scene.dossier])
      #expect(try await chef.call(DossiersAPI.listDossiers, [:], DossierSearch(archived: true)).items.isEmpty)
      await #expect(throws: Problem.archived) {
        try await office.call(DossiersAPI.addNote, path, NoteDraft(text: "Rappeler", audience: .public))
      }
      #expect(try await office.call(DossiersAPI.listNotes, path).items.isEmpty)
    }
  }

  @Test("who is followed again leaves the archives; who is still followed never enters them")
  func back() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let scene = try await Scene.one(in: service.database, from: Self.today.adding(days: -900))
      let other = ID<Dossier>.new()
      try await scene.add("DUPONT", "Luc", as: other, in: service.database)
      try await Self.leave(scene, on: Self.today.adding(days: -800), in: service)
      try await Self.turn(service)
      let office = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      #expect(try await office.call(DossiersAPI.showDossier, ["dossier": other]).archivedOn == nil)
      #expect(try await office.call(DossiersAPI.showDossier, ["dossier": scene.dossier]).archivedOn != nil)
      _ = try await service.database.owner { transaction in
        try await transaction.execute("update dossiers.dossier set lead = \(scene.lead) where id = \(scene.dossier)")
      }
      let again = try await office.call(DossiersAPI.showDossier, ["dossier": scene.dossier])
      #expect(again.archivedOn == nil && again.state == .entered)
    }
  }
}
