import Domain
import Foundation
import Testing

@Suite("The page on access") struct AccessPageTests {
  private static func row(_ profile: Profile) -> String {
    let rights = Right.allCases.filter(profile.rights.contains).map(\.rawValue).joined(separator: ", ")
    return "| \(profile.label) (`\(profile.rawValue)`) | \(profile.scope.rawValue) | \(rights) |"
  }

  @Test("tells of each profile its scope and its rights, as they are declared", arguments: Profile.allCases)
  func told(profile: Profile) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = try String(contentsOf: root.appending(path: "deploy/docs/access.md"), encoding: .utf8)
    let expected = Self.row(profile)
    #expect(page.split(separator: "\n").contains { $0 == expected }, "deploy/docs/access.md wants: \(expected)")
  }
}
