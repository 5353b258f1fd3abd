import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Control
@testable import Dossiers

/// What becomes of those of whom a day's file says what the day before's said: they are written by their keys alone.
@Suite("A feed that repeats itself", .database) struct FeedSaidBeforeTests {
  typealias Imports = FeedImportTests

  /// Everything that a feed writes of persons and households, one text a row, without territories and versions.
  private static func data(_ service: ServiceUnderTest) async throws -> [String] {
    try await service.database.owner {
      try await $0.query(
        """
        select (to_jsonb(d) - 'territory' - 'version' - 'updated_at')::text || (to_jsonb(h) - 'territory')::text
        from dossiers.dossier d join dossiers.household h on h.id = d.household order by d.id
        """, as: String.self)
    }
  }

  @Test("a dossier that stands in another territory than its file says goes back there, and loses nothing on the way")
  func moved() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Imports.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      let first = try await Imports.send(Imports.file(0), client)
      let before = try await Self.data(service)
      _ = try await service.database.owner {
        try await $0.execute("update dossiers.dossier set territory = md5('nowhere')::uuid where number % 3 = 0")
      }
      let again = try await Imports.send(Imports.file(0), client)
      #expect(again.status == .applied && again.counts.created == 0)
      #expect(again.counts.updated == first.counts.created / 3 || again.counts.updated == first.counts.created / 3 + 1)
      #expect(try await Self.data(service) == before)
      let astray = try await service.database.owner {
        try await $0.first(
          "select count(*)::int from dossiers.dossier where territory = md5('nowhere')::uuid", as: Int.self)
      }
      #expect(astray == 0)
      // They are as before for the next one, too.
      let third = try await Imports.send(Imports.file(0), client)
      #expect(third.counts.updated == 0 && third.counts.unchanged == first.counts.created)
    }
  }

  @Test("whoever follows somebody else from one day to the next is told by name, although nothing else is said anew")
  func reoriented() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Imports.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      _ = try await Imports.send(Imports.file(0), client)
      // As if the feed had named another one before: the file says of the person what it said.
      let moved = try await service.database.owner {
        try await $0.query(
          """
          with few as (select id from dossiers.dossier order by number limit 5),
            entries as (update dossiers.referent r set account = md5('jalons.account.R0002')::uuid from few
              where r.dossier = few.id and r.account <> md5('jalons.account.R0002')::uuid returning r.dossier)
          update dossiers.dossier d set lead = md5('jalons.account.R0002')::uuid from entries e where d.id = e.dossier
          returning d.family_name || ' ' || d.given_name
          """, as: String.self)
      }
      #expect(!moved.isEmpty)
      service.clock.travel(days: 1)
      let again = try await Imports.send(Imports.file(0), client)
      #expect(again.counts.moved == moved.count)
      let rows = try await client.call(
        DossiersAPI.listFeedRows, ["feed": again.id], FeedRowQuery(field: "lead", limit: 200))
      #expect(Set(rows.items.compactMap(\.name)) == Set(moved))
    }
  }

  @Test("a NIR that two persons bear is told on both each day, by name, and both households can be corrected")
  func setAsideAgain() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Imports.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      let nir = try #require(NIRPair.twice(in: Imports.file(0)))
      for day in 0..<3 {
        service.clock.travel(days: day == 0 ? 0 : 1)
        let run = try await Imports.send(nir, client)
        #expect(run.status == .applied && run.counts.quarantined == 2, "day \(day)")
        let rows = try await client.call(
          DossiersAPI.listFeedRows, ["feed": run.id], FeedRowQuery(outcome: .quarantined, limit: 10)
        ).items
        #expect(rows.count == 2 && rows.allSatisfy { $0.aside != nil && $0.name?.isEmpty == false }, "day \(day)")
      }
    }
  }

  @Test("one who was taken in and whose NIR another person bears since is set aside by name, and stays in the caseload")
  func becomesDoubtful() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Imports.morning) { service in
      let client = try await service.client(as: .someone(.administrateur))
      let first = try await Imports.send(Imports.file(0), client)
      service.clock.travel(days: 1)
      let run = try await Imports.send(try #require(NIRPair.twice(in: Imports.file(0))), client)
      #expect(run.counts.quarantined == 2 && run.counts.exits == 0)
      let rows = try await client.call(
        DossiersAPI.listFeedRows, ["feed": run.id], FeedRowQuery(outcome: .quarantined, limit: 10)
      ).items
      #expect(rows.count == 2 && rows.allSatisfy { $0.name?.isEmpty == false && $0.aside != nil })
      let present = try await service.database.owner {
        try await $0.first("select count(*)::int from dossiers.dossier where refreshed_on is null", as: Int.self)
      }
      #expect(present == first.counts.created)
    }
  }

  @Test("sixteen bytes stand for what is kept: they change with every value of it, and with nothing else")
  func digest() throws {
    var person = try #require(try FeedSamples.read(FeedSamples.xml()).persons.first)
    let hash = Data(repeating: 7, count: 32)
    let before = FeedDigest(of: person, nirHash: hash)
    for field in FeedField.allCases {
      var other = person
      other.values[field] = (other.values[field] ?? "") + "x"
      let isKept = FeedDigest(of: other, nirHash: hash) != before
      let isLeft =
        [.nir, .oriDemRsa, .dtEmm, .autorUtiAdrElec, .typeDtNai].contains(field)
        || [.orientationStatus, .orientationRank, .orientationOrigin].contains(field)
        || field.definition.element == .referent
      #expect(isKept != isLeft, "\(field)")
    }
    #expect(FeedDigest(of: person, nirHash: nil) != before)
    // Nothing is not an empty text, and a value does not run into the next.
    person.values[.numVoie] = "2"
    person.values[.libTypeVoie] = nil
    let nothing = FeedDigest(of: person, nirHash: hash)
    person.values[.libTypeVoie] = ""
    #expect(FeedDigest(of: person, nirHash: hash) != nothing)
    (person.values[.numVoie], person.values[.libTypeVoie]) = ("2R", "UE")
    let one = FeedDigest(of: person, nirHash: hash)
    (person.values[.numVoie], person.values[.libTypeVoie]) = ("2", "RUE")
    #expect(FeedDigest(of: person, nirHash: hash) != one)
  }
}

/// A file in which the second person with a NIR bears the first one's.
private enum NIRPair {
  static func twice(in file: Data) -> Data? {
    let text = String(decoding: file, as: UTF8.self)
    let matches = text.matches(of: #/ NIR="([0-9AB]{13,15})"/#)
    // Of another household than the first's, whose couple would be told otherwise.
    guard let first = matches.first, matches.count > 20 else { return nil }
    return Data(text.replacing(matches[20].output.0, with: first.output.0).utf8)
  }
}
