import API
import Domain
import Foundation
import Service
import TestSupport
import Testing

@testable import Identity

@Suite("Who the county is", .database) struct CountyTests {
  private static let creuse = CountyDetails(
    name: "Département de la Creuse", department: "23", address: "Hôtel du Département\n23000 Guéret",
    smsSender: "CD CREUSE", mailSender: "Jalons <jalons@creuse.example>")

  @Test(
    "the county says who it is, with who said so and when; a stale change is refused, the same again leaves no line")
  func change() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let before = try await administrator.call(IdentityAPI.showCounty)
      #expect(before.details.department == "07" && before.version == 1 && before.logo == nil)
      let after = try await administrator.call(IdentityAPI.changeCounty, [:], Self.creuse, version: 1)
      #expect(after.details == Self.creuse && after.version == 2)
      var spaced = Self.creuse
      spaced.name = " Département de la Creuse "
      #expect(try await administrator.call(IdentityAPI.changeCounty, [:], spaced, version: 2).version == 2)
      let stale = await #expect(throws: Problem.self) {
        try await administrator.call(IdentityAPI.changeCounty, [:], CountyDetails(), version: 1)
      }
      #expect(stale?.status == 412 && stale?.current?["version"]?.int == 2)
      let lines = try await administrator.call(IdentityAPI.listCountyChanges, [:], CountyChangeQuery()).items
      #expect(lines.map(\.after) == [Self.creuse] && lines.first?.before == before.details)
      #expect(lines.first?.accountName == "MERCIER Louise")
    }
  }

  @Test(
    "what cannot be right is refused at its field",
    arguments: [
      (CountyDetails(department: "96"), "department"), (CountyDetails(department: "20"), "department"),
      (CountyDetails(smsSender: "CD Ardèche"), "smsSender"), (CountyDetails(smsSender: "0612345678"), "smsSender"),
      (CountyDetails(mailSender: "Jalons"), "mailSender"), (CountyDetails(mailSender: "Jalons <a@b"), "mailSender"),
    ] as [(CountyDetails, String)])
  func faults(details: CountyDetails, field: String) {
    #expect(details.faults.map(\.field) == [field])
  }

  @Test("its picture is PNG or JPEG whatever the file is called, and open to whoever signs in")
  func logo() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let nobody = identity.client()
      let missing = await #expect(throws: Problem.self) {
        try await nobody.file(IdentityAPI.showCountyLogo, [:], NoInput())
      }
      #expect(missing?.status == 404)
      let script = Data("<svg onload=\"alert(1)\"/>".utf8)
      let refused = await #expect(throws: Problem.self) {
        try await administrator.upload(IdentityAPI.keepCountyLogo, query: ["name": "logo.png"], bytes: script)
      }
      #expect(refused?.status == 422 && refused?.faults?.first?.field == "file")
      let picture = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) + Data(repeating: 7, count: 1000)
      let kept = try await administrator.upload(IdentityAPI.keepCountyLogo, bytes: picture)
      #expect(kept.logo != nil && kept.version == 2)
      let shown = try await nobody.file(IdentityAPI.showCountyLogo, [:], NoInput())
      #expect(shown.bytes == picture && shown.contentType == "image/png")
      let large = await #expect(throws: Problem.self) {
        try await administrator.upload(
          IdentityAPI.keepCountyLogo, bytes: picture + Data(count: County.logoBytes))
      }
      #expect(large?.status == 413)
    }
  }
}
