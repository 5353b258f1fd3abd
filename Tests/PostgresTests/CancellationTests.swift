import Domain
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Stopping a statement", .database, .timeLimit(.minutes(2))) struct CancellationTests {
  @Test("a statement that takes longer than allowed is stopped, also where seconds are too coarse to say so")
  func timeout() async throws {
    let client = try pool(maximum: 1, statementTimeout: .milliseconds(200))
    let error = await #expect(throws: PostgresError.self) {
      try await client.transaction { try await $0.execute("select pg_sleep(60)") }
    }
    #expect(error?.state == "57014" && error?.kind == .cancelled)
    #expect(try await client.value("select 1") == 1)
    await client.close()
  }

  @Test("a transaction's own time is its own: shorter or longer than the usual, and gone after it")
  func ownTimeout() async throws {
    let client = try pool(maximum: 1, statementTimeout: .milliseconds(300))
    let setting: SQL = "select current_setting('statement_timeout')"
    let longer = try await client.transaction(timeout: .seconds(90)) { transaction in
      try await transaction.execute("select pg_sleep(0.5)")
      return try await transaction.first(setting, as: String.self)
    }
    #expect(longer == "90s")
    #expect(
      try await client.transaction(timeout: .milliseconds(50)) { try await $0.first(setting, as: String.self) }
        == "50ms")
    #expect(
      try await client.transaction(timeout: .microseconds(1)) { try await $0.first(setting, as: String.self) } == "1ms")
    #expect(try await client.value(setting) == "300ms")
    await client.close()
  }

  @Test("a cancelled task's statement stops at the server, nothing is kept, and the connection serves the next")
  func cancelled() async throws {
    let (client, observer) = (try pool(maximum: 1), try pool(maximum: 1))
    try await client.runDirectly("create table t (n int)")
    let pid = try await client.value("select pg_backend_pid()", as: Int.self)
    for _ in 0..<3 {
      let task = Task {
        try await client.transaction { transaction in
          try await transaction.execute("insert into t values (1)")
          try await transaction.execute("select pg_sleep(600)")
        }
      }
      _ = try await eventually("the statement runs") {
        try await observer.activity().first { $0.runs("pg_sleep(600)") }
      }
      task.cancel()
      await #expect(throws: PostgresError.self) { try await task.value }
      #expect(try await observer.activity().filter { $0.runs("pg_sleep") }.isEmpty)
    }
    #expect(try await client.value("select count(*)::int from t") == 0)
    #expect(try await client.value("select pg_backend_pid()") == pid)
    await client.close()
    await observer.close()
  }

  @Test("a task cancelled between two statements does not begin the second")
  func between() async throws {
    let client = try pool(maximum: 1)
    try await client.runDirectly("create table t (n int)")
    let (ready, cancelled) = (Signal(), Signal())
    let task = Task {
      try await client.transaction { transaction in
        try await transaction.execute("insert into t values (1)")
        ready.happen()
        await cancelled.wait()
        try await transaction.execute("insert into t values (2)")
        Issue.record("the second statement ran")
      }
    }
    await ready.wait()
    task.cancel()
    cancelled.happen()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try await client.value("select count(*)::int from t") == 0)
    await client.close()
  }

  @Test("a task that is cancelled when the work is done, but not yet kept, keeps nothing")
  func beforeCommit() async throws {
    let client = try pool(maximum: 1)
    try await client.runDirectly("create table t (n int)")
    let (ready, cancelled) = (Signal(), Signal())
    let task = Task {
      try await client.transaction { transaction in
        try await transaction.execute("insert into t values (1)")
        ready.happen()
        await cancelled.wait()
      }
    }
    await ready.wait()
    task.cancel()
    cancelled.happen()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try await client.value("select count(*)::int from t") == 0)
    await client.close()
  }

  @Test("a task cancelled while it waits for a connection stops waiting, and takes nobody's place")
  func waiting() async throws {
    let client = try pool(maximum: 1, leaseTimeout: .seconds(600))
    let (held, done) = (Signal(), Signal())
    let holder = Task {
      try await client.transaction { _ in
        held.happen()
        await done.wait()
      }
    }
    await held.wait()
    let waiting = Task { try await client.value("select 1", as: Int.self) }
    _ = try await eventually("it waits") { client.load.waiting == 1 ? true : nil }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    #expect(client.load.waiting == 0)
    done.happen()
    try await holder.value
    #expect(try await client.value("select 2") == 2)
    await client.close()
  }

  @Test("a cancellation never hits the statement of the next who has the connection")
  func late() async throws {
    let client = try pool(maximum: 1)
    let spoilt = Shared(0)
    for round in 0..<60 {
      let task = Task { try await client.value("select 1 from pg_sleep(0.002)", as: Int.self) }
      try await Task.sleep(for: .microseconds(round * 100))
      task.cancel()
      async let next = client.value("select 2 from pg_sleep(0.004)", as: Int.self)
      _ = await task.result
      do { #expect(try await next == 2) } catch { spoilt.withLock { $0 += 1 } }
    }
    #expect(spoilt.withLock { $0 } == 0)
    await client.close()
  }
}
