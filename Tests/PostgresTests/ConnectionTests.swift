import Domain
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Connections", .database, .timeLimit(.minutes(2))) struct ConnectionTests {
  @Test("a connection that was lost while it rested is replaced, and whoever comes next notices nothing")
  func lostAtRest() async throws {
    let (client, observer) = (try pool(maximum: 3), try pool(maximum: 1))
    // Three connections at rest.
    let arrived = Shared(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<3 {
        group.addTask {
          try await client.transaction { _ in
            arrived.withLock { $0 += 1 }
            _ = try await eventually("all are there") { arrived.withLock { $0 } == 3 ? true : nil }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(client.load.idle == 3)
    let ended = try await observer.value(
      """
      select count(*)::int from (select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()) t
      """, as: Int.self)
    #expect(ended == 3)
    _ = try await eventually("they are gone") { try await observer.activity().isEmpty ? true : nil }
    let runs = Shared(0)
    for _ in 0..<3 {
      let one = try await client.transaction { transaction in
        runs.withLock { $0 += 1 }
        return try await transaction.first("select 1", as: Int.self)
      }
      #expect(one == 1)
    }
    #expect(runs.withLock { $0 } == 3)
    #expect(client.load.open <= 3 && client.load.idle == client.load.open)
    await client.close()
    await observer.close()
  }

  @Test("while a role's password changes, whoever has the former one and the new one comes in before and after")
  func formerPassword() async throws {
    let owner = try pool(maximum: 1)
    let conninfo = try TestDatabase.required().conninfo
    let role = "changing_\(UInt32.random(in: 0...UInt32.max))"
    let file = try await owner.value("select current_setting('hba_file')", as: String.self)
    let rules = try await owner.value("select pg_read_file(\(file))", as: String.self)
    func write(_ rules: String) async throws {
      try await owner.runDirectly(
        "copy (select regexp_split_to_table($rules$\(rules)$rules$, e'\\n')) to '\(file)'; select pg_reload_conf()")
    }
    func comesIn(_ password: String, _ former: String?) async throws -> Bool {
      let client = PostgresClient(
        configuration: .init(conninfo: conninfo, user: role, password: password, formerPassword: former, maximum: 1),
        logger: silent)
      defer { Task { await client.close() } }
      do {
        return try await client.value("select current_user::text", as: String.self) == role
      } catch let error as PostgresError where error.kind == .unavailable {
        return false
      }
    }
    try await owner.runDirectly("create role \(role) login password 'former'")
    // Of this role alone the server asks for a password.
    try await write("local all \(role) scram-sha-256\n" + rules)
    _ = try await eventually("a password is asked for") { try await comesIn("wrong", nil) ? nil : true }
    #expect(try await comesIn("new", "former"))
    try await owner.runDirectly("alter role \(role) password 'new'")
    #expect(try await comesIn("new", "former"))
    #expect(try await !comesIn("former", nil))
    try await owner.runDirectly("drop role \(role)")
    try await write(rules)
    await owner.close()
  }

  @Test("a connection that is lost in mid-transaction keeps nothing of it, is not retried, and the next works")
  func lostAtWork() async throws {
    let (client, observer) = (try pool(maximum: 1), try pool(maximum: 1))
    try await client.runDirectly("create table t (n int)")
    let runs = Shared(0)
    let (ready, ended) = (Signal(), Signal())
    let task = Task {
      try await client.transaction { transaction in
        runs.withLock { $0 += 1 }
        try await transaction.execute("insert into t values (1)")
        ready.happen()
        await ended.wait()
        try await transaction.execute("insert into t values (2)")
      }
    }
    await ready.wait()
    let pid = try await observer.activity().first?.pid ?? 0
    #expect(try await observer.value("select pg_terminate_backend(\(pid), 20000)") == true)
    ended.happen()
    let error = await #expect(throws: PostgresError.self) { try await task.value }
    #expect(error?.kind == .unavailable)
    #expect(runs.withLock { $0 } == 1)
    #expect(try await client.value("select count(*)::int from t") == 0)
    await client.close()
    await observer.close()
  }

  @Test("a statement whose answer a migration has changed is refused once, and spoils no other on its connection")
  func cachedPlan() async throws {
    let client = try pool(maximum: 1)
    try await client.runDirectly("create table t (n int); insert into t values (1)")
    struct Row: Decodable, Sendable { let n: Int }
    let everything: SQL = "select * from t"
    // The second time a statement is seen it is prepared.
    for _ in 0..<3 { #expect(try await client.value(everything, as: Row.self).n == 1) }
    for _ in 0..<3 { #expect(try await client.value("select n + 1 from t") == 2) }
    try await client.runDirectly("alter table t add column added text")
    let error = await #expect(throws: PostgresError.self) { try await client.value(everything, as: Row.self) }
    #expect(error?.state == "0A000")
    for _ in 0..<3 { #expect(try await client.value(everything, as: Row.self).n == 1) }
    for number in 3...5 {
      let sum: SQL = "select n + \(unsafeSQL: "\(number)") from t"
      for _ in 0..<3 { #expect(try await client.value(sum) == number + 1) }
    }
    await client.close()
  }

  @Test("a connection that has prepared more statements than it keeps goes on")
  func manyStatements() async throws {
    let client = try pool(maximum: 1)
    try await client.transaction { transaction in
      for number in 0..<450 {
        let sql: SQL = "select \(unsafeSQL: "\(number)") + \(1)::int"
        for _ in 0..<2 { #expect(try await transaction.first(sql, as: Int.self) == number + 1) }
      }
      let kept = try await transaction.first("select count(*)::int from pg_prepared_statements", as: Int.self)
      #expect((1...201).contains(kept ?? 0))
    }
    await client.close()
  }
}
