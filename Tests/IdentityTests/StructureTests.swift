import API
import Domain
import Foundation
import Messaging
import Postgres
import Redis
import Service
import TestSupport
import Testing

@testable import Identity

@Suite("Structures that the feed names", .database) struct StructureTests {
  private let centre = ID<Territory>.new()
  private let amesud = ID<Organisation>.new()
  private let paul = ID<Account>.new()
  private let claire = ID<Account>.new()

  private func discovered(family: String = "DURAND", email: String? = "paul@amesud.example") -> StructureDiscovered {
    StructureDiscovered(
      territories: [.init(id: centre, code: "SUD-EST")],
      organisations: [.init(id: amesud, genesisRef: "S012", name: "AMESUD", territory: centre)],
      accounts: [
        .init(
          id: paul, genesisRef: "R0001", familyName: family, givenName: "Paul", email: email, organisation: amesud),
        .init(
          id: claire, genesisRef: "R0002", familyName: "VERNET", givenName: "Claire", email: nil, organisation: nil),
      ])
  }

  @Test("they are made once, pending, however often they are named; an administrator confirms them")
  func once() async throws {
    try await IdentityUnderTest.run { identity in
      for _ in 0..<2 { try await identity.hear(discovered()) }
      let administrator = try await identity.administrator()
      #expect(
        try await administrator.call(IdentityAPI.listTerritories).items
          == [TerritoryRow(id: centre, code: "SUD-EST", name: "Sud-Est")])
      let organisations = try await administrator.call(IdentityAPI.listOrganisations, [:], OrganisationQuery()).items
      #expect(organisations.map(\.pending) == [true])
      let pending = AccountQuery(status: .pending)
      let accounts = try await administrator.call(IdentityAPI.listAccounts, [:], pending).items
      #expect(accounts.map(\.name) == ["DURAND Paul", "VERNET Claire"])
      #expect(accounts.map(\.email) == ["paul@amesud.example", "r0002@sans-adresse.invalid"])
      #expect(accounts.map(\.organisation?.name) == ["AMESUD", nil])

      let confirmed = try await administrator.call(IdentityAPI.confirmAccount, ["account": paul])
      #expect(confirmed.account.status == .invited)
      #expect(confirmed.account.profiles == [ProfileGrant(profile: .referent)])
      _ = try await identity.accept(identity.secret(confirmed), IdentityUnderTest.password)
      let signedIn = try await identity.signIn("paul@amesud.example")
      #expect(signedIn.profile.organisation?.name == "AMESUD")
      let addressless = await #expect(throws: Problem.self) {
        try await administrator.call(IdentityAPI.confirmAccount, ["account": claire])
      }
      #expect(addressless?.status == 409)
      let twice = await #expect(throws: Problem.self) {
        try await administrator.call(IdentityAPI.confirmAccount, ["account": paul])
      }
      #expect(twice?.status == 409)
    }
  }

  @Test("the feed corrects what is pending and leaves what was confirmed") func confirmed() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.hear(discovered())
      try await identity.hear(discovered(family: "DURANT", email: "paul@exemple.fr"))
      let administrator = try await identity.administrator()
      let detail = try await administrator.call(IdentityAPI.showAccount, ["account": paul])
      #expect([detail.familyName, detail.email] == ["DURANT", "paul@exemple.fr"])
      _ = try await administrator.call(IdentityAPI.confirmAccount, ["account": paul])
      _ = try await administrator.call(
        IdentityAPI.changeOrganisation, ["organisation": amesud], OrganisationChange(name: "AMESUD Privas"), version: 1)
      try await identity.hear(discovered(family: "AUTRE", email: "autre@exemple.fr"))
      let after = try await administrator.call(IdentityAPI.showAccount, ["account": paul])
      #expect([after.familyName, after.email] == ["DURANT", "paul@exemple.fr"])
      #expect(after.organisation?.name == "AMESUD Privas")
    }
  }

  @Test("an address that another account has is left to it") func takenAddress() async throws {
    try await IdentityUnderTest.run { identity in
      try await identity.account("Paul@Amesud.example", family: "DUPONT")
      try await identity.hear(discovered())
      let administrator = try await identity.administrator()
      #expect(
        try await administrator.call(IdentityAPI.showAccount, ["account": paul]).email == "r0001@sans-adresse.invalid")
    }
  }
}

extension IdentityUnderTest {
  /// Lets dossiers announce an event, and waits until identity has dealt with it.
  func hear(_ event: StructureDiscovered) async throws {
    try await service.publishing(event)
  }
}

extension ServiceUnderTest {
  /// Publishes an event of another service, and waits for its effect.
  func publishing(_ event: any Event) async throws {
    let id = try publish(event)
    _ = try await eventually("the event is handled") {
      try await database.owner {
        try await $0.first("select true from identity.inbox where event = \(id)", as: Bool.self)
      }
    }
  }
}
