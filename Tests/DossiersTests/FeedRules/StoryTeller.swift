import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

/// Lives the five days through, on a process and a database of their own.
struct StoryTeller: Sendable {
  let way: Arrival
  let service: ServiceUnderTest
  let client: APIClient

  static func tell(_ way: Arrival) async throws -> FeedStory {
    let told = Told()
    let test = try #require(Test.current)
    try await DatabaseTrait.database.provideScope(for: test, testCase: Test.Case.current) {
      try await ServiceUnderTest.run(DossiersProcess.process, at: FeedImportTests.morning) { service in
        let client = try await service.client(as: .someone(.administrateur))
        await told.keep(try await StoryTeller(way: way, service: service, client: client).live())
      }
    }
    return try #require(await told.story)
  }

  private actor Told {
    private(set) var story: FeedStory?
    func keep(_ story: FeedStory) { self.story = story }
  }

  private func live() async throws -> FeedStory {
    var story = FeedStory(way: way)
    var yesterday: [RuleHousehold] = []
    for day in 0..<5 {
      service.clock.travel(to: FeedStory.date(day).moment(hour: 6))
      for rule in FeedRule.all { try await rule.acts[day]?(self) }
      let today = FeedRule.all.flatMap { $0.households(on: day) }
      // A day's changes hold who changed alone.
      let sent = way == .delta ? today.filter { !yesterday.contains($0) } : today
      story.days.append(try await arrive(sent, on: day))
      yesterday = today
    }
    try await refuse(yesterday, &story)
    return story
  }

  private func arrive(_ households: [RuleHousehold], on number: Int) async throws -> FeedStory.Day {
    let bytes = RuleHousehold.file(households, isStock: way != .delta, on: FeedStory.date(number))
    var day = FeedStory.Day(before: try await people())
    switch way {
    case .stock, .delta: day.run = try await FeedImportTests.send(bytes, client)
    case .replay:
      day.run = try await FeedImportTests.send(bytes, client)
      (day.after, day.told) = (try await people(), try await told())
      day.other = try await FeedImportTests.send(bytes, client)
      (day.again, day.toldAgain) = (try await people(), try await told())
    case .crash:
      day.other = try await fall(bytes)
      (day.again, day.toldAgain) = (try await people(), try await told())
      try await lookAtSeven(number)
      day.run = try await FeedImportTests.send(bytes, client)
    case .twice:
      async let one = FeedImportTests.send(bytes, client)
      async let two = FeedImportTests.send(bytes, client)
      let runs = try await [one, two].sorted { $0.counts.changed > $1.counts.changed }
      (day.run, day.other) = (runs[0], runs[1])
    }
    if way != .replay { (day.after, day.told) = (try await people(), try await told()) }
    if way != .crash { try await lookAtSeven(number) }
    day.isLate = try await isLate(number)
    day.discovered = try await discovered()
    let run = try #require(day.run)
    let rows = try await client.call(
      DossiersAPI.listFeedRows, ["feed": run.id], FeedRowQuery(outcome: .quarantined, limit: 200))
    for row in rows.items {
      guard case .array(let problems) = row.problems, let id = row.genesisId ?? row.name else { continue }
      day.aside[id, default: []] += problems.compactMap { $0["code"]?.text }
    }
    return day
  }

  /// Kills the backend that imports, once it has written the caseload and before it can commit.
  private func fall(_ bytes: Data) async throws -> FeedRun {
    let (locked, ready) = AsyncStream<Void>.makeStream()
    async let killing: Void = service.database.owner { transaction in
      // What an import writes once the caseload is as the file has it.
      try await transaction.execute("lock table dossiers.feed_row in exclusive mode")
      ready.yield()
      ready.finish()
      for _ in 0..<1000 {
        let killed = try await transaction.query(
          """
          select pg_terminate_backend(w.pid) from pg_locks w join pg_locks a on a.pid = w.pid and a.granted
            and a.locktype = 'advisory' and a.objsubid = 1
            and a.objid::text = (hashtext('dossiers.feed')::bigint & 4294967295)::text
          where w.relation = 'dossiers.feed_row'::regclass and not w.granted
          """, as: Bool.self)
        if killed.contains(true) { return }
        try await Task.sleep(for: .milliseconds(10))
      }
      throw Problem.conflict("essai", "Nobody imported anything.")
    }
    for await _ in locked { break }
    let run = try await FeedImportTests.send(bytes, client)
    try await killing
    return run
  }

  // MARK: Bad files

