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
}
