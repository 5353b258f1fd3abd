import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("Household", .database) struct HouseholdTests {
  @Test("a telephone that both of a couple have is flagged to who reaches both, and to no one else")
  func shared() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let other = try await Scene.one(in: service.database)
      let partner = ID<Dossier>.new()
      try await scene.add("MARTIN", "Hugo", as: partner, in: service.database)
      func couple(_ half: ID<Dossier>) async throws {
        try await service.database.owner { transaction in
          _ = try await transaction.execute(
            """
            update dossiers.dossier set phone = '0639980101', email = id::text || '@exemple.fr', partner = \(half),
              partner_family_name = 'MARTIN', partner_given_name = 'Hugo' where id = \(scene.dossier)
            """)
          _ = try await transaction.execute(
            "update dossiers.dossier set phone = '0639980101', email = 'Hugo@exemple.fr' where id = \(half)")
        }
      }
      let hers = try await service.client(as: .someone(.referent, account: scene.lead))
      try await couple(partner)
      let seen = try await hers.call(DossiersAPI.showDossier, ["dossier": scene.dossier]).partner
      #expect(seen?.reachable == true && seen?.sharesPhone == true && seen?.sharesEmail == false)
      try await couple(other.dossier)
      let unseen = try await hers.call(DossiersAPI.showDossier, ["dossier": scene.dossier]).partner
      #expect(unseen?.reachable == false && unseen?.sharesPhone == false)
    }
  }
}
