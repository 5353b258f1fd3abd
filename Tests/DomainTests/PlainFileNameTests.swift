import Domain
import Testing

@Suite("The plain name of a file") struct PlainFileNameTests {
  @Test(
    "folds accents and ligatures, and holds nothing that a header does not",
    arguments: [
      ("contrat-Élodie-LECŒUR.pdf", "contrat-Elodie-LECOEUR.pdf"),
      ("Évènements du 1er août.xlsx", "Evenements du 1er aout.xlsx"),
      ("l’été – Straße.pdf", "l'ete - Strasse.pdf"), ("李娜.pdf", "__.pdf"), ("a\"b\\c\n.pdf", "abc .pdf"),
      ("ŁUKASZ Ñandú.pdf", "LUKASZ Nandu.pdf"), ("ﬁche №5.pdf", "fiche No5.pdf"),
    ])
  func plain(name: String, expected: String) {
    #expect(PlainFileName.of(name) == expected)
  }
}

@Suite("What is known of a birth") struct BirthTests {
  @Test("is written as far as it is known") func words() throws {
    let day = try #require(CalendarDate("1985-07-01"))
    let today = try #require(CalendarDate("2026-12-01"))
    #expect(French.birth(day, nil) == "1er juillet 1985" && French.birth(day, .month) == "juillet 1985")
    #expect(French.birth(day, .year) == "1985" && French.shortBirth(day, .month) == "07/1985")
    #expect(French.shortBirth(day, .day) == "01/07/1985" && French.shortBirth(day, .year) == "1985")
    #expect(French.age(day, .month, on: today) == "41 ans" && French.age(day, .year, on: today) == "naissance en 1985")
  }
}
