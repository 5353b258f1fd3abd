import API
import ArgumentParser
import Domain
import Foundation
import Service

struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes a demonstration county: three days of the feed and some life, through the public interface.")
  @Option(help: "The gateway's address; JALONS_GATEWAY_URL by default.") var address: String?
  @Option(help: "Applicants and partners.") var persons = 7000

  func run() async throws {
    try await Connection.withOwner { try await seedDemoAccounts($0) }
    let county = DemoCounty(client: try Connection.client(address: address), persons: persons)
    try await county.make()
  }
}
