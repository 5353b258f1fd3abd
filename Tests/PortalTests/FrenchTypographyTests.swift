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
    #expect(FrenchTypography.applied(to: plain) == together)
  }

  @Test(
    "attributes, and what is sent back or run, stay as they are",
    arguments: [
      "<input value=\"à 14 h 30 : « oui »\">", "<textarea name=\"t\">Oui : 14 h 30 ?</textarea>",
      "<a href='/x?q=a : b'>3 hommes</a>", "<script>a ? b : c</script>", "7 heures, 3 mois",
    ])
  func untouched(html: String) {
    #expect(FrenchTypography.applied(to: html) == html)
  }

  @Test("the text goes on after a tag and after a textarea")
  func goesOn() {
    let html = FrenchTypography.applied(to: "<textarea>a : b</textarea><p title=\"1 > 0 : x\">Fin : ici</p>")
    #expect(html == "<textarea>a : b</textarea><p title=\"1 > 0 : x\">Fin\u{A0}: ici</p>")
  }
}
