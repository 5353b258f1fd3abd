import API
import Domain
import Logging
import Postgres
import TestSupport
import Testing

/// What migrations stand on, asked of the database directly.
@Suite("The database's foundation", .database) struct FoundationTests {
  /// A table as a migration makes one.
  private static func makeTable(_ protection: SQL) async throws {
    try await TestDatabase.required().owner { transaction in
      try await transaction.execute(
        "create table fse.trial (id uuid primary key default gen_random_uuid(), dossier uuid not null, territory uuid)")
      try await transaction.execute("call jalons.protect('fse.trial', 'dossier', 'territory'\(protection))")
    }
  }

  private static func scopes() async throws -> [String] {
    try await TestDatabase.required().owner {
      try await $0.query(
        "select polname::text from pg_policy where polrelid = 'fse.trial'::regclass order by 1", as: String.self)
    }
  }

  @Test("a table is not open to operators' people unless its migration asks for it")
  func enrolled() async throws {
    try await Self.makeTable("")
    #expect(try await Self.scopes() == ["county", "operation", "organisation", "own", "system", "territory"])
  }

  @Test("a table that asks for it is open to operators' people") func asked() async throws {
    try await Self.makeTable(", enrolled => true")
    #expect(try await Self.scopes().contains("enrolled"))
  }

  @Test("whatever carries a dossier's territory moves with it, in this schema and of this dossier alone")
  func moves() async throws {
    try await Self.makeTable("")
    let database = try TestDatabase.required()
    let (moved, other) = (ID<Dossier>.new(), ID<Dossier>.new())
    let (former, goal) = (ID<Territory>.new(), ID<Territory>.new())
    try await database.owner { transaction in
      for dossier in [moved, other] {
        try await transaction.execute(
          "insert into fse.trial (dossier, territory) values (\(dossier), \(former))")
      }
      // Made behind the migrator's back: its own rule for the work in the background is put in place by hand.
      try await transaction.execute("alter policy system on fse.trial to fse_system")
    }
    let client = database.client(.fse)
    try await client.withTransaction(as: .system("test")) {
      _ = try await $0.execute("call jalons.carry_territory('fse', \(moved), \(goal))")
    }
    await client.close()
    let found = try await database.owner {
      try await $0.query(
        "select territory from fse.trial order by (dossier = \(moved)) desc", as: ID<Territory>.self)
    }
    #expect(found == [goal, former])
  }

  @Test("a service reads of another the columns that its published views show, and no other")
  func columns() async throws {
    let found = try await TestDatabase.required().owner { transaction in
      let whole = try await transaction.query(
        """
        select c.oid::regclass || ' by ' || r.rolname from pg_class c, pg_roles r
        where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text = any(\(ServiceName.allCases.map(\.rawValue)))
          and r.rolname like 'reach\\_%' and has_table_privilege(r.oid, c.oid, 'select, insert, update, delete')
          and r.rolname <> 'reach_definer'
        """, as: String.self)
      let secret = try await transaction.query(
        """
        select t || '.' || c from (values ('dossiers.dossier', 'nir_hash'), ('dossiers.dossier', 'feed_phone'),
          ('dossiers.nir', 'sealed'), ('dossiers.note', 'text'), ('dossiers.household', 'claimant_number'),
          ('scheduling.appointment', 'summary'), ('contracts.contract', 'situation'), ('fse.answer_sheet', 'answers'),
          ('identity.account', 'password'), ('identity.session', 'secret_hash')) as hidden (t, c)
        where exists (select from pg_roles r where r.rolname like 'reach\\_%' and r.rolname <> 'reach_definer'
          and has_column_privilege(r.oid, t, c, 'select'))
        """, as: String.self)
      let shown = try await transaction.first(
        "select has_column_privilege('reach_own', 'dossiers.dossier', 'family_name', 'select')", as: Bool.self)
      return (whole, secret, shown)
    }
    #expect(found.0 == [] && found.1 == [] && found.2 == true)
  }

  @Test("every published view is read in every scope", arguments: Scope.allCases)
  func views(scope: Scope) async throws {
    let database = try TestDatabase.required()
    let views = try await database.owner { transaction in
      try await transaction.query(
        """
        select c.oid::regclass::text from pg_class c where c.relkind = 'v' and 'security_invoker=true' = any(c.reloptions)
          and c.relnamespace::regnamespace::text = any(\(ServiceName.allCases.map(\.rawValue))) order by 1
        """, as: String.self)
    }
    #expect(views.count >= 14)
    let client = database.client(.insight)
    let caller = Caller(account: .new(), name: "", profile: nil, scope: scope)
    for view in views {
      try await client.withTransaction(as: caller) {
        _ = try await $0.first("select count(*)::int from (select * from \(unsafeSQL: view)) v", as: Int.self)
      }
    }
    await client.close()
  }

  @Test("background work sees no other service's persons, but for the reminders'")
  func background() async throws {
    let reaching = try await TestDatabase.required().owner {
      try await $0.query(
        """
        select r.rolname::text from pg_roles r where r.rolname like '%\\_system' and r.rolname <> 'reach_system'
          and pg_has_role(r.oid, 'reach_system', 'usage') order by 1
        """, as: String.self)
    }
    #expect(reaching == ["scheduling_system"])
    let identity = try await TestDatabase.required().owner {
      try await $0.query(
        """
        select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid join pg_roles r on r.oid = m.member
        where r.rolname like 'identity\\_%' and g.rolname like 'reach\\_%' group by g.rolname
        """, as: String.self)
    }
    #expect(identity == ["reach_none"])
  }
}
