import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

/// Rule A4: the NIR is masked; showing it whole is a right, and each showing is audited.
@Suite("Showing a NIR", .database) struct NIRShowingTests {
  @Test("it is shown whole to whoever has the right and reaches the dossier, and each showing leaves a trace")
  func shown() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let without = ID<Dossier>.new()
      try await scene.add("ROUX", "Kévin", as: without, in: service.database)
      let nir = try NIR("285070718604227")
      let sealed = try NIRSeal(service.parts.settings).seal(nir)
      try await service.database.owner {
        _ = try await $0.execute("insert into dossiers.nir (dossier, sealed) values (\(scene.dossier), \(sealed))")
      }
      let path = ["dossier": scene.dossier]
      let office = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      #expect(try await office.call(DossiersAPI.showDossier, path).maskedNir == nir.masked)
      for _ in 0..<2 {
        #expect(try await office.call(DossiersAPI.showNIR, path).nir == "2 85 07 07 186 042 27")
      }
      let traces = try await service.database.owner {
        try await $0.first(
          """
          select count(*)::int from dossiers.outbox
          where stream = 'audit' and data->'act'->>'name' = 'dossiers.showNIR'
          """, as: Int.self)
      }
      #expect(traces == 2)
      await #expect(throws: Problem.notFound("Le NIR de cette personne")) {
        try await office.call(DossiersAPI.showNIR, ["dossier": without])
      }
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let forbidden = await #expect(throws: Problem.self) { try await referent.call(DossiersAPI.showNIR, path) }
      #expect(forbidden?.status == 403)
      let elsewhere = try await service.client(as: .someone(.secretariatDispositif, territories: [.new()]))
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await elsewhere.call(DossiersAPI.showNIR, path)
      }
    }
  }

  @Test(
    "a telephone finds its person in reach however it is written; a NIR does for who may reveal it, and leaves a trace")
  func found() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let roux = ID<Dossier>.new()
      try await scene.add("ROUX", "Kévin", as: roux, in: service.database)
      let hash = try NIRSeal(service.parts.settings).hash(NIR("285070718604227"))
      _ = try await service.database.owner {
        try await $0.execute(
          "update dossiers.dossier set phone = '0698943255', nir_hash = \(hash) where id = \(roux)")
      }
      func find(_ text: String, _ client: APIClient) async throws -> [ID<Dossier>] {
        try await client.call(DossiersAPI.listDossiers, [:], DossierSearch(q: text)).items.map(\.id)
      }
      let office = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let elsewhere = try await service.client(as: .someone(.secretariatDispositif, territories: [.new()]))
      for written in ["06 98 94 32 55", "0698943255", "+33 6 98 94 32 55"] {
        #expect(try await find(written, office) == [roux])
        #expect(try await find(written, referent) == [roux])
        #expect(try await find(written, elsewhere).isEmpty)
      }
      #expect(try await find("06 98 94 32 56", office).isEmpty)
      #expect(try await find("2 85 07 07 186 042 27", office) == [roux])
      #expect(try await find("2850707186042", elsewhere).isEmpty)
      #expect(try await find("285070718604227", referent).isEmpty)
      let traces = try await service.database.owner {
        try await $0.first(
          """
          select count(*)::int from dossiers.outbox
          where stream = 'audit' and data->'act'->>'name' = 'dossiers.findByNIR'
          """, as: Int.self)
      }
      #expect(traces == 2)
    }
  }
}
