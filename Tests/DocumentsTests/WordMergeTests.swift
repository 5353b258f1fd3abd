import Foundation
import Testing

@testable import Documents

@Suite struct WordMergeTests {
  private func merged(_ body: String, _ values: [String: MergeValue]) throws -> [String] {
    try lines(of: WordModel(WordFixture(body).docx).merge(values))
  }

  @Test("an instruction that Word has cut in several runs is one field")
  func splitInstruction() throws {
    let body = paragraph(words("Nom : "), field(" MERGE", "FIELD Bene", "ficiaire \\* MERGEFORMAT "), words("."))
    #expect(try WordModel(WordFixture(body).docx).fields == ["Beneficiaire"])
    #expect(try merged(body, ["Beneficiaire": .text("MARTIN Léa")]) == ["Nom : MARTIN Léa."])
  }

  @Test("a whole field in one run, between other words, is replaced alone")
  func oneRun() throws {
    let body = paragraph(
      """
      <w:r><w:t>avant </w:t><w:fldChar w:fldCharType="begin"/><w:instrText>MERGEFIELD Nom</w:instrText>\
      <w:fldChar w:fldCharType="separate"/><w:t>vieux</w:t><w:fldChar w:fldCharType="end"/><w:t> après</w:t></w:r>
      """)
    #expect(try merged(body, ["Nom": .text("X")]) == ["avant X après"])
  }

  @Test("the simple form, with quotes and spaces in the name, keeps its formatting")
  func simpleForm() throws {
    let body = paragraph(
      """
      <w:fldSimple w:instr=" MERGEFIELD &quot;Date de naissance&quot; "><w:r><w:rPr><w:b/></w:rPr><w:t>«x»</w:t></w:r>\
      </w:fldSimple>
      """)
    let docx = try WordModel(WordFixture(body).docx).merge(["Date de naissance": .text("12 mars 1985")])
    #expect(try lines(of: docx) == ["12 mars 1985"])
    #expect(try source(of: docx).contains("<w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">12 mars 1985"))
  }

  @Test("a merged text takes the look of the text it replaces")
  func formatOfResult() throws {
    let body = paragraph(field("MERGEFIELD A", format: "<w:rPr><w:i/></w:rPr>"))
    let docx = try WordModel(WordFixture(body).docx).merge(["A": .text("a")])
    #expect(try source(of: docx).contains("<w:rPr><w:i/></w:rPr><w:t xml:space=\"preserve\">a</w:t>"))
  }

  @Test("markup in a value is text, and control characters disappear")
  func escaping() throws {
    let value = "</w:t><w:evil/> & \"<b>\" \u{0}\u{8}\u{1F}\u{FFFE}fin"
    let docx = try WordModel(WordFixture(paragraph(field("MERGEFIELD A"))).docx).merge(["A": .text(value)])
    #expect(try lines(of: docx) == ["</w:t><w:evil/> & \"<b>\" fin"])
    #expect(try !source(of: docx).contains("<w:evil"))
  }

  @Test("lines become line breaks and tabs become tabs, whatever the line ends")
  func severalLines() throws {
    let body = paragraph(field("MERGEFIELD A"))
    #expect(try merged(body, ["A": .text("un\r\ndeux\rtrois\n\nx\ty")]) == ["un⏎deux⏎trois⏎⏎x⇥y"])
  }

  @Test("a field without value leaves nothing, and its optional words go with it")
  func missingValue() throws {
    let body = paragraph(words("["), field("MERGEFIELD A \\b &quot;Tél. &quot; \\f &quot; !&quot;"), words("]"))
    #expect(try merged(body, [:]) == ["[]"])
    #expect(try merged(body, ["A": .text("")]) == ["[]"])
    #expect(try merged(body, ["A": .text("06")]) == ["[Tél. 06 !]"])
  }

  @Test("capitals asked for by the field keep French accents")
  func capitals() throws {
    #expect(try merged(paragraph(field("MERGEFIELD A \\* Upper")), ["A": .text("Léa Noël")]) == ["LÉA NOËL"])
  }

  @Test("headers are merged, other Word fields stay")
  func headerAndPage() throws {
    let page = field(" PAGE ", shown: "7")
    let model = try WordModel(
      WordFixture(paragraph(words("x")), header: paragraph(field("MERGEFIELD Nom"), page)).docx)
    let docx = try model.merge(["Nom": .text("MARTIN")])
    #expect(model.fields == ["Nom"])
    #expect(try lines(of: docx, part: "word/header1.xml") == ["MARTIN7"])
    #expect(try source(of: docx, part: "word/header1.xml").contains("> PAGE <"))
  }

