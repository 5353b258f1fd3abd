import Domain
import Foundation
import Postgres
import TestSupport
import Testing

private struct ChangeOfMind: Error, Equatable {}

@Suite("Copying rows in", .database) struct CopyTests {
  private static func table() async throws -> PostgresClient {
    let client = try pool(maximum: 1)
    try await client.runDirectly("create table t (n int, text text)")
    return client
  }

  @Test("keeps every character, tells the empty text from none, and leaves out the NUL")
  func escapes() async throws {
    let client = try await Self.table()
    let texts: [String?] = [
      "", nil, "\\N", "\\", "\\.", "\t", "\n", "\r\n", "a\tb\\n", "\u{0301}\\\u{0301}", "été 🧡", "a\0b",
      "\u{8}\u{B}\u{C}",
    ]
    let taken = try await client.transaction { transaction in
      try await transaction.copy(into: "t", columns: ["n", "text"]) { writer in
        for (number, text) in texts.enumerated() { try await writer.write([String(number), text]) }
      }
    }
    #expect(taken == texts.count)
    let kept = try await client.transaction { try await $0.query("select text from t order by n", as: String?.self) }
    let expected = texts.map { $0?.replacingOccurrences(of: "\0", with: "") }
    #expect(kept.map { $0.map { Array($0.utf8) } } == expected.map { $0.map { Array($0.utf8) } })
    await client.close()
  }

  @Test("writes flags, bytes and many NULLs as the server reads them")
  func kinds() async throws {
    let client = try await Self.table()
    try await client.transaction { transaction in
      try await transaction.script(
        "create temp table kinds (yes boolean, no boolean, bytes bytea, a int, b int, none bytea)")
      let columns = ["yes", "no", "bytes", "a", "b", "none"]
      let taken = try await transaction.copy(into: "kinds", columns: columns) { writer in
        writer.cell(true)
        writer.cell(false)
        writer.cell(Data([0, 9, 0x5C, 0xFF]))
        writer.nulls(2)
        writer.cell(nil as Data?)
        try await writer.endRow()
      }
      #expect(taken == 1)
      let kept = try await transaction.first(
        "select yes and not no and bytes = '\\x00095cff' and num_nulls(a, b, none) = 3 from kinds", as: Bool.self)
      #expect(kept == true)
    }
    await client.close()
  }

  @Test("takes many more rows than are held at once")
  func many() async throws {
    let client = try await Self.table()
    let taken = try await client.transaction { transaction in
      try await transaction.copy(into: "t", columns: ["text", "n"]) { writer in
        for number in 0..<50_000 { try await writer.write(["ligne \(number)", String(number)]) }
      }
    }
    #expect(taken == 50_000)
    #expect(try await client.value("select sum(n)::bigint from t where text = 'ligne ' || n") == 1_249_975_000)
    await client.close()
  }

  @Test("leaves nothing when a row in the middle is refused, and tells the server's reason")
  func refused() async throws {
    let client = try await Self.table()
    for (bad, state) in [(["deux", ""], "22P02"), (["2"], "22P04"), (["2", "", ""], "22P04")] {
      let error = await #expect(throws: PostgresError.self) {
        try await client.transaction { transaction in
          try await transaction.copy(into: "t", columns: ["n", "text"]) { writer in
            for number in 0..<20_000 { try await writer.write(number == 7_000 ? bad : [String(number), "x"]) }
          }
        }
      }
      #expect(error?.state == state)
    }
    #expect(try await client.value("select count(*)::int from t") == 0)
    await client.close()
  }

  @Test("that is given up, or refused, leaves a transaction that can go on after the part")
  func givenUp() async throws {
    let client = try await Self.table()
    try await client.transaction { transaction in
      await #expect(throws: ChangeOfMind()) {
        try await transaction.savepoint { part in
          try await part.copy(into: "t", columns: ["n"]) { writer in
            try await writer.write(["1"])
            throw ChangeOfMind()
          }
        }
      }
      await #expect(throws: PostgresError.self) {
        try await transaction.savepoint { part in
          try await part.copy(into: "t", columns: ["n"]) { try await $0.write(["un"]) }
        }
      }
      await #expect(throws: PostgresError.self) {
        try await transaction.savepoint { part in
          try await part.copy(into: "nowhere", columns: ["n"]) { _ in Issue.record("there is nowhere to write") }
        }
      }
      let changed = try await transaction.batch(["insert into t values (2)", "insert into t values (3)"])
      #expect(changed == [1, 1])
    }
    #expect(try await client.value("select sum(n)::int from t") == 5)
    await client.close()
  }

  @Test("stops when its task is cancelled, and keeps nothing")
  func cancelled() async throws {
    let client = try await Self.table()
    let underWay = Signal()
    let task = Task {
      try await client.transaction { transaction in
        try await transaction.copy(into: "t", columns: ["n", "text"]) { writer in
          for number in 0... {
            try await writer.write([String(number), "x"])
            if number == 50_000 { underWay.happen() }
          }
        }
      }
    }
    await underWay.wait()
    task.cancel()
    await #expect(throws: (any Error).self) { try await task.value }
    #expect(try await client.value("select count(*)::int from t") == 0)
    await client.close()
  }
}

extension CopyWriter {
  /// A whole row of texts.
  fileprivate mutating func write(_ cells: [String?]) async throws {
    for text in cells { cell(text) }
    try await endRow()
  }
}
