import Foundation
import Testing

@testable import Documents

@Suite struct WordModelTests {
  private let plain = WordFixture(paragraph(field("MERGEFIELD Nom"), field("MERGEFIELD Inconnu")))

  @Test("a deposit lists every unknown field in French")
  func unknownFields() throws {
    let model = try WordModel(plain.docx)
    #expect(model.unknownFields(among: ["Nom"]) == ["Inconnu"])
    #expect(throws: DocumentError.unknownFields(["Nom", "Inconnu"])) { try model.check(against: []) }
    try model.check(against: ["Nom", "Inconnu", "Autre"])
    #expect(DocumentError.unknownFields(["Nom", "X"]).description.contains("Nom, X"))
  }

  @Test("what is not a Word document is refused", arguments: ["", "%PDF-1.7", "PK\u{3}\u{4}"])
  func notWord(content: String) {
    #expect(throws: DocumentError.notWordDocument) { try WordModel(Data(content.utf8)) }
  }

  @Test("a zip bomb is stopped while it unpacks")
  func bomb() throws {
    var fixture = plain
    fixture.more = [Archive.Entry(name: "word/media/x.bin", content: Data(count: 100 << 20))]
    let docx = try fixture.docx
    #expect(docx.count < 1 << 20)
    #expect(throws: DocumentError.tooLarge) { try WordModel(docx) }
  }

  @Test("too many entries and too large a file are refused")
  func bounds() throws {
    var fixture = plain
    fixture.more = (0..<30).map { Archive.Entry(name: "word/\($0).bin", content: Data("x".utf8)) }
    var limits = WordModel.Limits()
    limits.entries = 20
    #expect(throws: DocumentError.tooLarge) { try WordModel(fixture.docx, limits: limits) }
    limits = WordModel.Limits()
    limits.fileBytes = 100
    #expect(throws: DocumentError.tooLarge) { try WordModel(fixture.docx, limits: limits) }
  }

  @Test("an entry that leaves its folder is refused")
  func escapingName() throws {
    var fixture = plain
    fixture.more = [Archive.Entry(name: "../x.bin", content: Data("x".utf8))]
    #expect(throws: DocumentError.notWordDocument) { try WordModel(fixture.docx) }
  }

  @Test("macros are refused, declared or hidden")
  func macros() throws {
    var hidden = plain
    hidden.more = [Archive.Entry(name: "word/vbaProject.bin", content: Data("x".utf8))]
    #expect(throws: DocumentError.macros) { try WordModel(hidden.docx) }
    var declared = plain
    declared.more = [Archive.Entry(name: "word/unused.xml", content: Data("<x/>".utf8))]
    declared.mainType = "document.macroEnabled.main"
    #expect(throws: DocumentError.macros) { try WordModel(declared.docx) }
  }

  @Test("a document type is refused in any part and any encoding")
  func documentType() throws {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x>&b;</x>"
    for content in [Data(bomb.utf8), bomb.data(using: .utf16) ?? Data()] {
      var fixture = plain
      fixture.more = [Archive.Entry(name: "word/footer9.xml", content: content)]
      #expect(throws: DocumentError.documentTypeDeclaration(part: "word/footer9.xml")) { try WordModel(fixture.docx) }
    }
  }

  @Test("a part that is not well formed is named")
  func malformed() throws {
    #expect(throws: DocumentError.malformedPart("word/document.xml")) { try WordModel(WordFixture("<w:p>").docx) }
  }

  @Test("what would be fetched at opening is dropped, a link to follow stays")
  func externalRelationships() throws {
    var fixture = WordFixture(
      paragraph(
        "<w:hyperlink r:id=\"web\"><w:r><w:t>site</w:t></w:r></w:hyperlink>",
        "<w:hyperlink r:id=\"share\"><w:r><w:t>partage</w:t></w:r></w:hyperlink>",
        "<w:r><w:object r:id=\"ole\"/></w:r>"))
    let external = "TargetMode=\"External\""
    fixture.relationships = """
      <Relationship Id="web" Type="\(WordFixture.office)/hyperlink" Target="https://example.fr" \(external)/>\
      <Relationship Id="share" Type="\(WordFixture.office)/hyperlink" Target="file://server/share" \(external)/>\
      <Relationship Id="ole" Type="\(WordFixture.office)/oleObject" Target="http://10.0.0.1/" \(external)/>\
      <Relationship Id="model" Type="\(WordFixture.office)/attachedTemplate" Target="http://10.0.0.1/x" \(external)/>
      """
    let docx = try WordModel(fixture.docx).merge([:])
    let relationships = try source(of: docx, part: "word/_rels/document.xml.rels")
    #expect(relationships.contains("https://example.fr"))
    #expect(!relationships.contains("10.0.0.1"))
    #expect(!relationships.contains("file://"))
    let text = try source(of: docx)
    #expect(text.contains("partage"))
    #expect(!text.contains("r:id=\"share\""))
    #expect(!text.contains("w:object"))
  }

  @Test("embedded web pages are refused")
  func embeddedPage() throws {
    var fixture = plain
    fixture.relationships = "<Relationship Id=\"c\" Type=\"\(WordFixture.office)/aFChunk\" Target=\"x.html\"/>"
    #expect(throws: DocumentError.forbiddenContent("aFChunk")) { try WordModel(fixture.docx) }
  }

  @Test("a field that never ends is named")
  func unclosed() throws {
    let body = paragraph(
      "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>", "<w:r><w:instrText>MERGEFIELD Nom</w:instrText></w:r>")
    #expect(throws: DocumentError.unclosedField("Nom")) { try WordModel(WordFixture(body).docx) }
  }

  @Test("fields that fetch, or that Word alone could compute, are named")
  func unsupported() throws {
    let picture = paragraph(field("INCLUDEPICTURE &quot;http://10.0.0.1/x.png&quot;"))
    #expect(throws: DocumentError.unsupportedField("INCLUDEPICTURE")) { try WordModel(WordFixture(picture).docx) }
    let condition = paragraph(
      "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> IF </w:instrText></w:r>",
      field("MERGEFIELD Sexe"), "<w:r><w:instrText> = 1 \"a\" \"b\"</w:instrText></w:r>",
      "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>")
    #expect(throws: DocumentError.unsupportedField("IF")) { try WordModel(WordFixture(condition).docx) }
  }
}
