import Domain
import Foundation
import Postgres
import TestSupport
import Testing

private struct ChangeOfMind: Error, Equatable {}

@Suite("Transactions", .database) struct TransactionTests {
  private static func table() async throws -> PostgresClient {
    let client = try pool()
    try await client.runDirectly("create table t (n int primary key)")
    return client
  }

  private static func kept(_ client: PostgresClient) async throws -> [Int] {
    try await client.transaction { try await $0.query("select n from t order by n", as: Int.self) }
  }

  @Test("what was done is kept together, and seen by others only then")
  func commit() async throws {
    let client = try await Self.table()
    try await client.transaction { transaction in
      let inserted = try await transaction.execute("insert into t select generate_series(1, 3)")
      #expect(inserted == 3)
      #expect(try await Self.kept(client) == [])
      #expect(try await transaction.execute("update t set n = n + 10 where n > \(1)") == 2)
    }
    #expect(try await Self.kept(client) == [1, 12, 13])
    await client.close()
  }

  @Test("whatever the body throws undoes all of it, and is what the caller gets")
  func rollback() async throws {
    let client = try await Self.table()
    await #expect(throws: ChangeOfMind()) {
      try await client.transaction { transaction in
        try await transaction.execute("insert into t values (1)")
        throw ChangeOfMind()
      }
    }
    #expect(try await Self.kept(client) == [])
    await client.close()
  }

  @Test("a part that fails is undone alone, also inside another part")
  func savepoints() async throws {
    let client = try await Self.table()
    try await client.transaction { transaction in
      try await transaction.execute("insert into t values (1)")
      try await transaction.savepoint { part in
        try await part.execute("insert into t values (2)")
        await #expect(throws: ChangeOfMind()) {
          try await part.savepoint { inner in
            try await inner.execute("insert into t values (3)")
            throw ChangeOfMind()
          }
        }
        try await part.execute("insert into t values (4)")
      }
      let error = await #expect(throws: PostgresError.self) {
        try await transaction.savepoint { try await $0.execute("insert into t values (5), (1)") }
      }
      #expect(error?.kind == .uniqueViolation)
      try await transaction.execute("insert into t values (6)")
    }
    #expect(try await Self.kept(client) == [1, 2, 4, 6])
    await client.close()
  }

  @Test("a refused statement that the body passes over is not taken for a success")
  func passedOver() async throws {
    let client = try await Self.table()
    let error = await #expect(throws: PostgresError.self) {
      try await client.transaction { transaction in
        try await transaction.execute("insert into t values (1)")
        do { try await transaction.execute("insert into t values (1)") } catch is PostgresError {}
      }
    }
    #expect(error?.state == "25P02")
    #expect(try await Self.kept(client) == [])
    await client.close()
  }

  @Test("of two transactions that lock each other out, one is refused; where it may be run again, both are done")
  func deadlock() async throws {
    let client = try pool(maximum: 4)
    try await client.runDirectly("create table t (n int primary key, changes int not null default 0)")
    try await client.runDirectly("insert into t values (1), (2)")
    let runs = Shared(0)
    let met = [Signal(), Signal()]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (mine, other) in [(1, 2), (2, 1)] {
        group.addTask {
          try await client.withTransaction(as: .system("test"), retrying: true) { transaction in
            let isFirstTime = runs.withLock { runs in
              runs += 1
              return runs <= 2
            }
            try await transaction.execute("update t set changes = changes + 1 where n = \(mine)")
            if isFirstTime {
              met[mine - 1].happen()
              await met[other - 1].wait()
            }
            try await transaction.execute("update t set changes = changes + 1 where n = \(other)")
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await client.value("select sum(changes)::int from t") == 4)
    #expect(runs.withLock { $0 } == 3)
    await client.close()
  }

  @Test("who waits for a topic is woken by a commit, once for each, and by none that is undone")
  func wake() async throws {
    let woken = Shared<[Set<String>]>([])
    let client = PostgresClient(
      configuration: .init(
        conninfo: try TestDatabase.required().conninfo, user: "jalons", maximum: 1,
        wake: { topics in woken.withLock { $0.append(topics) } }),
      logger: silent)
    try await client.withTransaction(as: .system("abc")) { transaction in
      for topic in ["mail", "mail", "letters"] { transaction.wakeAfterCommit(topic) }
    }
    await #expect(throws: ChangeOfMind()) {
      try await client.withTransaction(as: .system("abc")) { transaction in
        transaction.wakeAfterCommit("undone")
        throw ChangeOfMind()
      }
    }
    #expect(woken.withLock { $0 } == [["mail", "letters"]])
    await client.close()
  }

  @Test("what is written at the end of every transaction is kept or undone with it")
  func beforeCommit() async throws {
    let told = Shared(0)
    let client = PostgresClient(
      configuration: .init(
        conninfo: try TestDatabase.required().conninfo, user: "jalons", maximum: 1,
        beforeCommit: { ["insert into t values (100)", "insert into t values (\($0.name.count))"] },
        afterCommit: { told.withLock { $0 += 1 } }),
      logger: silent)
    try await client.runDirectly("create table t (n int)")
    _ = try await client.withTransaction(as: .system("abc")) { try await $0.execute("insert into t values (1)") }
    await #expect(throws: ChangeOfMind()) {
      try await client.withTransaction(as: .system("abcd")) { transaction in
        try await transaction.execute("insert into t values (2)")
        throw ChangeOfMind()
      }
    }
    #expect(told.withLock { $0 } == 1)
    let kept = try await TestDatabase.required().owner {
      try await $0.query("select n from t order by n", as: Int.self)
    }
    #expect(kept == [1, 3, 100])
    await client.close()
  }
}
