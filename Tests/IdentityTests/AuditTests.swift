import API
import Domain
import Foundation
import Messaging
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

@Suite("Audit log", .database) struct AuditTests {
  @Test("what was done is kept with who, when and from where, and read page by page")
  func kept() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("dpo@exemple.fr", [.dpo])
      let other = try await identity.account("a@exemple.fr")
      for _ in 0..<3 { _ = try await identity.signIn("a@exemple.fr", from: "192.0.2.5") }
      let token = try await identity.signIn("dpo@exemple.fr").token
      let client = identity.client(token: token)
      _ = try await identity.service.eventually("four sign-ins are kept") {
        try await identity.value("select true from identity.audit_entry having count(*) >= 4", as: Bool.self)
      }
      let first = try await client.call(IdentityAPI.listAudit, [:], AuditQuery(account: other, limit: 2))
      #expect(first.items.map(\.act) == ["identity.signIn", "identity.signIn"])
      #expect(first.items.map(\.address) == ["192.0.2.5", "192.0.2.5"])
      #expect(first.items.map(\.accountName) == ["DURAND Paul", "DURAND Paul"])
      let rest = try await client.call(
        IdentityAPI.listAudit, [:], AuditQuery(account: other, limit: 2, after: first.next))
      #expect(rest.items.count == 1)
      #expect(rest.next == nil)
      #expect(Set((first.items + rest.items).map(\.position)).count == 3)
      #expect(try await client.call(IdentityAPI.listAudit, [:], AuditQuery(dossier: .new())).items.isEmpty)
      _ = try await identity.service.eventually("looking leaves a trace") {
        try await identity.value(
          "select true from identity.audit_entry where act = 'identity.listAudit' and object = \(other.description)",
          as: Bool.self)
      }
    }
  }

  @Test("the log is searched by kind and by days, newest first by moment, whatever the order in which lines came")
  func searched() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("dpo@exemple.fr", [.dpo])
      let (account, dossier) = (ID<Account>.new(), ID<Dossier>.new())
      let lines = [
        ("2026-03-01T22:59:59Z", "read"), ("2026-03-01T23:00:00Z", "write"), ("2026-03-03T10:00:00Z", "read"),
        ("2026-03-02T10:00:00Z", "export"), ("2026-03-02T22:59:59Z", "read"), ("2026-03-02T23:00:00Z", "read"),
      ]
      try await identity.service.database.owner { transaction in
        for (moment, kind) in lines {
          try await transaction.execute(
            """
            insert into identity.audit_entry (event, at, account, account_name, scope, act, kind, dossier, hash)
            values (\(UUID()), \(moment)::timestamptz, \(account), 'A', 'own', 'dossiers.showDossier', \(kind),
              \(dossier), '')
            """)
        }
      }
      let client = identity.client(token: try await identity.signIn("dpo@exemple.fr").token)
      func moments(_ query: AuditQuery) async throws -> [String] {
        var (found, query): ([String], AuditQuery) = ([], query)
        repeat {
          let page = try await client.call(IdentityAPI.listAudit, [:], query)
          found += page.items.map { String(Moment.text($0.at).prefix(19)) }
          query.after = page.next
        } while query.after != nil
        return found
      }
      #expect(
        try await moments(AuditQuery(dossier: dossier, limit: 2)) == [
          "2026-03-03T10:00:00", "2026-03-02T23:00:00", "2026-03-02T22:59:59", "2026-03-02T10:00:00",
          "2026-03-01T23:00:00", "2026-03-01T22:59:59",
        ])
      // The second of March, as it is in France.
      let second = CalendarDate("2026-03-02")
      #expect(
        try await moments(AuditQuery(account: account, from: second, until: second, limit: 1)) == [
          "2026-03-02T22:59:59", "2026-03-02T10:00:00", "2026-03-01T23:00:00",
        ])
      #expect(try await moments(AuditQuery(account: account, kind: .export)) == ["2026-03-02T10:00:00"])
      #expect(try await moments(AuditQuery(number: 999_999_999)).isEmpty)
    }
  }

  @Test("the service itself can neither change nor remove a line") func appendOnly() async throws {
    let database = try TestDatabase.required()
    let postgres = database.client(.identity)
    for statement: SQL in ["update identity.audit_entry set act = 'x'", "delete from identity.audit_entry"] {
      let error = await #expect(throws: PostgresError.self) {
        try await postgres.withTransaction(as: .system("test")) { _ = try await $0.execute(statement) }
      }
      #expect(error?.kind == .permissionDenied)
    }
    await postgres.close()
  }
}
