import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

/// The log keeps its lines from six months to a year, then lets go of the oldest alone. The bound of six months is the
/// database's own, by its own clock: these tests stand in the machine's present. No process runs while they trim, for its
/// keeper trims at its start.
@Suite("Audit retention", .database) struct AuditRetentionTests {
  private static func fill(_ ages: [Int], before moment: Date = Date(), in database: TestDatabase) async throws {
    try await database.owner { transaction in
      for (index, days) in ages.enumerated() {
        try await transaction.execute(
          """
          insert into identity.audit_entry (event, at, account, account_name, scope, act, kind, hash)
          values (gen_random_uuid(), \(moment)::timestamptz - make_interval(days => \(days)), gen_random_uuid(), \("=A\(index)"), 'own',
            'dossiers.showDossier', 'read', \(Data([UInt8(index)])))
          """)
      }
    }
  }

  private static func ages(in database: TestDatabase) async throws -> [Int] {
    try await database.owner {
      try await $0.query(
        """
        select extract(day from now() - at)::int from identity.audit_entry where account_name like '=A%' order by position
        """, as: Int.self)
    }
  }

  /// Gives the store that the process has, without the process.
  private static func trimming(
    _ ages: [Int], _ body: (TestDatabase, RetentionStore) async throws -> Void
  ) async throws {
    let database = try TestDatabase.required()
    try await fill(ages, in: database)
    let postgres = database.client(.identity)
    let result: Result<Void, any Error>
    do {
      try await body(database, RetentionStore(postgres: postgres))
      result = .success(())
    } catch {
      result = .failure(error)
    }
    await postgres.close()
    try result.get()
  }

  @Test("what is older than the county keeps goes, part by part, and the chain goes on from there")
  func trimmed() async throws {
    try await Self.trimming([500, 400, 380, 300, 200, 190, 10]) { database, store in
      #expect(try await store.trim(at: Date()) == 3)
      #expect(try await Self.ages(in: database) == [300, 200, 190, 10])
      let anchor = try await database.owner {
        try await $0.first("select hash from identity.audit_anchor order by position desc limit 1", as: Data.self)
      }
      #expect(anchor == Data([2]))
      #expect(try await store.trim(at: Date()) == 0)

      let dpo = Caller.someone(.dpo)
      let before = try await store.retention(for: dpo)
      #expect(before.months == 12 && before.removals.map(\.lines) == [3] && before.rules.count == 1)
      let shorter = AuditRetentionDraft(months: 6)
      _ = try await store.change(shorter, version: before.version, for: dpo, at: Date())
      #expect(try await store.trim(at: Date()) == 3)
      #expect(try await Self.ages(in: database) == [10])
    }
  }

  @Test("the county decides how long, and of two who decide at once the second is told") func decided() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("dpo@exemple.fr", [.dpo])
      let dpo = identity.client(token: try await identity.signIn("dpo@exemple.fr").token)
      let before = try await dpo.call(IdentityAPI.showAuditRetention)
      let after = try await dpo.call(
        IdentityAPI.changeAuditRetention, [:], AuditRetentionDraft(months: 6), version: before.version)
      #expect(after.months == 6 && after.rules.map(\.months) == [6, 12] && after.rules[0].authorName == "DURAND Paul")
      let stale = await #expect(throws: Problem.self) {
        try await dpo.call(
          IdentityAPI.changeAuditRetention, [:], AuditRetentionDraft(months: 9), version: before.version)
      }
      #expect(stale?.status == 412)
    }
  }

  @Test("the service takes out nothing younger than six months, whatever it asks, nor touches the chain's beginning")
  func bounded() async throws {
    try await Self.trimming([400, 100, 50]) { database, store in
      let removed = try await store.trim(at: Date().addingTimeInterval(86_400 * 3650))
      #expect(removed == 1)
      #expect(try await Self.ages(in: database) == [100, 50])
      let refused = await #expect(throws: PostgresError.self) {
        try await store.postgres.withTransaction(as: .system("test")) {
          _ = try await $0.execute("delete from identity.audit_anchor")
        }
      }
      #expect(refused?.kind == .permissionDenied)
    }
  }

  @Test("the last line stays however old it is, for the next to follow") func lastLine() async throws {
    try await Self.trimming([500, 400]) { database, store in
      let removed = try await store.trim(at: Date())
      #expect(removed == 1)
      #expect(try await Self.ages(in: database) == [400])
    }
  }

  @Test("six months to twelve, and nothing else", arguments: [5, 13]) func range(months: Int) async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("dpo@exemple.fr", [.dpo])
      let dpo = identity.client(token: try await identity.signIn("dpo@exemple.fr").token)
      let refused = await #expect(throws: Problem.self) {
        try await dpo.call(IdentityAPI.changeAuditRetention, [:], AuditRetentionDraft(months: months), version: 1)
      }
      #expect(refused?.status == 422)
    }
  }

  @Test("what is found leaves as a file that a spreadsheet reads, and the log says so once")
  func exported() async throws {
    try await IdentityUnderTest.run { identity in
      try await Self.fill([3, 2, 1], before: identity.service.clock.now(), in: identity.service.database)
      try await identity.account("dpo@exemple.fr", [.dpo])
      let dpo = identity.client(token: try await identity.signIn("dpo@exemple.fr").token)
      let day = CalendarDate(identity.service.clock.now())
      let query = AuditQuery(kind: .read, from: day.adding(days: -2), until: day)
      let file = try await dpo.file(IdentityAPI.exportAudit, [:], query)
      let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\r\n")
      #expect(file.name == "journal-audit-\(day).csv")
      #expect(lines.count == 3 && lines[0].contains("\"Acte\""))
      // What a spreadsheet would compute is kept a text.
      #expect(lines[1].contains("\"'=A2\"") && lines[1].contains("A ouvert le dossier"))
      let empty = await #expect(throws: Problem.self) {
        try await dpo.file(IdentityAPI.exportAudit, [:], AuditQuery(dossier: .new()))
      }
      #expect(empty?.status == 409)
      let acts = try await identity.service.eventually("it is in the log") {
        let count = try await identity.value(
          "select count(*)::int from identity.audit_entry where act = 'identity.exportAudit' and kind = 'export'",
          as: Int.self)
        return count == 1 ? count : nil
      }
      #expect(acts == 1)
    }
  }
}
