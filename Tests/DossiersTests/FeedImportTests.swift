import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Control
@testable import Dossiers

@Suite("The feed", .database) struct FeedImportTests {
  static let today = CalendarDate(year: 2026, month: 3, day: 12) ?? CalendarDate(Date())
  static let morning = today.moment(hour: 6)

  static func file(_ day: Int, persons: Int = 300, reorientLea: Bool = false, defects: [FeedDefect: Int] = [:]) throws
    -> Data
  {
    var options = FeedGenerator.Options()
    options.reorientLea = reorientLea
    options.defects = defects
    let generator = try FeedGenerator(persons: persons, seed: 7, firstDay: today.description, options: options)
    var bytes = Data()
    try generator.write(day: day, format: .xml) { bytes.append(contentsOf: $0) }
    return bytes
  }

  static func send(_ bytes: Data, _ client: APIClient, dryRun: Bool = false) async throws -> FeedRun {
    try await client.upload(DossiersAPI.importFeed, query: dryRun ? ["mode": "dry-run"] : [:], bytes: bytes)
  }

  /// The account that identity would have made for a référent of the feed.
  static func account(_ ref: String, in service: ServiceUnderTest) async throws -> ID<Account> {
    try await service.database.owner {
      try #require(try await $0.first("select md5(\("jalons.account." + ref))::uuid", as: ID<Account>.self))
    }
  }

  @Test("a first file makes a dossier for every person with an open référent, and a couple two that know each other")
  func firstFile() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let administrator = try await service.client(as: .someone(.administrateur))
      let run = try await Self.send(Self.file(0), administrator)
      #expect(run.status == .applied)
      #expect(run.counts.read > 280 && run.counts.created > 250 && run.counts.quarantined == 0)
      #expect(run.counts.created + run.counts.ignored == run.counts.read)

