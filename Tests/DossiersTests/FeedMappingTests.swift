import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("How a county's own files are read", .database) struct FeedMappingTests {
  static let name = "SOLIS_20260311.csv"

  private static func run(
    _ body: @escaping @Sendable (ServiceUnderTest, APIClient) async throws -> Void
  ) async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: FeedImportTests.morning) { service in
      try await body(service, try await service.client(as: .someone(.administrateur, name: "MERCIER Lucie")))
    }
  }

  private static func send(
    _ client: APIClient, _ lines: [String] = CountyCSVTests.lines, name: String = name, dryRun: Bool = false,
    mapping: UUID? = nil
  ) async throws -> FeedRun {
    var query = ["mode": dryRun ? "dry-run" : "apply", "name": name]
    query["mapping"] = mapping?.uuidString.lowercased()
    return try await client.upload(DossiersAPI.importFeed, query: query, bytes: Data(CountyCSVTests.file(lines)))
  }

  private static func draft(
    _ name: String = "Solis", _ pattern: String? = "SOLIS_*.csv", isActive: Bool = true,
    _ change: (inout FeedDialect) -> Void = { _ in }
  ) -> FeedMappingDraft {
    var dialect = CountyCSVTests.dialect
    change(&dialect)
    return FeedMappingDraft(name: name, pattern: pattern, isActive: isActive, dialect: dialect)
  }

  @Test("a sample is kept sealed for a day, shown without a NIR, and checked by the rules of a file")
  func samples() async throws {
    try await Self.run { service, client in
      let bytes = Data(CountyCSVTests.file())
      let sample = try await client.upload(DossiersAPI.addFeedSample, query: ["name": Self.name], bytes: bytes)
      #expect(sample.fileName == Self.name && sample.lines == 3 && !sample.isCut && sample.columns.count == 13)
      #expect(sample.fields.filter(\.isRequired).count == 6)
      let stored = try await service.database.owner {
        try await $0.first("select encode(bytes, 'escape') from dossiers.feed_sample", as: String.self)
      }
      #expect(stored?.isEmpty == false && stored?.contains("MARTIN") == false)
      let path = ["sample": sample.id]
      let otherwise = try await client.call(
        DossiersAPI.showFeedSample, path, FeedSampleQuery(separator: .comma, encoding: .windows1252))
      #expect(otherwise.columns.count == 1 && otherwise.columns[0].header.hasPrefix("NÂ°"))
      let check = try await client.call(DossiersAPI.checkFeedSample, path, CountyCSVTests.dialect)
      #expect((check.taken, check.ignored, check.aside) == (2, 0, 1) && check.refusal == nil)
      #expect(check.rows[0].name == "DUPOND Anne" && check.rows[0].problems.map(\.code).contains("valeur-inconnue"))
      #expect(check.rows.first { $0.genesisId == "S1" }?.values["DTNAI"] == "1985-07-14")
      var wrong = CountyCSVTests.dialect
      wrong.columns.removeAll { $0.field == "NOM" || $0.field == "IDREF" }
      let refused = await #expect(throws: Problem.self) {
        try await client.call(DossiersAPI.checkFeedSample, path, wrong)
      }
      #expect(refused?.faults?.first?.message == "Dites quelle colonne donne : le nom, l’identifiant du référent.")
      // Neither what needs no mapping, nor what is no CSV.
      for bytes in [
        Data(FeedSamples.xml()), Data(FeedSamples.csv()), Data("bonjour".utf8), Data([0, 1, 2, 3]),
      ] {
        let refused = await #expect(throws: Problem.self) {
          try await client.upload(DossiersAPI.addFeedSample, query: [:], bytes: bytes)
        }
        #expect(refused?.status == 422 && refused?.faults?.first?.field == "fichier")
      }
      let empty = await #expect(throws: Problem.self) {
        try await client.upload(DossiersAPI.addFeedSample, query: [:], bytes: Data())
      }
      #expect(empty?.status == 400)
      service.clock.travel(days: 2)
      try await DayTurn(
        postgres: service.database.client(.dossiers), now: service.clock.now, logger: service.parts.logger
      ).turn(to: service.clock.now())
      await #expect(throws: Problem.notFound("Cet échantillon")) {
        try await client.call(DossiersAPI.showFeedSample, path, FeedSampleQuery())
      }
    }
  }

  @Test("of a large file, packed or not, the first whole lines are kept")
  func large() async throws {
    try await Self.run { _, client in
      // One identifier, each time in a household of its own.
      let many = (0..<20_000).map {
        CountyCSVTests.lines[0].replacingOccurrences(of: "20260007123", with: "20261\(100_000 + $0)")
      }
      let bytes = CountyCSVTests.file(many)
      for file in [Data(bytes), Data(FeedSamples.gzip(bytes))] {
        let sample = try await client.upload(DossiersAPI.addFeedSample, query: [:], bytes: file)
        #expect(sample.isCut && sample.lines == SampleReading.most)
        let check = try await client.call(
          DossiersAPI.checkFeedSample, ["sample": sample.id], CountyCSVTests.dialect)
        #expect(check.refusal == nil && check.rows.count == 200)
        #expect(check.rows.allSatisfy { $0.problems.contains { $0.code == "identifiant-en-double" } })
      }
    }
  }

  @Test("a mapping is kept under a name with everything it was before, and two tell apart")
  func kept() async throws {
    try await Self.run { _, client in
      let first = try await client.call(DossiersAPI.addFeedMapping, [:], Self.draft())
      #expect(first.version == 1 && first.editions.map(\.authorName) == ["MERCIER Lucie"])
      let refused = await #expect(throws: Problem.self) {
        try await client.call(
          DossiersAPI.addFeedMapping, [:],
          Self.draft("SOLIS", "solis_*.CSV") {
            $0.columns[0].field = "NOM"
            $0.columns[1].field = "RIEN"
            $0.values[0].code = "7"
          })
      }
      #expect(
        Set(refused?.faults?.map(\.field) ?? []) == [
          "name", "pattern", "dialect.columns.2.field", "dialect.columns.1.field", "dialect.columns",
          "dialect.values.0.code",
        ])
      let all = await #expect(throws: Problem.self) {
        try await client.call(DossiersAPI.addFeedMapping, [:], Self.draft("Tout", "*.*"))
      }
      #expect(all?.faults?.map(\.field) == ["pattern"])
      let path = ["mapping": first.id]
      let next = try await client.call(
        DossiersAPI.changeFeedMapping, path, Self.draft { $0.dates = .iso }, version: 1)
      #expect(next.version == 2 && next.dialect.dates == .iso)
      #expect(next.editions.map(\.dialect.dates) == [.iso, .slashed])
      let stale = await #expect(throws: Problem.self) {
        try await client.call(DossiersAPI.changeFeedMapping, path, Self.draft(), version: 1)
      }
      #expect(stale?.status == 412)
      #expect(try await client.call(DossiersAPI.listFeedMappings).items.map(\.version) == [2])
      // Out of service, its name pattern is free for another.
      _ = try await client.call(DossiersAPI.changeFeedMapping, path, Self.draft(isActive: false), version: 2)
      _ = try await client.call(DossiersAPI.addFeedMapping, [:], Self.draft("Solis 2"))
    }
  }

  @Test(
    "a file is read by the mapping that its name or somebody says, with the checks, quarantine and page of any other")
  func imported() async throws {
    try await Self.run { service, client in
      #expect(try await Self.send(client).refusalCode == "format-illisible")
      let mapping = try await client.call(DossiersAPI.addFeedMapping, [:], Self.draft())
      let run = try await Self.send(client)
      #expect(run.status == .applied && run.mapping?.name == "Solis" && run.mapping?.version == 1)
      #expect(run.counts.created == 2 && run.counts.quarantined == 1 && run.stock == true)
      #expect(run.referenceDate?.description == "2026-03-11")
      let rows = try await client.call(
        DossiersAPI.listFeedRows, ["feed": run.id], FeedRowQuery(outcome: .quarantined, problem: "valeur-inconnue"))
      #expect(rows.items.count == 1 && rows.items[0].aside != nil)
      // The same again changes nothing; by another name, only who asks for it by its mapping is heard.
      let again = try await Self.send(client)
      #expect(again.counts.created == 0 && again.counts.updated == 0)
      #expect(try await Self.send(client, name: "export.csv").status == .refused)
      let asked = try await Self.send(client, name: "export.csv", mapping: mapping.id)
      #expect(asked.status == .applied && asked.referenceDate == FeedImportTests.today)
      let unknown = await #expect(throws: Problem.self) { try await Self.send(client, mapping: UUID()) }
      #expect(unknown?.faults?.map(\.field) == ["mapping"])
      // A file that needs none was read by none, whatever its name.
      let genesis = try await client.upload(
        DossiersAPI.importFeed, query: ["name": "SOLIS_20260313.csv"],
        bytes: RuleHousehold.file([RuleHousehold(rule: 1)], isStock: false, on: FeedStory.date(1)))
      #expect(genesis.status == .applied && genesis.mapping == nil)
      // An operator sees that there was one, and not which.
      let watcher = try await service.client(as: .someone(.exploitant))
      #expect(try await watcher.call(DossiersAPI.showFeed, ["feed": run.id]).status == .applied)
    }
  }

  private struct Kept: Decodable, Equatable, Sendable {
    let entitlement: String
    let orientation: String?
    let feedPhone: String?
    let payer: String?
    let partner: String?
    let commune: String?
  }

  private static func kept(_ id: String, _ service: ServiceUnderTest) async throws -> Kept? {
    try await service.database.owner {
      try await $0.first(
        """
        select d.entitlement, d.orientation, d.feed_phone, h.payer, p.genesis_id as partner, d.commune
        from dossiers.dossier d join dossiers.household h on h.id = d.household
        left join dossiers.dossier p on p.id = d.partner where d.genesis_id = \(id)
        """, as: Kept.self)
    }
  }

  @Test("what a file does not say stays as Jalons has it; what it says replaces it")
  func unsaid() async throws {
    try await Self.run { service, client in
      // Genesis, before the county changed systems: everything is known of Léa.
      let genesis = FeedSamples.couple.replacingOccurrences(of: "G0001234", with: "S1")
      #expect(try await FeedImportTests.send(Data(FeedSamples.xml(genesis)), client).counts.created == 1)
      let before = try #require(try await Self.kept("S1", service))
      #expect(before.orientation == "SOCIOPRO" && before.feedPhone == "0612345678" && before.payer == "CAF")
      let withoutRight = Self.draft { $0.columns.removeAll { $0.field == "ETATDOSRSA" } }
      _ = try await client.call(DossiersAPI.addFeedMapping, [:], withoutRight)
      let run = try await Self.send(client, Array(CountyCSVTests.lines.prefix(2)), name: "SOLIS_20260312.csv")
      #expect(run.counts.created == 1 && run.counts.updated == 1 && run.counts.quarantined == 0)
      let after = try #require(try await Self.kept("S1", service))
      #expect(
        after
          == Kept(
            entitlement: "2", orientation: "SOCIOPRO", feedPhone: "0612345678", payer: "CAF", partner: "S2",
            commune: "Privas"))
      // Hugo is new: he takes what his household has.
      #expect(try await Self.kept("S2", service)?.entitlement == "2")
      #expect(try await Self.kept("S2", service)?.payer == "CAF")
    }
  }

  @Test(
    "a dry run is applied as it was shown, although the mapping has changed since; a correction keeps what was unsaid")
  func tried() async throws {
    try await Self.run { service, client in
      let mapping = try await client.call(DossiersAPI.addFeedMapping, [:], Self.draft())
      let trial = try await Self.send(client, dryRun: true)
      #expect(trial.status == .checked && trial.counts.created == 2 && trial.mapping?.version == 1)
      _ = try await client.call(
        DossiersAPI.changeFeedMapping, ["mapping": mapping.id], Self.draft { $0.dates = .iso }, version: 1)
      let applied = try await client.call(DossiersAPI.applyFeed, ["feed": trial.id], FeedApplication())
      #expect(applied.status == .applied && applied.counts.created == 2 && applied.mapping?.version == 1)
      #expect(try await Self.send(client, name: "SOLIS_20260312.csv").mapping?.version == 2)
      let aside = try #require(
        try await client.call(DossiersAPI.listFeedAsides, [:], FeedAsideQuery(run: applied.id)).items.first)
      #expect(aside.name == "DUPOND Anne")
      let detail = try await client.call(DossiersAPI.showFeedAside, ["aside": aside.id])
      #expect(detail.persons[0].values["ROLEPERS"] == "DEM" && detail.persons[0].values["DTNAI"] == "1990-01-01")
    }
  }
}
