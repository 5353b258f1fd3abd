import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

/// A date typed wrong in a file's header may not stop the files that follow.
@Suite("The day of a feed", .database) struct FeedDateTests {
  private static let genesisDay = "DTREF=\"2026-03-11\""

  private static func genesis(_ day: String, createdOn: String = "2026-03-12") -> Data {
    let header = FeedSamples.header.replacingOccurrences(of: genesisDay, with: "DTREF=\"\(day)\"")
      .replacingOccurrences(of: "DTCREAFLUX=\"2026-03-12\"", with: "DTCREAFLUX=\"\(createdOn)\"")
    return Data(FeedSamples.xml(header: header))
  }

  private static func run(
    _ body: @escaping @Sendable (ServiceUnderTest, APIClient) async throws -> Void
  ) async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: FeedImportTests.morning) { service in
      try await body(service, try await service.client(as: .someone(.administrateur, name: "MERCIER Lucie")))
    }
  }

  @Test("is tomorrow at the latest, in every format, tried or applied")
  func ahead() async throws {
    try await Self.run { service, client in
      let csv = String(decoding: FeedSamples.csv(), as: UTF8.self)
      var files = [
        Self.genesis("2036-03-11"), Self.genesis("2026-03-14"), Self.genesis("2026-03-11", createdOn: "2027-01-01"),
        Data(VRSBTests.flow(day: "2036-03-11")), Data(csv.replacing("DTREF=2026-03-11", with: "DTREF=2126-03-11").utf8),
      ].map { ($0, "flux.xml") }
      _ = try await client.call(
        DossiersAPI.addFeedMapping, [:],
        FeedMappingDraft(name: "Solis", pattern: "SOLIS_*.csv", isActive: true, dialect: CountyCSVTests.dialect))
      files.append((Data(CountyCSVTests.file()), "SOLIS_20360311.csv"))
      for (bytes, name) in files {
        for mode in ["dry-run", "apply"] {
          let run = try await client.upload(
            DossiersAPI.importFeed, query: ["mode": mode, "name": name], bytes: bytes)
          #expect(run.status == .refused && run.refusalCode == "date-future", "\(name)")
        }
      }
      #expect(try await FeedImportTests.send(Self.genesis("2026-03-13"), client).status == .applied)
    }
  }

  @Test("is withdrawn by an administrator where it is wrong, and the act is audited")
  func withdrawn() async throws {
    try await Self.run { service, client in
      let first = try await FeedImportTests.send(Self.genesis("2026-03-11"), client)
      let wrong = try await FeedImportTests.send(Self.genesis("2026-03-13"), client)
      #expect(try await FeedImportTests.send(Self.genesis("2026-03-12"), client).refusalCode == "flux-ancien")
      #expect(try await client.call(DossiersAPI.showFeed, ["feed": wrong.id]).isDateWithdrawable)
      #expect(try await !client.call(DossiersAPI.showFeed, ["feed": first.id]).isDateWithdrawable)
      let operator_ = try await service.client(as: .someone(.exploitant))
      let forbidden = await #expect(throws: Problem.self) {
        try await operator_.call(DossiersAPI.withdrawFeedDate, ["feed": wrong.id])
      }
      #expect(forbidden?.status == 403)
      let notTheNewest = await #expect(throws: Problem.self) {
        try await client.call(DossiersAPI.withdrawFeedDate, ["feed": first.id])
      }
      #expect(notTheNewest?.status == 409)
      let run = try await client.call(DossiersAPI.withdrawFeedDate, ["feed": wrong.id])
      #expect(run.dateWithdrawnAt != nil && !run.isDateWithdrawable && run.status == .applied)
      #expect(
        try await client.call(DossiersAPI.withdrawFeedDate, ["feed": wrong.id]).dateWithdrawnAt == run.dateWithdrawnAt)
      let state = try await service.database.owner {
        try await $0.first(
          """
          select (select reference_date::text from dossiers.latest_stock) || ' ' || (select count(*)
            from dossiers.outbox where stream = 'audit' and data->'act'->>'name' = 'dossiers.withdrawFeedDate')
          """, as: String.self)
      }
      #expect(state?.hasPrefix("2026-03-11 ") == true && state?.hasSuffix(" 0") == false)
      #expect(try await FeedImportTests.send(Self.genesis("2026-03-12"), client).status == .applied)
      #expect(try await FeedImportTests.send(Self.genesis("2026-03-11"), client).refusalCode == "flux-ancien")
    }
  }
}
