import Foundation
import Logging
import Testing

@testable import Redis

@Suite("Connections", .timeLimit(.minutes(1)))
struct ConnectionTests {
  @Test("a client comes back to a server that was killed, and finds it emptied")
  func reconnect() async throws {
    let server = try RedisServer()
    let url = server.url
    try await withClient(url) { client in
      try await eventually { client.isConnected }
      _ = try await client.command("SET", "key", "value")
      let blocked = Task {
        try await client.withConnection { try await $0.command(["BLPOP", "list", "0"], timeout: .seconds(30)) }
      }
      let inFlight = Task { try await client.command("BLPOP", "list", "0") }
      try await Task.sleep(for: .milliseconds(200))

      server.kill()
      for task in [blocked, inFlight] {
        let error = await #expect(throws: RedisError.self) { try await task.value }
        #expect(error?.code == .connection)
      }
      try await eventually { !client.isConnected }
      let start = ContinuousClock.now
      let error = await #expect(throws: RedisError.self) { try await client.command("PING") }
      #expect(error?.code == .connection)
      #expect((Duration.milliseconds(900)...Duration.seconds(3)).contains(ContinuousClock.now - start))

      try server.start()
      try await eventually { client.isConnected }
      #expect(try await client.command("GET", "key") == .null)
    }
  }

  @Test("a command issued before run, or just before the server is up, waits for the connection")
  func early() async throws {
    let server = try RedisServer()
    let client = RedisClient(configuration: try RedisConfiguration(url: server.url), logger: Logger(label: "test"))
    async let early = client.command("PING")
    try await Task.sleep(for: .milliseconds(50))
    let running = Task { await client.run() }
    #expect(try await early == .status("PONG"))

    running.cancel()
    await running.value
    #expect(!client.isConnected)
    for attempt in [
      { try await client.command("PING") },
      { try await client.withConnection { try await $0.command(["PING"], timeout: .seconds(1)) } },
    ] {
      let error = await #expect(throws: RedisError.self) { try await attempt() }
      #expect(error?.code == .closed)
    }
  }

  @Test("a task cancelled while it waits for a connection stops waiting")
  func cancelledWaiting() async throws {
    let client = RedisClient(
      configuration: try RedisConfiguration(url: "redis://127.0.0.1:1"), logger: Logger(label: "test"))
    let waiting = Task { try await client.command("PING") }
    try await Task.sleep(for: .milliseconds(50))
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
  }

  @Test("when run ends, blocking reads end too")
  func shutdown() async throws {
    let server = try RedisServer()
    let client = RedisClient(configuration: try RedisConfiguration(url: server.url), logger: Logger(label: "test"))
    let running = Task { await client.run() }
    try await eventually { client.isConnected }
    let blocked = Task {
      try await client.withConnection { try await $0.command(["BLPOP", "list", "0"], timeout: .seconds(30)) }
    }
    try await eventually { try await client.command("CLIENT", "LIST").string?.contains("cmd=blpop") == true }
    running.cancel()
    await running.value
    let error = await #expect(throws: RedisError.self) { try await blocked.value }
    #expect(error?.code == .closed)
  }

  @Test("a server that stops answering costs the connection, and only until it answers again")
  func timeout() async throws {
    let server = try RedisServer()
    let url = server.url
    try await withClient(url) { client in
      try await eventually { client.isConnected }
      try await client.withConnection { connection in
        server.signal(SIGSTOP)
        defer { server.signal(SIGCONT) }
        let shared = Task { try await client.command("PING") }
        let patient = Task { try await connection.command(["PING"], timeout: .seconds(20)) }
        let error = await #expect(throws: RedisError.self) {
          try await connection.command(["PING"], timeout: .milliseconds(200))
        }
        #expect(error?.code == .timeout)
        let other = await #expect(throws: RedisError.self) { try await patient.value }
        #expect(other?.code == .connection)
        let start = ContinuousClock.now
        let late = await #expect(throws: RedisError.self) { try await shared.value }
        #expect(late?.code == .timeout)
        #expect(ContinuousClock.now - start > .seconds(4))
      }
      try await eventually { client.isConnected }
      #expect(try await client.command("PING") == .status("PONG"))
    }
  }

  @Test("the password in the address opens; a wrong or missing one is the server's refusal")
  func password() async throws {
    let server = try RedisServer { port, _ in ["--port", "\(port)", "--requirepass", "se@cret"] }
    let address = "127.0.0.1:\(server.port)"
    try await withClient("redis://:se%40cret@\(address)/3") { client in
      try await eventually { client.isConnected }
      #expect(try await client.command("SET", "key", "x") == .status("OK"))
      #expect(try await client.command("CLIENT", "LIST").string?.contains("name=jalons") == true)
      #expect(try await client.command("CLIENT", "INFO").string?.contains(" db=3 ") == true)
    }
    for url in ["redis://:wrong@\(address)", "redis://\(address)"] {
      try await withClient(url) { client in
        let refused = await #expect(throws: RedisError.self) {
          try await client.withConnection { try await $0.command(["PING"], timeout: .seconds(1)) }
        }
        #expect(refused?.code == .server)
        let unconnected = await #expect(throws: RedisError.self) { try await client.command("PING") }
        #expect(unconnected?.code == .connection)
        #expect(unconnected?.message.contains(url.contains("wrong") ? "WRONGPASS" : "NOAUTH") == true)
      }
    }
  }

  @Test("over TLS the server's certificate is verified")
  func tls() async throws {
    let server = try RedisServer { port, folder in
      let (key, certificate) = (folder.appending(path: "key.pem").path, folder.appending(path: "cert.pem").path)
      let openssl = try Process.run(
        URL(filePath: "/usr/bin/openssl"),
        arguments: [
          "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
          "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
        ])
      openssl.waitUntilExit()
      return [
        "--port", "0", "--tls-port", "\(port)", "--tls-cert-file", certificate, "--tls-key-file", key,
        "--tls-auth-clients", "no",
      ]
    }
    let authority = server.folder.appending(path: "cert.pem").path
    let port = server.port
    try await withClient("rediss://localhost:\(port)", certificateAuthority: authority) { client in
      try await eventually { client.isConnected }
      let replies = try await client.pipeline((1...2_000).map { ["ECHO", "\($0)"] })
      #expect(replies.map(\.int) == (1...2_000).map { $0 })
    }
    // An authority nobody vouches for, then a name that is not the certificate's.
    for (url, trusted) in [("rediss://localhost:\(port)", nil), ("rediss://127.0.0.1:\(port)", authority)] {
      try await withClient(url, certificateAuthority: trusted) { client in
        let error = await #expect(throws: RedisError.self) { try await client.command("PING") }
        #expect(error?.code == .connection)
        #expect(error?.message.lowercased().contains("certificate") == true, "\(error?.message ?? "")")
      }
    }
  }

  @Test("pauses between attempts are random, and never above five seconds")
  func pauses() {
    for failures in [0, 1, 5, 60] {
      let pauses = (1...200).map { _ in RedisClient.pause(after: failures) }
      #expect(Set(pauses).count > 20)
      #expect(pauses.allSatisfy { $0 <= min(.seconds(5), .milliseconds(50) * (1 << min(failures, 10))) })
    }
  }
}
