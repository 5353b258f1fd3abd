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
      let none = try await names(DossierSearch(q: "lefevre", close: false, state: .standby), hers)
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
      #expect(try await names(DossierSearch(q: "lefebvre", close: false, state: .standby), secretariat).names.isEmpty)
      #expect(try await names(DossierSearch(q: "an lefebvre"), secretariat).names == ["LEFEBVRE Anne"])
      let nextDoor = try await service.client(as: .someone(.secretariatDispositif, territories: [.new()]))
      #expect(try await names(DossierSearch(q: "lefebvre", close: false), nextDoor).names.isEmpty)
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
}
