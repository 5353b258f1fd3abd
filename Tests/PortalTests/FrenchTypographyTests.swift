import Testing

@testable import Portal

@Suite("the spaces of French")
struct FrenchTypographyTests {
  @Test(
    "what French keeps together does not part at the end of a line",
    arguments: [
      ("État : ouvert", "État\u{A0}: ouvert"), ("Valider ?", "Valider\u{202F}?"), ("lu ; clos", "lu\u{202F}; clos"),
      ("l’état « Soumis »", "l’état «\u{A0}Soumis\u{A0}»"), ("à 14 h 30.", "à 14\u{A0}h\u{A0}30."),
      ("dès 9 h", "dès 9\u{A0}h"), ("le 12 mars 2026", "le 12\u{A0}mars 2026"), ("1er août", "1er\u{A0}août"),
      ("CER n° 7", "CER n°\u{A0}7"), ("60 % de 12 €", "60\u{A0}% de 12\u{A0}€"),
    ])
  func kept(plain: String, together: String) {
    let html: HTML = "<p>\(plain)</p>"
    #expect(html.description == "<p>\(together)</p>")
  }

  @Test("attributes, and what is sent back as it was typed, stay as they are")
  func untouched() {
    let typed = "à 14 h 30 : oui ?"
    let html: HTML = """
      <input value="\(typed)"\(attribute: "title", typed)><textarea name="t">\(verbatim: typed)</textarea>\
      <a href="/x?q=\(typed)">3 hommes, \("7 heures")</a>
      """
    let expected = """
      <input value="\(typed)" title="\(typed)"><textarea name="t">\(typed)</textarea>\
      <a href="/x?q=\(typed)">3 hommes, 7 heures</a>
      """
    #expect(html.description == expected)
  }

  @Test("the text goes on after a tag")
  func goesOn() {
    let html: HTML = "<p title=\"\("1 > 0 : x")\">\("Fin : ici")</p>"
    #expect(html.description == "<p title=\"1 &gt; 0 : x\">Fin\u{A0}: ici</p>")
  }
}
