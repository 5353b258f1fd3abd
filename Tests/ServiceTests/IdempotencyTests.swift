import API
import Domain
import Foundation
import NIOHTTP1
import Postgres
import Service
import TestSupport
import Testing

@testable import Messaging

@Suite("A write with a key", .database) struct IdempotencyTests {
  private static let path = "/api/dossiers/v1/trials"

  private static func send(
    _ subject: ServiceUnderTest, _ text: String, key: String, as caller: Caller, to path: String = path
  ) async throws -> WireAnswer {
    try await subject.send(
      .POST, path, as: caller, headers: ["idempotency-key": key], body: Data(#"{"text":"\#(text)"}"#.utf8))
  }

  @Test("that is sent again is answered as the first time, version included, and done once")
  func replay() async throws {
    try await Trial().run { subject in
      let caller = Caller.someone(.referent)
      let first = try await Self.send(subject, "a", key: "key-0001", as: caller)
      #expect(first.status == 201 && first.headers.first(name: "etag") == "\"7\"")
      for _ in 0..<2 {
        let again = try await Self.send(subject, "a", key: "key-0001", as: caller)
        #expect(again.status == 201 && again.body == first.body)
        #expect(again.headers.first(name: "etag") == "\"7\"")
        #expect(again.headers.first(name: "content-type") == first.headers.first(name: "content-type"))
      }
      #expect(try await subject.kept() == ["a"])
    }
  }

  @Test("many times at once is done once, and every answer is the same")
  func atOnce() async throws {
    try await Trial().run { subject in
      let caller = Caller.someone(.referent)
      let answers = try await withThrowingTaskGroup(of: WireAnswer.self) { group in
        for _ in 0..<5 { group.addTask { try await Self.send(subject, "a", key: "key-0001", as: caller) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(Set(answers.map(\.text)).count == 1 && answers.allSatisfy { $0.status == 201 }, "\(answers.map(\.text))")
      #expect(try await subject.kept() == ["a"])
    }
  }

  @Test("serves one request of one person alone")
  func others() async throws {
    try await Trial().run { subject in
      let caller = Caller.someone(.exploitant)
      #expect(try await Self.send(subject, "a", key: "key-0001", as: caller).status == 201)
      let otherText = try await Self.send(subject, "b", key: "key-0001", as: caller)
      let otherPath = try await Self.send(subject, "a", key: "key-0001", as: caller, to: "/api/dossiers/v1/others")
      for answer in [otherText, otherPath] {
        #expect(try answer.json(Problem.self).type == "/problemes/cle-reutilisee" && answer.status == 422)
      }
      #expect(try await Self.send(subject, "c", key: "key-0001", as: .someone(.exploitant)).status == 201)
      #expect(try await Self.send(subject, "a", key: "key-0002", as: caller).status == 201)
      #expect(try await subject.kept() == ["a", "c", "a"])
    }
  }

  @Test("that failed has not used it up")
  func failed() async throws {
    try await Trial().run { subject in
      let caller = Caller.someone(.referent)
      for _ in 0..<2 { #expect(try await Self.send(subject, "refused", key: "key-0001", as: caller).status == 409) }
      let done = try await Self.send(subject, "a", key: "key-0001", as: caller)
      #expect(done.status == 201)
      #expect(try await subject.kept() == ["a"])
    }
  }

  @Test("keeps its answer sealed, its account's alone, and for a day")
  func kept() async throws {
    try await Trial().run { subject in
      let caller = Caller.someone(.referent)
      _ = try await Self.send(subject, "secret text", key: "key-0001", as: caller)
      let row = try await subject.database.owner {
        try await $0.first(
          "select i::text || encode(sealed, 'escape') from dossiers.idempotency i", as: String.self)
      }
      let found = try #require(row)
      #expect(!found.contains("secret") && !found.contains("key-0001"))
      for other in [caller, Caller.someone(.siege), Caller.someone(.administrateur)] {
        let seen = try await subject.parts.postgres.withTransaction(as: other) {
          try await $0.first("select count(*) from dossiers.idempotency", as: Int.self)
        }
        #expect(seen == (other.account == caller.account ? 1 : 0))
      }
      let trimming = Trimming(postgres: subject.parts.postgres, schema: "dossiers", logger: subject.parts.logger)
      try await trimming.trim()
      #expect(try await Self.send(subject, "secret text", key: "key-0001", as: caller).status == 201)
      #expect(try await subject.kept() == ["secret text"])
      try await subject.database.owner {
        _ = try await $0.execute("update dossiers.idempotency set made_at = now() - interval '25 hours'")
      }
      try await trimming.trim()
      let left = try await subject.database.owner {
        try await $0.first("select count(*) from dossiers.idempotency", as: Int.self)
      }
      #expect(left == 0)
    }
  }
}
