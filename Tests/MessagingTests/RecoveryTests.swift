import API
import Domain
import Foundation
import Postgres
import Redis
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Messaging

@Suite("From a commit to its effect", .database, .timeLimit(.minutes(2))) struct RecoveryTests {
  /// A client whose commits wake the relay, as a process has it.
  private static func waking(_ scene: Scene, _ relay: Relay) -> PostgresClient {
    PostgresClient(
      configuration: .init(
        conninfo: scene.database.conninfo, user: "dossiers", maximum: 2, rolePrefix: "dossiers",
        afterCommit: { relay.wake() }),
      logger: silent)
  }

  @Test("nobody waits for anybody's next look")
  func atOnce() async throws {
    try await Scene.run { scene in
      let relay = scene.relay()
      let client = Self.waking(scene, relay)
      try await scene.with(relay, scene.witness()) {
        try await scene.announce(0...0)
        try await scene.waitFor("both are at work") { try await scene.numbers() == [0] }
        var times: [Duration] = []
        for number in 1...15 {
          let start = ContinuousClock.now
          try await client.withTransaction(as: .system("test")) {
            try await $0.announce(Happening(key: "a", number: number), at: Date())
          }
          while try await scene.numbers().last != number {}
          times.append(start.duration(to: .now))
        }
        // The relay looks every two seconds by itself; half a second is for a machine that does other things.
        #expect(times.sorted()[7] < .milliseconds(500), "\(times)")
      }
      await client.close()
    }
  }

  @Test("what another program wrote, or a copy that died, is published all the same")
  func unannounced() async throws {
    try await Scene.run { scene in
      try await scene.with(scene.relay(), scene.witness()) {
        try await scene.waitFor("it reads") { try await scene.redis.streamLength(stream: Scene.stream) == 0 }
        // This client wakes nobody.
        try await scene.announce(1...3)
        try await scene.waitFor("all effects", within: 10) { try await scene.numbers() == [1, 2, 3] }
      }
    }
  }

  @Test("what a copy took that lost its lead comes before what follows it")
  func overtaken() async throws {
    try await Scene.run { scene in
      let relay = scene.relay()
      try await scene.with(scene.witness()) {
        try await scene.announce(1...1)
        _ = try await relay.publishBatch()
        try await scene.waitFor("it is at work") { try await scene.numbers() == [1] }
        try await scene.strand { try await scene.announce(2...3) }
        try await scene.database.owner { transaction in
          _ = try await transaction.execute(
            "update dossiers.outbox set published_at = now(), entry = '0-1' where published_at is null")
        }
        try await scene.announce(4...6)
        _ = try await relay.publishBatch()
        try await scene.waitFor("all effects", within: 4) { try await scene.numbers().count == 6 }
      }
      #expect(try await scene.numbers() == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test("when the server ends every session, everything comes once and in order")
  func sessionsEnded() async throws {
    try await Scene.run { scene in
      try await scene.with(scene.relay(), scene.witness("a"), scene.witness("b")) {
        for round in 0..<5 {
          try await scene.announce(round * 20..<round * 20 + 20)
          try await Task.sleep(for: .milliseconds(150))
          try await scene.database.owner { transaction in
            _ = try await transaction.query(
              """
              select pg_terminate_backend(pid) from pg_stat_activity
              where datname = current_database() and pid <> pg_backend_pid() and usename = 'dossiers'
              """, as: Bool.self)
          }
        }
        try await scene.waitFor("all effects", within: 10) { try await scene.numbers().count >= 100 }
        try await scene.waitFor("all are acknowledged") { try await scene.isCaughtUp() }
      }
      #expect(try await scene.numbers() == Array(0..<100))
      #expect(try await scene.letters().isEmpty)
    }
  }

  @Test("when Redis is killed or emptied, everything comes once and in order", arguments: [true, false])
  func redisLost(isKilled: Bool) async throws {
    try await Scene.run { scene in
      try await scene.with(scene.relay(), scene.witness()) {
        try await scene.announce(0..<20)
        try await scene.waitFor("the first") { try await scene.numbers().count == 20 }
        if isKilled {
          scene.server.kill()
          try await scene.announce(20..<40)
          try await scene.server.restart()
        } else {
          _ = try await scene.redis.command("FLUSHALL")
          try await scene.announce(20..<40)
        }
        try await scene.waitFor("all effects", within: 10) { try await scene.numbers().count >= 40 }
      }
      #expect(try await scene.numbers() == Array(0..<40))
    }
  }

  @Test("two consumers that announce in one batch, in opposite orders, never wait for each other")
  func noDeadlock() async throws {
    try await Scene.run { scene in
      // Each event is answered under its own key; one of them hears them in the reverse order of the other.
      let answering = ["one", "two"].map { name in
        scene.consumer(
          name,
          [
            .all(Happening.self) { received, transaction in
              let fresh = received.filter { $0.event.number >= 0 }
              for one in name == "one" ? fresh : fresh.reversed() {
                try await transaction.announce(Happening(key: one.event.key, number: -1), at: Date())
                try await transaction.execute(
                  "insert into dossiers.effect (key, number, copy) values (\(one.event.key), 0, \(name))")
              }
            }
          ])
      }
      try await scene.announce((0..<200).map { Happening(key: "key \($0)", number: $0) })
      while try await scene.relay().publishBatch() > 0 {}
      try await scene.with(answering[0], answering[1]) {
        try await scene.waitFor("all answers") { try await scene.effects().count == 400 }
      }
      let (answers, deadlocks) = try await scene.database.owner { transaction in
        _ = try await transaction.query("select pg_stat_clear_snapshot()::text", as: String.self)
        return (
          try await transaction.first(
            "select count(*)::int from dossiers.outbox where (data->>'number')::int = -1", as: Int.self),
          try await transaction.first(
            "select deadlocks::int from pg_stat_database where datname = current_database()", as: Int.self)
        )
      }
      #expect(answers == 400 && deadlocks == 0)
    }
  }

  @Test("events that come one behind the other are handled by one call, in order")
  func batches() async throws {
    try await Scene.run { scene in
      let sizes = Mutex<[Int]>([])
      let consumer = scene.consumer(
        "witness",
        [
          .all(Happening.self) { received, transaction in
            sizes.withLock { $0.append(received.count) }
            try await transaction.execute(
              """
              insert into dossiers.effect (key, number, copy)
              select 'a', number, 'a' from unnest(\(received.map(\.event.number))::int[]) with ordinality e (number, place)
              order by place
              """)
          }
        ])
      try await scene.announce(0..<100)
      while try await scene.relay().publishBatch() > 0 {}
      try await scene.with(consumer) {
        try await scene.waitFor("all effects") { try await scene.numbers().count == 100 }
      }
      #expect(try await scene.numbers() == Array(0..<100))
      #expect(sizes.withLock { $0 } == [100])
    }
  }

  @Test("at rest nothing is written")
  func rest() async throws {
    try await Scene.run { scene in
      let consumers = (0..<3).map { scene.consumer("idle\($0)", [.on(Happening.self) { _, _, _ in }]) }
      let trimming = Trimming(postgres: scene.postgres, schema: "dossiers", logger: silent)
      try await scene.with(scene.relay(), consumers[0], consumers[1], consumers[2], trimming) {
        try await scene.announce(1...3)
        try await scene.waitFor("all is taken") { try await scene.written(consumer: "idle2") == 3 }
        // An idle session reports what it wrote within ten seconds (Postgres, PGSTAT_IDLE_INTERVAL).
        try await Task.sleep(for: .seconds(11))
        let before = try await scene.rowsWritten()
        try await Task.sleep(for: .seconds(8))
        #expect(try await scene.rowsWritten() == before)
      }
    }
  }

  @Test("what was published and handled weeks ago is deleted, what waits is not")
  func trimming() async throws {
    try await Scene.run { scene in
      try await scene.announce(1...4)
      _ = try await scene.relay().publishBatch()
      try await scene.announce(5...5)
      try await scene.database.owner { transaction in
        try await transaction.script(
          """
          update dossiers.outbox set occurred_at = now() - interval '31 days',
            published_at = case when published_at is not null then now() - interval '2 hours' end
          where data->>'number' in ('1', '2', '5');
          insert into dossiers.inbox (consumer, event, handled_at)
          select 'a', gen_random_uuid(), now() - make_interval(days => d) from unnest(array[1, 34, 36]) d;
          insert into dossiers.idempotency (account, key, endpoint, fingerprint, made_at)
          select gen_random_uuid(), 'k', 'e', 'f', now() - make_interval(days => d) from unnest(array[0, 2]) d;
          """)
      }
      try await Trimming(postgres: scene.postgres, schema: "dossiers", logger: silent).trim()
      let left = try await scene.database.owner { transaction in
        try await transaction.query(
          """
          select data->>'number' from dossiers.outbox union all
          select 'inbox ' || (now()::date - handled_at::date) from dossiers.inbox union all
          select 'key ' || (now()::date - made_at::date) from dossiers.idempotency
          """, as: String.self)
      }
      #expect(Set(left) == ["3", "4", "5", "inbox 1", "inbox 34", "key 0"])
    }
  }
}

extension Scene {
  func written(consumer: String) async throws -> Int? {
    try await database.owner {
      try await $0.first("select count(*)::int from dossiers.inbox where consumer = \(consumer)", as: Int.self)
    }
  }

  /// Rows written in this database until now, as the server counts them.
  func rowsWritten() async throws -> Int? {
    try await database.owner {
      try await $0.first(
        "select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::int from pg_stat_user_tables", as: Int.self)
    }
  }
}
