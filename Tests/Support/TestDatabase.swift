import API
import Domain
import Foundation
import Logging
import Migrations
import Postgres
import Testing

/// A database of one test's own, cloned in milliseconds from a migrated template.
public struct TestDatabase: Sendable {
  @TaskLocal public static var current: TestDatabase?

  /// libpq's text without a user.
  public let conninfo: String

  /// The database of the running test.
  public static func required(_ location: SourceLocation = #_sourceLocation) throws -> TestDatabase {
    try #require(current, "the suite lacks the trait .database", sourceLocation: location)
  }

  /// Connected as a service's login role, as the service itself is.
  public func client(_ service: ServiceName) -> PostgresClient {
    PostgresClient(
      configuration: .init(conninfo: conninfo, user: service.rawValue, maximum: 4, rolePrefix: service.rawValue),
      logger: Logger(label: "test"))
  }

  /// Connected as the owner, whom no policy stops; for setting the scene and for looking behind it.
  public func owner<R: Sendable>(_ body: @escaping @Sendable (Transaction) async throws -> R) async throws -> R {
    let client = PostgresClient(
      configuration: .init(conninfo: conninfo, user: TestServer.user, maximum: 1), logger: Logger(label: "test"))
    do {
      let result = try await client.withTransaction(as: .system("test"), body)
      await client.close()
      return result
    } catch {
      await client.close()
      throw error
    }
  }
}

extension Trait where Self == DatabaseTrait {
  /// Each test of the suite has a database of its own.
  public static var database: DatabaseTrait { DatabaseTrait() }
}

public struct DatabaseTrait: TestTrait, SuiteTrait, TestScoping {
  public var isRecursive: Bool { true }

  public func scopeProvider(for test: Test, testCase: Test.Case?) -> DatabaseTrait? { testCase == nil ? nil : self }

  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let (name, database) = try await TestServer.shared.clone()
    let result: Result<Void, any Error>
    do {
      try await TestDatabase.$current.withValue(database) { try await function() }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    try await TestServer.shared.drop(name)
    try result.get()
  }
}

/// The Postgres that the tests were given (`JALONS_TEST_POSTGRES`): only one on this machine is ever touched.
actor TestServer {
  static let shared = TestServer()
  static let user = "jalons"

  private var template: Task<String, any Error>?
  private var running = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []

  private static func conninfo(_ database: String) throws -> String {
    guard let given = ProcessInfo.processInfo.environment["JALONS_TEST_POSTGRES"] else {
      throw TestServerError("JALONS_TEST_POSTGRES is not set: run the tests with ./jalons test")
    }
    let parts = given.split(separator: " ").filter { !$0.hasPrefix("dbname=") && !$0.hasPrefix("user=") }
    guard parts.contains(where: { $0.hasPrefix("host=/") || $0.hasPrefix("host=127.0.0.1") }) else {
      throw TestServerError("tests run against a server on this machine alone")
    }
    return parts.joined(separator: " ") + " dbname=\(database)"
  }

  private static func admin() throws -> PostgresClient {
    PostgresClient(
      configuration: .init(
        conninfo: try conninfo("postgres"), user: user, maximum: 1, statementTimeout: .seconds(120)),
      logger: Logger(label: "test"))
  }

  func clone() async throws -> (String, TestDatabase) {
    if running >= 6 { await withCheckedContinuation { waiting.append($0) } }
    running += 1
    do {
      let template = self.template ?? Task { try await Self.makeTemplate() }
      self.template = template
      let name = "jalons_test_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
      try await Self.tell("create database \(name) template \(try await template.value) strategy file_copy")
      return (name, TestDatabase(conninfo: try Self.conninfo(name)))
    } catch {
      // A migration that fails is every test's failure, and nobody's to wait for.
      leave()
      throw error
    }
  }

  func drop(_ name: String) async throws {
    defer { leave() }
    try await Self.tell("drop database if exists \(name) with (force)")
  }

  private func leave() {
    running -= 1
    if !waiting.isEmpty { waiting.removeFirst().resume() }
  }

  private static func tell(_ statement: String) async throws {
    let admin = try admin()
    do {
      try await admin.runDirectly(statement)
    } catch {
      await admin.close()
      throw error
    }
    await admin.close()
  }

  private static func makeTemplate() async throws -> String {
    let services = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Services")
    let name = "jalons_template_\(ProcessInfo.processInfo.processIdentifier)"
    try await tell("drop database if exists \(name)")
    try await tell("create database \(name)")
    let owner = PostgresClient(
      configuration: .init(conninfo: try conninfo(name), user: user, maximum: 1, statementTimeout: .seconds(120)),
      logger: Logger(label: "test"))
    try await Migrator(postgres: owner, folder: services).migrate()
    try await owner.runDirectly(
      """
      update identity.county set name = 'Département de l’Ardèche', department = '07', sms_sender = 'CD ARDECHE',
        mail_sender = 'Jalons <ne-pas-repondre@localhost>'
      """)
    await owner.close()
    return name
  }
}

struct TestServerError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