  private func refuse(_ households: [RuleHousehold], _ story: inout FeedStory) async throws {
    let good = String(
      decoding: RuleHousehold.file(households, isStock: way != .delta, on: FeedStory.date(5)), as: UTF8.self)
    let before = try await FeedImportTests.fingerprint(service)
    let bad: [String: Data] = [
      "a person less than announced": Data(good.replacingOccurrences(of: "NBPERSTRANSM=", with: "NBPERSTRANSM=1").utf8),
      "older than the last": RuleHousehold.file(households, isStock: way != .delta, on: FeedStory.date(3)),
      "cut short": Data(good.utf8.dropLast(80)),
      "no feed": Data("bonjour".utf8),
      "two encodings": Data(good.replacingOccurrences(of: "ANNE", with: "ANNÉ").utf8) + [0x3B, 0xC9, 0x0A],
      "another county's": Data(good.replacingOccurrences(of: "IDEPARTE=007", with: "IDEPARTE=026").utf8),
    ]
    for (name, bytes) in bad {
      var run: FeedRun
      switch way {
      case .stock, .delta: run = try await FeedImportTests.send(bytes, client)
      case .replay, .crash:
        _ = try await FeedImportTests.send(bytes, client)
        run = try await FeedImportTests.send(bytes, client)
      case .twice:
        async let one = FeedImportTests.send(bytes, client)
        async let two = FeedImportTests.send(bytes, client)
        let runs = try await [one, two]
        run = runs.first { $0.refusalCode != "flux-en-cours" } ?? runs[0]
      }
      story.refusals[name] = run.status == .refused ? run.refusalCode : run.status.rawValue
    }
    story.isIntact = try await FeedImportTests.fingerprint(service) == before
  }

  // MARK: Looking

  private func people() async throws -> FeedStory.People {
    let rows = try await service.database.owner {
      try await $0.query(
        """
        select d.id, d.genesis_id, d.given_name, d.entitlement, d.duties, d.orientation, d.phone, d.feed_phone, d.email,
          p.genesis_id as partner, h.genesis_number as household, d.state, d.entered_on::text as entered,
          (select c from unnest(array['CENTRE', 'SUD']) c where md5('jalons.territory.' || c)::uuid = d.territory)
            as territory,
          coalesce(d.refreshed_on, dossiers.latest_stock())::text as refreshed,
          (select string_agg(v, ',') from dossiers.referent r join lateral (
            select v from unnest(array['R0001', 'R0002', 'R0777']) v where md5('jalons.account.' || v)::uuid = r.account)
            named on true where r.dossier = d.id and r.kind = 'lead' and r.until_date is null) as lead,
          (select count(*)::int from dossiers.referent r where r.dossier = d.id and r.kind = 'lead') as leads,
          (select string_agg(r.until_date::text, ',' order by r.until_date) from dossiers.referent r
            where r.dossier = d.id and r.kind = 'lead' and r.until_date is not null) as lead_ends,
          (select string_agg(concat_ws(' ', r.source, r.until_date), ',' order by r.source) from dossiers.referent r
            where r.dossier = d.id and r.kind = 'step') as steps,
          (select string_agg(concat_ws(' ', e.reason, e.exit_on), ',') from dossiers.proposed_exit e
            where e.dossier = d.id and e.decision is null) as exits,
          d.formal_notice_on::text as notice_on, d.formal_notice_reason as notice_reason,
          (select count(*)::int from dossiers.entitlement_event e where e.dossier = d.id) as events,
          (select count(*)::int from dossiers.standby s where s.dossier = d.id and s.removed_at is null) as standbys
        from dossiers.dossier d join dossiers.household h on h.id = d.household
        left join dossiers.dossier p on p.id = d.partner
        """, as: FeedStory.Person.self)
    }
    return Dictionary(rows.map { ($0.genesisId, $0) }) { first, _ in first }
  }

  private struct Telling: Decodable, Sendable {
    let what: String
    let times: Int
  }

  private func told() async throws -> [String: Int] {
    let rows = try await service.database.owner {
      try await $0.query(
        "select concat(type, ' ', key) as what, count(*)::int as times from dossiers.outbox group by 1",
        as: Telling.self)
    }
    return Dictionary(rows.map { ($0.what.replacingOccurrences(of: ".v1 ", with: " "), $0.times) }) { $0 + $1 }
  }

  private func discovered() async throws -> String {
    try await service.database.owner {
      try await $0.first(
        """
        select coalesce(string_agg(data::text, ' '), '') from dossiers.outbox
        where type = 'dossiers.structure-discovered.v1'
        """, as: String.self) ?? ""
    }
  }

  private func lookAtSeven(_ day: Int) async throws {
    let watch = FeedWatch(
      postgres: service.database.client(.dossiers), now: service.clock.now, logger: service.parts.logger)
    try await watch.look(at: FeedStory.date(day).moment(hour: 7, minute: 5))
  }

  private func isLate(_ day: Int) async throws -> Bool {
    try await service.database.owner {
      try await $0.first(
        "select exists (select from dossiers.feed_late where day = \(FeedStory.date(day)))", as: Bool.self) ?? false
    }
  }

  // MARK: Acting

  /// Somebody of the county's file, in whose name something is entered here.
  func referent(_ ref: String) async throws -> APIClient {
    try await service.client(as: .someone(.referent, account: FeedImportTests.account(ref, in: service)))
  }

  func dossier(_ genesisId: String) async throws -> ID<Dossier> {
    try await service.database.owner {
      try #require(
        try await $0.first("select id from dossiers.dossier where genesis_id = \(genesisId)", as: ID<Dossier>.self))
    }
  }
}

extension FeedRun.Counts {
  /// Persons whom the run created or changed.
  var changed: Int { created + updated }
}
