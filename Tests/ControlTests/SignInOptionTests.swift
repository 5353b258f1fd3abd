import API
import ArgumentParser
import Foundation
import Service
import Testing

@testable import Control

@Suite("Who a command acts as") struct SignInOptionTests {
  private func file(_ text: String) throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)")
    try Data(text.utf8).write(to: path)
    return path.path
  }

  @Test("an access token comes from a file or the environment; what the command line says goes first")
  func order() throws {
    let (named, other) = (try file("jal_file\n"), try file("jal_other"))
    defer {
      for path in [named, other] { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path) } }
    }
    let both = try Settings(environment: ["JALONS_TOKEN": " jal_environment\n", "JALONS_TOKEN_FILE": other])
    #expect(try SignInOptions.token(file: named, email: nil, both) == "jal_file")
    #expect(try SignInOptions.token(file: nil, email: nil, both) == "jal_environment")
    #expect(try SignInOptions.token(file: nil, email: "a@exemple.fr", both) == nil)
    let alone = try Settings(environment: ["JALONS_TOKEN_FILE": other])
    #expect(try SignInOptions.token(file: nil, email: nil, alone) == "jal_other")
    #expect(try SignInOptions.token(file: nil, email: nil, Settings(environment: [:])) == nil)
  }

  @Test("a file that cannot be read, or holds something else, is told") func wrong() throws {
    let password = try file("Jalons-demo-2026!")
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: password) } }
    let nothing = try Settings(environment: [:])
    for path in [password, "/nowhere/token"] {
      #expect(throws: ValidationError.self) { try SignInOptions.token(file: path, email: nil, nothing) }
    }
  }
}
