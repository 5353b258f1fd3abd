import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Control
@testable import Dossiers

@Suite("Importing CNAF's flow of recipients", .database) struct CNAFImportTests {
  @Test("changes the rights of who is followed, and neither référents, contacts, orientation nor who is absent")
  func imported() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: FeedImportTests.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      #expect(try await FeedImportTests.send(FeedImportTests.file(0), client).status == .applied)
      func rest() async throws -> String? {
        try await service.database.owner {
          try await $0.first(
            """
            select md5(concat((select string_agg(r::text, '|' order by id) from dossiers.referent r),
              (select string_agg(concat_ws(',', id, phone, email, feed_phone, orientation, oriented_on, territory,
                genesis_id, formal_notice_on, refreshed_on, lead), '|' order by id) from dossiers.dossier)))
            """, as: String.self)
        }
      }
      let before = try await rest()
      service.clock.travel(days: 5)
      let run = try await FeedImportTests.send(VRSBTests.file(5), client)
      #expect(run.status == .applied && run.counts.created == 0 && run.counts.updated > 0 && run.counts.moved == 0)
      #expect(run.format == .cnaf && run.notes.isEmpty)
      #expect(try await rest() == before)
      let names = try await client.call(DossiersAPI.showFeedEffects, ["feed": run.id]).fields.map(\.name)
      #expect(names.contains("entitlement") && !names.contains("lead") && !names.contains("orientation"))
      // The same again changes nothing, and Genesis's own flow is neither too old after it nor counted twice.
      #expect(try await FeedImportTests.send(VRSBTests.file(5), client).counts.updated == 0)
      let genesis = try await FeedImportTests.send(FeedImportTests.file(1), client)
      #expect(genesis.status == .applied)
      #expect(try await FeedImportTests.send(VRSBTests.file(4), client).refusalCode == "flux-ancien")
    }
  }

  /// The couple as Genesis has it, both followed by one référent.
  private static func genesis(_ day: String = "2026-03-10") -> Data {
    let followed = """
      NIR="1830207186011" NATI="F"><Referent IDREF="R0456" NOM="DURAND" IDSTRUCT="S012" DTAS="CENTRE"
        DDDESIGNATION="2025-12-10"/></Personne>
      """
    let text = FeedSamples.couple.replacingOccurrences(of: "NIR=\"1830207186011\" NATI=\"F\"/>", with: followed)
    return Data(
      FeedSamples.xml(text, header: FeedSamples.header.replacingOccurrences(of: "2026-03-11", with: day)))
  }

  private struct Right: Decodable, Equatable, Sendable {
    let genesisId: String
    let entitlement: String
    let household: String
  }

  private static func rights(_ service: ServiceUnderTest) async throws -> [Right] {
    try await service.database.owner {
      try await $0.query(
        """
        select d.genesis_id, d.entitlement, h.genesis_number as household from dossiers.dossier d
        join dossiers.household h on h.id = d.household order by 1
        """, as: Right.self)
    }
  }

  private static func county(
    _ body: @escaping @Sendable (ServiceUnderTest, APIClient) async throws -> Void
  ) async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: FeedImportTests.morning) { service in
      let client = try await service.client(as: .someone(.administrateur, name: "MERCIER Lucie"))
      #expect(try await FeedImportTests.send(genesis(), client).counts.created == 2)
      try await body(service, client)
    }
  }

  @Test("knows persons by NIR, or by request, role and birth together, and never by the claimant's number alone")
  func matched() async throws {
    try await Self.county { service, client in
      // Hugo comes without a NIR.
      let run = try await FeedImportTests.send(Data(VRSBTests.flow()), client)
      #expect(run.counts.updated == 2)
      #expect(try await Self.rights(service).map(\.entitlement) == ["4", "4"])
      // Another request of the same claimant: Léa is known by her NIR and takes her household along, Hugo is nobody's.
      let moved = VRSBTests.swapping(("20260007123", "20260009999"), (">4<", ">2<"))
      let next = try await FeedImportTests.send(Data(VRSBTests.flow(moved, day: "2026-03-12")), client)
      #expect(next.counts.updated == 1 && next.counts.ignored == 1 && next.counts.quarantined == 0)
      #expect(
        try await Self.rights(service) == [
          Right(genesisId: "G0001234", entitlement: "2", household: "20260009999"),
          Right(genesisId: "G0001235", entitlement: "4", household: "20260007123"),
        ])
      // The NIR of one with the request, role and birth of the other.
      let mixed = VRSBTests.swapping(
        ("2850707186042", "1830207186011"), ("<SEXE>2</SEXE>", "<SEXE>1</SEXE>"),
        ("<ROLEPERS>CJT</ROLEPERS>", "<ROLEPERS>AUT</ROLEPERS>"), ("20260007123", "20260009999"))
      let before = try await FeedImportTests.fingerprint(service)
      let last = try await FeedImportTests.send(Data(VRSBTests.flow(mixed, day: "2026-03-13")), client)
      #expect(last.counts.quarantined == 1 && last.counts.updated == 0)
      let rows = try await client.call(
        DossiersAPI.listFeedRows, ["feed": last.id], FeedRowQuery(outcome: .quarantined, problem: "identite-ambigue"))
      #expect(rows.items.count == 1)
      #expect(try await FeedImportTests.fingerprint(service) == before)
    }
  }

  @Test("what it describes wrongly of who is followed is corrected at the screen; of others nothing is kept")
  func corrected() async throws {
    try await Self.county { service, client in
      let stranger = VRSBTests.swapping(
        ("20260007123", "20260008888"), ("<NIR>2850707186042</NIR>", ""), ("1985-07-14", "1990-01-01"), (">4<", ">9<"))
      let flow = VRSBTests.flow(VRSBTests.swapping((">4<", ">9<")) + stranger, count: 2)
      let run = try await FeedImportTests.send(Data(flow), client)
      #expect(run.counts.quarantined == 2 && run.counts.ignored == 2)
      let asides = try await client.call(DossiersAPI.listFeedAsides, [:], FeedAsideQuery(run: run.id)).items
      #expect(asides.map(\.problems) == [["etat-droit-inconnu"]])
      // A day's changes by Genesis say nothing of CNAF's.
      let delta = String(decoding: Self.genesis("2026-03-12"), as: UTF8.self).replacingOccurrences(
        of: "NATFLUX=\"S\"", with: "NATFLUX=\"D\"")
      #expect(try await FeedImportTests.send(Data(delta.utf8), client).status == .applied)
      let detail = try await client.call(DossiersAPI.showFeedAside, ["aside": try #require(asides.first).id])
      #expect(detail.aside.state == .open && detail.persons.map { $0.values["IDPERS"] } == ["G0001234", "G0001235"])
      let fixed = try await client.call(
        DossiersAPI.correctFeedAside, ["aside": detail.aside.id],
        FeedCorrection(values: [.init(field: "ETATDOSRSA", value: "3")]), version: detail.version)
      #expect(fixed.aside.state == .corrected)
      #expect(try await Self.rights(service).map(\.entitlement) == ["3", "3"])
      let again = try await client.call(DossiersAPI.showFeed, ["feed": try #require(fixed.history.first?.run)])
      #expect(again.format == .cnaf && again.origin == "correction" && again.counts.updated == 2)
      // The next flow of its own kind puts what is still open out of date.
      let spoilt = VRSBTests.flow(VRSBTests.swapping((">4<", ">9<")), day: "2026-03-12")
      let second = try await FeedImportTests.send(Data(spoilt), client)
      _ = try await FeedImportTests.send(Data(VRSBTests.flow(day: "2026-03-13")), client)
      let after = try await client.call(DossiersAPI.listFeedAsides, [:], FeedAsideQuery(run: second.id)).items
      #expect(after.map(\.state) == [.outdated])
    }
  }

  @Test("what either flow says last holds, although Genesis says what it said before")
  func turns() async throws {
    try await Self.county { service, client in
      _ = try await FeedImportTests.send(Data(VRSBTests.flow()), client)
      #expect(try await Self.rights(service).map(\.entitlement) == ["4", "4"])
      let run = try await FeedImportTests.send(Self.genesis("2026-03-11"), client)
      #expect(run.counts.updated == 2)
      #expect(try await Self.rights(service).map(\.entitlement) == ["2", "2"])
    }
  }
}
