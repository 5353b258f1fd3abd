import API
import Domain
import Logging
import Postgres
import TestSupport
import Testing

/// The database asked directly, past every line of ours.
@Suite("Row-level security", .database) struct RowSecurityTests {
  private struct Table: Decodable, Sendable {
    let schema: String
    let name: String
    var qualified: String { "\(schema).\(name)" }
  }

  /// Every table of every service that has a column for the dossier it is about, and the dossiers themselves.
  private static func dossierTables() async throws -> [Table] {
    try await TestDatabase.required().owner { transaction in
      try await transaction.query(
        """
        select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname = any(\(ServiceName.allCases.map(\.rawValue))) and (
          c.oid = 'dossiers.dossier'::regclass
          or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'dossier' and not a.attisdropped))
        order by 1, 2
        """, as: Table.self)
    }
  }

  /// Tables about dossiers whose rows no scope narrows, with the reason.
  private static let unguarded: [String: String] = [
    "dossiers.opened": "when somebody opened a dossier: read by that account alone, joined with the dossier itself",
    "identity.audit_entry": "the log is the DPO's, who reaches no dossier; no other service may read it",
    "identity.usage_dossier": "which dossiers an account opened today, to count each once; nothing shows them",
  ]

  @Test("every table about a dossier has its rows guarded, but for those named here with their reason")
  func guarded() async throws {
    let tables = try await Self.dossierTables()
    #expect(tables.count >= 15)
    let open = try await TestDatabase.required().owner { transaction in
      try await transaction.query(
        """
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname || '.' || c.relname = any(\(tables.map(\.qualified))) and not c.relrowsecurity
        """, as: String.self)
    }
    #expect(Set(open) == Set(Self.unguarded.keys))
  }

  @Test("a service that forgets to say who asks reads nothing", arguments: ServiceName.allCases)
  func nobody(service: ServiceName) async throws {
    let database = try TestDatabase.required()
    // Without a prefix no transaction takes a scope's role.
    let client = PostgresClient(
      configuration: .init(conninfo: database.conninfo, user: service.rawValue, maximum: 1),
      logger: Logger(label: "test"))
    for table in try await Self.dossierTables() {
      await #expect(throws: PostgresError.self, "\(table.qualified)") {
        _ = try await client.withTransaction(as: .system("test")) {
          try await $0.first("select count(*)::int from \(unsafeSQL: table.qualified)", as: Int.self)
        }
      }
    }
    await client.close()
  }

  @Test("no service writes in another's schema", arguments: ServiceName.allCases)
  func neighbours(service: ServiceName) async throws {
    let writable = try await TestDatabase.required().owner { transaction in
      try await transaction.query(
        """
        select n.nspname || '.' || c.relname || ' by ' || r.rolname from pg_class c
        join pg_namespace n on n.oid = c.relnamespace, pg_roles r
        where c.relkind in ('r', 'p') and n.nspname = any(\(ServiceName.allCases.map(\.rawValue)))
          and n.nspname <> \(service.rawValue) and r.rolname like \(service.rawValue + "\\_%")
          and has_schema_privilege(r.oid, n.oid, 'usage')
          and has_table_privilege(r.oid, c.oid, 'insert, update, delete')
        """, as: String.self)
    }
    #expect(writable == [])
  }

  @Test(
    "a stranger's row-level security leaves nothing of a dossier, whatever the scope",
    arguments: [Scope.own, .organisation, .territory, .operation, .enrolled, .none])
  func stranger(scope: Scope) async throws {
    let database = try TestDatabase.required()
    let (household, dossier) = (ID<Household>.new(), ID<Dossier>.new())
    try await database.owner { transaction in
      try await transaction.execute(
        "insert into dossiers.household (id, genesis_number) values (\(household), '1')")
      try await transaction.execute(
        """
        insert into dossiers.dossier (id, household, role, genesis_id, family_name, given_name, entered_on, search,
          territory, lead, lead_organisation)
        values (\(dossier), \(household), 'DEM', 'G1', 'MARTIN', 'Léa', current_date, 'martin lea',
          \(ID<Territory>.new()), \(ID<Account>.new()), \(ID<Organisation>.new()))
        """)
    }
    let stranger = Caller(
      account: .new(), name: "PETIT Jean", profile: .referent, scope: scope, territories: [.new()], organisation: .new()
    )
    let client = database.client(.dossiers)
    let seen = try await client.withTransaction(as: stranger) {
      try await $0.first("select count(*)::int from dossiers.dossier", as: Int.self)
    }
    let changed = try await client.withTransaction(as: stranger) {
      try await $0.execute("update dossiers.dossier set given_name = 'X'")
    }
    #expect(seen == 0 && changed == 0)
    await client.close()
  }
}
