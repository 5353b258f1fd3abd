import Foundation
import Testing

/// A Redis server of one test's own, since streams have fixed names.
public final class TestRedis: @unchecked Sendable {
  public let port: Int
  // Touched by the test that started it alone.
  private var process: Process

  /// As the operator, who may do everything.
  public var url: String { "redis://127.0.0.1:\(port)" }

  /// As a process, with what `deploy/redis/users.acl` lets it do.
  public func url(of process: String) -> String { "redis://\(process):\(Self.password(of: process))@127.0.0.1:\(port)" }

  private static func password(of process: String) -> String { "test-\(process)" }

  /// Asks as the operator, by `redis-cli`, and gives what it prints.
  @discardableResult public func ask(_ arguments: String...) throws -> String {
    let (asking, output) = (Process(), Pipe())
    asking.executableURL = URL(filePath: "/usr/bin/redis-cli")
    asking.arguments = ["-p", "\(port)"] + arguments
    asking.standardOutput = output
    try asking.run()
    let answer = try output.fileHandleForReading.readToEnd() ?? Data()
    asking.waitUntilExit()
    return String(decoding: answer, as: UTF8.self)
  }

  private init(port: Int, process: Process) {
    self.port = port
    self.process = process
  }

  public static func start() async throws -> TestRedis {
    for _ in 0..<20 {
      let port = Int.random(in: 20_000...60_000)
      let process = try launch(port)
      for _ in 0..<100 {
        if !process.isRunning { break }
        if answers(port) { return TestRedis(port: port, process: process) }
        try await Task.sleep(for: .milliseconds(20))
      }
      process.terminate()
    }
    throw TestServerError("no redis-server would start")
  }

  /// Ends the server at once, as a power cut would; `restart` brings back an empty one.
  public func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Stops the server without ending it: connections stand, and nothing is answered.
  public func freeze() { Foundation.kill(process.processIdentifier, SIGSTOP) }

  public func thaw() { Foundation.kill(process.processIdentifier, SIGCONT) }

  public func restart() async throws {
    process = try Self.launch(port)
    while !Self.answers(port) { try await Task.sleep(for: .milliseconds(20)) }
  }

  public func stop() {
    if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
  }

  /// The users of the suite with the tests' passwords, and an operator without one.
  private static func users() throws -> URL {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../deploy/redis/users.acl")
    let lines = try String(contentsOf: root, encoding: .utf8).split(separator: "\n").map { line -> String in
      let parts = line.split(separator: "#", maxSplits: 1)
      guard let user = line.split(separator: " ").dropFirst().first, user != "default", parts.count == 2 else {
        return "user default on nopass ~* &* +@all"
      }
      return parts[0] + ">\(password(of: String(user)))" + parts[1].drop { $0 != ">" }.dropFirst()
    }
    let file = FileManager.default.temporaryDirectory.appending(path: "jalons-test-users.acl")
    try Data(lines.joined(separator: "\n").utf8).write(to: file, options: .atomic)
    return file
  }

  private static func launch(_ port: Int) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/redis-server")
    process.arguments = [
      "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--aclfile", try users().path,
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Whether somebody listens on a port of this machine.
  public static func answers(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
