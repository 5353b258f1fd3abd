import API
import Domain
import Foundation
import Postgres
import Redis
import Synchronization
import TestSupport
import Testing

@testable import Messaging

private struct Broken: Error {}

@Suite("Dead letters", .database, .timeLimit(.minutes(2))) struct DeadLetterTests {
  @Test("after the last try an event waits with its reason, what follows of its key behind it, and nothing else does")
  func parkedAndReplayed() async throws {
    try await Scene.run { scene in
      let isMended = Atomic<Bool>(false)
      let tries = Counter()
      let consumer = scene.witness { event in
        guard event.key == "a", event.number == 1, !isMended.load(ordering: .relaxed) else { return }
        tries.increment()
        throw Broken()
      }
      try await scene.announce(1...3, of: "a")
      try await scene.announce(1...3, of: "b")
      try await scene.with(scene.relay(), consumer) {
        try await scene.waitFor("the letters") { try await scene.letters().count == 3 }
        try await scene.waitFor("the other key's effects") { try await scene.numbers(of: "b") == [1, 2, 3] }
        // With all the others at first, then alone.
        #expect(tries.value == 6)
        let letters = try await scene.letters()
        #expect(letters.map(\.reason) == ["failed", "blocked", "blocked"])
        #expect(letters.map(\.key) == ["a", "a", "a"] && letters.map(\.attempts) == [5, 0, 0])
        #expect(letters[0].error?.contains("Broken") == true)

        // What comes later waits as well.
        try await scene.announce(4...4, of: "a")
        try await scene.waitFor("the fourth") { try await scene.letters().count == 4 }
        #expect(try await scene.numbers(of: "a") == [])

        // Replayed too early, it fails again, and nothing overtakes it.
        try await scene.replay()
        try await scene.waitFor("a sixth attempt") { try await scene.letters()[0].attempts == 6 }
        try await Task.sleep(for: .milliseconds(2500))
        #expect(try await scene.numbers(of: "a") == [])
        #expect(try await scene.letters().allSatisfy(\.isOpen))

        // Mended: the one that failed is asked for, and those that waited for it follow.
        isMended.store(true, ordering: .relaxed)
        try await scene.replay(try await scene.letters()[0].id)
        try await scene.waitFor("all effects") { try await scene.numbers(of: "a").count == 4 }
        try await scene.announce(5...5, of: "a")
        try await scene.waitFor("the next") { try await scene.numbers(of: "a").count == 5 }
      }
      #expect(try await scene.numbers(of: "a") == [1, 2, 3, 4, 5])
      #expect(try await scene.letters().allSatisfy { !$0.isOpen })
    }
  }

  @Test("a letter that is asked for is replayed by one copy alone")
  func once() async throws {
    try await Scene.run { scene in
      let isMended = Atomic<Bool>(false)
      @Sendable func fails(_ event: Happening) throws {
        if !isMended.load(ordering: .relaxed) { throw Broken() }
      }
      let copies = ["a", "b", "c"].map { copy in scene.witness(copy) { try fails($0) } }
      try await scene.with(scene.relay(), copies[0], copies[1], copies[2]) {
        try await scene.announce((1...12).map { Happening(key: "key \($0 % 2)", number: $0) })
        try await scene.waitFor("the letters", within: 60) { try await scene.letters().count == 12 }
        isMended.store(true, ordering: .relaxed)
        try await scene.replay()
        try await scene.waitFor("all effects") { try await scene.letters().allSatisfy { !$0.isOpen } }
      }
      #expect(try await scene.effects().map(\.number).sorted() == Array(1...12))
      for key in 0..<2 {
        let numbers = try await scene.numbers(of: "key \(key)")
        #expect(numbers == numbers.sorted())
      }
    }
  }

  @Test("what cannot be read at all is put aside and holds up nobody; it is kept as it came")
  func unreadable() async throws {
    try await Scene.run { scene in
      try await scene.announce(1...1)
      _ = try await scene.relay().publishBatch()
      for text in ["{", #"{"specversion":"1.0"}"#, "a\0b"] {
        _ = try await scene.redis.command("XADD", Scene.stream, "*", "envelope", text)
      }
      _ = try await scene.redis.command("XADD", Scene.stream, "*", "other", "field")
      try await scene.announce(2...2)
      _ = try await scene.relay().publishBatch()
      try await scene.with(scene.witness()) {
        try await scene.waitFor("the effects") { try await scene.numbers() == [1, 2] }
        try await scene.waitFor("all are acknowledged") { try await scene.isCaughtUp() }
      }
      #expect(try await scene.letters().map(\.reason) == Array(repeating: "undecodable", count: 4))
      let kept = try await scene.database.owner {
        try await $0.query("select envelope->>'envelope' from dossiers.dead_letter order by id", as: String?.self)
      }
      #expect(kept == ["{", #"{"specversion":"1.0"}"#, "ab", nil])
    }
  }
}
