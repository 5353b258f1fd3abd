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
}
