import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

/// The log keeps its lines from six months to a year, then lets go of the oldest alone.
@Suite("Audit retention", .database) struct AuditRetentionTests {
  private static func fill(_ ages: [Int], in database: TestDatabase) async throws {
    try await database.owner { transaction in
      for (index, days) in ages.enumerated() {
        try await transaction.execute(
          """
          insert into identity.audit_entry (event, at, account, account_name, scope, act, kind, hash)
          values (gen_random_uuid(), now() - make_interval(days => \(days)), gen_random_uuid(), \("=A\(index)"), 'own',
            'dossiers.showDossier', 'read', \(Data([UInt8(index)])))
          """)
      }
    }
  }

  private static func ages(_ identity: IdentityUnderTest) async throws -> [Int] {
    try await identity.service.database.owner {
      try await $0.query(
        """
        select extract(day from now() - at)::int from identity.audit_entry where account_name like '=A%' order by position
        """, as: Int.self)
    }
  }

  @Test("what is older than the county keeps goes, part by part, and the chain goes on from there")
  func trimmed() async throws {
    try await IdentityUnderTest.run { identity in
      try await Self.fill([500, 400, 380, 300, 200, 190, 10], in: identity.service.database)
      let store = RetentionStore(postgres: identity.service.parts.postgres)
      // The process's own keeper may have been first.
      _ = try await store.trim(at: Date())
      #expect(try await Self.ages(identity) == [300, 200, 190, 10])
      let anchor = try await identity.value(
        "select hash from identity.audit_anchor order by position desc limit 1", as: Data.self)
      #expect(anchor == Data([2]))
      #expect(try await store.trim(at: Date()) == 0)

      try await identity.account("dpo@exemple.fr", [.dpo])
      let dpo = identity.client(token: try await identity.signIn("dpo@exemple.fr").token)
      let before = try await dpo.call(IdentityAPI.showAuditRetention)
      #expect(before.months == 12 && before.removals.map(\.lines) == [3] && before.rules.count == 1)
      let after = try await dpo.call(
        IdentityAPI.changeAuditRetention, [:], AuditRetentionDraft(months: 6), version: before.version)
      #expect(after.months == 6 && after.rules.map(\.months) == [6, 12] && after.rules[0].authorName == "DURAND Paul")
      let stale = await #expect(throws: Problem.self) {
        try await dpo.call(
          IdentityAPI.changeAuditRetention, [:], AuditRetentionDraft(months: 9), version: before.version)
      }
      #expect(stale?.status == 412)
      #expect(try await store.trim(at: Date()) == 3)
      #expect(try await Self.ages(identity) == [10])
    }
  }

  @Test("the service takes out nothing younger than six months, whatever it asks, nor touches the chain's beginning")
  func bounded() async throws {
    try await IdentityUnderTest.run { identity in
      try await Self.fill([400, 100, 50], in: identity.service.database)
      let store = RetentionStore(postgres: identity.service.parts.postgres)
      _ = try await store.trim(at: Date().addingTimeInterval(86_400 * 3650))
      #expect(try await Self.ages(identity) == [100, 50])
      let refused = await #expect(throws: PostgresError.self) {
        try await identity.service.parts.postgres.withTransaction(as: .system("test")) {
          _ = try await $0.execute("delete from identity.audit_anchor")
        }
      }
      #expect(refused?.kind == .permissionDenied)
    }
  }

  @Test("the last line stays however old it is, for the next to follow") func lastLine() async throws {
    try await IdentityUnderTest.run { identity in
      try await Self.fill([500, 400], in: identity.service.database)
      _ = try await RetentionStore(postgres: identity.service.parts.postgres).trim(at: Date())
      #expect(try await Self.ages(identity) == [400])
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
      try await Self.fill([3, 2, 1], in: identity.service.database)
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
