import Domain
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Several statements in one round trip", .database) struct BatchTests {
  private static func table() async throws -> PostgresClient {
    let client = try pool(maximum: 1)
    try await client.runDirectly("create table t (n int primary key, text text)")
    return client
  }

  @Test("tell what each changed, in order; none at all is nothing")
  func counts() async throws {
    let client = try await Self.table()
    let changed = try await client.transaction { transaction in
      let changedByNone = try await transaction.batch([])
      #expect(changedByNone == [])
      return try await transaction.batch([
        "insert into t select generate_series(1, \(5)::int)", "delete from t where n > \(3)", "select 1 where false",
        "update t set text = \("x")",
      ])
    }
    #expect(changed == [5, 2, 0, 3])
    await client.close()
  }

  @Test("stop at the first that is refused, which is the one that is thrown; what precedes it is undone too")
  func refused() async throws {
    let client = try await Self.table()
    try await client.transaction { transaction in
      try await transaction.execute("insert into t values (1)")
      let error = await #expect(throws: PostgresError.self) {
        try await transaction.savepoint { part in
          try await part.batch([
            "insert into t values (2)", "insert into t values (\(1))", "insert into nowhere values (1)",
            "insert into t values (3)",
          ])
        }
      }
      #expect(error?.state == "23505" && error?.statement == "insert into t values ($1)")
      // The connection is as good as before, for one statement and for several.
      let changed = try await transaction.batch(["insert into t values (4)", "insert into t values (5)"])
      #expect(changed == [1, 1])
    }
    let kept = try await client.transaction { try await $0.query("select n from t order by n", as: Int.self) }
    #expect(kept == [1, 4, 5])
    await client.close()
  }

  @Test("may be hundreds, and larger than what client and server can hold on the way")
  func large() async throws {
    let client = try await Self.table()
    let text = String(repeating: "été ", count: 10_000)
    let changed = try await client.transaction { transaction in
      try await transaction.batch(
        (0..<300).map { "insert into t values (\($0), \(text)) returning text, text || text" })
    }
    #expect(changed == Array(repeating: 1, count: 300))
    #expect(try await client.value("select sum(length(text))::int from t") == 300 * 40_000)
    await client.close()
  }
}
