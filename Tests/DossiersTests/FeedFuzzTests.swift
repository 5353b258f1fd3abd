import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

/// No value of a file fails an import: what the table would refuse is told of its person alone.
@Suite("A feed of oddities", .database, .serialized) struct FeedFuzzTests {
  private static func run(
    _ body: @escaping @Sendable (ServiceUnderTest, APIClient) async throws -> Void
  ) async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: FeedImportTests.morning) { service in
      let client = try await service.client(as: .someone(.administrateur, name: "MERCIER Lucie"))
      let dialect = FeedDialect(
        separator: .semicolon, encoding: .utf8, dates: .iso, isStock: true,
        columns: FeedField.allCases.map { .init(header: $0.definition.column, field: $0.definition.column) }, values: []
      )
      _ = try await client.call(
        DossiersAPI.addFeedMapping, [:],
        FeedMappingDraft(name: "Solis", pattern: "*.county", isActive: true, dialect: dialect))
      try await body(service, client)
    }
  }

  private static func send(
    _ bytes: Data, _ client: APIClient, way: String, day: String, dryRun: Bool = false
  ) async throws -> FeedRun {
    try await client.upload(
      DossiersAPI.importFeed,
      query: ["mode": dryRun ? "dry-run" : "apply", "name": "\(day.replacing("-", with: "")).\(way)"], bytes: bytes)
  }

  /// Tries and applies a file: the check told what the import did, and everybody of the file is somewhere.
  private static func apply(
    _ bytes: Data, _ client: APIClient, way: String, day: String
  ) async throws -> FeedRun.Counts {
    let tried = try await send(bytes, client, way: way, day: day, dryRun: true)
    #expect(tried.status == .checked, "\(tried.refusal ?? "")")
    let run = try await send(bytes, client, way: way, day: day)
    #expect(run.status == .applied, "\(run.refusal ?? "")")
    let counts = run.counts
    #expect(String(describing: counts) == String(describing: tried.counts))
    #expect(counts.read == FeedFuzz.odd.people.count)
    #expect(counts.created + counts.updated + counts.unchanged + counts.ignored + counts.quarantined == counts.read)
    return counts
  }

  private static func dossiers(_ service: ServiceUnderTest) async throws -> Int? {
    try await service.database.owner {
      try await $0.first("select count(*)::int from dossiers.dossier", as: Int.self)
    }
  }

  @Test(
    "makes dossiers of most, sets some aside with a reason, and says the same when it comes again",
    arguments: FeedFuzz.Way.allCases)
  func first(_ way: FeedFuzz.Way) async throws {
    try await Self.run { service, client in
      let day = FeedImportTests.today.description
      let file = FeedFuzz.odd.file(way, day: day)
      let counts = try await Self.apply(file, client, way: way.rawValue, day: day)
      #expect(try await Self.dossiers(service) == counts.created)
      #expect(counts.quarantined < counts.read / 5 && counts.created > counts.read * 3 / 4)
      let stored = try await service.database.owner {
        try await $0.first(
          """
          select count(*)::int from dossiers.dossier d join dossiers.household h on h.id = d.household
          where concat_ws('|', family_name, birth_name, given_name, h.address, h.commune, email, phone, search)
            ~ '[\\u0001-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\ufeff]'
          """, as: Int.self)
      }
      #expect(stored == 0, "nothing that nobody sees is stored")
      let again = try await Self.apply(file, client, way: way.rawValue, day: day)
      #expect(again.created == 0 && again.updated == 0 && again.moved == 0 && again.quarantined == counts.quarantined)
    }
  }

  @Test("of persons who are known loses nobody, and the next clean file mends all", arguments: FeedFuzz.Way.allCases)
  func known(_ way: FeedFuzz.Way) async throws {
    try await Self.run { service, client in
      let all = FeedFuzz.clean.people.count
      let days = (0..<3).map { FeedImportTests.today.adding(days: $0).description }
      #expect(
        try await Self.apply(FeedFuzz.clean.file(way, day: days[0]), client, way: way.rawValue, day: days[0]).created
          == all)
      let before = try await Self.persons(service)
      service.clock.travel(days: 1)
      _ = try await Self.apply(FeedFuzz.odd.file(way, day: days[1]), client, way: way.rawValue, day: days[1])
      service.clock.travel(days: 1)
      let mended = try await Self.apply(FeedFuzz.clean.file(way, day: days[2]), client, way: way.rawValue, day: days[2])
      #expect(mended.quarantined == 0)
      let after = try await Self.persons(service)
      #expect(before.filter { !after.contains($0) } == [])
    }
  }

  @Test("by CNAF sets aside or takes each of those whom Jalons follows")
  func cnaf() async throws {
    try await Self.run { service, client in
      let all = FeedFuzz.clean.people.count
      let day = FeedImportTests.today.description
      #expect(try await Self.apply(FeedFuzz.clean.file(.csv, day: day), client, way: "csv", day: day).created == all)
      let before = try await Self.persons(service)
      let counts = try await Self.apply(FeedFuzz.odd.cnaf(day: day), client, way: "xml", day: day)
      #expect(counts.created == 0 && counts.ignored < all / 10)
      #expect(try await Self.dossiers(service) == all)
      let mended = try await Self.apply(FeedFuzz.clean.cnaf(day: day), client, way: "xml", day: day)
      #expect(mended.quarantined == 0)
      let after = try await Self.persons(service)
      #expect(before.filter { !after.contains($0) } == [])
    }
  }

  /// Who is in the caseload, as the clean file has them.
  private static func persons(_ service: ServiceUnderTest) async throws -> [String] {
    try await service.database.owner {
      try await $0.query(
        """
        select concat_ws(' ', d.id, d.genesis_id, d.family_name, d.given_name, d.birth_date, h.genesis_number, h.address,
          d.postal_code, d.feed_phone, d.feed_email, d.entitlement)
        from dossiers.dossier d join dossiers.household h on h.id = d.household order by 1
        """, as: String.self)
    }
  }
}
