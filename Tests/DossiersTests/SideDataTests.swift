import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("Side data", .database) struct SideDataTests {
  @Test("each kind is chosen or written, dated, with its author; it is closed rather than erased")
  func kinds() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let today = CalendarDate(service.clock.now())
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      let path = ["dossier": scene.dossier]
      func add(_ draft: SideDatumDraft) async throws -> SideDatum {
        try await lead.call(DossiersAPI.addSideDatum, path, draft)
      }
      var made: [SideDatum.Kind: String] = [:]
      for kind in SideDatum.Kind.allCases {
        let code: String? =
          switch kind {
          case .difficulty: "logement"
          case .sector: "g"
          case .trade: "A1203"
          default: kind.choices.first?.code
          }
        made[kind] = try await add(SideDatumDraft(kind: kind, code: code, label: "Libre", from: today)).label
      }
      #expect(made[.difficulty] == "Logement" && made[.trade] == "Aménagement et entretien des espaces verts")
      #expect(made[.licence] == "Permis AM (cyclomoteur)" && made[.experience] == "Libre")

      for draft in [
        SideDatumDraft(kind: .difficulty, code: "inconnue", from: today),
        SideDatumDraft(kind: .trade, code: "Z9999", from: today), SideDatumDraft(kind: .sector, from: today),
      ] {
        let refused = await #expect(throws: Problem.self) { try await add(draft) }
        #expect(refused?.faults?.map(\.field) == ["code"], "\(draft)")
      }
      let reversed = await #expect(throws: Problem.self) {
        try await add(SideDatumDraft(kind: .aid, label: " ", from: today, until: today.adding(days: -1)))
      }
      #expect(Set(reversed?.faults?.map(\.field) ?? []) == ["label", "until"])

      let language = try await add(SideDatumDraft(kind: .language, label: "Anglais", from: today))
      #expect(language.authorName == "DURAND Paul")
      let place = ["dossier": scene.dossier.description, "sideDatum": language.id.description]
      let closed = try await lead.call(DossiersAPI.closeSideDatum, place, version: language.version)
      #expect(closed.closedOn == today)
      let late = await #expect(throws: Problem.self) {
        try await lead.call(
          DossiersAPI.changeSideDatum, place, SideDatumDraft(kind: .language, label: "Latin", from: today),
          version: closed.version)
      }
      #expect(late?.status == 409)
      #expect(try await lead.call(DossiersAPI.listSideData, path).items.last?.label == "Anglais")
    }
  }

  @Test("a step that is not the person's is refused at its field") func step() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let today = CalendarDate(service.clock.now())
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      let path = ["dossier": scene.dossier]
      let invented = SideDatumDraft(kind: .aid, label: "Permis", from: today, step: .new())
      let added = await #expect(throws: Problem.self) {
        try await lead.call(DossiersAPI.addSideDatum, path, invented)
      }
      #expect(added?.faults?.map(\.field) == ["step"])
      let aid = try await lead.call(
        DossiersAPI.addSideDatum, path, SideDatumDraft(kind: .aid, label: "Permis", from: today))
      let changed = await #expect(throws: Problem.self) {
        try await lead.call(
          DossiersAPI.changeSideDatum, ["dossier": scene.dossier.description, "sideDatum": aid.id.description],
          invented, version: aid.version)
      }
      #expect(changed?.faults?.map(\.field) == ["step"])
    }
  }

  @Test("difficulties stay in the dossier: no view shows them, no other service and no stranger reads them")
  func inside() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let today = CalendarDate(service.clock.now())
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      _ = try await lead.call(
        DossiersAPI.addSideDatum, ["dossier": scene.dossier],
        SideDatumDraft(kind: .difficulty, code: "sante", from: today))
      let stranger = try await service.client(as: .someone(.referent))
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await stranger.call(DossiersAPI.listSideData, ["dossier": scene.dossier])
      }
      let shown = try await service.database.owner { transaction in
        try await transaction.query(
          """
          select distinct v.relname::text from pg_depend d join pg_rewrite r on r.oid = d.objid
          join pg_class v on v.oid = r.ev_class where d.refobjid = 'dossiers.side_data'::regclass
          """, as: String.self)
      }
      #expect(shown == [])
    }
  }

  @Test("trades are found by words of their label, without accents, and by their code") func trades() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let client = try await service.client(as: .someone(.referent))
      func codes(_ q: String) async throws -> [String] {
        try await client.call(DossiersAPI.listTrades, [:], TradeQuery(q: q)).items.map(\.code)
      }
      #expect(try await codes("ESPACES verts amenagement") == ["A1203"])
      #expect(try await codes("a1203") == ["A1203"])
      #expect(try await codes("boulangerie") == ["D1102"])
      #expect(try await codes("zzz") == [])
    }
  }
}
