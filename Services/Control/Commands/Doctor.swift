import API
import ArgumentParser
import Documents
import Domain
import Foundation
import Postgres
import Redis
import Service

/// Looks at every part and says what is wrong with it and what to do; exit code 1 where something is.
struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Checks database, streams and services.")

  func run() async throws {
    var sound = true
    func report(_ part: String, _ problem: String?) {
      print("\(problem == nil ? "ok  " : "FAIL") \(part)\(problem.map { ": \($0)" } ?? "")")
      if problem != nil { sound = false }
    }
    report("postgres", await Self.check { try await Self.database() })
    report("redis", await Self.check { try await Self.redis() })
    let missing = await Self.check { try await Self.county() }
    if let missing { print("warn county: \(missing)") }
    if let warning = try DocumentFonts.warning() { print("warn fonts: \(warning)") }
    let settings = try Settings()
    for process in ["gateway", "portal"] + ServiceName.allCases.map(\.rawValue) {
      for address in try settings.addresses(of: process) {
        report("\(process) \(address)", await Self.check { try await Self.ready(address) })
      }
    }
    if !sound { throw ExitCode(1) }
  }

  private static func check(_ body: () async throws -> String?) async -> String? {
    do { return try await body() } catch { return "\(error)" }
  }

  private static func database() async throws -> String? {
    try await Connection.withOwner { owner in
      try await owner.withTransaction(as: .system("doctor")) { transaction in
        let services = try await transaction.first(
          "select count(distinct service)::int from jalons.migration", as: Int.self)
        return services == ServiceName.allCases.count ? nil : "the schemas are incomplete: run jalonsctl migrate"
      }
    }
  }

  /// What the county has not said of itself, which something waits for.
  private static func county() async throws -> String? {
    let details = try await Connection.withOwner { owner in
      try await owner.withTransaction(as: .system("doctor")) { try await $0.county() }
    }
    let missing = CountyCommand.lines(details).filter { $0.0 != "adresse" && $0.1 == nil }.map(\.0)
    return missing.isEmpty ? nil : "\(missing.joined(separator: ", ")) missing: jalonsctl county set"
  }

  private static func redis() async throws -> String? {
    try await Connection.withRedis { try await $0.command("PING").string == "PONG" ? nil : "it does not answer PING" }
  }

  private static func ready(_ address: String) async throws -> String? {
    guard let url = URL(string: address) else { return "the address cannot be read" }
    guard let status = await HTTPProbe.status(of: url.appending(path: "health/ready")) else { return "does not answer" }
    return status == 200 ? nil : "not ready (\(status))"
  }
}
