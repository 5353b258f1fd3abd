import API
import ArgumentParser
import Domain
import Foundation
import Service

struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Makes a demonstration county: three days of the feed and three years of life, through the public interface.")
  @Option(help: "The gateway's address; JALONS_GATEWAY_URL by default.") var address: String?
  @Option(help: "Applicants and partners.") var persons = 7000

  func run() async throws {
    try Self.check(Settings())
    try await Connection.withOwner { try await seedDemoAccounts($0) }
    try await waitForGateway()
    let settings = try Settings()
    let county = DemoCounty(
      client: try Connection.client(address: address), persons: persons, today: settings.now.today,
      clock: try DemoClock(settings))
    try await county.make()
  }

  /// - Throws: where others than this machine reach the instance: they know the password.
  static func check(_ settings: Settings) throws {
    guard settings.isForThisMachineAlone else {
      throw ValidationError(
        "The demonstration's accounts have a password that everybody knows: they are made on one's own machine alone, "
          + "and JALONS_PUBLIC_URL is \(settings.string("JALONS_PUBLIC_URL", default: "")).")
    }
  }

  /// Two minutes at most: in a network of containers it may still be starting.
  private func waitForGateway() async throws {
    guard let url = try URL(string: address ?? Settings().string("JALONS_GATEWAY_URL")) else {
      throw ValidationError("The gateway's address is no address.")
    }
    for _ in 0..<120 {
      if await HTTPProbe.status(of: url.appending(path: "health/ready")) == 200 { return }
      try await Task.sleep(for: .seconds(1))
    }
    throw ValidationError("The gateway at \(url) is not ready. See: jalonsctl doctor")
  }
}
