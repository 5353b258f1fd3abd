import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

@Suite("Administration and directory", .database) struct AdministrationTests {
  @Test("accounts, organisations and territories are the administrator's; the audit log is the delegate's")
  func rights() async throws {
    // The test's own keys, so that every profile can be tried without an account of its own.
    try await ServiceUnderTest.run(IdentityProcess.process, environment: ["JALONS_SCRYPT_LN": "10"]) { service in
      let nobody = ID<Account>.new()
      for profile in Profile.allCases {
        let client = try await service.client(as: .someone(profile))
        func status(_ body: () async throws -> Void) async -> Int {
          do {
            try await body()
            return 200
          } catch let problem as Problem {
            return problem.status
          } catch {
            return 0
          }
        }
        let administers = profile == .administrateur
        let code = "T-\(profile.rawValue)"
        let added = await status {
          _ = try await client.call(IdentityAPI.addTerritory, [:], NewTerritory(code: code, name: code))
        }
        #expect(added == (administers ? 200 : 403), "\(profile)")
        for endpoint in [IdentityAPI.confirmAccount, IdentityAPI.inviteAccount] {
          let found = await status { _ = try await client.call(endpoint, ["account": nobody]) }
          #expect(found == (administers ? 404 : 403), "\(profile)")
        }
        for endpoint in [IdentityAPI.closeAccount, IdentityAPI.showAccount] {
          let found = await status { _ = try await client.call(endpoint, ["account": nobody]) }
          #expect(found == (administers ? 404 : 403), "\(profile)")
        }
        let new = NewAccount(email: "\(profile.rawValue)@exemple.fr", familyName: "A", givenName: "B", profiles: [])
        #expect(
          await status { _ = try await client.call(IdentityAPI.addAccount, [:], new) } == (administers ? 200 : 403))
        let audit = await status { _ = try await client.call(IdentityAPI.listAudit, [:], AuditQuery()) }
        #expect(audit == (profile == .dpo ? 200 : 403), "\(profile)")
        #expect(await status { _ = try await client.call(IdentityAPI.listAccounts, [:], AccountQuery()) } == 200)
      }
      let stranger = try await service.client(as: nil)
      await #expect(throws: Problem.signedOut) {
        try await stranger.call(IdentityAPI.listAccounts, [:], AccountQuery())
      }
    }
  }

  @Test("the directory is searched without accents, page by page, and shows addresses to administrators alone")
  func directory() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      for index in 0..<5 {
        try await identity.account("f\(index)@exemple.fr", [.referent], family: "LEFÈVRE", given: "Zoé \(index)")
      }
      let reader = identity.client(token: try await identity.signIn("f0@exemple.fr").token)
      var found: [String] = []
      var after: String?
      repeat {
        let query = AccountQuery(q: "lefevre z", limit: 2, after: after)
        let page = try await reader.call(IdentityAPI.listAccounts, [:], query)
        found += page.items.map(\.name)
        #expect(page.items.allSatisfy { $0.email == nil })
        after = page.next
      } while after != nil
      #expect(found == (0..<5).map { "LEFÈVRE Zoé \($0)" })
      let seen = try await administrator.call(IdentityAPI.listAccounts, [:], AccountQuery(q: "zoé 3"))
      #expect(seen.items.map(\.email) == ["f3@exemple.fr"])
      let addressed = AccountQuery(q: "F4@exemple")
      #expect(try await administrator.call(IdentityAPI.listAccounts, [:], addressed).items.count == 1)
      #expect(try await reader.call(IdentityAPI.listAccounts, [:], addressed).items.isEmpty)
      #expect(try await reader.call(IdentityAPI.listAccounts, [:], AccountQuery(q: "%")).items.isEmpty)
      let broken = await #expect(throws: Problem.self) {
        try await reader.call(IdentityAPI.listAccounts, [:], AccountQuery(after: "abc"))
      }
      #expect(broken?.status == 422)
    }
  }

  @Test("accounts are found by profile; profiles and how many there are are told to administrators alone")
  func byProfile() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      for index in 0..<3 { try await identity.account("r\(index)@exemple.fr", [.siege, .dpo], family: "R\(index)") }
      try await identity.account("p@exemple.fr", [.siege], status: "pending", family: "S")
      let query = AccountQuery(status: .active, profile: .siege, limit: 2)
      let page = try await administrator.call(IdentityAPI.listAccounts, [:], query)
      #expect(page.items.map(\.name) == ["R0 Paul", "R1 Paul"] && page.total == 3)
      #expect(page.items.first?.profiles == [.siege, .dpo])
      let reader = identity.client(token: try await identity.signIn("r0@exemple.fr").token)
      let seen = try await reader.call(IdentityAPI.listAccounts, [:], query)
      #expect(seen.items.count == 2 && seen.total == nil && seen.items.allSatisfy { $0.profiles == nil })
    }
  }

  @Test("a territory is renamed from the version that was seen; a structure is shown to whoever is signed in")
  func structures() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let centre = try await identity.territory()
      let renamed = try await administrator.call(
        IdentityAPI.changeTerritory, ["territory": centre], TerritoryChange(name: "Cœur"), version: 1)
      #expect(renamed == TerritoryRow(id: centre, code: "CENTRE", name: "Cœur", version: 2))
      let stale = await #expect(throws: Problem.self) {
        try await administrator.call(
          IdentityAPI.changeTerritory, ["territory": centre], TerritoryChange(name: "X"), version: 1)
      }
      #expect(stale?.status == 412 && stale?.current?["name"] == .string("Cœur"))
      let added = try await administrator.call(
        IdentityAPI.addOrganisation, [:], NewOrganisation(name: "CMS", kind: .departement))
      try await identity.account("r@exemple.fr", [.referent])
      let reader = identity.client(token: try await identity.signIn("r@exemple.fr").token)
      #expect(try await reader.call(IdentityAPI.showOrganisation, ["organisation": added.id]) == added)
      let refused = await #expect(throws: Problem.self) {
        try await reader.call(
          IdentityAPI.changeTerritory, ["territory": centre], TerritoryChange(name: "X"), version: 2)
      }
      #expect(refused?.status == 403)
      let waiting = try await reader.call(IdentityAPI.listOrganisations, [:], OrganisationQuery(pending: true))
      #expect(waiting.items.isEmpty)
    }
  }

  @Test("an account changes from the version that was seen; a profile taken away closes its sessions and says so")
  func change() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let centre = try await identity.territory()
      let account = try await identity.account("a@exemple.fr", [.referent, .dpo])
      let asReferent = try await identity.signIn("a@exemple.fr", profile: .referent)
      let asDelegate = try await identity.signIn("a@exemple.fr", profile: .dpo)
      let before = try await administrator.reply(IdentityAPI.showAccount, ["account": account], NoInput())
      #expect(before.version == 1)
      let change = AccountChange(
        givenName: "Paule",
        profiles: [ProfileGrant(profile: .referent), ProfileGrant(profile: .ali, territories: [centre])])
      let after = try await administrator.call(
        IdentityAPI.changeAccount, ["account": account], change, version: before.version)
      #expect(after.givenName == "Paule")
      #expect(Set(after.profiles.map(\.profile)) == [.referent, .ali])
      let stale = await #expect(throws: Problem.self) {
        try await administrator.call(
          IdentityAPI.changeAccount, ["account": account], AccountChange(givenName: "P."), version: 1)
      }
      #expect(stale?.status == 412)
      #expect(stale?.current?["givenName"] == .string("Paule"))
      #expect(try await identity.refresh(asReferent.secret).account.name == "DURAND Paule")
      #expect(try await identity.refreshRefusal(asDelegate.secret) == Closure.profileWithdrawn.problem)
    }
  }

  @Test("what an account cannot be given is said field by field, and nothing is kept") func refused() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      func refusal(_ profiles: [ProfileGrant], email: String = "n@exemple.fr") async throws -> Problem {
        let new = NewAccount(email: email, familyName: "A", givenName: "B", profiles: profiles)
        let problem = await #expect(throws: Problem.self) {
          try await administrator.call(IdentityAPI.addAccount, [:], new)
        }
        return try #require(problem)
      }
      let reachless = try await refusal([
        ProfileGrant(profile: .ali), ProfileGrant(profile: .operateur), ProfileGrant(profile: .siege),
      ])
      #expect(reachless.faults?.map(\.field) == ["profiles.0.territories", "profiles.1.organisation"])
      let invented = try await refusal([
        ProfileGrant(profile: .ali, territories: [.new()]), ProfileGrant(profile: .operateur, organisation: .new()),
      ])
      #expect(invented.faults?.map(\.field) == ["profiles.0.territories", "profiles.1.organisation"])
      #expect(try await refusal([ProfileGrant(profile: .dpo), ProfileGrant(profile: .dpo)]).status == 422)
      #expect(try await refusal([], email: "ADMIN@exemple.fr").status == 409)
      #expect(try await identity.value("select count(*) from identity.account", as: Int.self) == 1)
    }
  }

  @Test("closing an account ends its sessions and links; nobody closes or dethrones themselves")
  func closure() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let own = try await administrator.call(IdentityAPI.showMe).account.id
      let account = try await identity.account("a@exemple.fr")
      let session = try await identity.signIn("a@exemple.fr")
      let invited = try await administrator.call(IdentityAPI.inviteAccount, ["account": account])
      #expect(invited.account.status == .active)
      #expect(try await administrator.call(IdentityAPI.closeAccount, ["account": account]).status == .closed)
      #expect(try await identity.refreshRefusal(session.secret) == Closure.accountClosed.problem)
      #expect(
        try await identity.acceptanceRefusal(identity.secret(invited), IdentityUnderTest.password) == Invitations.stale)
      #expect(try await identity.refusal("a@exemple.fr", IdentityUnderTest.password) == Entrance.refused)
      for _ in 0..<2 {
        let problem = await #expect(throws: Problem.self) {
          try await administrator.call(IdentityAPI.closeAccount, ["account": own])
        }
        #expect(problem?.status == 409)
      }
      let dethroned = await #expect(throws: Problem.self) {
        try await administrator.call(
          IdentityAPI.changeAccount, ["account": own], AccountChange(profiles: []), version: 1)
      }
      #expect(dethroned?.status == 409)
    }
  }

  @Test("no administrator becomes the one who reads what administrators did; another one may name them")
  func ownDelegate() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let own = try await administrator.call(IdentityAPI.showMe).account.id
      let both = AccountChange(profiles: [ProfileGrant(profile: .administrateur), ProfileGrant(profile: .dpo)])
      let refused = await #expect(throws: Problem.self) {
        try await administrator.call(IdentityAPI.changeAccount, ["account": own], both, version: 1)
      }
      #expect(refused?.status == 409 && refused?.title.contains("délégué") == true)
      try await identity.account("b@exemple.fr", [.administrateur])
      let other = identity.client(token: try await identity.signIn("b@exemple.fr").token)
      let changed = try await other.call(IdentityAPI.changeAccount, ["account": own], both, version: 1)
      #expect(Set(changed.profiles.map(\.profile)) == [.administrateur, .dpo])
    }
  }

  @Test("the open sessions of anybody are seen and closed, one or all, and the person is told who did it")
  func sessions() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let account = try await identity.account("a@exemple.fr")
      let desk = try await identity.signIn("a@exemple.fr", from: "192.0.2.7")
      let others = [try await identity.signIn("a@exemple.fr"), try await identity.signIn("a@exemple.fr")]
      let rows = try await administrator.call(IdentityAPI.listAccountSessions, ["account": account]).items
      #expect(rows.count == 3 && rows.contains { $0.address == "192.0.2.7" } && !rows.contains(where: \.current))
      for _ in 0..<2 {
        _ = try await administrator.call(
          IdentityAPI.closeAccountSession, ["account": account, "session": desk.session])
      }
      #expect(try await identity.refreshRefusal(desk.secret) == Closure.closedByAdministrator.problem)
      _ = try await identity.refresh(others[0].secret)
      let mine = try await administrator.call(IdentityAPI.listSessions).items[0].id
      await #expect(throws: Problem.notFound("Cette session")) {
        try await administrator.call(IdentityAPI.closeAccountSession, ["account": account, "session": mine])
      }
      #expect(
        try await administrator.call(IdentityAPI.closeAccountSessions, ["account": account])
          == ClosedSessions(closed: 2))
      for other in others {
        #expect(try await identity.refreshRefusal(other.secret) == Closure.closedByAdministrator.problem)
      }
      // An administrator who closes all of their own goes on with the one that asks.
      let own = try await administrator.call(IdentityAPI.showMe).account.id
      _ = try await identity.signIn("admin@exemple.fr")
      #expect(
        try await administrator.call(IdentityAPI.closeAccountSessions, ["account": own]) == ClosedSessions(closed: 1))
      #expect(try await administrator.call(IdentityAPI.listSessions).items.map(\.current) == [true])
      await #expect(throws: Problem.notFound("Ce compte")) {
        try await administrator.call(IdentityAPI.listAccountSessions, ["account": ID<Account>.new()])
      }
    }
  }

  @Test("a closed account is opened again with its profiles and a new password; the former one opens nothing")
  func reopened() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let account = try await identity.account("a@exemple.fr", [.referent, .dpo])
      let early = await #expect(throws: Problem.self) {
        try await administrator.call(IdentityAPI.reopenAccount, ["account": account])
      }
      #expect(early?.status == 409 && early?.type == "/problemes/deja-ouvert")
      _ = try await administrator.call(IdentityAPI.closeAccount, ["account": account])
      let statuses = await twentyAtOnce { _ in
        _ = try await administrator.call(IdentityAPI.reopenAccount, ["account": account])
      }
      #expect(statuses == [200: 1, 409: 19])
      #expect(try await identity.refusal("a@exemple.fr", IdentityUnderTest.password) == Entrance.refused)
      let invited = try await administrator.call(IdentityAPI.inviteAccount, ["account": account])
      #expect(invited.account.profiles.map(\.profile) == [.referent, .dpo])
      _ = try await identity.accept(identity.secret(invited), "quatre-autres-mots-ici")
      #expect(try await identity.signIn("a@exemple.fr", "quatre-autres-mots-ici").profile.code == .referent)
    }
  }

  @Test("what is named as the feed names it has the identifier that the feed will give it")
  func feedIdentifiers() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let territory = try await administrator.call(
        IdentityAPI.addTerritory, [:], NewTerritory(code: "CENTRE", name: "Centre"))
      let organisation = try await administrator.call(
        IdentityAPI.addOrganisation, [:],
        NewOrganisation(name: "AMESUD", kind: .accompagnement, territory: territory.id, genesisRef: "S012"))
      let account = try await administrator.call(
        IdentityAPI.addAccount, [:],
        NewAccount(
          email: "p@exemple.fr", familyName: "DURAND", givenName: "Paul", organisation: organisation.id, profiles: [],
          genesisRef: "R0001"))
      let expected = try await identity.value(
        """
        select array[md5('jalons.territory.CENTRE')::uuid, md5('jalons.organisation.S012')::uuid,
          md5('jalons.account.R0001')::uuid]
        """, as: [UUID].self)
      #expect(expected == [territory.id.value, organisation.id.value, account.account.id.value])
      let renamed = try await administrator.call(
        IdentityAPI.changeOrganisation, ["organisation": organisation.id], OrganisationChange(name: "AMESUD Privas"),
        version: 1)
      #expect(renamed.name == "AMESUD Privas" && renamed.territory == territory.id && renamed.version == 2)
      let placed = try await administrator.call(
        IdentityAPI.changeOrganisation, ["organisation": organisation.id],
        OrganisationChange(address: "2 rue Neuve", postalCode: "07000", commune: "Privas"), version: 2)
      #expect(placed.address == "2 rue Neuve" && placed.name == "AMESUD Privas")
      let emptied = try await administrator.call(
        IdentityAPI.changeOrganisation, ["organisation": organisation.id],
        OrganisationChange(address: "", postalCode: "", commune: ""), version: 3)
      #expect(emptied.address == nil && emptied.commune == nil)
      let stale = await #expect(throws: Problem.self) {
        try await administrator.call(
          IdentityAPI.changeOrganisation, ["organisation": organisation.id], OrganisationChange(name: "X"), version: 1)
      }
      #expect(stale?.status == 412)
      let found = try await administrator.call(
        IdentityAPI.listOrganisations, [:], OrganisationQuery(q: "amesud", kind: .accompagnement))
      #expect(found.items == [emptied])
      let twice = await #expect(throws: Problem.self) {
        try await administrator.call(IdentityAPI.addTerritory, [:], NewTerritory(code: "CENTRE", name: "Autre"))
      }
      #expect(twice?.status == 409)
    }
  }
}
