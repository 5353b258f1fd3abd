import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

/// A NIR typed for the wrong person must not write over the dossier that has it.
@Suite("Whose NIR a file gives", .database) struct FeedIdentityTests {
  /// What a file says of the person who bears Léa's NIR, and whether it is Léa.
  struct Claim: Sendable, CustomTestStringConvertible {
    var name: String
    var birthName = ""
    var given: String
    var born: String
    var isLea: Bool
    var testDescription: String { "\(name) (\(birthName)) \(given), \(born)" }
  }

  static let claims = [
    Claim(name: "AUTRE", given: "BERNARD", born: "1960-01-01", isLea: false),
    Claim(name: "AUTRE", given: "LEA", born: "1985-07-15", isLea: false),
    Claim(name: "MARTIN", given: "ROSE", born: "2010-03-02", isLea: false),
    Claim(name: "AUTRE", birthName: "AUTRE", given: "BERNARD", born: "", isLea: false),
    Claim(name: "ДРУГОЙ", given: "БОРИС", born: "1960-01-01", isLea: false),
    Claim(name: "DUPOND", given: "LEA", born: "1985-07-14", isLea: true),
    Claim(name: "Roché", given: "Léa Marie", born: "1985-07-04", isLea: true),
    Claim(name: "DUPOND", birthName: "roche", given: "LÉA", born: "1985-07-01", isLea: true),
    Claim(name: "MARTIN", given: "LEA", born: "", isLea: true),
  ]

  private static let followed = """
    NIR="1830207186011" NATI="F"><Referent IDREF="R0456" NOM="DURAND" IDSTRUCT="S012" DTAS="CENTRE"
      DDDESIGNATION="2025-12-10"/></Personne>
    """

  /// A county that holds Léa and Hugo, both followed.
  private static func county(
    _ body: @escaping @Sendable (ServiceUnderTest, APIClient) async throws -> Void
  ) async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: FeedImportTests.morning) { service in
      let client = try await service.client(as: .someone(.administrateur, name: "MERCIER Lucie"))
      let couple = FeedSamples.couple.replacingOccurrences(
        of: "NIR=\"1830207186011\" NATI=\"F\"/>", with: followed)
      #expect(try await FeedImportTests.send(Data(FeedSamples.xml(couple)), client).counts.created == 2)
      try await body(service, client)
    }
  }

  /// Sends `bytes`, which hold one person with Léa's NIR, and expects the claim's outcome.
  private static func expect(
    _ claim: Claim, from service: ServiceUnderTest, _ client: APIClient, send: () async throws -> FeedRun
  ) async throws {
    let before = try await FeedImportTests.fingerprint(service)
    let run = try await send()
    #expect(run.status == .applied && run.counts.read == 1, "\(claim.testDescription)")
    guard !claim.isLea else {
      #expect(run.counts.updated == 1 && run.counts.quarantined == 0, "\(claim.testDescription)")
      return
    }
    #expect(
      run.counts.quarantined == 1 && run.counts.created == 0 && run.counts.updated == 0, "\(claim.testDescription)")
    #expect(try await FeedImportTests.fingerprint(service) == before, "\(claim.testDescription)")
    let rows = try await client.call(
      DossiersAPI.listFeedRows, ["feed": run.id], FeedRowQuery(outcome: .quarantined, problem: "identite-ambigue"))
    #expect(rows.items.count == 1)
  }

  @Test("Genesis's flow", arguments: claims)
  func genesis(_ claim: Claim) async throws {
    try await Self.county { service, client in
      let header = FeedSamples.header.replacingOccurrences(of: "NATFLUX=\"S\"", with: "NATFLUX=\"D\"")
      let household = """
        <Foyer><Dossier NUMDEMRSA="20269000950" FONORG="CAF" MATRICULE="7654321"/><Droit ETATDOSRSA="2"/>
          <Adresse CODEPOS="07000" NOMCOM="PRIVAS" DTAS="CENTRE"/>
          <Personne ROLEPERS="DEM" IDPERS="Z000950" NOM="\(claim.name)" NOMNAI="\(claim.birthName)"
            PRENOM="\(claim.given)" DTNAI="\(claim.born)" SEXE="1" NIR="2850707186042">
            <Referent IDREF="R0999" NOM="AUTRE" IDSTRUCT="S012" DTAS="CENTRE"/></Personne></Foyer>
        """
      try await Self.expect(claim, from: service, client) {
        try await FeedImportTests.send(
          Data(FeedSamples.xml(household, persons: 1, header: header)), client)
      }
    }
  }

  @Test("CNAF's flow", arguments: claims.filter { !$0.name.utf8.contains { $0 > 0xC3 } })
  func cnaf(_ claim: Claim) async throws {
    try await Self.county { service, client in
      let household = """
        <InfosFoyerRSA><IdentificationRSA><Organisme><FONORG>CAF</FONORG></Organisme>
          <DemandeRSA><NUMDEMRSA>20269000950</NUMDEMRSA></DemandeRSA></IdentificationRSA>
          <Personne><Identification><NOM>\(claim.name)</NOM><NOMNAI>\(claim.birthName)</NOMNAI>
            <PRENOM>\(claim.given)</PRENOM><DTNAI>\(claim.born)</DTNAI><NIR>2850707186042</NIR><SEXE>1</SEXE>
            </Identification><Prestations><NATPREST>RSA</NATPREST><ROLEPERS>DEM</ROLEPERS></Prestations></Personne>
          <PrestationRSA><SituationDossierRSA><EtatDossierRSA><ETATDOSRSA>4</ETATDOSRSA></EtatDossierRSA>
            </SituationDossierRSA></PrestationRSA></InfosFoyerRSA>
        """
      try await Self.expect(claim, from: service, client) {
        try await FeedImportTests.send(Data(VRSBTests.flow(household)), client)
      }
    }
  }

  @Test("a county's own file", arguments: claims)
  func county(_ claim: Claim) async throws {
    try await Self.county { service, client in
      var dialect = CountyCSVTests.dialect
      (dialect.isStock, dialect.dates) = (false, .iso)
      dialect.columns.append(.init(header: "Naissance", field: "NOMNAI"))
      _ = try await client.call(
        DossiersAPI.addFeedMapping, [:],
        FeedMappingDraft(name: "Solis", pattern: "SOLIS_*.csv", isActive: true, dialect: dialect))
      let line = [
        "20269000950", "Z000950", claim.name, claim.given, claim.born, "H", "2850707186042", "Droit ouvert", "Oui",
        "Allocataire", "R0999", "AUTRE", "Privas", claim.birthName,
      ].joined(separator: ";")
      try await Self.expect(claim, from: service, client) {
        try await client.upload(
          DossiersAPI.importFeed, query: ["name": FeedMappingTests.name],
          bytes: Data(CountyCSVTests.file([line], headers: CountyCSVTests.headers + ";Naissance")))
      }
    }
  }
}
