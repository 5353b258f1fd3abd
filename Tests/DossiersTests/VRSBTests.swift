import API
import Domain
import Foundation
import Testing

@testable import Control
@testable import Dossiers

@Suite("CNAF's flow of recipients (VRSB)") struct VRSBTests {
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

  static func swapping(_ pairs: (String, String)...) -> String {
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
    #expect(ClaimantNumber(person.matricule ?? "").shown == "1234567")
    #expect(ClaimantNumber("123456700000000").shown == "1234567" && ClaimantNumber("1 234 567").shown == "1234567")
    #expect(ClaimantNumber("2690707186042").shown == "2 69 07 •• ••• ••• ••")
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
      let bytes = FeedSamples.damaged(original, marks: "<>&;\"'\n\0", using: &random)
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
}
