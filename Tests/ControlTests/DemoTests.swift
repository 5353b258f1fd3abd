import Service
import Testing

@testable import Control

@Suite("The demonstration") struct DemoTests {
  @Test("is made where only its own machine reaches it: everybody knows the accounts' password")
  func address() throws {
    for address in ["http://localhost:8080", "http://127.0.0.1:9080", "http://essai.localhost"] {
      try Demo.check(Settings(environment: ["JALONS_PUBLIC_URL": address]))
    }
    for address in ["https://jalons.exemple.fr", "http://192.0.2.7:8080", "http://localhost.exemple.fr"] {
      let settings = try Settings(environment: ["JALONS_PUBLIC_URL": address])
      #expect(throws: (any Error).self) { try Demo.check(settings) }
    }
  }

  @Test("has contracts in every state, and one person in six has none")
  func contracts() {
    let stands = [36, 24, 12, 6, 2]
    let lives = (0..<24).map { index in stands.compactMap { DemoContract.due(index, monthsAgo: $0)?.fate } }
    #expect(Set(lives.flatMap(\.self)) == Set(DemoContract.allCases))
    #expect(lives[0] == [.accepted, .accepted, .accepted] && lives[1] == [.refused, .accepted])
    #expect(lives.count { $0.isEmpty } == 4)
  }
}
