import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Identity

@Suite("Numbers at work", .database) struct PhoneTests {
  @Test("an administrator and the person themselves give a number; what is none is refused; nothing takes it away")
  func given() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let new = NewAccount(
        email: "lea.martin@exemple.fr", familyName: "MARTIN", givenName: "Léa", phone: "04.75.66.01.02",
        profiles: [ProfileGrant(profile: .referent)])
      let invited = try await administrator.call(IdentityAPI.addAccount, [:], new)
      #expect(invited.account.phone == "0475660102")
      let path = ["account": invited.account.id]
      // What is not said stays as it is.
      let renamed = try await administrator.call(
        IdentityAPI.changeAccount, path, AccountChange(familyName: "MARTIN-ROUX"), version: invited.account.version)
      #expect(renamed.phone == "0475660102")
      let wrong = await #expect(throws: Problem.self) {
        try await administrator.call(
          IdentityAPI.changeAccount, path, AccountChange(phone: "12"), version: renamed.version)
      }
      #expect(wrong?.faults?.map(\.field) == ["phone"])
      let taken = try await administrator.call(
        IdentityAPI.changeAccount, path, AccountChange(phone: ""), version: renamed.version)
      #expect(taken.phone == nil)

      _ = try await identity.accept(identity.secret(invited), IdentityUnderTest.password)
      let own = identity.client(token: try await identity.signIn(new.email).token)
      #expect(
        try await own.call(IdentityAPI.changeOwnPhone, [:], OwnPhone(phone: "+33 6 12 34 56 78")).phone
          == "06 12 34 56 78")
      #expect(try await own.call(IdentityAPI.showMe).phone == "06 12 34 56 78")
      let none = await #expect(throws: Problem.self) {
        try await own.call(IdentityAPI.changeOwnPhone, [:], OwnPhone(phone: "bureau 12"))
      }
      #expect(none?.status == 422)
      _ = try await own.call(IdentityAPI.changeOwnPhone, [:], OwnPhone(phone: nil))
      #expect(try await own.call(IdentityAPI.showMe).phone == nil)
    }
  }
}
