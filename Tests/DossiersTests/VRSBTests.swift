import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Control
@testable import Dossiers

@Suite("CNAF's flow of recipients (VRSB)", .database) struct VRSBTests {
  static let couple = """
      <InfosFoyerRSA>
        <IdentificationRSA>
          <Organisme><FONORG>CAF</FONORG><NUMORG>072</NUMORG><MATRICULE>1234567</MATRICULE></Organisme>
          <Partenaire><TYPEPARTE>CG</TYPEPARTE><IDEPARTE>007</IDEPARTE></Partenaire>
          <DemandeRSA><DTDEMRSA>2025-11-03</DTDEMRSA><NUMDEMRSA>20260007123</NUMDEMRSA></DemandeRSA>
        </IdentificationRSA>
        <Personne>
          <Identification><QUAL>MME</QUAL><NOM>MARTIN</NOM><NOMNAI>ROCH\u{C9}</NOMNAI><PRENOM>LEA</PRENOM>
            <DTNAI>1985-07-14</DTNAI><NIR>2850707186042</NIR><SEXE>2</SEXE></Identification>
          <DossierCAF><TOPRESPDOS>1</TOPRESPDOS></DossierCAF>
          <Prestations><NATPREST>PFA</NATPREST><ROLEPERS>RDO</ROLEPERS><TOPCHAPERS>true</TOPCHAPERS></Prestations>
          <Prestations><NATPREST>RSA</NATPREST><ROLEPERS>DEM</ROLEPERS><TOPCHAPERS>true</TOPCHAPERS></Prestations>
          <MontantCalculDroitRSAPersonne><TOPPERSDRODEVORSA>true</TOPPERSDRODEVORSA></MontantCalculDroitRSAPersonne>
        </Personne>
        <Personne>
          <Identification><NOM>MARTIN</NOM><PRENOM>HUGO</PRENOM><DTNAI>1983-02-14</DTNAI><SEXE>1</SEXE></Identification>
          <Prestations><NATPREST>RSA</NATPREST><ROLEPERS>CJT</ROLEPERS></Prestations>
        </Personne>
        <Personne>
          <Identification><NOM>MARTIN</NOM></Identification>
          <Prestations><NATPREST>RSA</NATPREST><ROLEPERS>ENF</ROLEPERS></Prestations>
        </Personne>
        <DonneesAdministratives>
          <SituationFamille><SITFAM>VIM</SITFAM><DDSITFAM>2024-06-01</DDSITFAM></SituationFamille>
          <Adresse><TroncCommunAdresse><RGADR>1</RGADR><DTEMM>2024-06-01</DTEMM><PAYS>FRA</PAYS></TroncCommunAdresse>
            <AdresseDetailleeFrance><NUMVOIE>2 BIS</NUMVOIE><LIBTYPEVOIE>RUE</LIBTYPEVOIE><NOMVOIE>DE LA RECLUSE</NOMVOIE>
              <NUMCOM>07186</NUMCOM><CODEPOS>7000</CODEPOS><NOMCOM>PRIVAS</NOMCOM></AdresseDetailleeFrance></Adresse>
          <Adresse><TroncCommunAdresse><RGADR>2</RGADR></TroncCommunAdresse>
            <AdresseDetailleeFrance><CODEPOS>26000</CODEPOS><NOMCOM>VALENCE</NOMCOM></AdresseDetailleeFrance></Adresse>
        </DonneesAdministratives>
        <PrestationRSA>
          <SituationDossierRSA><EtatDossierRSA><ETATDOSRSA>4</ETATDOSRSA></EtatDossierRSA>
            <SuspensionVersement><MOTISUSVERSRSA>06</MOTISUSVERSRSA><DDSUSVERSRSA>2026-02-01</DDSUSVERSRSA></SuspensionVersement>
            <SuspensionVersement><MOTISUSVERSRSA>01</MOTISUSVERSRSA><DDSUSVERSRSA>2026-03-01</DDSUSVERSRSA></SuspensionVersement>
          </SituationDossierRSA>
          <DetailDroitRSA><TroncCommunDroitRSA><NBENFAUTCHA>1</NBENFAUTCHA><ORIDEMRSA>DEM</ORIDEMRSA></TroncCommunDroitRSA></DetailDroitRSA>
        </PrestationRSA>
      </InfosFoyerRSA>
    """

  /// The flow as CNAF writes it: one byte a character.
  static func flow(
    _ households: String = couple, count: Int = 1,
    declaration: String = "<?xml version=\"1.0\" encoding=\"windows-1252\"?>\n",
    trailer: String? = nil, anomalies: Int = 0, day: String = "2026-03-11"
  ) -> [UInt8] {
    let end =
      trailer
        ?? """
        <TransmissionFlux><NBTOTDOSRSATRANSM>\(count)</NBTOTDOSRSATRANSM>
        <NBTOTDOSRSATRANSMANO>\(anomalies)</NBTOTDOSRSATRANSMANO></TransmissionFlux>
        </Racine>

        """
    let text = """
      \(declaration)<Racine>
      <IdentificationFlux><APPLIEME>CRI</APPLIEME><NUMVERSIONAPPLIEME>0801</NUMVERSIONAPPLIEME><TYPEFLUX>M</TYPEFLUX>
      <NATFLUX>T</NATFLUX><DTCREAFLUX>2026-03-12</DTCREAFLUX><HEUCREAFLUX>04:10:00</HEUCREAFLUX><DTREF>\(day)</DTREF>
      </IdentificationFlux>
      \(households)
      \(end)
      """
    return text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
  }

  @Test("is mapped onto the same persons as Genesis's, whatever its encoding writes")
  func mapped() throws {
    let reading = try FeedSamples.read(Self.flow())
    #expect(reading.summary.format == .cnaf && reading.summary.header.nature == .delta)
    #expect(reading.summary.households == 1 && reading.summary.ignored == 1)
    #expect(reading.summary.header.referenceDate == "2026-03-11")
    let (lea, hugo) = (reading.persons[0], reading.persons[1])
    #expect(lea.problems.isEmpty && hugo.problems.isEmpty)
    #expect(lea.role == "DEM" && hugo.role == "CJT" && lea.nomNai == "ROCHÉ")
    #expect(lea.nir == "2850707186042" && lea.topPersDroDevoRsa == "1" && hugo.topPersDroDevoRsa == nil)
    #expect(lea.numDemRsa == "20260007123" && lea.matricule == "1234567" && hugo.sitFam == "VIM")
    // The first address alone, with the zero that a number has not.
    #expect(lea.codePos == "07000" && lea.nomCom == "PRIVAS" && lea.nomVoie == "DE LA RECLUSE")
    #expect(lea.etatDosRsa == "4" && lea.motiSusVers == "06" && lea.ddSusVers == "2026-02-01" && lea.nbEnf == "1")
    #expect(lea.idPers == nil && lea.referent == nil)
  }

  private static let suspended = "<SuspensionDroit><MOTISUSDRORSA>GK</MOTISUSDRORSA></SuspensionDroit>"

  private static func swapping(_ pairs: (String, String)...) -> String {
    pairs.reduce(couple) { text, pair in text.replacingOccurrences(of: pair.0, with: pair.1) }
  }

  @Test("takes what the schema writes otherwise: words for booleans, numbers framed with zeros, addresses abroad")
  func spellings() throws {
    let person = try FeedSamples.read(
      Self.flow(
        Self.swapping(
          (">1234567<", ">000000001234567<"), (">true</TOPPERSDRODEVORSA>", ">false</TOPPERSDRODEVORSA>"),
          ("<SuspensionVersement>", Self.suspended + "<SuspensionVersement>")
        ))
    ).persons[0]
    #expect(person.topPersDroDevoRsa == "0" && person.motiSusVers == "GK" && person.ddSusVers == nil)
    #expect(FeedStaging.claimant(person.matricule ?? "") == "1234567")
    #expect(FeedStaging.claimant("123456700000000") == "1234567" && FeedStaging.claimant("1 234 567") == "1234567")
    #expect(FeedStaging.claimant("2690707186042") == "2690707186042")
    let abroad = """
      <Adresse><TroncCommunAdresse><RGADR>01</RGADR><PAYS>HOR</PAYS></TroncCommunAdresse><AdresseHorsFrance>
      <LIBLIG2ADR>CHEZ M. PETIT</LIBLIG2ADR><LIBLIG4ADR>12 RUE NEUVE</LIBLIG4ADR>
      <LIBLIG6ADR>1000 BRUXELLES ET TOUT CE QUI DEPASSE</LIBLIG6ADR></AdresseHorsFrance></Adresse>
      """
    let start = try #require(Self.couple.range(of: "<Adresse>"))
    let end = try #require(Self.couple.range(of: "</Adresse>"))
    let foreign = try FeedSamples.read(
      Self.flow(Self.couple.replacingCharacters(in: start.lowerBound..<end.upperBound, with: abroad))
    ).persons[0]
    #expect(foreign.pays == "HOR" && foreign.codePos == nil && foreign.lieuDist == "12 RUE NEUVE")
    #expect(foreign.nomCom == "1000 BRUXELLES ET TOUT CE QUI DE" && foreign.problems.isEmpty)
  }

  @Test("tells of households that CNAF left out, and sets aside those that it sends as faulty")
  func anomalies() throws {
    let left = try FeedSamples.read(Self.flow(anomalies: 3)).summary
    #expect(left.notes.count == 1 && left.notes[0].hasPrefix("3 foyers en anomalie"))
    #expect(try FeedSamples.read(Self.flow()).summary.notes.isEmpty)
    let block = "<Anomalie><LIBANO>MARTIN LEA inconnue</LIBANO></Anomalie>"
    let faulty = Self.swapping(("</InfosFoyerRSA>", block + block + "</InfosFoyerRSA>"))
    // Their own file counts them under their own total.
    let reading = try FeedSamples.read(Self.flow(faulty, count: 120, anomalies: 1))
    #expect(reading.persons.allSatisfy { $0.problems.map(\.code) == [.announced] && $0.isQuarantined })
    #expect(reading.persons.allSatisfy { !$0.problems[0].message.contains("MARTIN") })
    #expect(throws: FeedRefusal.self) { try FeedSamples.read(Self.flow(count: 120, anomalies: 1)) }
  }

  @Test("gives the same, cut in two at any byte, packed or not")
  func cuts() throws {
    let bytes = Self.flow()
    let whole = try FeedSamples.read(bytes)
    for cut in 0...bytes.count { #expect(try FeedSamples.read(bytes, cuts: [cut]) == whole, "cut at \(cut)") }
    #expect(try FeedSamples.read(bytes, cuts: Array(0...bytes.count)) == whole)
    #expect(try FeedSamples.read(FeedSamples.gzip(bytes)) == whole)
  }

  @Test("is refused whole when it is cut, miscounted, another county's, or not what it says")
  func refused() {
    let bytes = Self.flow()
    func refusal(_ bytes: some Sequence<UInt8>, limits: FeedLimits = FeedLimits()) -> FeedRefusal? {
      do {
        _ = try FeedSamples.read(Array(bytes), limits: limits)
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal(Array(bytes.dropLast(40))) == .truncated)
    #expect(refusal(Self.flow(trailer: "</Racine>")) == .truncated)
    #expect(refusal(Self.flow(count: 2))?.slug == "totaux-differents")
    #expect(
      refusal(Self.flow(Self.couple.replacingOccurrences(of: ">007<", with: ">026<")))?.slug == "autre-departement")
    #expect(
      refusal(Self.flow(declaration: "<?xml version=\"1.0\"?><!DOCTYPE Racine [<!ENTITY a \"aaaa\">]>"))
        == .entityDeclared)
    // Its bytes are not the UTF-8 that they are said to be.
    #expect(refusal(Self.flow(declaration: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"))?.slug == "encodage")
    // A byte to which windows-1252 gives no meaning.
    #expect(refusal(bytes.map { $0 == 0xC9 ? 0x81 : $0 })?.slug == "encodage")
    #expect(refusal(FeedSamples.gzip(bytes).dropLast(6)) == .truncated)
    #expect(refusal(Self.flow(Self.couple + "<InfosFoyerRSA/>", count: 1))?.slug == "totaux-differents")
    let total = "<TransmissionFlux><NBTOTDOSRSATRANSM>x</NBTOTDOSRSATRANSM></TransmissionFlux></Racine>"
    #expect(refusal(Self.flow(trailer: total)) == .trailerUnreadable(field: "NBTOTDOSRSATRANSM"))
    let member = "<Personne><Prestations><NATPREST>RSA</NATPREST><ROLEPERS>ENF</ROLEPERS></Prestations></Personne>"
    let crowd = "<InfosFoyerRSA>" + String(repeating: member, count: 101) + "</InfosFoyerRSA>"
    #expect(refusal(Self.flow(crowd))?.slug == "trop-volumineux")
    var limits = FeedLimits()
    limits.ratioFloor = 1024
    limits.ratio = 20
    #expect(refusal(FeedSamples.gzip(Self.flow(String(repeating: " ", count: 1_000_000))), limits: limits) == .gzipBomb)
    limits = FeedLimits()
    limits.valueBytes = 100
    let long = Self.couple.replacingOccurrences(of: "LEA", with: String(repeating: "A", count: 200))
    #expect(refusal(Self.flow(long), limits: limits)?.slug == "trop-volumineux")
    let deep = String(repeating: "<a>", count: 20) + String(repeating: "</a>", count: 20)
    #expect(refusal(Self.flow(deep))?.slug == "trop-imbrique")
  }

  @Test("never does worse than refuse, whatever a faulty line does to the bytes")
  func mutations() {
    var random = SeededGenerator(state: 11)
    let original = Self.flow()
    var (read, refused) = (0, 0)
    for _ in 0..<2000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + 30))
        case 2: bytes.insert(Array("<>&;\"'\n\0".utf8).randomElement(using: &random) ?? 0, at: place)
        default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 60)], at: place)
        }
      }
      do {
        let reading = try FeedSamples.read(bytes, cuts: [bytes.count / 3])
        #expect(reading.persons.count == reading.summary.persons)
        read += 1
      } catch {
        #expect(!error.message.isEmpty)
        refused += 1
      }
    }
    #expect(read > 20 && refused > 300, "\(read) read")
  }

  static func file(_ day: Int) throws -> Data {
    let generator = try FeedGenerator(
      persons: 300, seed: 7, firstDay: FeedImportTests.today.description, options: FeedGenerator.Options())
    var bytes = Data()
    try generator.write(day: day, format: .vrsb) { bytes.append(contentsOf: $0) }
    return bytes
  }

  @Test("the generator's county says in it what it says in Genesis's, référents and identifiers apart")
  func generated() throws {
    let cnaf = try FeedSamples.read(Array(Self.file(3)))
    let genesis = try FeedSamples.read(Array(FeedImportTests.file(3)))
    #expect(cnaf.persons.count == genesis.persons.count && cnaf.summary.ignored == genesis.summary.ignored)
    let shared: [FeedField] = [
      .numDemRsa, .etatDosRsa, .motiSusVers, .motiClo, .dtClo, .sitFam, .nbEnf, .nomVoie, .codePos, .numCom, .nom,
      .prenom,
      .dtNai, .nir, .sexe, .role, .topPersDroDevoRsa,
    ]
    for (one, other) in zip(cnaf.persons, genesis.persons) {
      for field in shared { #expect(one[field] == other[field], "\(field)") }
    }
  }

  @Test("changes the rights of who is followed, and neither référents, contacts, orientation nor who is absent")
  func imported() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: FeedImportTests.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      #expect(try await FeedImportTests.send(FeedImportTests.file(0), client).status == .applied)
      func rest() async throws -> String? {
        try await service.database.owner {
          try await $0.first(
            """
            select md5(concat((select string_agg(r::text, '|' order by id) from dossiers.referent r),
              (select string_agg(concat_ws(',', id, phone, email, feed_phone, orientation, oriented_on, territory,
                genesis_id, formal_notice_on, refreshed_on, lead), '|' order by id) from dossiers.dossier)))
            """, as: String.self)
        }
      }
      let before = try await rest()
      service.clock.travel(days: 5)
      let run = try await FeedImportTests.send(Self.file(5), client)
      #expect(run.status == .applied && run.counts.created == 0 && run.counts.updated > 0 && run.counts.moved == 0)
      #expect(run.format == .cnaf && run.notes.isEmpty)
      #expect(try await rest() == before)
      let names = try await client.call(DossiersAPI.showFeedEffects, ["feed": run.id]).fields.map(\.name)
      #expect(names.contains("entitlement") && !names.contains("lead") && !names.contains("orientation"))
      // The same again changes nothing, and Genesis's own flow is neither too old after it nor counted twice.
      #expect(try await FeedImportTests.send(Self.file(5), client).counts.updated == 0)
      let genesis = try await FeedImportTests.send(FeedImportTests.file(1), client)
      #expect(genesis.status == .applied)
      #expect(try await FeedImportTests.send(Self.file(4), client).refusalCode == "flux-ancien")
    }
  }

  /// The couple as Genesis has it, both followed by one référent.
  private static func genesis(_ day: String = "2026-03-10") -> Data {
    let followed = """
      NIR="1830207186011" NATI="F"><Referent IDREF="R0456" NOM="DURAND" IDSTRUCT="S012" DTAS="CENTRE"
        DDDESIGNATION="2025-12-10"/></Personne>
      """
    let text = FeedSamples.couple.replacingOccurrences(of: "NIR=\"1830207186011\" NATI=\"F\"/>", with: followed)
    return Data(
      FeedSamples.xml(text, header: FeedSamples.header.replacingOccurrences(of: "2026-03-11", with: day)))
  }

  private struct Right: Decodable, Equatable, Sendable {
    let genesisId: String
    let entitlement: String
    let household: String
  }

  private static func rights(_ service: ServiceUnderTest) async throws -> [Right] {
    try await service.database.owner {
      try await $0.query(
        """
        select d.genesis_id, d.entitlement, h.genesis_number as household from dossiers.dossier d
        join dossiers.household h on h.id = d.household order by 1
        """, as: Right.self)
    }
  }

  private static func county(
    _ body: @escaping @Sendable (ServiceUnderTest, APIClient) async throws -> Void
  ) async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: FeedImportTests.morning) { service in
      let client = try await service.client(as: .someone(.administrateur, name: "MERCIER Lucie"))
      #expect(try await FeedImportTests.send(genesis(), client).counts.created == 2)
      try await body(service, client)
    }
  }

  @Test("knows persons by NIR, or by request, role and birth together, and never by the claimant's number alone")
  func matched() async throws {
    try await Self.county { service, client in
      // Hugo comes without a NIR.
      let run = try await FeedImportTests.send(Data(Self.flow()), client)
      #expect(run.counts.updated == 2)
      #expect(try await Self.rights(service).map(\.entitlement) == ["4", "4"])
      // Another request of the same claimant: Léa is known by her NIR and takes her household along, Hugo is nobody's.
      let moved = Self.swapping(("20260007123", "20260009999"), (">4<", ">2<"))
      let next = try await FeedImportTests.send(Data(Self.flow(moved, day: "2026-03-12")), client)
      #expect(next.counts.updated == 1 && next.counts.ignored == 1 && next.counts.quarantined == 0)
      #expect(
        try await Self.rights(service) == [
          Right(genesisId: "G0001234", entitlement: "2", household: "20260009999"),
          Right(genesisId: "G0001235", entitlement: "4", household: "20260007123"),
        ])
      // The NIR of one with the request, role and birth of the other.
      let mixed = Self.swapping(
        ("2850707186042", "1830207186011"), ("<SEXE>2</SEXE>", "<SEXE>1</SEXE>"),
        ("<ROLEPERS>CJT</ROLEPERS>", "<ROLEPERS>AUT</ROLEPERS>"), ("20260007123", "20260009999"))
      let before = try await FeedImportTests.fingerprint(service)
      let last = try await FeedImportTests.send(Data(Self.flow(mixed, day: "2026-03-13")), client)
      #expect(last.counts.quarantined == 1 && last.counts.updated == 0)
      let rows = try await client.call(
        DossiersAPI.listFeedRows, ["feed": last.id], FeedRowQuery(outcome: .quarantined, problem: "identite-ambigue"))
      #expect(rows.items.count == 1)
      #expect(try await FeedImportTests.fingerprint(service) == before)
    }
  }

  @Test("what it describes wrongly of who is followed is corrected at the screen; of others nothing is kept")
  func corrected() async throws {
    try await Self.county { service, client in
      let stranger = Self.swapping(
        ("20260007123", "20260008888"), ("<NIR>2850707186042</NIR>", ""), ("1985-07-14", "1990-01-01"), (">4<", ">9<"))
      let flow = Self.flow(Self.swapping((">4<", ">9<")) + stranger, count: 2)
      let run = try await FeedImportTests.send(Data(flow), client)
      #expect(run.counts.quarantined == 2 && run.counts.ignored == 2)
      let asides = try await client.call(DossiersAPI.listFeedAsides, [:], FeedAsideQuery(run: run.id)).items
      #expect(asides.map(\.problems) == [["etat-droit-inconnu"]])
      // A day's changes by Genesis say nothing of CNAF's.
      let delta = String(decoding: Self.genesis("2026-03-12"), as: UTF8.self).replacingOccurrences(
        of: "NATFLUX=\"S\"", with: "NATFLUX=\"D\"")
      #expect(try await FeedImportTests.send(Data(delta.utf8), client).status == .applied)
      let detail = try await client.call(DossiersAPI.showFeedAside, ["aside": try #require(asides.first).id])
      #expect(detail.aside.state == .open && detail.persons.map { $0.values["IDPERS"] } == ["G0001234", "G0001235"])
      let fixed = try await client.call(
        DossiersAPI.correctFeedAside, ["aside": detail.aside.id],
        FeedCorrection(values: [.init(field: "ETATDOSRSA", value: "3")]), version: detail.version)
      #expect(fixed.aside.state == .corrected)
      #expect(try await Self.rights(service).map(\.entitlement) == ["3", "3"])
      let again = try await client.call(DossiersAPI.showFeed, ["feed": try #require(fixed.history.first?.run)])
      #expect(again.format == .cnaf && again.origin == "correction" && again.counts.updated == 2)
      // The next flow of its own kind puts what is still open out of date.
      let spoilt = Self.flow(Self.swapping((">4<", ">9<")), day: "2026-03-12")
      let second = try await FeedImportTests.send(Data(spoilt), client)
      _ = try await FeedImportTests.send(Data(Self.flow(day: "2026-03-13")), client)
      let after = try await client.call(DossiersAPI.listFeedAsides, [:], FeedAsideQuery(run: second.id)).items
      #expect(after.map(\.state) == [.outdated])
    }
  }

  @Test("what either flow says last holds, although Genesis says what it said before")
  func turns() async throws {
    try await Self.county { service, client in
      _ = try await FeedImportTests.send(Data(Self.flow()), client)
      #expect(try await Self.rights(service).map(\.entitlement) == ["4", "4"])
      let run = try await FeedImportTests.send(Self.genesis("2026-03-11"), client)
      #expect(run.counts.updated == 2)
      #expect(try await Self.rights(service).map(\.entitlement) == ["2", "2"])
    }
  }
}
