import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("Search", .database) struct SearchTests {
  @Test("who is written as asked comes alone; where nobody is, close names come, page by page; never a stranger’s")
  func close() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      for (family, given) in [
        ("LEFÈVRE", "Anne"), ("LEFEBVRE", "Anne"), ("LEFEBVRE", "Zoé"), ("MARTINEZ", "Paul"), ("NGUYEN", "Li"),
      ] { try await scene.add(family, given, in: service.database) }
      let hers = try await service.client(as: .someone(.referent, account: scene.lead))
      func names(_ search: DossierSearch, _ client: APIClient) async throws -> (names: [String], page: Page<DossierRow>)
      {
        let page = try await client.call(DossiersAPI.listDossiers, [:], search)
        return (page.items.map { "\($0.familyName) \($0.givenName)" }, page)
      }

      let exact = try await names(DossierSearch(q: "lefevre"), hers)
      #expect(exact.names == ["LEFÈVRE Anne"] && exact.page.close == nil && exact.page.total == 1)
      let both = try await names(DossierSearch(q: "lefevre", close: true), hers)
      #expect(both.names == ["LEFEBVRE Anne", "LEFEBVRE Zoé", "LEFÈVRE Anne"] && both.page.close == true)
      let none = try await names(DossierSearch(q: "lefevre", close: false, state: [.standby]), hers)
      #expect(none.names.isEmpty && none.page.close == nil)

      // One letter too many; each word has to be found, the second as it is written.
      let wrong = try await names(DossierSearch(q: "lefebvvre anne"), hers)
      #expect(wrong.names == ["LEFEBVRE Anne", "LEFÈVRE Anne"] && wrong.page.close == true)
      let first = try await names(DossierSearch(q: "lefebvvre", limit: 1), hers)
      #expect(first.names == ["LEFEBVRE Anne"] && first.page.total == 3)
      let second = try await names(DossierSearch(q: "lefebvvre", limit: 2, after: first.page.next), hers)
      #expect(second.names == ["LEFEBVRE Zoé", "LEFÈVRE Anne"] && second.page.next == nil && second.page.close == true)
      // Of so few letters everybody would be close.
      #expect(try await names(DossierSearch(q: "xli"), hers).names.isEmpty)

      for profile in [Profile.referent, .secretariatDispositif] {
        let stranger = try await service.client(as: .someone(profile, territories: [.new()]))
        #expect(try await names(DossierSearch(q: "lefebvvre"), stranger).names.isEmpty)
      }
      let secretariat = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      #expect(try await names(DossierSearch(q: "lefebvvre"), secretariat).names.count == 3)
      // A territory's names are looked up, all words of them, with the other filters, and never next door.
      let written = try await names(DossierSearch(q: "anne lefebvre"), secretariat)
      #expect(written.names == ["LEFEBVRE Anne"] && written.page.total == 1 && written.page.close == nil)
      #expect(try await names(DossierSearch(q: "lefebvre", close: false, state: [.standby]), secretariat).names.isEmpty)
      #expect(try await names(DossierSearch(q: "an lefebvre"), secretariat).names == ["LEFEBVRE Anne"])
      let nextDoor = try await service.client(as: .someone(.secretariatDispositif, territories: [.new()]))
      #expect(try await names(DossierSearch(q: "lefebvre", close: false), nextDoor).names.isEmpty)
    }
  }

  @Test("a name is found by how it sounds in French, where none is written so, and never a stranger’s")
  func sounds() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      for family in ["DUPOND", "LEFEBVRE", "PHILIPPE", "RENAULT", "QUENTIN"] {
        try await scene.add(family, "Anne", in: service.database)
      }
      let hers = try await service.client(as: .someone(.referent, account: scene.lead))
      let stranger = try await service.client(as: .someone(.referent))
      let heard = [
        ("dupont", "DUPOND"), ("lefaivre", "LEFEBVRE"), ("filip", "PHILIPPE"), ("reneau", "RENAULT"),
        ("kantin", "QUENTIN"),
      ]
      for (asked, family) in heard {
        let found = try await hers.call(DossiersAPI.listDossiers, [:], DossierSearch(q: asked))
        #expect(found.items.map(\.familyName).contains(family) && found.close == true, "\(asked)")
        #expect(try await stranger.call(DossiersAPI.listDossiers, [:], DossierSearch(q: asked)).items.isEmpty)
      }
      let both = try await hers.call(DossiersAPI.listDossiers, [:], DossierSearch(q: "anne dupont"))
      #expect(both.items.map(\.familyName) == ["DUPOND"])
    }
  }

  @Test("what the feed writes to be searched is what a search makes of the same names") func written() async throws {
    let same = try await TestDatabase.required().owner { transaction in
      try await transaction.first(
        """
        select bool_and(\(unsafeSQL: FeedReconciliation.search)
          = jalons.plain(concat_ws(' ', p.family_name, p.birth_name, p.given_name, p.family_name)))
        from (values ('LE  GŒUR-D’ÂNE', null, 'Zoé'), ('O''NEIL', 'MÜLLER', ' Jean–Luc '), ('ÉÈÊ', '', ''), ('Ñ@x.fr', 'ß', 'Ł'))
          p (family_name, birth_name, given_name)
        """, as: Bool.self)
    }
    #expect(same == true)
  }

  @Test("identifiers made in an order sort in it, and are UUIDs of the seventh kind") func ordered() async throws {
    let ids = try await TestDatabase.required().owner { transaction in
      try await transaction.query(
        "select jalons.ordered_id(n * 977) from generate_series(0, 2000) n order by n", as: UUID.self)
    }
    #expect(ids.map(\.uuidString) == ids.map(\.uuidString).sorted() && Set(ids).count == 2001)
    #expect(ids.allSatisfy { $0.uuid.6 >> 4 == 7 && $0.uuid.8 >> 6 == 2 })
  }

  @Test("names come in French order, page by page, whatever the server's locale") func frenchOrder() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let sorted = [
        "ABADIE", "D’AUBIGNÉ", "DABIN", "ÉBERHARD", "EBERLÉ", "FAURE", "ŒUVRARD", "OGER", "ŞAHİN", "SALA", "ZOLA",
      ]
      for name in sorted.shuffled() { try await scene.add(name, "Anne", in: service.database) }
      let hers = try await service.client(as: .someone(.referent, account: scene.lead))
      var (names, after): ([String], String?) = ([], nil)
      repeat {
        let page = try await hers.call(
          DossiersAPI.listDossiers, [:], DossierSearch(q: "anne", sort: .name, limit: 4, after: after))
        names += page.items.map(\.familyName)
        after = page.next
      } while after != nil
      #expect(names.filter(sorted.contains) == sorted)
    }
  }

  @Test("what says nothing finds nobody; other scripts, ligatures, and names as the list writes them are found")
  func words() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      for (family, given) in [
        ("КОВАЛЕНКО", "Оксана"), ("LECŒUR", "Zoé"), ("李", "娜"), ("MARTIN", "Luc"), ("عمر", "يوسف"),
        ("DURAND", "Martin"),
      ] { try await scene.add(family, given, in: service.database) }
      let hers = try await service.client(as: .someone(.referent, account: scene.lead))
      let chef = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      for client in [hers, chef] {
        func names(_ q: String) async throws -> [String] {
          try await client.call(DossiersAPI.listDossiers, [:], DossierSearch(q: q, sort: .recent)).items.map(
            \.familyName)
        }
        for nothing in ["%", "😀", "_", "?!", "’"] { #expect(try await names(nothing) == [], "\(nothing)") }
        for (asked, found) in [
          ("коваленко", "КОВАЛЕНКО"), ("Оксана", "КОВАЛЕНКО"), ("œ", "LECŒUR"), ("lecoeur", "LECŒUR"), ("李", "李"),
          ("يوسف", "عمر"), ("Mme LECŒUR", "LECŒUR"), ("MR LECŒUR Zoé", "LECŒUR"),
        ] { #expect(try await names(asked) == [found], "\(asked)") }
        // Whose surname it is comes before those opened last.
        let durand = try #require(
          try await client.call(DossiersAPI.listDossiers, [:], DossierSearch(q: "durand")).items.first)
        _ = try await client.call(DossiersAPI.showDossier, ["dossier": durand.id])
        #expect(try await names("martin").first == "MARTIN")
        #expect(try await names("MME MARTIN").contains("DURAND"))
        #expect(try await names("n° \(durand.number)") == ["DURAND"])
        #expect(try await names("N°\(durand.number)") == ["DURAND"])
        var (paged, after): ([ID<Dossier>], String?) = ([], nil)
        repeat {
          let page = try await client.call(
            DossiersAPI.listDossiers, [:], DossierSearch(q: "martin", sort: .recent, limit: 1, after: after))
          paged += page.items.map(\.id)
          after = page.next
        } while after != nil
        let whole = try await client.call(DossiersAPI.listDossiers, [:], DossierSearch(q: "martin", sort: .recent))
        #expect(paged == whole.items.map(\.id))
      }
    }
  }

  @Test("a search reads a text as the database does") func plain() async throws {
    let texts = [
      "LE  GŒUR-D’ÂNE", "O'NEIL Müller", "Ñ@x.fr ß Ł", "КОВАЛЕНКО Оксана", "Ёлкин Алёна Майя", "李 娜", "عمر يوسف",
      "ŞAHİN", "Ελένη Παπαδόπουλος", "Nguyễn Thị Ánh", "😀 %_", "n° 4490", "Jean–Luc 2e", "Þór Ðə",
    ]
    for text in texts {
      let plain = try await TestDatabase.required().owner {
        try await $0.first("select jalons.plain(\(text))", as: String.self)
      }
      #expect(PlainText.of(text) == plain, "\(text)")
    }
  }
}
