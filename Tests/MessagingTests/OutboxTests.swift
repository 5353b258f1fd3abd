import API
import Domain
import Foundation
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Messaging

private struct SomethingHappened: Event {
  static let type = "dossiers.something-happened.v1"
  var key: String
}

private struct ChangeOfMind: Error {}

@Suite("The outbox", .database) struct OutboxTests {
  /// A client that counts how often the relay would be woken.
  private static func counting(_ told: Counter) throws -> PostgresClient {
    PostgresClient(
      configuration: .init(
        conninfo: try TestDatabase.required().conninfo, user: "dossiers", maximum: 2, rolePrefix: "dossiers",
        afterCommit: { told.count.add(1, ordering: .relaxed) }),
      logger: Logger(label: "test"))
  }

  private final class Counter: Sendable {
    let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .relaxed) }
  }

  @Test("the relay is woken by a commit that announced something, and by no other")
  func wakesForNews() async throws {
    let told = Counter()
    let client = try Self.counting(told)
    _ = try await client.withTransaction(as: .system("test")) { try await $0.query("select 1", as: Int.self) }
    #expect(told.value == 0)
    try await client.withTransaction(as: .system("test")) { transaction in
      try await transaction.announce(SomethingHappened(key: "a"), at: Date())
    }
    #expect(told.value == 1)
    await client.close()
  }

  @Test("what is undone announces nothing, and wakes nobody")
  func undone() async throws {
    let told = Counter()
    let client = try Self.counting(told)
    await #expect(throws: ChangeOfMind.self) {
      try await client.withTransaction(as: .system("test")) { transaction in
        try await transaction.announce(SomethingHappened(key: "a"), at: Date())
        throw ChangeOfMind()
      }
    }
    let waiting = try await client.withTransaction(as: .system("test")) {
      try await $0.first("select count(*)::int from dossiers.outbox", as: Int.self)
    }
    #expect(told.value == 0 && waiting == 0)
    await client.close()
  }

  @Test("events of one key keep the order of their commits, whoever announces them")
  func ordered() async throws {
    let client = try Self.counting(Counter())
    try await withThrowingTaskGroup(of: Void.self) { writers in
      for writer in 0..<8 {
        writers.addTask {
          for _ in 0..<5 {
            try await client.withTransaction(as: .system("test")) { transaction in
              try await transaction.announce(
                [SomethingHappened(key: "same"), SomethingHappened(key: "of \(writer)")], at: Date())
            }
          }
        }
      }
      try await writers.waitForAll()
    }
    struct Row: Decodable, Sendable {
      let position: Int64
      let xmin: Int64
    }
    let rows = try await client.withTransaction(as: .system("test")) {
      try await $0.query(
        "select position, xmin::text::bigint as xmin from dossiers.outbox where key = 'same' order by position",
        as: Row.self)
    }
    #expect(rows.count == 40)
    // Each waited for the one before to be kept, so that the numbers of the transactions never go back.
    #expect(rows.map(\.xmin) == rows.map(\.xmin).sorted() && Set(rows.map(\.xmin)).count == 40)
    await client.close()
  }
}
