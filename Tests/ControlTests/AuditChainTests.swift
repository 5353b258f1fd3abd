import API
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
  private func verify(step: Int = 3) async throws -> AuditChain.Finding {
    let owner = PostgresClient(
      configuration: .init(conninfo: try TestDatabase.required().conninfo, user: "jalons", maximum: 1),
      logger: Logger(label: "test"))
    let finding = try await AuditChain(postgres: owner, step: step).verify()
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
