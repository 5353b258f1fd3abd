import API
import ArgumentParser
import Domain
import Foundation
import Logging
import Postgres
import Redis
import Service

/// How the commands reach the database and the services: by the settings of every process.
enum Connection {
  /// An operator's screen is for answers: connections that succeed are not told.
  private static var logger: Logger {
    var logger = Logger(label: "jalonsctl")
    logger.logLevel = .warning
    return logger
  }

  /// The owner of the schemas, from `JALONS_POSTGRES_ADMIN` (`host=… dbname=… user=… password=…`).
  static func owner(statementTimeout: Duration = .seconds(3600)) throws -> PostgresClient {
    let conninfo = try Settings().string("JALONS_POSTGRES_ADMIN")
    var fields: [String: String] = [:]
    for field in conninfo.split(separator: " ") {
      let parts = field.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
    }
    let rest = fields.filter { $0.key != "user" && $0.key != "password" }.sorted { $0.key < $1.key }
      .map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    return PostgresClient(
      configuration: .init(
        conninfo: rest, user: fields["user"] ?? "jalons", password: fields["password"], maximum: 2,
        statementTimeout: statementTimeout), logger: logger)
  }

  /// The gateway's public interface, by which the demonstration and the feed come in like anybody else.
  static func client(address: String?) throws -> APIClient {
    let settings = try Settings()
    let base = try address ?? settings.optional("JALONS_GATEWAY_URL") ?? settings.addresses(of: "gateway").first ?? ""
    // Reached by another name than its public one, as in a network of containers, the gateway is still asked as that.
    let known = settings.optional("JALONS_PUBLIC_URL").flatMap { URL(string: $0) }
    let host = known.flatMap { known in known.host().map { $0 + (known.port.map { ":\($0)" } ?? "") } }
    // What is starting, or starting again, is there in a moment: a command does not end at its first « not now ».
    return APIClient(addresses: { _ in [base] }, headers: address == nil ? host.map { [("host", $0)] } ?? [] : [])
      .waiting(.seconds(60))
  }

  /// Runs `body` with a connection as owner, and closes it.
  static func withOwner<R: Sendable>(_ body: (PostgresClient) async throws -> R) async throws -> R {
    let owner = try owner()
    do {
      let result = try await body(owner)
      await owner.close()
      return result
    } catch {
      await owner.close()
      throw error
    }
  }

  /// Runs `body` with a connection to Redis, and closes it.
  static func withRedis<R: Sendable>(_ body: (RedisClient) async throws -> R) async throws -> R {
    let client = RedisClient(
      configuration: try RedisConfiguration(url: Settings().string("JALONS_REDIS")), logger: logger)
    let running = Task { await client.run() }
    defer { running.cancel() }
    return try await body(client)
  }
}

/// A line of progress: rewritten in place on a terminal, one line an event elsewhere.
struct ProgressLine {
  private let isTerminal = isatty(1) == 1

  func show(_ text: String) {
    print(isTerminal ? "\r\u{1B}[K\(text)" : text, terminator: isTerminal ? "" : "\n")
    fflush(nil)
  }

  func done(_ text: String) { print(isTerminal ? "\r\u{1B}[K\(text)" : text) }
}
