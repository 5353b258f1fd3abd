import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

/// MSA's claimant number is the claimant's NIR: it is sealed, masked and shown under the NIR's right (rule A5).
@Suite("A claimant's number that is a NIR", .database) struct ClaimantNumberTests {
  static let masked = "2 85 07 •• ••• ••• ••"

  @Test(
    "is told from CAF's, framed or not",
    arguments: [
      ("285070718604227", true), ("2850707186042", true), ("2 85 07 07 186 042 27", true), ("285070718604228", true),
      ("8850707186042", true), ("1234567", false), ("000000001234567", false), ("123456700000000", false),
      ("1234567000000", false), ("A12345678901234", false),
    ])
  func reading(text: String, isNIR: Bool) {
    let number = ClaimantNumber(text)
    #expect((number.nir != nil) == isNIR && number.shown.contains("•") == isNIR)
    #expect(!number.shown.contains("186042"))
  }

  private static func file(_ claimant: String, day: String = "2026-03-11") -> Data {
    let text = FeedSamples.couple.replacingOccurrences(
      of: "FONORG=\"CAF\" NUMORG=\"072\" MATRICULE=\"1234567        \"",
      with: "FONORG=\"MSA\" NUMORG=\"072\" MATRICULE=\"\(claimant)\"")
    return Data(FeedSamples.xml(text, header: FeedSamples.header.replacingOccurrences(of: "2026-03-11", with: day)))
  }

  /// Every table of the schema in which these digits stand.
  private static func tables(holding digits: String, in service: ServiceUnderTest) async throws -> [String] {
    try await service.database.owner { transaction in
      let tables = try await transaction.query(
        """
        select table_name::text from information_schema.tables
        where table_schema = 'dossiers' and table_type = 'BASE TABLE'
        """, as: String.self)
      var found: [String] = []
      for table in tables {
        let holds = try await transaction.first(
          "select exists (select from dossiers.\(unsafeSQL: table) t where t::text like \("%" + digits + "%"))",
          as: Bool.self)
        if holds == true { found.append(table) }
      }
      return found
    }
  }

  @Test("stands in clear nowhere, whichever flow wrote it, and is shown whole to whoever may see NIRs")
  func sealed() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: FeedImportTests.morning) { service in
      let client = try await service.client(as: .someone(.administrateur, name: "MERCIER Lucie"))
      let run = try await FeedImportTests.send(Self.file("285070718604227"), client)
      #expect(run.counts.created == 1)
      #expect(try await FeedImportTests.send(Self.file("285070718604227"), client).counts.unchanged == 1)
      // Another with the same mask is another one.
      let other = try await FeedImportTests.send(Self.file("2850707186100"), client)
      #expect(other.counts.updated == 1)
      let again = try await FeedImportTests.send(Self.file("2 85 07 07 186 042 27"), client)
      #expect(again.counts.updated == 1)
      let cnaf = VRSBTests.swapping(("<MATRICULE>1234567</MATRICULE>", "<MATRICULE>2850707186100</MATRICULE>"))
      #expect(try await FeedImportTests.send(Data(VRSBTests.flow(cnaf)), client).counts.updated == 1)
      for digits in ["0718604", "0718610"] { #expect(try await Self.tables(holding: digits, in: service) == []) }

      let dossier = try #require(try await client.call(DossiersAPI.listDossiers, [:], DossierSearch()).items.first).id
      let detail = try await client.call(DossiersAPI.showDossier, ["dossier": dossier])
      #expect(detail.claimantNumber == Self.masked && detail.isClaimantMasked)
      let shown = try await client.call(DossiersAPI.showNIR, ["dossier": dossier])
      #expect(shown.claimantNumber == "2 85 07 07 186 100 66" && shown.nir == "2 85 07 07 186 042 27")
      let export = try await client.file(
        DossiersAPI.exportFeedRows, ["feed": again.id], FeedRowQuery())
      #expect(!String(decoding: export.bytes, as: UTF8.self).contains("186"))
    }
  }

  @Test("that an earlier version wrote in clear is sealed when the process starts")
  func left() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: FeedImportTests.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      _ = try await FeedImportTests.send(Self.file("1234567"), client)
      try await service.database.owner {
        _ = try await $0.execute("update dossiers.household set claimant_number = '2850707186042'")
        _ = try await $0.execute(
          """
          insert into dossiers.household (id, genesis_number, claimant_number)
          values (gen_random_uuid(), 'X', '1234567000000'), (gen_random_uuid(), 'Y', null)
          """)
      }
      let sealing = ClaimantSealing(
        postgres: service.database.client(.dossiers),
        seal: try NIRSeal(service.parts.settings), logger: service.parts.logger)
      #expect(try await sealing.sealAll() == 1)
      #expect(try await sealing.sealAll() == 0)
      #expect(try await Self.tables(holding: "0718604", in: service) == [])
      let dossier = try #require(try await client.call(DossiersAPI.listDossiers, [:], DossierSearch()).items.first).id
      #expect(try await client.call(DossiersAPI.showDossier, ["dossier": dossier]).claimantNumber == Self.masked)
    }
  }
}
