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
