import API
import Crypto
import Domain
import Foundation
import Logging
import Postgres
import Service
import TestSupport
import Testing

@testable import Control
@testable import Identity

@Suite("Audit chain", .database) struct AuditChainTests {
  /// Verifies with an owner's connection.
  private func verify(
    step: Int = 3, marks: KeySeal? = nil, _ note: AuditChain.Note? = nil
  ) async throws -> AuditChain.Finding {
    let owner = PostgresClient(
      configuration: .init(conninfo: try TestDatabase.required().conninfo, user: "jalons", maximum: 1),
      logger: Logger(label: "test"))
    let finding = try await AuditChain(postgres: owner, marks: marks, step: step).verify(note)
    await owner.close()
    return finding
  }

  private func tamper(_ statement: SQL) async throws {
    try await TestDatabase.required().owner { _ = try await $0.execute(statement) }
  }

  @Test("the chain that identity writes is sound; a changed or missing line breaks it there") func chain() async throws
  {
    #expect(try await verify() == AuditChain.Finding())
    try await ServiceUnderTest.run(IdentityProcess.process, environment: ["JALONS_SCRYPT_LN": "10"]) { service in
      for index in 0..<10 {
        let client = try await service.client(as: .someone(.administrateur, name: "D’AÇAÏ \"\(index)\""))
        _ = try await client.call(IdentityAPI.addTerritory, [:], NewTerritory(code: "T\(index)", name: "T"))
      }
      _ = try await service.eventually("ten acts are kept") {
        try await service.database.owner {
          try await $0.first("select true from identity.audit_entry having count(*) = 10", as: Bool.self)
        }
      }
    }
    let sound = try await verify()
    #expect(sound.entries == 10)
    #expect(sound.brokenAt == nil)
    #expect(try await verify(step: 100) == sound)

    try await tamper("update identity.audit_entry set account_name = 'x' where position = 5")
    let changed = try await verify()
    #expect(changed.brokenAt == 5)
    #expect(changed.entries == 4)
    try await tamper("delete from identity.audit_entry where position = 5")
    #expect(try await verify().brokenAt == 6)
    try await tamper("delete from identity.audit_entry where position = 1")
    #expect(try await verify().brokenAt == 2)
  }

  /// Has identity write some lines.
  private func write(_ count: Int) async throws -> KeySeal {
    let before = try await verify().entries
    let (keys, key) = AsyncStream<KeySeal>.makeStream()
    try await ServiceUnderTest.run(IdentityProcess.process, environment: ["JALONS_SCRYPT_LN": "10"]) { service in
      key.yield(KeySeal(try service.parts.settings.key(.auditMark)))
      let client = try await service.client(as: .someone(.administrateur))
      for index in 0..<count {
        _ = try await client.call(IdentityAPI.addTerritory, [:], NewTerritory(code: "T\(before + index)", name: "T"))
      }
      _ = try await service.eventually("the acts are kept") {
        try await service.database.owner {
          try await $0.first(
            "select true from identity.audit_entry having count(*) = \(before + count)", as: Bool.self)
        }
      }
    }
    var found = keys.makeAsyncIterator()
    return try #require(await found.next())
  }

  @Test("a log whose end was cut off is found by the line that was noted elsewhere")
  func cut() async throws {
    _ = try await write(6)
    let whole = try await verify()
    let note = AuditChain.Note(position: try #require(whole.last), hash: whole.lastHash)
    #expect(try await verify(note).noted == .found)
    #expect(try await verify(.init(position: note.position, hash: Data(count: 32))).noted == .changed)
    try await tamper("delete from identity.audit_entry where position = \(note.position)")
    let cut = try await verify(note)
    #expect(cut.brokenAt == nil && cut.noted == .cut && !cut.isSound)
    #expect(cut.lines(checksMarks: true).contains { $0.contains("cut off") })
  }

  @Test("a chain computed anew without identity's key is found, whole or at its end")
  func marked() async throws {
    let marks = try await write(4)
    let sound = try await verify(marks: marks)
    #expect(sound.isSound && sound.unmarked == 0 && sound.entries == 4)
    // Whoever may write the database takes the name out of the last two lines and computes their hashes anew.
    let database = try TestDatabase.required()
    try await forge(after: 2, in: database)
    #expect(try await verify().brokenAt == nil)
    #expect(try await verify(marks: marks).brokenAt == 3)
    try await tamper("update identity.audit_entry set mark = null where position > 2")
    let stripped = try await verify(marks: marks)
    #expect(stripped.brokenAt == nil && stripped.unmarked == 2 && !stripped.isSound)
    // Lines of an older copy, with one of identity's after them, are sound.
    _ = try await write(1)
    #expect(try await verify(marks: marks).isSound)
  }

  private func forge(after position: Int, in database: TestDatabase) async throws {
    try await database.owner { transaction in
      _ = try await transaction.execute(
        "update identity.audit_entry set account_name = 'personne' where position > \(position)")
      let entries = try await transaction.query(
        """
        select position, event, at, account, account_name, replaces, profile, scope, act, kind, dossier, object, address
        from identity.audit_entry where position > \(position) order by position
        """, as: AuditEntry.self)
      var hash =
        try await transaction.first(
          "select hash from identity.audit_entry where position = \(position)", as: Data.self) ?? Data()
      for entry in entries {
        hash = Data(SHA256.hash(data: hash + (try entry.canonical())))
        _ = try await transaction.execute(
          "update identity.audit_entry set hash = \(hash) where position = \(entry.position)")
      }
    }
  }

  @Test("the chain is sound after its oldest lines were taken out for their age; one line more, and it is not")
  func trimmed() async throws {
    let old = Date().addingTimeInterval(-86_400 * 400)
    try await ServiceUnderTest.run(IdentityProcess.process, at: old, environment: ["JALONS_SCRYPT_LN": "10"]) {
      service in
      for index in 0..<6 {
        let client = try await service.client(as: .someone(.administrateur))
        _ = try await client.call(IdentityAPI.addTerritory, [:], NewTerritory(code: "T\(index)", name: "T"))
      }
      _ = try await service.eventually("six acts are kept") {
        try await service.database.owner {
          try await $0.first("select true from identity.audit_entry having count(*) = 6", as: Bool.self)
        }
      }
    }
    let whole = try await verify()
    try await tamper("select identity.trim_audit(now() - interval '12 months', 4)")
    let rest = try await verify()
    #expect(rest.brokenAt == nil && rest.entries == 2 && rest.removed == 4)
    #expect(rest.last == whole.last && rest.lastHash == whole.lastHash)
    try await tamper(
      "delete from identity.audit_entry where position = (select min(position) from identity.audit_entry)")
    #expect(try await verify().brokenAt == whole.last)
  }
}
