import Foundation
import Logging
import Synchronization
import Testing

@testable import Redis

/// A Redis of one test's own, on a free port of this machine, that can be killed, frozen and started again.
final class RedisServer: Sendable {
  let port: Int
  private let options: [String]
  let folder: URL
  private let process = Mutex<pid_t?>(nil)

  /// - Parameter options: more arguments of `redis-server`. `--port 0` among them leaves plain TCP out.
  init(_ options: (_ port: Int, _ folder: URL) throws -> [String] = { port, _ in ["--port", "\(port)"] }) throws {
    port = try Self.freePort()
    folder = FileManager.default.temporaryDirectory.appending(path: "redis-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    self.options = try options(port, folder)
    try start()
  }

  deinit {
    kill()
    // What is left over in the temporary folder harms nobody, and a deinit has nobody to tell.
    do { try FileManager.default.removeItem(at: folder) } catch { print("left \(folder.path): \(error)") }
  }

  var url: String { "redis://127.0.0.1:\(port)" }

  /// Starts it, empty, since nothing is ever saved.
  func start() throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/redis-server")
    process.arguments = ["--bind", "127.0.0.1", "--save", "", "--dir", folder.path] + options
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    self.process.withLock { $0 = process.processIdentifier }
  }

  /// Ends it at once, as a power cut would.
  func kill() { signal(SIGKILL) }

  /// Sends a signal, such as `SIGSTOP`, after which it accepts connections and answers nothing.
  func signal(_ number: Int32) {
    process.withLock { process in
      guard let running = process else { return }
      _ = Foundation.kill(running, number)
      if number == SIGKILL { process = nil }
    }
  }

  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
      }
    }
    try #require(result == 0)
    return Int(UInt16(bigEndian: address.sin_port))
  }
}

/// Runs `body` with a client that runs meanwhile. Without `url`, it is the Redis named in `JALONS_TEST_REDIS`.
func withClient<R: Sendable>(
  _ url: String? = nil, certificateAuthority: String? = nil, _ body: @Sendable (RedisClient) async throws -> R
) async throws -> R {
  let shared = ProcessInfo.processInfo.environment["JALONS_TEST_REDIS"]
  let url = try #require(url ?? shared, "JALONS_TEST_REDIS must name a Redis for tests")
  var configuration = try RedisConfiguration(url: url)
  configuration.certificateAuthority = certificateAuthority
  let client = RedisClient(configuration: configuration, logger: Logger(label: "test"))
  return try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { await client.run() }
    defer { group.cancelAll() }
    return try await body(client)
  }
}

/// A key or stream that no other test has.
func freshKey(_ name: String = "key") -> String { "test:\(UUID().uuidString):\(name)" }

/// Tries again, up to `limit`, until `condition` holds.
func eventually(
  within limit: Duration = .seconds(10), _ condition: () async throws -> Bool,
  sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  let end = ContinuousClock.now + limit
  while try await !condition() {
    try #require(ContinuousClock.now < end, "not within \(limit)", sourceLocation: sourceLocation)
    try await Task.sleep(for: .milliseconds(20))
  }
}
