import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

/// Rule A2: the table is seeded as data; a county's administrator may narrow it.
@Suite("Rights of the profiles", .database) struct ProfileRightTests {
  @Test("a right that is taken is in no token from then on, until it is given back; both stay with who decided")
  func narrowed() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      try await identity.account("a@exemple.fr")
      let all = try await administrator.call(IdentityAPI.listProfileRights)
      #expect(all.map(\.profile) == Profile.allCases && all.allSatisfy { $0.rights == $0.usual && $0.version == 0 })
      let usual = try #require(all.first { $0.profile == .referent })
      #expect(Set(usual.usual) == Profile.referent.rights && usual.accounts == 1 && usual.kept == [])

      let fewer = usual.usual.filter { $0 != .writeNotes && $0 != .standby }
      let taken = try await identity.decide(fewer, for: .referent, version: 0, administrator)
      #expect(taken.rights == fewer && taken.version == 1)
      func rights() async throws -> Set<Right> {
        let token = try await identity.signIn("a@exemple.fr").token
        return Set(try await identity.client(token: token).call(IdentityAPI.showMe).rights)
      }
      #expect(try await rights() == Set(fewer))
      // The same again leaves no line.
      #expect(try await identity.decide(fewer.reversed(), for: .referent, version: 1, administrator).version == 1)
      let stale = await #expect(throws: Problem.self) {
        try await identity.decide(usual.usual, for: .referent, version: 0, administrator)
      }
      #expect(stale?.status == 412 && stale?.current?["version"]?.int == 1)
      _ = try await identity.decide(usual.usual, for: .referent, version: 1, administrator)
      #expect(try await rights() == Profile.referent.rights)

      let lines = try await administrator.call(
        IdentityAPI.listProfileRightChanges, [:], ProfileRightChangeQuery(profile: .referent)
      ).items
      #expect(lines.map(\.withdrawn) == [[], [.standby, .writeNotes]])
      #expect(lines.map(\.restored) == [[.standby, .writeNotes], []])
      #expect(lines.allSatisfy { $0.accountName == "MERCIER Louise" })
      let others = ProfileRightChangeQuery(profile: .siege)
      #expect(try await administrator.call(IdentityAPI.listProfileRightChanges, [:], others).items.isEmpty)
    }
  }

  @Test("nothing is given beyond the access table, and who administers and who watches keep what makes them so")
  func bounds() async throws {
    func codes(_ rights: Set<Right>, _ profile: Profile) -> [String] {
      ProfileRightStore.faults(ProfileRightsDraft(rights: Array(rights)), of: profile).map(\.code)
    }
    #expect(codes(Profile.referent.rights, .referent) == [])
    #expect(codes([], .referent) == [])
    #expect(codes([.readDossiers, .administer], .referent) == ["en-trop"])
    #expect(codes([.readDossiers], .administrateur) == ["indispensable"])
    #expect(codes([.administer], .administrateur) == [])
    #expect(codes([], .dpo) == ["indispensable"])
    #expect(codes([.operate], .dpo) == ["en-trop", "indispensable"])
  }

  @Test("of twenty who change a profile from the same version, one wins") func race() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let usual = Profile.ali.ordered(Profile.ali.rights)
      _ = try await administrator.call(IdentityAPI.listProfileRights)
      let statuses = await twentyAtOnce { index in
        _ = try await identity.decide(
          usual.filter { $0 != usual[index % usual.count] }, for: .ali, version: 0, administrator)
      }
      #expect(statuses == [200: 1, 412: 19])
    }
  }
}

extension IdentityUnderTest {
  fileprivate func decide(
    _ rights: [Right], for profile: Profile, version: Int, _ administrator: APIClient
  ) async throws -> ProfileRights {
    try await administrator.call(
      IdentityAPI.changeProfileRights, ["profile": profile.rawValue], ProfileRightsDraft(rights: rights),
      version: version)
  }
}