      let lead = try await service.client(as: .someone(.referent, account: Self.account("R0001", in: service)))
      let found = try await lead.call(DossiersAPI.listDossiers, [:], DossierSearch(q: "martín léa"))
      let lea = try #require(found.items.first { $0.familyName == "MARTIN" && $0.givenName == "Lea" })
      let detail = try await lead.call(DossiersAPI.showDossier, ["dossier": lea.id])
      // Another référent follows Hugo: his name is shown, his dossier does not exist for hers.
      #expect(detail.partner?.givenName == "Hugo" && detail.partner?.reachable == false)
      #expect(detail.lead?.kind == .lead)
      let hugo = try #require(detail.partner?.dossier)
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await lead.call(DossiersAPI.showDossier, ["dossier": hugo])
      }
      let titles = try await service.eventually("the timeline tells of the entry") {
        let entries = try await lead.call(DossiersAPI.listTimeline, ["dossier": lea.id]).items
        return entries.isEmpty ? nil : entries.map(\.title)
      }
      #expect(titles == ["Entrée dans la file active"])
    }
  }

  @Test("the same file again changes nothing; an older, truncated or foreign one is refused whole")
  func replay() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      let first = try await Self.send(Self.file(0), client)
      let before = try await Self.fingerprint(service)
      let versions = try await Self.rowVersions(service)
      let again = try await Self.send(Self.file(0), client)
      // Not even written anew with what was there.
      #expect(try await Self.rowVersions(service) == versions)
      #expect(again.counts.created == 0 && again.counts.updated == 0)
      #expect(again.counts.unchanged == first.counts.created)
      #expect(try await Self.fingerprint(service) == before)

      #expect(try await Self.send(Self.file(1), client).status == .applied)
      let after = try await Self.fingerprint(service)
      let older = try await Self.send(Self.file(0), client)
      #expect(older.status == .refused && older.refusalCode == "flux-ancien")
      let cut = try await Self.send(Self.file(2).dropLast(600), client)
      #expect(cut.status == .refused && cut.refusalCode == "fichier-tronque")
      let foreign = try await Self.send(Data("bonjour".utf8), client)
      #expect(foreign.status == .refused)
      #expect(try await Self.fingerprint(service) == after)
    }
  }

  @Test("a dry run tells what would change and changes nothing")
  func dryRun() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      let run = try await Self.send(Self.file(0), client, dryRun: true)
      #expect(run.status == .checked && run.counts.created > 250)
      #expect(
        try await service.database.owner {
          try await $0.first("select count(*)::int from dossiers.dossier", as: Int.self)
        } == 0)
      #expect(try await client.call(DossiersAPI.showFeed, ["feed": run.id]).counts.created == run.counts.created)
    }
  }

  @Test(
    "a réorientation ends the former at the feed's date, gives thirty days of step access, and keeps a corrected phone")
  func reorientation() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let administrator = try await service.client(as: .someone(.administrateur))
      _ = try await Self.send(Self.file(0), administrator)
      let former = try await service.client(as: .someone(.referent, account: Self.account("R0001", in: service)))
      let lea = try #require(
        try await former.call(DossiersAPI.listDossiers, [:], DossierSearch(q: "martin lea")).items.first)
      let seen = try await former.reply(DossiersAPI.showDossier, ["dossier": lea.id], NoInput())
      let corrected = try await former.call(
        DossiersAPI.changeContact, ["dossier": lea.id], ContactChange(phone: "06 98 76 54 32", email: nil),
        version: seen.version)
      #expect(corrected.phone.value == "0698765432" && corrected.phone.isLocal)
      await #expect(throws: Problem.self) {
        try await former.call(
          DossiersAPI.changeContact, ["dossier": lea.id], ContactChange(phone: nil, email: nil), version: seen.version)
      }

      service.clock.travel(days: 1)
      let run = try await Self.send(Self.file(1, reorientLea: true), administrator)
      #expect(run.status == .applied)
      let lead = try await service.client(as: .someone(.referent, account: Self.account("R0003", in: service)))
      let detail = try await lead.call(DossiersAPI.showDossier, ["dossier": lea.id])
      #expect(detail.phone.value == "0698765432")
      #expect(detail.phone.feedValue == "0612345678")
      let kinds = detail.referents.map { "\($0.kind) \($0.source)" }.sorted()
      #expect(kinds == ["lead feed", "lead feed", "step handover"])
      let handover = try #require(detail.referents.first { $0.kind == .step })
      #expect(CalendarDate(service.clock.now()).days(to: handover.untilDate ?? Self.today) == 30)
      // The former still reaches her for thirty days, and no longer.
      _ = try await former.call(DossiersAPI.showDossier, ["dossier": lea.id])
      service.clock.travel(days: 31)
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await former.call(DossiersAPI.showDossier, ["dossier": lea.id])
      }
    }
  }

  @Test("an exit entered here while Genesis has the référent open is taken back by the next feed")
  func reopened() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let administrator = try await service.client(as: .someone(.administrateur))
      _ = try await Self.send(Self.file(0), administrator)
      let lead = try await service.client(as: .someone(.referent, account: Self.account("R0001", in: service)))
      let lea = try #require(
        try await lead.call(DossiersAPI.listDossiers, [:], DossierSearch(q: "martin lea")).items.first)
      _ = try await lead.call(DossiersAPI.recordExit, ["dossier": lea.id], ExitDraft(on: Self.today))
      service.clock.travel(days: 1)
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await lead.call(DossiersAPI.showDossier, ["dossier": lea.id])
      }
      _ = try await Self.send(Self.file(1), administrator)
      let detail = try await lead.call(DossiersAPI.showDossier, ["dossier": lea.id])
      #expect(detail.lead?.untilDate == nil)
    }
  }

  @Test("persons with a fault are set aside with the reason, and the others are taken")
  func quarantine() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      let run = try await Self.send(
        Self.file(0, defects: Dictionary(uniqueKeysWithValues: FeedDefect.allCases.map { ($0, 1) })), client)
      #expect(run.status == .applied && run.counts.quarantined > 0 && run.counts.created > 200)
      let rows = try await client.call(
        DossiersAPI.listFeedRows, ["feed": run.id], FeedRowQuery(outcome: .quarantined, limit: 200))
      #expect(rows.items.count == run.counts.quarantined)
      #expect(rows.items.allSatisfy { $0.problems != .array([]) && $0.dossier == nil })
    }
  }

  @Test("who leaves the feed is neither deleted nor exited, but an exit is proposed and can be accepted")
  func absence() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      _ = try await Self.send(Self.file(0), client)
      for day in 1...4 {
        service.clock.travel(days: 1)
        #expect(try await Self.send(Self.file(day), client).status == .applied)
      }
      let chef = Caller.someone(.chefDeService, territories: try await Self.territories(service))
      let secretariat = try await service.client(as: chef)
      let exits = try await secretariat.call(DossiersAPI.listProposedExits, [:], ProposedExitQuery(limit: 200))
      let stopped = try #require(exits.items.first { $0.reason == .feedStopped })
      #expect(stopped.exitOn == CalendarDate(year: 2026, month: 3, day: 31))
      let detail = try await secretariat.call(DossiersAPI.showDossier, ["dossier": stopped.dossier])
      #expect(detail.lead != nil && (detail.refreshedOn ?? Self.today) < CalendarDate(service.clock.now()))
      _ = try await secretariat.call(
        DossiersAPI.decideProposedExit, ["dossier": stopped.dossier], ProposedExitDecision(accepted: true))
      #expect(
        try await secretariat.call(DossiersAPI.showDossier, ["dossier": stopped.dossier]).lead?.untilDate
          == stopped.exitOn)
      await #expect(throws: Problem.self) {
        try await secretariat.call(
          DossiersAPI.decideProposedExit, ["dossier": stopped.dossier], ProposedExitDecision(accepted: true))
      }
    }
  }

  @Test("two persons of a file who lead to one dossier, one by NIR and one by identifier, are both set aside")
  func twoForOne() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      let first = try await Self.send(Self.file(0), client)
      // One gets a new identifier and keeps the NIR; another comes with the former identifier and without a NIR.
      var text = String(decoding: try Self.file(0), as: UTF8.self)
      let known = try await service.database.owner {
        try await $0.query(
          "select genesis_id from dossiers.dossier where nir_hash is not null order by genesis_id limit 2",
          as: String.self)
      }
      try #require(known.count == 2)
      text.replace("IDPERS=\"\(known[0])\"", with: "IDPERS=\"NOUVEAU0001\"")
      text.replace("IDPERS=\"\(known[1])\"", with: "IDPERS=\"\(known[0])\"")
      let place = try #require(text.range(of: "IDPERS=\"\(known[0])\""))
      let nir = try #require(
        text.range(of: "NIR=\"[^\"]*\"", options: .regularExpression, range: place.upperBound..<text.endIndex))
      text.replaceSubrange(nir, with: "NIR=\"\"")

      let run = try await Self.send(Data(text.utf8), client)
      #expect(run.status == .applied && run.counts.quarantined == 2)
      #expect(run.counts.unchanged == first.counts.created - 2)
      let rows = try await client.call(
        DossiersAPI.listFeedRows, ["feed": run.id], FeedRowQuery(outcome: .quarantined, limit: 10))
      #expect(rows.items.count == 2)
      #expect(rows.items.allSatisfy { String(describing: $0.problems).contains("identite-ambigue") })
      // Nothing is written on the dossier that both lead to, and nobody says that it has left the feed.
      let touched = try await service.database.owner {
        try await $0.first(
          "select version > 1 or refreshed_on is not null from dossiers.dossier where genesis_id = \(known[0])",
          as: Bool.self)
      }
      #expect(touched == false)
    }
  }

  static func territories(_ service: ServiceUnderTest) async throws -> [ID<Territory>] {
    try await service.database.owner {
      try await $0.query(
        "select distinct territory from dossiers.dossier where territory is not null", as: ID<Territory>.self)
    }
  }

  /// Everything that a replay must leave as it was.
  static func fingerprint(_ service: ServiceUnderTest) async throws -> String? {
    try await service.database.owner {
      try await $0.first(
        """
        select md5(concat((select string_agg(d::text, '|' order by id) from dossiers.dossier d),
          (select string_agg(r::text, '|' order by id) from dossiers.referent r),
          (select string_agg(h::text, '|' order by id) from dossiers.household h),
          (select string_agg(e::text, '|' order by id) from dossiers.entitlement_event e),
          (select string_agg(p::text, '|' order by id) from dossiers.proposed_exit p)))
        """, as: String.self)
    }
  }

  /// Which transaction wrote each dossier.
  static func rowVersions(_ service: ServiceUnderTest) async throws -> String? {
    try await service.database.owner {
      try await $0.first("select md5(string_agg(xmin::text, '|' order by id)) from dossiers.dossier", as: String.self)
    }
  }
}