  @Test("the row that holds a list's fields is repeated for each item, other rows once")
  func repeatedRows() throws {
    let body = """
      <w:tbl><w:tr>\(cell(paragraph(words("Titre"))))</w:tr>\
      <w:tr>\(cell(paragraph(field("MERGEFIELD Objectif.Theme"))))\
      \(cell(paragraph(field("MERGEFIELD Objectif.Fin"), words("/"), field("MERGEFIELD Numero"))))</w:tr>\
      <w:tr>\(cell(paragraph(words("Pied"))))</w:tr></w:tbl>
      """
    let items = [["Theme": "Emploi", "Fin": "mai"], ["Theme": "Logement"]]
    #expect(
      try merged(body, ["Objectif": .list(items), "Numero": .text("3")])
        == ["Titre", "Emploi", "mai/3", "Logement", "/3", "Pied"])
  }

  @Test("an item may span several rows and a table inside one of them")
  func repeatedBlock() throws {
    let inner = "<w:tbl><w:tr>\(cell(paragraph(field("MERGEFIELD O.B"))))</w:tr></w:tbl>"
    let body = """
      <w:tbl><w:tr>\(cell(paragraph(field("MERGEFIELD O.A"))))</w:tr>\
      <w:tr>\(cell(inner, paragraph(words("—"))))</w:tr>\
      <w:tr>\(cell(paragraph(field("MERGEFIELD O.C"))))</w:tr></w:tbl>
      """
    let items = [["A": "1", "B": "2", "C": "3"], ["A": "4", "B": "5", "C": "6"]]
    #expect(try merged(body, ["O": .list(items)]) == ["1", "2", "—", "3", "4", "5", "—", "6"])
  }

  @Test("outside a table the paragraph is repeated")
  func repeatedParagraph() throws {
    let body = paragraph(words("Objectifs")) + paragraph(words("- "), field("MERGEFIELD O.A"))
    #expect(try merged(body, ["O": .list([["A": "x"], ["A": "y"]])]) == ["Objectifs", "- x", "- y"])
  }

  @Test("an empty list leaves no row, no empty table and no cell without paragraph")
  func emptyList() throws {
    let row = "<w:tr>\(cell(paragraph(field("MERGEFIELD O.A"))))</w:tr>"
    let docx = try WordModel(
      WordFixture("<w:tbl><w:tr>\(cell("<w:tbl>\(row)</w:tbl>"))</w:tr></w:tbl>\(paragraph(words("fin")))").docx
    ).merge(["O": .list([])])
    #expect(try lines(of: docx) == ["", "fin"])
    #expect(try source(of: docx).components(separatedBy: "<w:tbl>").count == 2)
  }

  @Test("a dotted name may also be a plain value")
  func dottedText() throws {
    #expect(try merged(paragraph(field("MERGEFIELD A.B")), ["A.B": .text("x")]) == ["x"])
  }

  @Test("bookmarks and paragraph numbers stay unique when a row is repeated")
  func identities() throws {
    let body = """
      <w:tbl><w:tr>\(cell("<w:p xmlns:w14=\"urn:w14\" w14:paraId=\"0A\"><w:bookmarkStart w:id=\"1\" w:name=\"m\"/>"
        + field("MERGEFIELD O.A") + "<w:bookmarkEnd w:id=\"1\"/></w:p>"))</w:tr></w:tbl>
      """
    let text = try source(of: WordModel(WordFixture(body).docx).merge(["O": .list([["A": "x"], ["A": "y"]])]))
    #expect(text.components(separatedBy: "bookmarkStart").count == 2)
    #expect(text.components(separatedBy: "paraId").count == 2)
  }

  @Test("the merged file is a new zip: content types first, no mail merge, same values same bytes")
  func rewritten() throws {
    var fixture = WordFixture(paragraph(field("MERGEFIELD A")))
    fixture.settings = "<w:mailMerge><w:linkToQuery/></w:mailMerge><w:zoom w:percent=\"90\"/>"
    let model = try WordModel(fixture.docx)
    let docx = try model.merge(["A": .text("x")])
    #expect(try Archive(docx, limits: WordModel.Limits()).entries.first?.name == "[Content_Types].xml")
    let settings = try source(of: docx, part: "word/settings.xml")
    #expect(!settings.contains("mailMerge"))
    #expect(settings.contains("zoom"))
    #expect(try model.merge(["A": .text("x")]) == docx)
  }
}
