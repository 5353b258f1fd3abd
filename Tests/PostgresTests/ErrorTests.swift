import Domain
import Postgres
import TestSupport
import Testing

@Suite("What the database refuses", .database) struct ErrorTests {
  private static let schema = """
    create table parent (id int primary key, code text unique);
    create table child (parent int references parent, n int constraint positive check (n > 0), span int4range,
      constraint apart exclude using gist (span with &&));
    insert into parent values (1, 'a'); insert into child values (1, 1, '[1,5)');
    """

  /// What the server answers to `statement`.
  private static func refusal(_ client: PostgresClient, _ statement: SQL) async throws -> PostgresError {
    try #require(
      await #expect(throws: PostgresError.self, "\(statement.text)") {
        try await client.transaction { try await $0.execute(statement) }
      })
  }

  @Test("comes with its SQLSTATE, its kind and the constraint that refused")
  func states() async throws {
    let client = try pool()
    try await client.runDirectly(Self.schema)
    for (statement, state, kind, constraint): (SQL, String, PostgresError.Kind, String?) in [
      ("insert into parent values (1, 'b')", "23505", .uniqueViolation, "parent_pkey"),
      ("insert into parent values (2, \("a"))", "23505", .uniqueViolation, "parent_code_key"),
      ("insert into child values (9, 1)", "23503", .foreignKeyViolation, "child_parent_fkey"),
      ("insert into child values (1, 0)", "23514", .checkViolation, "positive"),
      ("insert into child values (1, 1, '[4,9)')", "23P01", .exclusionViolation, "apart"),
      ("select 1 / 0", "22012", .other, nil), ("select nothing", "42703", .other, nil),
      ("select from nowhere", "42P01", .other, nil), ("selekt", "42601", .other, nil),
      ("select \("x")::int", "22P02", .other, nil),
    ] {
      let error = try await Self.refusal(client, statement)
      #expect(error.state == state && error.kind == kind && error.constraint == constraint, "\(statement.text)")
    }
    let error = await #expect(throws: PostgresError.self) {
      try await client.transaction { transaction in
        try await transaction.script("set local role dossiers_none")
        try await transaction.execute("delete from identity.account")
      }
    }
    #expect(error?.kind == .permissionDenied)
    await client.close()
  }

  @Test("says nothing to strangers but its code, and to the log no value that a person gave")
  func discretion() async throws {
    let client = try pool()
    try await client.runDirectly(Self.schema)
    let secret = "MARTIN Léa"
    for statement: SQL in [
      "select \(secret)::int", "select \(secret)::uuid", "select \(secret)::date", "select \(secret)::jsonb",
      "insert into parent values (2, 'a') returning \(secret)::text", "select \([secret])::int[]",
    ] {
      let error = try await Self.refusal(client, statement)
      #expect(error.description == "the database refused a statement (\(error.state))")
      #expect(!String(reflecting: error).contains("MARTIN"), "\(error.debugDescription)")
      #expect(String(reflecting: error).contains(statement.text))
    }
    await client.close()
  }

  @Test("is an unreachable database when nobody listens, or there is no such database")
  func unreachable() async throws {
    let nowhere = try TestDatabase.required().conninfo + "_nowhere"
    for conninfo in ["host=127.0.0.1 port=1", nowhere] {
      let client = try pool(conninfo: conninfo)
      let error = await #expect(throws: PostgresError.self) { try await client.transaction { _ in } }
      #expect(error?.state == "08001" && error?.kind == .unavailable)
      #expect(client.load.open == 0)
      await client.close()
    }
  }
}
