import Foundation
import Logging
import Testing

@testable import Redis

@Suite("Commands", .timeLimit(.minutes(1)))
struct CommandTests {
  @Test("five thousand commands at once each get their own reply")
  func concurrentCommands() async throws {
    try await withClient { client in
      let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
        for number in 0..<5_000 {
          group.addTask { try await client.command("ECHO", "\(number)").string != "\(number)" }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(wrong == 0)
    }
  }

  @Test("a pipeline of five thousand commands answers in order")
  func pipeline() async throws {
    let key = freshKey()
    try await withClient { client in
      let replies = try await client.pipeline((1...5_000).map { _ in ["INCR", key] } + [["DEL", key]])
      #expect(replies == (1...5_000).map { .integer($0) } + [.integer(1)])
      #expect(try await client.pipeline([]) == [])
    }
  }

  @Test("a refused command throws the server's words, and in a pipeline stands in its place")
  func serverError() async throws {
    let key = freshKey()
    try await withClient { client in
      _ = try await client.command("SET", key, "text", "EX", "60")
      let error = await #expect(throws: RedisError.self) { try await client.command("LPUSH", key, "x") }
      #expect(error?.code == .server)
      #expect(error?.message.hasPrefix("WRONGTYPE") == true)

      let replies = try await client.pipeline([["GET", key], ["LPUSH", key, "x"], ["DEL", key]])
      #expect(replies[0].string == "text")
      guard case .error = replies[1] else { throw RedisError(code: .server, message: "LPUSH was accepted") }
      #expect(replies[2] == .integer(1))
    }
  }

  @Test("every kind of reply arrives as what it is")
  func kinds() async throws {
    let key = freshKey()
    try await withClient { client in
      #expect(try await client.command("PING") == .status("PONG"))
      #expect(try await client.command("GET", key) == .null)
      #expect(try await client.command("BLPOP", key, "0.01") == .null)
      #expect(try await client.command("ECHO", "") == .bulk([]))
      #expect(try await client.command("ECHO", "été\r\n\0").string == "été\r\n\0")
      let nested = try await client.command("EVAL", "return {1, {'a', false, {}}, redis.status_reply('ok')}", "0")
      #expect(nested == .array([.integer(1), .array([.bulk([97]), .null, .array([])]), .status("ok")]))
      #expect(nested.array?[0].int == 1)
      #expect(nested.array?[0].string == "1")
      #expect(nested.string == nil)
    }
  }

  @Test("a value of thirty million bytes comes back whole")
  func bigValue() async throws {
    let key = freshKey()
    let value = String(repeating: "jalons", count: 5_000_000)
    try await withClient { client in
      _ = try await client.command("SET", key, value, "EX", "60")
      #expect(try await client.command("GET", key) == .bulk([UInt8](value.utf8)))
      _ = try await client.command("DEL", key)
    }
  }

  @Test("a cancelled command stops waiting at once, and nobody gets its reply")
  func cancellation() async throws {
    let key = freshKey()
    try await withClient { client in
      try await client.withConnection { connection in
        let id = try #require(try await connection.command(["CLIENT", "ID"], timeout: .seconds(5)).string)
        let blocked = Task { try await connection.command(["BLPOP", key, "2"], timeout: .seconds(7)) }
        try await eventually {
          try await client.command("CLIENT", "LIST", "ID", id).string?.contains("flags=b") == true
        }
        let start = ContinuousClock.now
        blocked.cancel()
        await #expect(throws: CancellationError.self) { try await blocked.value }
        #expect(ContinuousClock.now - start < .seconds(1))
        #expect(try await connection.command(["ECHO", "mine"], timeout: .seconds(5)).string == "mine")
      }

      let wrong = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<1_000 {
          group.addTask {
            let echo = Task { try await client.command("ECHO", "\(number)").string }
            if number.isMultiple(of: 2) { echo.cancel() }
            switch await echo.result {
            case .success(let text): return text != "\(number)"
            case .failure(let error): return !(error is CancellationError)
            }
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(wrong == 0)
    }
  }

  @Test("a command that no reader could give back, or without words, is not sent")
  func unsendable() async throws {
    try await withClient { client in
      let tooLong = String(repeating: "x", count: CommandFormat.maximumLength)
      for commands in [[["SET", "key", tooLong]], [[]]] {
        let error = await #expect(throws: RedisError.self) { try await client.pipeline(commands) }
        #expect(error?.code == .protocolViolation)
      }
      let after = try await client.command("PING")
      #expect(after == .status("PONG"))
    }
  }
}
