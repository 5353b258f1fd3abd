import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("What an operator's people see", .database) struct OperatorViewTests {
  @Test("the name and the year of birth of who is registered with them; neither address, right, household nor référent")
  func identity() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      try await service.database.owner { transaction in
        try await transaction.script(
          """
          create or replace function reach.enrolled() returns setof uuid language sql stable as
            'select ''\(scene.dossier)''::uuid';
          update dossiers.dossier set birth_date = '1985-07-14', commune = 'Privas', postal_code = '07000',
            phone = '0612345678', email = 'lea@exemple.fr', nationality = 'F', birth_name = 'PETIT', entitlement = '2',
            duties = true;
          update dossiers.household set address = '12 rue des Tilleuls', commune = 'Privas',
            claimant_number = '1234567', payer = 'CAF',
            dependent_children = 2;
          """)
      }
      let theirs = try await service.client(as: .someone(.operateur))
      let seen = try await theirs.call(DossiersAPI.showDossier, ["dossier": scene.dossier])
      #expect(
        seen.familyName == "MARTIN" && seen.birthDate?.description == "1985-01-01" && seen.birthPrecision == .year)
      let row = try #require(
        try await theirs.call(DossiersAPI.listDossiers, [:], DossierSearch(q: "martin")).items.first)
      for told in [try JSONValue(encoding: seen), try JSONValue(encoding: row)] {
        let text = String(decoding: try JSONEncoder.jalons.encode(told), as: UTF8.self)
        for hidden in [
          "Privas", "07000", "0612345678", "lea@", "Tilleuls", "1234567", "CAF", "PETIT", "1985-07",
          scene.lead.description,
        ] { #expect(!text.contains(hidden), "\(hidden)") }
      }
      // Nor is it found by trying.
      let tried = DossierSearch(entitlement: [.refused], commune: ["Nulle-part"])
      #expect(try await theirs.call(DossiersAPI.listDossiers, [:], tried).items.count == 1)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let whole = try await referent.call(DossiersAPI.showDossier, ["dossier": scene.dossier])
      #expect(whole.birthDate?.description == "1985-07-14" && whole.commune == "Privas" && whole.lead != nil)
    }
  }
}
