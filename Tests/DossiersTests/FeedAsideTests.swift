import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Control
@testable import Dossiers

@Suite("Households that a feed set aside", .database) struct FeedAsideTests {
  typealias Imports = FeedImportTests

  /// A full feed with one household of each defect, and what was kept of them.
  static func asides(
    _ defects: [FeedDefect: Int],
    _ body: @escaping @Sendable (ServiceUnderTest, APIClient, [FeedAside]) async throws -> Void
  ) async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Imports.morning) { service in
      let client = try await service.client(as: .someone(.administrateur, name: "MERCIER Lucie"))
      let run = try await Imports.send(Imports.file(0, defects: defects), client)
      #expect(run.status == .applied)
      let page = try await client.call(
        DossiersAPI.listFeedAsides, [:], FeedAsideQuery(state: .open, run: run.id, limit: 200))
      try await body(service, client, page.items)
    }
  }

  @Test("each person set aside is kept with their household, under the reasons of a file")
  func kept() async throws {
    let defects = Dictionary(uniqueKeysWithValues: FeedDefect.allCases.map { ($0, 1) })
    try await Self.asides(defects) { service, client, asides in
      let rows = try await client.call(
        DossiersAPI.listFeedRows, ["feed": try #require(asides.first).run],
        FeedRowQuery(outcome: .quarantined, limit: 200)
      ).items
      // Every row leads to its household, those that only the whole file shows (an identifier written twice) as well.
      #expect(rows.allSatisfy { $0.aside != nil })
      #expect(Set(rows.compactMap(\.aside)) == Set(asides.map(\.id)))
      let found = Set(asides.flatMap(\.problems))
      let expected: Set<String> = [
        "nir-invalide", "nir-sexe", "nir-date-naissance", "couple-meme-nir", "deux-demandeurs",
        "conjoint-sans-demandeur",
        "isole-avec-conjoint", "etat-droit-inconnu", "clos-sans-date", "date-illisible", "identifiant-absent",
        "identifiant-en-double", "champ-trop-long",
      ]
      #expect(expected.subtracting(found) == [])
      // Nothing of them can be read in the table, NIRs least of all.
      let numbers = try await service.database.owner {
        try await $0.query("select encode(household, 'escape') from dossiers.feed_aside", as: String.self)
      }
      #expect(!numbers.isEmpty && numbers.allSatisfy { !$0.contains("IDPERS") && !$0.contains("NIR") })
      for aside in asides {
        let detail = try await client.call(DossiersAPI.showFeedAside, ["aside": aside.id])
        #expect(detail.persons.flatMap(\.problems).contains { $0.isGrave }, "\(aside.problems)")
        #expect(detail.persons.allSatisfy { $0.values["NUMDEMRSA"] != nil })
      }
    }
  }

  @Test("a corrected household is reconciled as if the feed had written it so, and the history says who did it")
  func corrected() async throws {
    try await Self.asides([.unknownEntitlement: 1]) { service, client, asides in
      let aside = try #require(asides.first)
      let detail = try await client.call(DossiersAPI.showFeedAside, ["aside": aside.id])
      let before = try await Self.dossiers(service)
      // Still wrong: every fault at its value, and nothing is kept of it.
      let refused = await #expect(throws: Problem.self) {
        try await client.call(
          DossiersAPI.correctFeedAside, ["aside": aside.id],
          FeedCorrection(values: [
            .init(field: "ETATDOSRSA", value: "8"), .init(person: 0, field: "NIR", value: "12"),
          ]), version: detail.version)
      }
      #expect(refused?.status == 422)
      #expect(Set(refused?.faults?.map(\.field) ?? []) == ["foyer.ETATDOSRSA", "0.NIR"])
      #expect(try await client.call(DossiersAPI.showFeedAside, ["aside": aside.id]).version == detail.version)

      let fixed = try await client.call(
        DossiersAPI.correctFeedAside, ["aside": aside.id],
        FeedCorrection(values: [.init(field: "ETATDOSRSA", value: "2"), .init(person: 0, field: "NIR", value: "")]),
        version: detail.version)
      #expect(fixed.aside.state == .corrected && fixed.aside.settledBy == "MERCIER Lucie")
      #expect(fixed.history.map(\.kind) == [.taken, .corrected])
      let changes = try #require(fixed.history.last).changes
      #expect(changes.first { $0.field == "ETATDOSRSA" }?.after == "2")
      // That a NIR changed is told; the NIR is not.
      #expect(changes.first { $0.field == "NIR" }.map { $0.before == nil && $0.after == nil } ?? true)
      #expect(try await Self.dossiers(service) > before)
      let run = try #require(fixed.history.first?.run)
      let shown = try await client.call(DossiersAPI.showFeed, ["feed": run])
      #expect(shown.origin == "correction" && shown.counts.created >= 1 && shown.status == .applied)
      // Once is enough, and a stale tab is told.
      await #expect(throws: Problem.conflict("deja-corrige", "Ce foyer a déjà été corrigé et repris.")) {
        try await client.call(
          DossiersAPI.correctFeedAside, ["aside": aside.id], FeedCorrection(values: []), version: fixed.version)
      }
      let stale = await #expect(throws: Problem.self) {
        try await client.call(
          DossiersAPI.correctFeedAside, ["aside": aside.id], FeedCorrection(values: []), version: detail.version)
      }
      #expect(stale?.status == 412)
    }
  }

  @Test("what the caseload itself refuses stays aside, with the reason, and nothing of it is written")
  func ambiguous() async throws {
    try await Self.asides([.unknownEntitlement: 2]) { service, client, asides in
      let (one, other) = (try #require(asides.first), try #require(asides.last))
      // The same identifier as another household of the same file.
      let theirs = try await client.call(DossiersAPI.showFeedAside, ["aside": other.id]).persons[0].values["IDPERS"]
      let mine = try await client.call(DossiersAPI.showFeedAside, ["aside": one.id])
      let twice = await #expect(throws: Problem.self) {
        try await client.call(
          DossiersAPI.correctFeedAside, ["aside": one.id],
          FeedCorrection(values: [
            .init(field: "ETATDOSRSA", value: "2"), .init(person: 0, field: "IDPERS", value: theirs),
          ]), version: mine.version)
      }
      #expect(twice?.faults?.map(\.code) == ["identifiant-en-double"])
      // Somebody's identifier with the NIR of a third person: two dossiers answer to one household, which only the
      // caseload shows.
      let people = try FeedSamples.read(Array(Imports.file(0))).persons.filter { person in
        person.referent?.isOpen == true && person.nir != nil && !asides.contains { $0.name.contains(person.nom ?? "-") }
      }
      let before = try await Imports.fingerprint(service)
      let answer = try await client.call(
        DossiersAPI.correctFeedAside, ["aside": one.id],
        FeedCorrection(values: [
          .init(field: "ETATDOSRSA", value: "2"), .init(person: 0, field: "IDPERS", value: people[0].idPers),
          .init(person: 0, field: "NIR", value: people[1].nir), .init(person: 0, field: "SEXE", value: people[1].sexe),
          .init(person: 0, field: "DTNAI", value: people[1].dtNai),
        ]), version: mine.version)
      #expect(answer.aside.state == .open)
      #expect(answer.history.first?.kind == .refused)
      #expect(answer.history.first?.comment?.contains("Le NIR désigne un autre dossier") == true)
      #expect(try await Imports.fingerprint(service) == before)
    }
  }

  @Test("one left aside stays so in the next feed for the same reasons, and can be taken up again")
  func dismissed() async throws {
    try await Self.asides([.nirKey: 1]) { service, client, asides in
      let aside = try #require(asides.first)
      let left = try await client.call(
        DossiersAPI.dismissFeedAside, ["aside": aside.id], FeedDismissal(reason: "Le NIR vient de la CAF"),
        version: aside.version)
      #expect(left.aside.state == .dismissed && left.aside.comment == "Le NIR vient de la CAF")
      await #expect(throws: Problem.self) {
        try await client.call(
          DossiersAPI.correctFeedAside, ["aside": aside.id], FeedCorrection(values: []), version: left.version)
      }
      let again = try await Imports.send(Imports.file(0, defects: [.nirKey: 1]), client)
      let next = try await client.call(DossiersAPI.listFeedAsides, [:], FeedAsideQuery(run: again.id)).items
      #expect(next.map(\.state) == [.dismissed] && next.first?.comment == "Le NIR vient de la CAF")
      let reopened = try await client.call(
        DossiersAPI.reopenFeedAside, ["aside": aside.id], NoInput(), version: left.version)
      #expect(reopened.aside.state == .open && reopened.aside.comment == nil)
      #expect(reopened.history.map(\.kind) == [.reopened, .dismissed])
    }
  }

  @Test("a newer full feed puts what was set aside before it out of date")
  func outdated() async throws {
    try await Self.asides([.nirKey: 1]) { service, client, asides in
      let aside = try #require(asides.first)
      service.clock.travel(days: 1)
      #expect(try await Imports.send(Imports.file(1), client).status == .applied)
      let after = try await client.call(DossiersAPI.showFeedAside, ["aside": aside.id])
      #expect(after.aside.state == .outdated)
      let refused = await #expect(throws: Problem.self) {
        try await client.call(
          DossiersAPI.correctFeedAside, ["aside": aside.id], FeedCorrection(values: []), version: after.version)
      }
      #expect(refused?.status == 409)
    }
  }

  @Test("a file spoilt from end to end keeps as many households as people can correct, and no more")
  func spool() async throws {
    let spool = try AsideSpool()
    var values = FeedValues.none
    values[.idPers] = "G1"
    let problem = FeedProblem(.idMissing, .idPers, "x")
    for household in 1...(AsideSpool.most + 10) {
      try spool.take(FeedPerson(household: household, values: values, problems: [problem]), at: household)
    }
    try spool.settle()
    #expect(spool.count == AsideSpool.most)
    var read = 0
    try await spool.withEach { household in
      read += 1
      #expect(household.persons.map(\.position) == [read])
    }
    #expect(read == AsideSpool.most)
  }

  static func dossiers(_ service: ServiceUnderTest) async throws -> Int {
    try await service.database.owner {
      try await $0.first("select count(*)::int from dossiers.dossier", as: Int.self) ?? 0
    }
  }
}
