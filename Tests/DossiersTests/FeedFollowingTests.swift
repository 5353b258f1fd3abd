import API
import Crypto
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Control
@testable import Dossiers

@Suite("A run of the feed, looked on at", .database) struct FeedFollowingTests {
  typealias Imports = FeedImportTests

  /// Sends a file and waits for its run as its page does.
  static func follow(_ bytes: Data, _ client: APIClient, in service: ServiceUnderTest) async throws -> FeedRun {
    let opened = try await client.upload(DossiersAPI.importFeed, query: ["wait": "false"], bytes: bytes)
    #expect(opened.status == .running && opened.progress?.phase == .waiting)
    #expect(opened.progress?.bytes == bytes.count)
    return try await service.eventually(within: 60, "the run ends") {
      let run = try await client.call(DossiersAPI.showFeed, ["feed": opened.id])
      return run.status == .running ? nil : run
    }
  }

  @Test("a run that nobody waits for goes on by itself, and says what it did")
  func queued() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Imports.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      let bytes = try Imports.file(0)
      let run = try await Self.follow(bytes, client, in: service)
      #expect(run.status == .applied && run.counts.created > 250 && run.progress == nil)
      let announced = try #require(
        FeedExtent.announced(String(decoding: bytes.suffix(300), as: UTF8.self)))
      #expect(announced >= run.counts.read)

      // Two at once: one after the other, and neither is lost.
      service.clock.travel(days: 1)
      async let second = Self.follow(Imports.file(1, reorientLea: true), client, in: service)
      async let broken = Self.follow(Data("bonjour".utf8), client, in: service)
      let (next, refused) = try await (second, broken)
      #expect(next.status == .applied && refused.status == .refused)
      #expect(refused.refusalCode == "format-illisible")
      #expect(next.counts.moved >= 1)
    }
  }

  @Test("a run adds up its fields, reasons and exits, and each figure leads to its persons")
  func effects() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Imports.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      _ = try await Imports.send(Imports.file(0), client)
      service.clock.travel(days: 1)
      let run = try await Imports.send(
        Imports.file(1, reorientLea: true, defects: [.nirKey: 2, .unknownEntitlement: 1]), client)
      #expect(run.status == .applied)
      let effects = try await client.call(DossiersAPI.showFeedEffects, ["feed": run.id])
      #expect(effects.problems.contains { $0.name == "nir-invalide" && $0.count >= 1 })
      #expect(effects.fields.first { $0.name == "lead" }?.count == run.counts.moved)
      for tally in effects.fields {
        let rows = try await client.call(
          DossiersAPI.listFeedRows, ["feed": run.id], FeedRowQuery(field: tally.name, limit: 200))
        let updated = rows.items.filter { $0.outcome == .updated }
        #expect(updated.count == tally.count, "\(tally.name)")
      }
      for tally in effects.problems {
        let rows = try await client.call(
          DossiersAPI.listFeedRows, ["feed": run.id],
          FeedRowQuery(outcome: .quarantined, problem: tally.name, limit: 200))
        #expect(rows.items.count == tally.count, "\(tally.name)")
      }
      let moved = try await client.call(
        DossiersAPI.listFeedRows, ["feed": run.id], FeedRowQuery(field: "lead", limit: 200))
      let lea = try #require(moved.items.first { $0.name?.hasPrefix("MARTIN") == true })
      guard case .object(let changes) = lea.changes, case .array(let pair)? = changes["lead"] else {
        Issue.record("no change of référent: \(lea.changes)")
        return
      }
      #expect(pair.count == 2 && pair[1] != .string(""))
      let exits = try await client.call(
        DossiersAPI.listFeedRows, ["feed": run.id], FeedRowQuery(outcome: .exit, limit: 200))
      #expect(exits.items.count == run.counts.exits && run.counts.exits > 0)
    }
  }

  @Test("after a full feed, each référent's persons are counted on both sides, and the absent are named")
  func gaps() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Imports.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      let first = try await Imports.send(Imports.file(0), client)
      #expect(first.stock == true)
      #expect(try await client.call(DossiersAPI.showFeedEffects, ["feed": first.id]).gaps == 0)
      var last = first
      for day in 1...6 {
        service.clock.travel(days: 1)
        last = try await Imports.send(Imports.file(day), client)
        #expect(last.status == .applied)
      }
      let effects = try await client.call(DossiersAPI.showFeedEffects, ["feed": last.id])
      let gaps = try await client.call(DossiersAPI.listFeedGaps, ["feed": last.id], FeedGapQuery(limit: 200)).items
      #expect(gaps.count == effects.gaps && effects.gaps > 0)
      #expect(gaps.reduce(0) { $0 + abs($1.inJalons - $1.inFeed) } == effects.gapPersons)
      // Nothing was set aside, so that who is too many here is exactly who is absent there.
      for gap in gaps {
        let absent = try await client.call(
          DossiersAPI.listAbsentees, ["account": gap.account], FeedAbsenteeQuery(limit: 200)
        ).items
        #expect(absent.count == gap.inJalons - gap.inFeed, "\(gap.name)")
        #expect(absent.allSatisfy { $0.refreshedOn != nil })
      }
      // Page by page it is the same list.
      var (paged, after): ([FeedGap], String?) = ([], nil)
      repeat {
        let page = try await client.call(
          DossiersAPI.listFeedGaps, ["feed": last.id], FeedGapQuery(all: true, limit: 3, after: after))
        paged += page.items
        after = page.next
      } while after != nil
      #expect(paged.filter { $0.inFeed != $0.inJalons }.map(\.account) == gaps.map(\.account))
      #expect(Set(paged.map(\.account)).count == paged.count && paged.count >= gaps.count)

      // Names are not for an operator, nor rows for whoever else reads the county.
      let operatorClient = try await service.client(as: .someone(.exploitant))
      _ = try await operatorClient.call(DossiersAPI.showFeedEffects, ["feed": last.id])
      await #expect(throws: Problem.self) {
        try await operatorClient.call(DossiersAPI.listFeedGaps, ["feed": last.id], FeedGapQuery())
      }
      let seen = try await service.database.client(.dossiers).withTransaction(as: .someone(.siege)) {
        try await $0.first("select count(*)::int from dossiers.feed_row", as: Int.self)
      }
      #expect(seen == 0)
    }
  }

  @Test("a run left behind by a process that died says so, and one that waits its turn in another does not")
  func abandoned() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Imports.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      let runs = FeedRunStore(postgres: service.database.client(.dossiers))
      let caller = Caller.system("feed", today: Imports.today)
      func open(_ name: String) async throws -> UUID {
        try await runs.open(
          mode: .apply, origin: "http", fileName: name, digest: "", extent: .none,
          for: caller, at: Imports.morning
        ).id
      }
      let (read, left, waiting) = (try await open("read"), try await open("left"), try await open("waiting"))
      try await runs.tell(.reading, of: read, at: Imports.morning)
      service.clock.travel(seconds: 120)
      // What begins to be read between two looks has said so itself.
      try await runs.tellWaiting([waiting, read], at: service.clock.now())
      try await runs.closeAbandoned(startedBefore: service.clock.now())
      func status(_ run: UUID) async throws -> FeedRun {
        try await client.call(DossiersAPI.showFeed, ["feed": run])
      }
      for run in [read, left] {
        let closed = try await status(run)
        #expect(closed.status == .failed && closed.refusalCode == "interrompu")
      }
      #expect(try await status(waiting).status == .running)
    }
  }

  @Test("an interrupted run keeps its file sealed for a day, and is started again by one call")
  func restarted() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Imports.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      let postgres = service.database.client(.dossiers)
      let runs = FeedRunStore(postgres: postgres)
      let files = TriedFile(
        postgres: postgres, seal: try FeedSeal(service.parts.settings))
      let bytes = try Imports.file(0)
      let file = try FeedScratch.file()
      defer { try? FileManager.default.removeItem(at: file) }
      try bytes.write(to: file)
      func interrupted() async throws -> UUID {
        let run = try await runs.open(
          mode: .apply, origin: "http", fileName: "flux.xml",
          digest: SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined(), extent: .none,
          for: .system("feed", today: Imports.today), at: service.clock.now())
        try await files.keep(file, of: run.id)
        service.clock.travel(seconds: 120)
        try await runs.closeAbandoned(startedBefore: service.clock.now())
        return run.id
      }
      let first = try await interrupted()
      #expect(try await client.call(DossiersAPI.showFeed, ["feed": first]).isRestartable)
      let again = try await client.call(DossiersAPI.restartFeed, ["feed": first], FeedApplication())
      #expect(again.status == .applied && again.counts.created > 250 && again.basis == first)
      // What was applied since leaves nothing to start again; neither does a day.
      for run in [first, again.id] {
        let refused = await #expect(throws: Problem.self) {
          try await client.call(DossiersAPI.restartFeed, ["feed": run], FeedApplication())
        }
        #expect(refused?.status == 409)
      }
      let second = try await interrupted()
      service.clock.travel(days: 2)
      try await DayTurn(postgres: postgres, now: service.clock.now, logger: service.parts.logger)
        .turn(to: service.clock.now())
      #expect(try await !client.call(DossiersAPI.showFeed, ["feed": second]).isRestartable)
    }
  }

  @Test("a file that a process left when it died is deleted by the next one; those of the living are not")
  func leftFile() throws {
    let folder = FileManager.default.temporaryDirectory
    let mine = try FeedScratch.file()
    // No process has this number; the first one has, always.
    let dead = folder.appending(path: "jalons-feed-\(Int32.max)-\(UUID().uuidString)")
    let living = folder.appending(path: "jalons-feed-1-\(UUID().uuidString)")
    let former = try FeedScratch.file()
    defer { for file in [mine, living] { try? FileManager.default.removeItem(at: file) } }
    try Data("x".utf8).write(to: dead)
    try Data("x".utf8).write(to: living)
    try FileManager.default.setAttributes(
      [.modificationDate: Date().addingTimeInterval(-86_400)], ofItemAtPath: former.path)
    try FeedScratch.forgetLeft()
    let left = [mine, dead, living, former].map { FileManager.default.fileExists(atPath: $0.path) }
    #expect(left == [true, false, true, false])
  }

  @Test("every field that a feed may change has a name, and what changes is told of each, but for a NIR")
  func named() async throws {
    for name in FeedDifferences.names { #expect(FeedWords.field(name) != name, "\(name)") }
    try await ServiceUnderTest.run(DossiersProcess.process, at: Imports.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      let before = FeedSamples.couple
      #expect(try await Imports.send(Data(FeedSamples.xml(before)), client).counts.created == 1)
      let changes: [(String, String, String)] = [
        ("feedPhone", "NUMTEL=\"0612345678\"", "NUMTEL=\"0698765432\""),
        ("feedEmail", "ADRELEC=\"x@example.fr\"", "ADRELEC=\"y@example.fr\""),
        ("nir", "NIR=\"285070718604227\"", "NIR=\"2850707186043\""),
        ("smsRefused", "AUTORUTITEL=\"A\"", "AUTORUTITEL=\"R\""),
        ("familySituation", "SITFAM=\"VIM\"", "SITFAM=\"MAR\""),
        ("claimantNumber", "MATRICULE=\"1234567        \"", "MATRICULE=\"7654321\""),
        ("suspensionReason", "MOTISUSVERSRSA=\"\"", "MOTISUSVERSRSA=\"06\""),
        ("inseeCode", "NUMCOM=\"07186\"", "NUMCOM=\"07019\""),
      ]
      var text = before
      for (_, old, new) in changes {
        #expect(text.contains(old))
        text = text.replacingOccurrences(of: old, with: new)
      }
      let run = try await Imports.send(Data(FeedSamples.xml(text)), client)
      let row = try #require(
        try await client.call(DossiersAPI.listFeedRows, ["feed": run.id], FeedRowQuery(outcome: .updated)).items.first)
      guard case .object(let told) = row.changes else {
        Issue.record("nothing is told: \(row.changes)")
        return
      }
      #expect(Set(told.keys) == Set(changes.map(\.0)))
      #expect(told["feedPhone"] == .array([.string("0612345678"), .string("0698765432")]))
      #expect(told["nir"] == .array([.string(""), .string("")]))
      #expect(
        FeedWords.value("MAR", of: "familySituation") == "Mariage" && FeedWords.value("true", of: "smsRefused") == "oui"
      )
    }
  }
}
