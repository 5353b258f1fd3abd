import API
import Domain
import Foundation
import Service
import TestSupport
import Testing

@testable import Dossiers

/// A change of the right bears the day on which it happened, not the one on which a file told of it.
@Suite("The events of the right", .database) struct EntitlementDateTests {
  private static func file(_ day: String, _ changes: (String, String)...) -> Data {
    let text = changes.reduce(FeedSamples.couple) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    return Data(FeedSamples.xml(text, header: FeedSamples.header.replacingOccurrences(of: "2026-03-11", with: day)))
  }

  @Test("bear their own dates where the file gives them, else the file's")
  func dates() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: FeedImportTests.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      let suspended = ("ETATDOSRSA=\"2\"", "ETATDOSRSA=\"4\"")
      let since = ("DDSUSVERSRSA=\"\"", "DDSUSVERSRSA=\"2026-02-01\"")
      let exempt = (
        "TOPPERSDRODEVORSA=\"1\" DDSOUDRODEV=\"2025-11-01\"", "TOPPERSDRODEVORSA=\"0\" DDSOUDRODEV=\"2026-03-02\""
      )
      let closed = ("ETATDOSRSA=\"2\"", "ETATDOSRSA=\"5\"")
      let ended = ("DTCLORSA=\"\"", "DTCLORSA=\"2026-01-31\"")
      let files = [
        Self.file("2026-03-06"), Self.file("2026-03-07", suspended, since), Self.file("2026-03-08"),
        Self.file("2026-03-09", exempt), Self.file("2026-03-10", closed, ended, exempt),
      ]
      for file in files { #expect(try await FeedImportTests.send(file, client).status == .applied) }
      let dossier = try #require(try await client.call(DossiersAPI.listDossiers, [:], DossierSearch()).items.first).id
      let events = try await client.call(DossiersAPI.listEntitlement, ["dossier": dossier]).items
      #expect(
        events.map { "\($0.entitlement.rawValue) \($0.fromDate)" } == [
          "5 2026-01-31", "2 2026-03-02", "2 2026-03-08", "4 2026-02-01", "2 2025-11-01",
        ])
    }
  }
}
