import API
import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import TestSupport
import Testing

/// A process of the suite as it is shipped: the executable, its environment, its output and its exit code.
@Suite("An executable", .database, .timeLimit(.minutes(2))) struct ExecutableTests {
  private struct Outcome {
    let status: Int32
    let lines: [[String: String]]
    var last: String { lines.last?["message"] ?? "" }
  }

  /// Starts `Dossiers` with these settings alone, runs `body` meanwhile, and waits for its end.
  private static func run(_ settings: [String: String], _ body: (Process) async throws -> Void = { _ in }) async throws
    -> Outcome
  {
    let process = Process()
    // Built beside the tests.
    process.executableURL = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(
      path: "Dossiers")
    process.environment = settings.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own }
    let output = FileManager.default.temporaryDirectory.appending(path: "jalons-\(UUID().uuidString).log")
    #expect(FileManager.default.createFile(atPath: output.path, contents: nil))
    defer { try? FileManager.default.removeItem(at: output) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    try await body(process)
    while process.isRunning { try await Task.sleep(for: .milliseconds(20)) }
    let lines = try Data(contentsOf: output).split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode([String: String].self, from: Data($0))
    }
    return Outcome(status: process.terminationStatus, lines: lines)
  }

  private static func settings(_ redis: TestRedis) throws -> [String: String] {
    [
      "JALONS_POSTGRES": try TestDatabase.required().conninfo, "JALONS_REDIS": redis.url,
      "JALONS_SECRET": "test-secret-of-thirty-two-bytes!!", "JALONS_PORT": "\(Int.random(in: 20_000...32_000))",
      "JALONS_FILES": FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path,
    ]
  }

  @Test("starts, says with what without its secrets, answers, and ends well when it is told to")
  func life() async throws {
    let redis = try await TestRedis.start()
    defer { redis.stop() }
    let settings = try Self.settings(redis)
    let moment = Moments()
    let outcome = try await Self.run(settings) { process in
      let address = "http://127.0.0.1:\(settings["JALONS_PORT"] ?? "")/health/ready"
      var isReady = false
      while !isReady, process.isRunning {
        do {
          isReady =
            try await HTTPClient.shared.execute(HTTPClientRequest(url: address), timeout: .seconds(5)).status == .ok
        } catch { try await Task.sleep(for: .milliseconds(50)) }
      }
      #expect(isReady)
      moment.begin()
      process.terminate()
    }
    #expect(outcome.status == 0)
    #expect(moment.sinceBegin < .seconds(10))
    let start = try #require(outcome.lines.first { $0["message"] == "starting" })
    #expect(start["JALONS_SECRET"] == "•••" && start["JALONS_REDIS"] == "•••")
    #expect(start["JALONS_PORT"] == settings["JALONS_PORT"] && start["process"] == "dossiers")
    #expect(outcome.last == "stopped")
  }

  @Test("that lacks a setting, or has a wrong one, does not start, and names it in one line")
  func settings() async throws {
    let redis = try await TestRedis.start()
    defer { redis.stop() }
    let good = try Self.settings(redis)
    for (name, value, said) in [
      ("JALONS_POSTGRES", nil, "JALONS_POSTGRES is not set"), ("JALONS_REDIS", nil, "JALONS_REDIS is not set"),
      ("JALONS_REDIS", "redis.example.org", "JALONS_REDIS: the address"),
      ("JALONS_POSTGRES_CONNECTIONS", "0", "JALONS_POSTGRES_CONNECTIONS must be 1 to 1000, not 0"),
      ("JALONS_PORT", "eighty", "JALONS_PORT must be a whole number, not eighty"),
    ] as [(String, String?, String)] {
      var settings = good
      settings[name] = value
      let outcome = try await Self.run(settings)
      #expect(outcome.status == 78 && outcome.last.contains(said), "\(name): \(outcome.last)")
      #expect(outcome.lines.last?["level"] == "critical")
    }
  }

  @Test("does not start on a schema older than it needs, and says what to run")
  func olderSchema() async throws {
    let redis = try await TestRedis.start()
    defer { redis.stop() }
    try await TestDatabase.required().owner { transaction in
      _ = try await transaction.execute("delete from jalons.migration where service = 'dossiers'")
    }
    let outcome = try await Self.run(Self.settings(redis))
    #expect(outcome.status == 78)
    #expect(outcome.last.contains("the schema dossiers is at version 0") && outcome.last.contains("jalonsctl migrate"))
  }

  @Test("that cannot reach its database says so and ends, rather than crash")
  func withoutDatabase() async throws {
    let redis = try await TestRedis.start()
    defer { redis.stop() }
    var settings = try Self.settings(redis)
    settings["JALONS_POSTGRES"] = "host=127.0.0.1 port=1"
    let outcome = try await Self.run(settings)
    #expect(outcome.status == 1)
    #expect(
      outcome.last == "process ends after an unexpected error"
        && outcome.lines.last?["error"]?.contains("08001") == true)
  }
}
