import Domain
import Foundation
import Postgres
import TestSupport
import Testing

private struct ChangeOfMind: Error {}

@Suite("The pool", .database, .timeLimit(.minutes(2))) struct PoolTests {
  /// A task that holds a connection until it is let go.
  private static func holder(of client: PostgresClient) async throws -> (task: Task<Void, any Error>, letGo: Signal) {
    let (held, letGo) = (Signal(), Signal())
    let task = Task {
      try await client.transaction { _ in
        held.happen()
        await letGo.wait()
      }
    }
    await held.wait()
    return (task, letGo)
  }

  @Test("opens no more connections than it may, however many ask, and serves them all")
  func limit() async throws {
    let client = try pool(maximum: 3)
    let most = Shared((now: 0, ever: 0))
    let pids = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<60 {
        group.addTask {
          try await client.transaction { transaction in
            most.withLock { $0 = ($0.now + 1, max($0.ever, $0.now + 1)) }
            let pid = try await transaction.first("select pg_backend_pid() from pg_sleep(0.002)", as: Int.self)
            most.withLock { $0.now -= 1 }
            return pid ?? 0
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(pids.count == 60)
    #expect(Set(pids).count <= 3)
    #expect(most.withLock { $0.ever } <= 3)
    #expect(client.load.open == Set(pids).count && client.load.idle == client.load.open && client.load.waiting == 0)
    await client.close()
  }

  @Test("serves those who wait in the order in which they came, also when those before them fail")
  func order() async throws {
    let client = try pool(maximum: 1)
    let (holder, letGo) = try await Self.holder(of: client)
    let served = Shared<[Int]>([])
    var waiting: [Task<Void, any Error>] = []
    for number in 0..<12 {
      waiting.append(
        Task {
          try await client.transaction { transaction in
            served.withLock { $0.append(number) }
            switch number % 3 {
            case 0: throw ChangeOfMind()
            case 1: try await transaction.execute("select 1 / 0")
            default: try await transaction.execute("select 1")
            }
          }
        })
      _ = try await eventually("it waits") { client.load.waiting == number + 1 ? true : nil }
    }
    letGo.happen()
    try await holder.value
    for task in waiting { _ = await task.result }
    #expect(served.withLock { $0 } == Array(0..<12))
    #expect(client.load.open == 1 && client.load.idle == 1)
    await client.close()
  }

  @Test("tells who has waited long enough that the service is busy, and forgets nobody else")
  func busy() async throws {
    let client = try pool(maximum: 1, leaseTimeout: .milliseconds(100))
    let (holder, letGo) = try await Self.holder(of: client)
    let error = await #expect(throws: PostgresError.self) { try await client.value("select 1", as: Int.self) }
    #expect(error?.state == "53300" && error?.kind == .unavailable)
    #expect(client.load.waiting == 0)
    letGo.happen()
    try await holder.value
    #expect(try await client.value("select 1") == 1)
    await client.close()
  }

  @Test("whose connection is lost gives the place to who waits for it")
  func lost() async throws {
    let (client, observer) = (try pool(maximum: 1), try pool(maximum: 1))
    let running = Task { try await client.value("select 1 from pg_sleep(600)", as: Int.self) }
    let busy = try await eventually("it runs") { try await observer.activity().first { $0.runs("pg_sleep(600)") } }
    let waiting = (0..<3).map { _ in Task { try await client.value("select pg_backend_pid()", as: Int.self) } }
    _ = try await eventually("they wait") { client.load.waiting == 3 ? true : nil }
    #expect(try await observer.value("select pg_terminate_backend(\(busy.pid))") == true)
    let error = await #expect(throws: PostgresError.self) { try await running.value }
    #expect(error?.kind == .unavailable)
    for task in waiting { #expect(try await task.value != busy.pid) }
    #expect(client.load.open == 1)
    await client.close()
    await observer.close()
  }

  @Test("that cannot open a connection says so to each who waits, and counts none as open")
  func unopenable() async throws {
    let client = try pool(maximum: 1, conninfo: TestDatabase.required().conninfo + "_nowhere")
    let states = await withTaskGroup(of: String?.self) { group in
      for _ in 0..<8 {
        group.addTask {
          do {
            try await client.transaction { _ in }
            return nil
          } catch { return (error as? PostgresError)?.state }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(states == Array(repeating: "08001", count: 8))
    #expect(client.load.open == 0 && client.load.waiting == 0)
    await client.close()
  }

  @Test("that is closed refuses who waits and who comes, lets the one at work end, and leaves no session behind")
  func closing() async throws {
    let (client, observer) = (try pool(maximum: 2), try pool(maximum: 1))
    try await client.runDirectly("create table t (n int)")
    let (held, letGo) = (Signal(), Signal())
    let working = Task {
      try await client.transaction { transaction in
        held.happen()
        await letGo.wait()
        try await transaction.execute("insert into t values (1)")
      }
    }
    await held.wait()
    let (second, letSecondGo) = try await Self.holder(of: client)
    let waiting = Task { try await client.value("select 1", as: Int.self) }
    _ = try await eventually("it waits") { client.load.waiting == 1 ? true : nil }

    await client.close()
    for attempt in [{ try await waiting.value }, { try await client.value("select 1", as: Int.self) }] {
      let error = await #expect(throws: PostgresError.self) { try await attempt() }
      #expect(error?.state == "08003")
    }
    letGo.happen()
    letSecondGo.happen()
    try await working.value
    try await second.value
    #expect(try await observer.value("select n from t") == 1)
    #expect(client.load.open == 0 && client.load.idle == 0)
    _ = try await eventually("the sessions end") { try await observer.activity().isEmpty ? true : nil }
    await observer.close()
  }

  @Test("lets other tasks run while many more connections than there are processors wait for the server")
  func blocked() async throws {
    let count = ProcessInfo.processInfo.activeProcessorCount * 4 + 8
    let (client, observer) = (try pool(maximum: count), try pool(maximum: 1))
    let sleepers = (0..<count).map { _ in
      Task { try await client.transaction { try await $0.execute("select pg_sleep(600)") } }
    }
    // Were a thread of Swift's own pool held by each, nothing below would ever run.
    _ = try await eventually(within: .seconds(60), "all of them sleep at the server") {
      try await observer.activity().filter { $0.runs("pg_sleep(600)") }.count == count ? true : nil
    }
    let sum = await withTaskGroup(of: Int.self) { group in
      for number in 0..<1000 { group.addTask { number } }
      return await group.reduce(0, +)
    }
    #expect(sum == 499_500)
    for sleeper in sleepers { sleeper.cancel() }
    for sleeper in sleepers { await #expect(throws: PostgresError.self) { try await sleeper.value } }
    await client.close()
    await observer.close()
  }
}
