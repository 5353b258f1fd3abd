import API
import Domain
import Foundation
import Postgres
import Redis
import TestSupport
import Testing

@testable import Messaging

@Suite("The relay", .database, .timeLimit(.minutes(2))) struct RelayTests {
  @Test("publishes what was announced, in order, once, and says so in the outbox")
  func publishes() async throws {
    try await Scene.run { scene in
      try await scene.announce(1...300)
      let counts = [try await scene.relay().publishBatch(), try await scene.relay().publishBatch()]
      #expect(counts == [256, 44])
      #expect(try await scene.relay().publishBatch() == 0)
      #expect(try await scene.events().map(\.number) == Array(1...300))
      let known = try await scene.database.owner {
        try await $0.query(
          "select entry from dossiers.outbox where published_at is not null order by position", as: String.self)
      }
      let entries = try await scene.redis.command("XRANGE", Scene.stream, "-", "+").array?.compactMap {
        $0.array?.first?.string
      }
      #expect(known == entries)
    }
  }

  @Test("carries who did it, what it is about and when, in a CloudEvent")
  func envelope() async throws {
    try await Scene.run { scene in
      var caller = Caller.someone(.siege, name: "DURAND Paul")
      caller.act = Act(
        name: "test", kind: .write, trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
      let asked = caller
      let moment = try #require(Moment.parse("2026-03-12T08:15:00.123Z"))
      try await scene.postgres.withTransaction(as: asked) { transaction in
        try await transaction.announce(Happening(key: "a\"é\u{0301}", number: 7), at: moment)
      }
      _ = try await scene.relay().publishBatch()
      let envelope = try #require(try await scene.entries().first)
      #expect(envelope.specversion == "1.0" && envelope.source == "/jalons/dossiers" && envelope.type == Happening.type)
      #expect(Array(envelope.subject.utf8) == Array("a\"é\u{0301}".utf8) && envelope.time == moment)
      #expect(envelope.actor == asked.account.description && envelope.actorname == "DURAND Paul")
      #expect(envelope.traceparent == asked.act?.trace)
      #expect(try envelope.decode(Happening.self)?.number == 7)
    }
  }

  @Test("of several copies publishes each event once, and none out of turn")
  func copies() async throws {
    try await Scene.run { scene in
      try await scene.with(scene.relay(), scene.relay(), scene.relay()) {
        try await withThrowingTaskGroup(of: Void.self) { writers in
          for writer in 0..<6 {
            writers.addTask {
              for number in 0..<20 { try await scene.announce([Happening(key: "of \(writer)", number: number)]) }
            }
          }
          try await writers.waitForAll()
        }
        try await scene.waitFor("all are out") { try await scene.redis.streamLength(stream: Scene.stream) >= 120 }
      }
      let events = try await scene.events()
      #expect(events.count == 120)
      for writer in 0..<6 {
        #expect(events.filter { $0.key == "of \(writer)" }.map(\.number) == Array(0..<20))
      }
    }
  }

  @Test("keeps events while Redis is away, and publishes them when it is back")
  func away() async throws {
    try await Scene.run { scene in
      try await scene.with(scene.relay(), scene.witness()) {
        try await scene.announce(1...2)
        try await scene.waitFor("the first effects") { try await scene.numbers() == [1, 2] }
        scene.server.kill()
        try await scene.announce(3...4)
        try await scene.waitFor("Redis is known to be away") { !scene.redis.isConnected }
        #expect(try await scene.numbers() == [1, 2])
        try await scene.server.restart()
        try await scene.waitFor("all effects") { try await scene.numbers().count == 4 }
      }
      #expect(try await scene.numbers() == [1, 2, 3, 4])
    }
  }

  @Test("publishes again what an emptied Redis lost, and what was handled is not handled again")
  func flushed() async throws {
    try await Scene.run { scene in
      try await scene.with(scene.relay()) {
        try await scene.with(scene.witness()) {
          try await scene.announce(1...5)
          try await scene.waitFor("the first effects") { try await scene.numbers() == Array(1...5) }
        }
        // These are published, and nobody has taken them yet.
        try await scene.announce(6...9)
        try await scene.waitFor("they are out") { try await scene.events().count == 9 }
        _ = try await scene.redis.command("FLUSHALL")
        try await scene.with(scene.witness()) {
          try await scene.waitFor("all effects") { try await scene.numbers().count >= 9 }
          try await scene.announce(10...10)
          try await scene.waitFor("life goes on") { try await scene.numbers().count >= 10 }
          try await scene.waitFor("all are acknowledged") { try await scene.isCaughtUp() }
        }
      }
      #expect(try await scene.numbers() == Array(1...10))
    }
  }

  @Test("publishes what was lost before anything new, so that the new does not hide the loss")
  func newsAfterLoss() async throws {
    try await Scene.run { scene in
      let relay = scene.relay()
      try await scene.announce(1...3)
      _ = try await relay.publishBatch()
      _ = try await scene.redis.command("FLUSHALL")
      try await scene.announce(4...4)
      while try await relay.publishBatch() > 0 {}
      #expect(try await scene.events().map(\.number) == [1, 2, 3, 4])
    }
  }

  @Test("notices a Redis that was started again empty between two events", arguments: [true, false])
  func restarted(isTheSameRelay: Bool) async throws {
    try await Scene.run { scene in
      let relay = scene.relay()
      try await scene.announce(1...3)
      _ = try await relay.publishBatch()
      scene.server.kill()
      try await scene.server.restart()
      try await scene.announce(4...4)
      try await scene.waitFor("Redis is back") { scene.redis.isConnected }
      let next = isTheSameRelay ? relay : scene.relay()
      try await scene.waitFor("it answers") {
        do { return try await next.publishBatch() == 4 } catch is RedisError { return false }
      }
      #expect(try await scene.events().map(\.number) == [1, 2, 3, 4])
    }
  }

  @Test("that finds the newest entry gone publishes again from the last that is there, not everything")
  func partialLoss() async throws {
    try await Scene.run { scene in
      let relay = scene.relay()
      try await scene.announce(1...3)
      _ = try await relay.publishBatch()
      // An hour ago, for all that the outbox knows.
      try await scene.database.owner { transaction in
        _ = try await transaction.execute("update dossiers.outbox set published_at = published_at - interval '1 hour'")
      }
      try await scene.announce(4...6)
      _ = try await relay.publishBatch()
      let lost = try await scene.redis.command("XREVRANGE", Scene.stream, "+", "-", "COUNT", "2").array ?? []
      for entry in lost { _ = try await scene.redis.command("XDEL", Scene.stream, entry.array?.first?.string ?? "") }
      #expect(try await scene.events().map(\.number) == [1, 2, 3, 4])
      try await relay.republishWhatRedisLost()
      #expect(try await relay.publishBatch() >= 2)
      let numbers = try await scene.events().map(\.number)
      #expect(Set(numbers) == Set(1...6))
      #expect(numbers.suffix(3) == [4, 5, 6])
    }
  }

  @Test("has nothing to publish again while Redis keeps everything")
  func nothingLost() async throws {
    try await Scene.run { scene in
      let relay = scene.relay()
      for number in 1...3 {
        try await scene.announce(number...number)
        #expect(try await relay.publishBatch() == 1)
        try await relay.republishWhatRedisLost()
      }
      #expect(try await scene.relay().publishBatch() == 0)
      #expect(try await scene.events().map(\.number) == [1, 2, 3])
    }
  }
}
