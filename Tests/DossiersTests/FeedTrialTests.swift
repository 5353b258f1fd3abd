import API
import Documents
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Control
@testable import Dossiers

@Suite("A dry run of the feed", .database) struct FeedTrialTests {
  typealias Imports = FeedImportTests

  /// A county of the day before, and a dry run of the day's file.
  static func trial(
    _ body: @escaping @Sendable (ServiceUnderTest, APIClient, FeedRun, Data) async throws -> Void
  ) async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Imports.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      #expect(try await Imports.send(Imports.file(0, persons: 700), client).status == .applied)
      service.clock.travel(days: 1)
      let file = try Imports.file(1, persons: 700, reorientLea: true, defects: [.nirKey: 1])
      let before = try await Imports.fingerprint(service)
      let run = try await Imports.send(file, client, dryRun: true)
      #expect(try await Imports.fingerprint(service) == before)
      try await body(service, client, run, file)
    }
  }

  private static func rows(_ run: FeedRun, _ client: APIClient) async throws -> [FeedRow] {
    var (rows, after): ([FeedRow], String?) = ([], nil)
    repeat {
      let page = try await client.call(
        DossiersAPI.listFeedRows, ["feed": run.id], FeedRowQuery(limit: 200, after: after))
      rows += page.items
      after = page.next
    } while after != nil
    return rows
  }

  @Test("it shows every difference, field by field, and applying it changes exactly that")
  func difference() async throws {
    try await Self.trial { service, client, trial, _ in
      #expect(trial.status == .checked && trial.isApplicable == true)
      let shown = try await Self.rows(trial, client)
      let effects = try await client.call(DossiersAPI.showFeedEffects, ["feed": trial.id])
      #expect(shown.count { $0.outcome == .created } == trial.counts.created && trial.counts.created > 0)
      #expect(shown.count { $0.outcome == .updated } == trial.counts.updated && trial.counts.updated > 0)
      #expect(shown.count { $0.outcome == .exit } == trial.counts.exits && trial.counts.exits > 0)
      #expect(shown.filter { $0.outcome == .created }.allSatisfy { $0.dossier == nil })
      #expect(effects.fields.contains { $0.name == "lead" } && !effects.problems.isEmpty)

      let applied = try await client.call(DossiersAPI.applyFeed, ["feed": trial.id], FeedApplication())
      #expect(applied.status == .applied && applied.basis == trial.id && applied.origin == "dry_run")
      #expect(try JSONValue(encoding: applied.counts) == JSONValue(encoding: trial.counts))
      let done = try await Self.rows(applied, client)
      #expect(done.map(\.position) == shown.map(\.position))
      #expect(done.map(\.changes) == shown.map(\.changes))
      #expect(done.map(\.outcome) == shown.map(\.outcome))
      let same = try await client.call(DossiersAPI.showFeedEffects, ["feed": applied.id])
      #expect(try JSONValue(encoding: same) == JSONValue(encoding: effects))
      // Once applied there is nothing left to apply, and nothing left of the file.
      #expect(try await client.call(DossiersAPI.showFeed, ["feed": trial.id]).isApplicable == false)
      #expect(try await Self.pieces(service) == 0)
      let again = await #expect(throws: Problem.self) {
        try await client.call(DossiersAPI.applyFeed, ["feed": trial.id], FeedApplication())
      }
      #expect(again?.type == "/problemes/essai-depasse")
    }
  }

  @Test("it is not applied once something newer has come in between, even while it waits for its turn")
  func overtaken() async throws {
    try await Self.trial { service, client, trial, _ in
      #expect(try await Imports.send(Imports.file(1), client).status == .applied)
      let refused = await #expect(throws: Problem.self) {
        try await client.call(DossiersAPI.applyFeed, ["feed": trial.id], FeedApplication())
      }
      #expect(refused?.status == 409 && refused?.type == "/problemes/essai-depasse")
      // The same between the question and the import, which asks again when it has the caseload to itself.
      let importer = try Self.importer(service)
      let file = FileManager.default.temporaryDirectory.appending(path: "trial-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: file) }
      try Imports.file(1).write(to: file)
      let run = try await importer.runs.open(
        mode: .apply, origin: "dry_run", fileName: nil, digest: "", extent: .none, basis: trial.id,
        for: .someone(.administrateur), at: service.clock.now())
      let ended = try await importer.carryOut(run, source: .tried(file, trial: trial.id))
      #expect(ended.status == .refused && ended.refusalCode == "essai-depasse")
    }
  }

  @Test("its file is kept sealed, byte for byte, and a file that was altered is not applied")
  func kept() async throws {
    try await Self.trial { service, client, trial, file in
      let stored = try await service.database.owner {
        try await $0.query("select bytes from dossiers.feed_file order by piece", as: Data.self)
      }
      #expect(!stored.isEmpty && stored.allSatisfy { $0.range(of: Data("IDPERS".utf8)) == nil })
      let importer = try Self.importer(service)
      let digest = try await importer.runs.digest(of: trial.id, for: .someone(.administrateur))
      let written = try await importer.files.fetch(trial.id, digest: digest)
      #expect(try Data(contentsOf: written) == file)
      try FileManager.default.removeItem(at: written)
      try await service.database.owner {
        _ = try await $0.execute("delete from dossiers.feed_file where piece = 0")
      }
      let refused = await #expect(throws: Problem.self) {
        try await client.call(DossiersAPI.applyFeed, ["feed": trial.id], FeedApplication())
      }
      #expect(refused?.type == "/problemes/fichier-absent")
      // After a week it goes by itself.
      service.clock.travel(days: 8)
      try await DayTurn(
        postgres: service.database.client(.dossiers), now: service.clock.now, logger: service.parts.logger
      )
      .turn(to: service.clock.now())
      #expect(try await client.call(DossiersAPI.showFeed, ["feed": trial.id]).isApplicable == false)
    }
  }

  @Test("the difference is exported as it is filtered, and no cell becomes a formula")
  func exported() async throws {
    try await Self.trial { _, client, trial, _ in
      let file = try await client.file(
        DossiersAPI.exportFeedRows, ["feed": trial.id], FeedRowQuery(field: "lead"))
      let lines = String(decoding: file.bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
      let titles = ["Ligne", "Identifiant Genesis", "Nom", "Effet", "Champ", "Avant", "Après", "Motif"]
      #expect(lines.first == "\u{FEFF}" + titles.map { "\"\($0)\"" }.joined(separator: ";"))
      #expect(lines.dropFirst().count { $0.contains(";\"Référent de parcours\";") } == trial.counts.moved)
      let formula = FeedRow(
        position: 7, genesisId: "G1", name: "=1+1", outcome: .updated,
        changes: .object(["email": .array([.string("a;\"b\""), .string("+33")])]), problems: .null)
      #expect(
        String(decoding: CSV.line(DifferenceSheet.lines(of: formula)[0]), as: UTF8.self)
          .hasPrefix("7;\"G1\";\"'=1+1\";\"Mis à jour\";"))
      #expect(DifferenceSheet.lines(of: formula).count == 1)
    }
  }

  private static func pieces(_ service: ServiceUnderTest) async throws -> Int? {
    try await service.database.owner {
      try await $0.first("select count(*)::int from dossiers.feed_file", as: Int.self)
    }
  }

  /// The process's own, as its routes have it.
  static func importer(_ service: ServiceUnderTest) throws -> FeedImporter {
    let postgres = service.database.client(.dossiers)
    let (nirs, seal) = (try NIRSeal(service.parts.settings), try FeedSeal(service.parts.settings))
    return FeedImporter(
      postgres: postgres, runs: FeedRunStore(postgres: postgres), seal: nirs,
      asides: AsideKeeper(seal: seal, nirs: nirs), files: TriedFile(postgres: postgres, seal: seal),
      mappings: MappingStore(postgres: postgres), now: service.clock.now, logger: service.parts.logger
    )
  }
}
