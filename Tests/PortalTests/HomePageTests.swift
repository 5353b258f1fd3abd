import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("The home page that each person arranges") struct HomePageTests {
  private func block(_ title: String, optional: Bool = false) -> HomeBlock {
    HomeBlock(title, rights: [.readDossiers], isOptional: optional) { _ in HomeContent() }
  }

  @Test("a profile that was not arranged has its own blocks first, then the others, without what is asked for")
  func defaults() {
    let blocks = [block("Nouveau"), block("Mes CER"), block("Ma journée"), block("Rapports", optional: true)]
    let usual = HomeArrangement(blocks, kept: nil, profile: .referent)
    #expect(usual.standing.map(\.block.title) == ["Ma journée", "Mes CER", "Nouveau"])
    #expect(usual.missing.map(\.title) == ["Rapports"] && !usual.isOwn)
    for profile in Profile.allCases { #expect(!HomeDefaults.places(of: profile).isEmpty) }
  }

  @Test("each block of a profile's own page exists and is open to the profile")
  func named() {
    let codes = Dictionary(rooms.flatMap(\.blocks).map { ($0.code, $0) }) { first, _ in first }
    for profile in Profile.allCases {
      let shown = HomeDefaults.places(of: profile).filter { place in
        guard let block = codes[place.block] else {
          Issue.record("\(profile): no block \(place.block)")
          return false
        }
        return block.rights.contains(where: profile.rights.contains)
      }
      #expect(!shown.isEmpty, "\(profile)")
    }
  }

  @Test("a block is moved among those of its column, to the other column, away and back")
  func moves() {
    var mine = HomeArrangement(
      [block("A"), block("B"), block("C")],
      kept: [HomePlace("a", .left), HomePlace("b", .right), HomePlace("c", .left), HomePlace("gone", .left)],
      profile: .referent)
    mine.make(.up, of: "a")
    #expect(mine.places.map(\.block) == ["a", "b", "c"])
    mine.make(.down, of: "a")
    #expect(mine.blocks(in: .left).map(\.title) == ["C", "A"])
    mine.make(.left, of: "b")
    #expect(mine.blocks(in: .right).isEmpty)
    mine.make(.remove, of: "c")
    #expect(mine.missing.map(\.title) == ["C"])
    mine.make(.add, of: "c")
    #expect(mine.places.last == HomePlace("c", .left) && mine.missing.isEmpty)
    // The pointer drags to any place at once.
    mine.place("c", before: mine.places.first?.block, in: mine.places[0].column)
    #expect(mine.places.first?.block == "c")
    mine.place("c", before: nil, in: .right)
    #expect(mine.places.last == HomePlace("c", .right))
  }

  @Test("a step is kept in the account, and what cannot be read is not written over")
  func keeping() async throws {
    try await PortalUnderTest.run(as: .referent) { services, browser in
      services.serve(InsightAPI.showHome, HomeLayout(places: [HomePlace("ma-journee", .left)]))
      services.serve(InsightAPI.setHome, HomeLayout(places: nil))
      let page = try await browser.get("/accueil/blocs")
      #expect(page.status == 200 && page.text.contains("Ma journée"))
      let answer = try await browser.post("/accueil/blocs", ["geste": "add", "bloc": "alertes"])
      #expect(answer.location == "/accueil/blocs")
      let sent = try #require(services.calls(of: InsightAPI.setHome).first)
      #expect(
        try JSONDecoder.jalons.decode(HomeLayout.self, from: sent.body).places?.map(\.block) == [
          "ma-journee", "alertes",
        ])
      services.refuse(InsightAPI.showHome, .busy)
      #expect(try await browser.get("/").status == 200)
      #expect(try await browser.post("/accueil/blocs", ["geste": "remove", "bloc": "alertes"]).status == 503)
      #expect(services.calls(of: InsightAPI.setHome).count == 1)
    }
  }

  @Test("figures stand in the order of urgency, those without anything last and small")
  func urgency() {
    let counters = Counters(
      "À faire",
      [
        Counter(0, "rien", address: "/0", .late), Counter(2, "attend", address: "/2", .waiting),
        Counter(3, "tard", address: "/3", .late), Counter(1, "vu", address: "/1"),
      ])
    #expect(counters.counters.map(\.label) == ["tard", "attend", "vu"])
    #expect(counters.quiet.map(\.label) == ["rien"])
  }
}
