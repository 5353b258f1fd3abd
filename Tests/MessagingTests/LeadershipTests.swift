import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Messaging

@Suite("A lead", .database, .timeLimit(.minutes(1))) struct LeadershipTests {
  /// Who leads, as they say themselves.
  private final class Throne: Sendable {
    let holders = Mutex<[String]>([])
    let most = Atomic<Int>(0)
    var now: [String] { holders.withLock { $0 } }
    func reign(_ name: String) async {
      holders.withLock { holders in
        holders.append(name)
        most.max(holders.count, ordering: .relaxed)
      }
      do { try await gracefulShutdown() } catch {}
      holders.withLock { $0.removeAll { $0 == name } }
    }
  }

  private struct Copy: Service {
    let name: String
    let throne: Throne
    let leadership: Leadership
    func run() async throws { await leadership.lead("all") { await throne.reign(name) } }
  }

  private static func copy(_ name: String, _ scene: Scene, _ throne: Throne) -> [any Service] {
    let leadership = Leadership(postgres: scene.postgres, schema: "dossiers", logger: silent)
    return [leadership, Copy(name: name, throne: throne, leadership: leadership)]
  }

  private static func endSessions(_ scene: Scene) async throws {
    _ = try await scene.database.owner { transaction in
      try await transaction.query(
        """
        select pg_terminate_backend(a.pid) from pg_stat_activity a
        where a.datname = current_database() and exists (
          select from pg_locks l where l.pid = a.pid and l.locktype = 'advisory' and l.granted)
        """, as: Bool.self)
    }
  }

  @Test("is one copy's, passes to another when that stops, and comes back when the server ended the session")
  func oneAtATime() async throws {
    try await Scene.run { scene in
      let throne = Throne()
      let first = ServiceGroup(services: Self.copy("a", scene, throne), logger: silent)
      let running = Task { try await first.run() }
      try await scene.waitFor("it leads") { throne.now == ["a"] }
      let second = ServiceGroup(services: Self.copy("b", scene, throne), logger: silent)
      let other = Task { try await second.run() }
      try await Task.sleep(for: .milliseconds(1500))
      #expect(throne.now == ["a"])
      await first.triggerGracefulShutdown()
      try await running.value
      try await scene.waitFor("the other leads", within: 3) { throne.now == ["b"] }
      #expect(throne.most.load(ordering: .relaxed) == 1)
      try await Self.endSessions(scene)
      try await scene.waitFor("it notices", within: 3) { throne.now.isEmpty }
      try await scene.waitFor("it leads again", within: 3) { throne.now == ["b"] }
      await second.triggerGracefulShutdown()
      try await other.value
    }
  }

  @Test("is taken from a copy that is frozen")
  func frozen() async throws {
    try await Scene.run { scene in
      let throne = Throne()
      let holds = Atomic<Bool>(false)
      let frozen = Task {
        // As a copy that takes the lock, and is stopped (SIGSTOP) before its next look.
        try await scene.postgres.withSession(silence: .seconds(2)) { session in
          let taken = try await session.query(
            "select pg_try_advisory_lock(hashtextextended('dossiers leads all', 0))", as: Bool.self)
          holds.store(taken == [true], ordering: .relaxed)
          try await Task.sleep(for: .seconds(30))
        }
      }
      try await scene.waitFor("it has the lock") { holds.load(ordering: .relaxed) }
      let group = ServiceGroup(services: Self.copy("b", scene, throne), logger: silent)
      let running = Task { try await group.run() }
      try await scene.waitFor("the other leads", within: 6) { throne.now == ["b"] }
      frozen.cancel()
      _ = await frozen.result
      await group.triggerGracefulShutdown()
      try await running.value
    }
  }
}
