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

private struct NotNow: Error {}

@Suite("A consumer", .database, .timeLimit(.minutes(2))) struct ConsumerTests {
  @Test("handles an event once, although it is delivered again")
  func inbox() async throws {
    try await Scene.run { scene in
      try await scene.announce(1...3)
      while try await scene.relay().publishBatch() > 0 {}
      // The same envelopes once more, as after a loss of Redis.
      let found = try await scene.redis.command("XRANGE", Scene.stream, "-", "+").array ?? []
      for entry in found {
        let text = try #require(entry.array?.last?.array?.last?.string)
        _ = try await scene.redis.command("XADD", Scene.stream, "*", "envelope", text)
      }
      try await scene.with(scene.witness()) {
        try await scene.waitFor("all six are acknowledged") {
          let isCaughtUp = try await scene.isCaughtUp()
          return try await scene.redis.streamLength(stream: Scene.stream) == 6 && isCaughtUp
        }
      }
      #expect(try await scene.numbers() == [1, 2, 3])
    }
  }

  @Test("takes the events of one key in the order of their commits, and all that were there before it")
  func order() async throws {
    try await Scene.run { scene in
      try await scene.announce(0..<100)
      try await scene.with(scene.relay(), scene.witness()) {
        for number in 100..<130 {
          try await scene.announce([
            Happening(key: "a", number: number), Happening(key: "b", number: number),
            Happening(key: "c", number: -number),
          ])
        }
        try await scene.waitFor("every effect") { try await scene.effects().count == 190 }
      }
      #expect(try await scene.numbers(of: "a") == Array(0..<130))
      #expect(try await scene.numbers(of: "b") == Array(100..<130))
      #expect(try await scene.numbers(of: "c") == (100..<130).map { -$0 })
    }
  }

  @Test("that gathers handles by one transaction what comes one after another in that time")
  func gathering() async throws {
    try await Scene.run { scene in
      let gatherer = scene.consumer(
        "witness",
        [
          Consumer.Handling.all(Happening.self) { received, transaction in
            try await transaction.execute(
              "insert into dossiers.effect (key, number, copy) values ('together', \(received.count), 'a')")
          }.gathering(for: .seconds(2))
        ])
      try await scene.with(scene.relay(), gatherer) {
        for number in 1...4 { try await scene.announce([Happening(key: "a", number: number)]) }
        try await scene.waitFor("the effect") { try await !scene.effects().isEmpty }
      }
      #expect(try await scene.numbers(of: "together") == [4])
    }
  }

  @Test("tries again what fails, each time a little later, and then goes on in order")
  func retries() async throws {
    try await Scene.run { scene in
      let tries = Mutex<[ContinuousClock.Instant]>([])
      let consumer = scene.witness { event in
        guard event.number == 2 else { return }
        let count = tries.withLock { tries in
          tries.append(.now)
          return tries.count
        }
        if count <= 3 { throw NotNow() }
      }
      try await scene.announce(1...4)
      try await scene.with(scene.relay(), consumer) {
        try await scene.waitFor("all effects") { try await scene.effects().count == 4 }
      }
      #expect(try await scene.numbers() == [1, 2, 3, 4])
      #expect(try await scene.letters().isEmpty)
      let moments = tries.withLock { $0 }
      #expect(moments.count == 4)
      // The first is of the whole batch; then the event alone, at once, and twice after a pause.
      #expect(moments[2] - moments[1] >= .milliseconds(200))
      #expect(moments[3] - moments[2] >= .milliseconds(400))
    }
  }

  @Test("is caught up: what does not concern it is acknowledged and leaves no trace")
  func indifferent() async throws {
    struct Other: Event {
      static let type = "dossiers.other.v1"
      var key: String
    }
    try await Scene.run { scene in
      try await scene.postgres.withTransaction(as: .system("test")) { transaction in
        try await transaction.announce([Other(key: "a"), Happening(key: "a", number: 1), Other(key: "a")], at: Date())
      }
      try await scene.with(scene.relay(), scene.witness()) {
        try await scene.waitFor("the effect") { try await scene.numbers() == [1] }
        try await scene.waitFor("all are acknowledged") { try await scene.isCaughtUp() }
      }
      let known = try await scene.database.owner {
        try await $0.first("select count(*)::int from dossiers.inbox", as: Int.self)
      }
      #expect(known == 1)
    }
  }

  @Test("in several copies handles nothing twice, and another copy goes on when the one at work stops")
  func copies() async throws {
    try await Scene.run { scene in
      let second = scene.witness("b")
      let third = scene.witness("c")
      try await scene.with(scene.relay(), second, third) {
        try await scene.with(scene.witness("a")) {
          try await scene.announce(0..<40)
          try await scene.waitFor("the first forty") { try await scene.effects().count == 40 }
        }
        try await scene.announce(40..<80)
        try await scene.waitFor("the others") { try await scene.effects().count == 80 }
      }
      #expect(try await scene.numbers() == Array(0..<80))
      #expect(try await scene.effects().dropFirst(40).allSatisfy { $0.copy != "a" })
    }
  }

  @Test("that dies in the middle of a handler leaves nothing of it, and its event is taken over within seconds")
  func death() async throws {
    try await Scene.run { scene in
      try await scene.announce(1...3)
      while try await scene.relay().publishBatch() > 0 {}
      let reached = Counter()
      let doomed = scene.witness("dying") { event in
        guard event.number == 2 else { return }
        reached.increment()
        try await Task.sleep(for: .seconds(600))
      }
      let dying = Task {
        await withTaskGroup(of: Void.self) { tasks in
          for part in Scene.parts([doomed]) { tasks.addTask { try? await part.run() } }
        }
      }
      try await scene.with(scene.witness("heir")) {
        try await scene.waitFor("one of them is in the middle, or done") {
          let effects = try await scene.effects()
          return reached.value == 1 || !effects.isEmpty
        }
        if reached.value == 1 { #expect(try await scene.effects().isEmpty) }
        // Dead: it acknowledges nothing, and gives up nothing by itself.
        dying.cancel()
        await dying.value
        try await scene.waitFor("all effects", within: 10) { try await scene.effects().count == 3 }
        try await scene.waitFor("all are acknowledged") { try await scene.isCaughtUp() }
      }
      #expect(try await scene.numbers() == [1, 2, 3])
      #expect(try await scene.effects().allSatisfy { $0.copy == "heir" })
    }
  }

  @Test("finds what another copy had read too late to handle, without being started again")
  func stranded() async throws {
    try await Scene.run { scene in
      try await scene.with(scene.witness()) {
        try await scene.announce(1...1)
        _ = try await scene.relay().publishBatch()
        try await scene.waitFor("it is at work") { try await scene.numbers() == [1] }
        // A copy that lost the lead while it read: entries are given to the group's one name, and nobody has them.
        try await scene.strand { try await scene.announce(2...3) }
        try await scene.waitFor("all effects") { try await scene.numbers() == [1, 2, 3] }
        try await scene.waitFor("all are acknowledged") { try await scene.isCaughtUp() }
      }
    }
  }

  @Test("waits for the database to come back, and counts that for no failure of the event")
  func withoutDatabase() async throws {
    try await Scene.run { scene in
      let tries = Counter()
      let consumer = scene.witness { _ in
        // A connection lost in the middle, twelve times: more often than an event may fail.
        if tries.increment() <= 12 { throw PostgresError(state: "57P01", message: "terminating connection") }
      }
      try await scene.announce(1...2)
      try await scene.with(scene.relay(), consumer) {
        try await scene.waitFor("all effects") { try await scene.numbers() == [1, 2] }
      }
      #expect(try await scene.letters().isEmpty)
    }
  }

  @Test("that waits for events stops at once, and so do twenty one after another")
  func stops() async throws {
    try await Scene.run { scene in
      let consumers = (0..<20).map { scene.consumer("idle\($0)", [.on(Happening.self) { _, _, _ in }]) }
      let group = ServiceGroup(services: Scene.parts(consumers) + [scene.relay()], logger: silent)
      let running = Task { try await group.run() }
      try await scene.waitFor("all of them wait") {
        let clients = try await scene.redis.command("CLIENT", "LIST").string ?? ""
        return clients.components(separatedBy: "cmd=xreadgroup").count == 21
      }
      let start = ContinuousClock.now
      await group.triggerGracefulShutdown()
      try await running.value
      // Each would wait for five seconds, and a process has twenty in all.
      #expect(start.duration(to: .now) < .seconds(8))
    }
  }
}
