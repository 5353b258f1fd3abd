import API
import Domain
import Foundation
import Logging
import Passwords
import Postgres
import TestSupport
import Testing

@testable import Control

@Suite("Accounts made by jalonsctl", .database) struct AccountCreationTests {
  private let hasher = PasswordHasher(ln: 10)

  private func withOwner(_ body: (PostgresClient) async throws -> Void) async throws {
    let owner = PostgresClient(
      configuration: .init(conninfo: try TestDatabase.required().conninfo, user: "jalons", maximum: 2),
      logger: Logger(label: "test"))
    do {
      try await body(owner)
      await owner.close()
    } catch {
      await owner.close()
      throw error
    }
  }

  private struct Stored: Decodable, Sendable {
    let password: String
    let passwordTemporary: Bool
    let status: AccountStatus
    let profile: Profile
    let organisation: String?
    let territories: Int
  }

  private func stored(_ id: ID<Account>) async throws -> Stored {
    let row = try await TestDatabase.required().owner { transaction in
      try await transaction.first(
        """
        select a.password, a.password_temporary, a.status, p.profile, o.name as organisation,
          cardinality(p.territories) as territories
        from identity.account a join identity.account_profile p on p.account = a.id
          left join identity.organisation o on o.id = a.organisation where a.id = \(id)
        """, as: Stored.self)
    }
    return try #require(row)
  }

  @Test("the first administrator gets a password that is shown once and to be replaced") func first() async throws {
    try await withOwner { owner in
      let creation = AccountCreation(postgres: owner, hasher: hasher)
      let (id, password) = try await creation.create(
        email: "admin@exemple.fr", familyName: "MERCIER", givenName: "Louise", profile: .administrateur)
      let account = try await stored(id)
      let shown = try #require(password)
      #expect(shown.count == 23)
      #expect(try await hasher.verify(shown, against: account.password))
      #expect(account.passwordTemporary && account.status == .active && account.profile == .administrateur)
      await #expect(throws: AccountCreationError.emailTaken("ADMIN@exemple.fr")) {
        try await creation.create(
          email: "ADMIN@exemple.fr", familyName: "X", givenName: "Y", profile: .administrateur)
      }
    }
  }

  @Test("organisation and territories are found by name and code, and a profile without its reach is refused")
  func places() async throws {
    try await withOwner { owner in
      try await seedDemoAccounts(owner, hasher: hasher)
      let creation = AccountCreation(postgres: owner, hasher: hasher)
      func create(_ profile: Profile, organisation: String? = nil, territories: [String] = []) async throws -> Stored {
        let (id, password) = try await creation.create(
          email: "\(UUID().uuidString)@exemple.fr", familyName: "A", givenName: "B", profile: profile,
          organisation: organisation, territories: territories, password: "un-mot-de-passe-choisi")
        #expect(password == nil)
        return try await stored(id)
      }
      let ali = try await create(.ali, organisation: "amesud", territories: ["centre"])
      #expect(ali.organisation == "AMESUD" && ali.territories == 1 && !ali.passwordTemporary)
      await #expect(throws: AccountCreationError.territoryMissing(.ali)) { try await create(.ali) }
      await #expect(throws: AccountCreationError.organisationMissing(.operateur)) { try await create(.operateur) }
      await #expect(throws: AccountCreationError.territoryUnknown(["LUNE"])) {
        try await create(.ali, territories: ["CENTRE", "LUNE"])
      }
    }
  }

  @Test("the demonstration has one account a profile, the same after a second time, and takes over what the feed made")
  func demo() async throws {
    let database = try TestDatabase.required()
    try await database.owner { transaction in
      _ = try await transaction.execute(
        """
        insert into identity.account (id, email, family_name, given_name, genesis_ref)
        values (md5('jalons.account.R0001')::uuid, 'paul@amesud.example', 'DURAND', 'PAUL', 'R0001')
        """)
    }
    try await withOwner { owner in
      for _ in 0..<2 { try await seedDemoAccounts(owner, hasher: hasher) }
    }
    struct Row: Decodable, Sendable, Hashable {
      let email: String
      let profile: Profile
    }
    let rows = try await database.owner { transaction in
      try await transaction.query(
        """
        select a.email, p.profile from identity.account a join identity.account_profile p on p.account = a.id
        where a.status = 'active'
        """, as: Row.self)
    }
    // Compared as a set: the database's order of letters is not Swift's.
    let second = Row(email: DemoAccounts.email(of: .referent), profile: .referentFSE)
    #expect(rows.count == Profile.allCases.count + 1)
    #expect(Set(rows) == Set(Profile.allCases.map { Row(email: DemoAccounts.email(of: $0), profile: $0) } + [second]))
    let referent = try await database.owner { transaction in
      try await transaction.first(
        """
        select o.genesis_ref from identity.account a join identity.organisation o on o.id = a.organisation
        where a.id = md5('jalons.account.R0001')::uuid and a.email = 'referent@demo.jalons.test'
          and o.id = md5('jalons.organisation.S012')::uuid
          and o.territory = md5('jalons.territory.CENTRE')::uuid
        """, as: String.self)
    }
    #expect(referent == "S012")
  }
}
