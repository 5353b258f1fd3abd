import API
import Domain
import Testing

@testable import Dossiers

/// What people and other systems leave in a value, and what is made of it.
@Suite("A value of the feed") struct FeedTextTests {
  private func person(_ target: String, _ replacement: String, declaration: String? = nil) throws -> FeedPerson {
    #expect(FeedSamples.couple.contains(target))
    let text = FeedSamples.couple.replacing(target, with: replacement)
    return try FeedSamples.read(FeedSamples.xml(text)).persons[0]
  }

  @Test(
    "is taken, cut or left out with a warning, and holds nobody back",
    arguments: [
      (FeedField.codePos, "CODEPOS=\"07000\"", "CODEPOS=\"7000\"", "07000", false),
      (.codePos, "CODEPOS=\"07000\"", "CODEPOS=\"07 000\"", "07000", false),
      (.numCom, "NUMCOM=\"07186\"", "NUMCOM=\"7186\"", "07186", false),
      (.numTel, "\"0612345678\"", "\"06 12 34 56 78 / 07 00 00 00 01\"", "0612345678", true),
      (.numTel, "\"0612345678\"", "\"0612345678 0700000001\"", "0612345678", true),
      (.numTel, "\"0612345678\"", "\"domicile 04 75 64 00 00 ou 0612345678\"", "0612345678", true),
      (.numTel, "\"0612345678\"", "\"&#x202A;+262 (0)6 92 12 34 56\"", "0692123456", false),
      (.numTel, "\"0612345678\"", "\"+32 2 555 12 12\"", "+32 2 555 12 12", true),
      (.numTel, "\"0612345678\"", "\"voir sa sœur\"", nil, true),
      (.adrElec, "\"x@example.fr\"", "\"anne@exemple..fr\"", nil, true),
      (.adrElec, "\"x@example.fr\"", "\"&#xFEFF;anne@exemple.fr&#x200E;\"", "anne@exemple.fr", false),
      (.nomVoie, "DE LA RECLUSE", "DES ANCIENS COMBATTANTS D’AFRIQUE", "DES ANCIENS COMBATTANTS D’AFRIQU", true),
      (.nomVoie, "DE LA RECLUSE", "X &amp; CIE &lt;&#38;&gt; &quot;&apos;&amp;#38;", "X & CIE <&> \"'&#38;", false),
      (.nbEnf, "NBENFAUTCHA=\"1\"", "NBENFAUTCHA=\"deux\"", nil, true),
      (.sitFam, "SITFAM=\"VIM\"", "SITFAM=\"MARIE\"", nil, true),
      (.dtDemRsa, "DTDEMRSA=\"2025-11-03\"", "DTDEMRSA=\"hier\"", nil, true),
      (.prenom, "PRENOM=\"LEA\"", "PRENOM=\"&#xA0;\"", nil, true),
      (.prenom, "PRENOM=\"LEA\"", "PRENOM=\"Le&#x301;a\"", "L\u{E9}a", false),
      (.nom, "NOM=\"MARTIN\" NOMNAI", "NOM=\"LEC&#x8C;UR&#x90;\" NOMNAI", "LECŒUR", false),
      (.nir, "285070718604227", "2&#xA0;85 07 07&#x202F;186 042 27", "2850707186042", false),
      (.nir, "285070718604227", "385079935094908", "3850799350949", false),
    ] as [(FeedField, String, String, String?, Bool)])
  func values(field: FeedField, target: String, replacement: String, value: String?, isTold: Bool) throws {
    let person = try person(target, replacement)
    #expect(person[field].map { Array($0.unicodeScalars) } == value.map { Array($0.unicodeScalars) })
    #expect(!person.isQuarantined && person.problems.contains { $0.field == field.definition.column } == isTold)
    #expect(person.problems.allSatisfy { !$0.message.contains("0612345678") })
  }

  @Test("keeps its ampersand in CNAF's flow and in CSV") func ampersands() throws {
    let cnaf = try FeedSamples.read(
      VRSBTests.flow(VRSBTests.swapping(("DE LA RECLUSE", "X &amp; CIE &#38; &lt;FILS&gt;"))))
    #expect(cnaf.persons[0].nomVoie == "X & CIE & <FILS>")
    let csv = try FeedSamples.read(FeedSamples.csv(FeedSamples.csvLines.replacing("LEA", with: "L&amp A & B")))
    #expect(csv.persons[0].prenom == "L&amp A & B")
  }

  @Test("reads ISO-8859-1 as Windows-1252, in every format") func encodings() throws {
    let text = String(
      decoding: FeedSamples.xml(
        FeedSamples.couple.replacing("ROCHÉ", with: "LEC#UR"),
        declaration: "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n"), as: UTF8.self)
    let bytes = text.unicodeScalars.map { $0 == "#" ? 0x8C : UInt8(truncatingIfNeeded: $0.value) }
    #expect(try FeedSamples.read(bytes).persons[0].nomNai == "LECŒUR")
    let cnaf = VRSBTests.flow(
      VRSBTests.swapping(("ROCHÉ", "LEC\u{8C}UR")), declaration: "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n")
    #expect(try FeedSamples.read(cnaf).persons[0].nomNai == "LECŒUR")
  }
}
