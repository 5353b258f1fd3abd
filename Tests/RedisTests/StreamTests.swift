import Foundation
import Testing

@testable import Redis

@Suite("Streams", .timeLimit(.minutes(1)))
struct StreamTests {
  private func add(_ count: Int, to stream: String, with client: RedisClient) async throws -> [String] {
    let replies = try await client.pipeline((1...count).map { ["XADD", stream, "*", "number", "\($0)"] })
    return replies.compactMap(\.string)
  }

  @Test("a group reads from the beginning, keeps what is pending, and forgets what is acknowledged")
  func group() async throws {
    let stream = freshKey()
    try await withClient { client in
      let ids = try await add(3, to: stream, with: client)
      try await client.createGroup(stream: stream, group: "filing")
      try await client.createGroup(stream: stream, group: "filing")
      #expect(try await client.groupLag(stream: stream, group: "filing") == (0, 3))

      try await client.withConnection { connection in
        func read(_ from: String) async throws -> [StreamEntry] {
          try await connection.readGroup(stream: stream, group: "filing", consumer: "one", from: from, count: 10)
        }
        #expect(try await read("0").isEmpty)
        let new = try await read(">")
        #expect(new == zip(ids, 1...).map { StreamEntry(id: $0, fields: ["number": "\($1)"]) })
        #expect(try await read(">").isEmpty)
        #expect(try await client.groupLag(stream: stream, group: "filing") == (3, 0))

        #expect(try await client.acknowledge(stream: stream, group: "filing", ids: [ids[0], ids[2]]) == 2)
        #expect(try await client.acknowledge(stream: stream, group: "filing", ids: []) == 0)
        #expect(try await read("0").map(\.id) == [ids[1]])

        _ = try await client.command("XDEL", stream, ids[1])
        #expect(try await read("0") == [StreamEntry(id: ids[1], fields: [:])])
      }
      _ = try await client.command("DEL", stream)
    }
  }

  @Test("a blocking read wakes when an entry comes, while commands go on")
  func blockingRead() async throws {
    let stream = freshKey()
    try await withClient { client in
      try await client.createGroup(stream: stream, group: "group")
      try await client.withConnection { connection in
        let start = ContinuousClock.now
        async let entries = connection.readGroup(
          stream: stream, group: "group", consumer: "one", from: ">", count: 1, blockMilliseconds: 10_000)
        try await Task.sleep(for: .milliseconds(100))
        let ids = try await add(1, to: stream, with: client)
        #expect(try await entries.map(\.id) == ids)
        #expect(ContinuousClock.now - start < .seconds(5))

        let none = try await connection.readGroup(
          stream: stream, group: "group", consumer: "one", from: ">", count: 1, blockMilliseconds: 30)
        #expect(none.isEmpty)
      }
      _ = try await client.command("DEL", stream)
    }
  }

  @Test("several streams are read at once, each after its own id")
  func severalStreams() async throws {
    let (first, second, empty) = (freshKey("first"), freshKey("second"), freshKey("empty"))
    try await withClient { client in
      let firstIds = try await add(2, to: first, with: client)
      let secondIds = try await add(2, to: second, with: client)
      let found = try await client.withConnection { connection in
        try await connection.read(
          streams: [first: "0", second: secondIds[0], empty: "0"], count: 10, blockMilliseconds: 1_000)
      }
      #expect(found.mapValues { $0.map(\.id) } == [first: firstIds, second: [secondIds[1]]])
      _ = try await client.command("DEL", first, second)
    }
  }

  @Test("another consumer takes over all that was left idle, and learns what was trimmed")
  func autoclaim() async throws {
    let stream = freshKey()
    try await withClient { client in
      try await client.createGroup(stream: stream, group: "group")
      // More than ten times the count, which is how far one XAUTOCLAIM looks.
      let ids = try await add(60, to: stream, with: client)
      try await client.withConnection { connection in
        _ = try await connection.readGroup(stream: stream, group: "group", consumer: "dead", from: ">", count: 60)
      }
      _ = try await client.command("XDEL", stream, ids[0])
      let early = try await client.autoclaim(
        stream: stream, group: "group", consumer: "alive", minIdle: .seconds(60), count: 5)
      #expect(early.entries.isEmpty)
      #expect(early.deletedIds == [ids[0]])

      let claimed = try await client.autoclaim(
        stream: stream, group: "group", consumer: "alive", minIdle: .zero, count: 59)
      #expect(claimed.entries.map(\.id) == Array(ids.dropFirst()))
      #expect(claimed.deletedIds.isEmpty)

      // The last alone has been idle for long; a search that stops at the first fifty would miss it.
      _ = try await client.command("XCLAIM", stream, "group", "dead", "0", ids[59], "IDLE", "90000")
      let last = try await client.autoclaim(
        stream: stream, group: "group", consumer: "alive", minIdle: .seconds(60), count: 5)
      #expect(last.entries.map(\.id) == [ids[59]])
      _ = try await client.command("DEL", stream)
    }
  }

  @Test("length, last entry and trimming tell what the stream holds")
  func lengthAndTrim() async throws {
    let stream = freshKey()
    try await withClient { client in
      #expect(try await client.streamLength(stream: stream) == 0)
      #expect(try await client.lastEntry(stream: stream) == nil)
      let ids = try await add(500, to: stream, with: client)
      #expect(try await client.lastEntry(stream: stream) == StreamEntry(id: ids[499], fields: ["number": "500"]))
      let dropped = try await client.trim(stream: stream, minId: ids[450])
      #expect((1...450).contains(dropped))
      #expect(try await client.streamLength(stream: stream) == 500 - dropped)
      _ = try await client.command("DEL", stream)
    }
  }

  @Test("the lag of a missing stream or group is a refusal, not zero")
  func missingGroup() async throws {
    let stream = freshKey()
    try await withClient { client in
      for _ in 1...2 {
        let error = await #expect(throws: RedisError.self) {
          try await client.groupLag(stream: stream, group: "nobody")
        }
        #expect(error?.code == .server)
        _ = try await client.command("XADD", stream, "*", "a", "b")
      }
      _ = try await client.command("DEL", stream)
    }
  }
}
