import API
import Domain
import Logging
import Postgres
import TestSupport
import Testing

/// The database asked directly, past every line of ours.
@Suite("Row-level security", .database) struct RowSecurityTests {
  /// Every table of every service.
  private static func tables(where condition: SQL = "true") async throws -> [String] {
    try await TestDatabase.required().owner { transaction in
      try await transaction.query(
        """
        select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname = any(\(ServiceName.allCases.map(\.rawValue))) and \(condition)
        order by 1
        """, as: String.self)
    }
  }

  /// Tables whose rows no scope narrows, by the reason: a new table is guarded, or is named here.
  private static let unguarded: [String: [String]] = [
    "what the county decided: lists, delays, texts, models, rules, and who changed them": [
      "contracts.delay", "contracts.list_change", "contracts.model", "contracts.model_choice",
      "contracts.model_file",
      "contracts.priority", "contracts.submission_terms", "contracts.theme", "contracts.transition",
      "contracts.transition_change", "dossiers.capacity", "dossiers.characteristic", "dossiers.characteristic_family",
      "dossiers.delay", "dossiers.difficulty", "dossiers.feed_deadline", "dossiers.list_change", "dossiers.sector",
      "dossiers.document_folder", "dossiers.document_type", "dossiers.model", "dossiers.model_choice",
      "dossiers.model_file", "dossiers.standby_reason", "dossiers.trade", "fse.agreement", "fse.delay",
      "fse.export_mapping",
      "fse.gathering", "fse.list_change", "fse.list_entry", "fse.offer", "fse.offer_partner", "fse.offer_session",
      "fse.operation", "fse.operator", "fse.questionnaire", "identity.audit_retention", "identity.county",
      "identity.county_change", "identity.delay",
      "identity.organisation", "identity.profile_right", "identity.profile_right_change",
      "identity.second_factor_rule", "identity.security_change", "identity.security_rule", "identity.territory",
      "identity.text_version", "insight.delay", "scheduling.appointment_kind", "scheduling.appointment_theme",
      "scheduling.delay", "scheduling.list_change", "scheduling.model", "scheduling.model_choice",
      "scheduling.model_file", "scheduling.opening", "scheduling.place", "scheduling.place_change",
      "scheduling.reminder_rule", "scheduling.text_version",
    ],
    "days and sums, nothing of a person": [
      "contracts.day_turned", "dossiers.day_turned", "dossiers.feed_late", "dossiers.feed_run", "dossiers.feed_tally",
      "dossiers.latest_stock",
    ],
    "digests of contents that are to be erased, nothing of a person": ["dossiers.loose_content"],
    "accounts and how they sign in: identity alone has rights on them, but for the columns that its views show": [
      "identity.abnormal_use", "identity.access_token", "identity.account", "identity.account_profile",
      "identity.delegation", "identity.invitation", "identity.openid_link", "identity.recovery_code",
      "identity.second_factor", "identity.session", "identity.sign_in_failure", "identity.signing_key",
      "identity.spent_proof", "identity.usage_day",
    ],
    "the log is the DPO's, who reaches no dossier; no other service may read it": [
      "identity.audit_anchor", "identity.audit_entry",
    ],
    "which dossiers an account opened today, to count each once; nothing shows them": ["identity.usage_dossier"],
    "when somebody opened a dossier: read by that account alone, joined with the dossier itself": ["dossiers.opened"],
    "what travels between services: no endpoint lists it": ServiceName.allCases.flatMap { service in
      ["dead_letter", "inbox", "outbox"].map { "\(service.rawValue).\($0)" }
    },
  ]

  @Test("every table of every service has its rows guarded, but for those named here with their reason")
  func guarded() async throws {
    let open = try await Self.tables(where: "not (c.relrowsecurity and c.relforcerowsecurity)")
    #expect(Set(open) == Set(Self.unguarded.values.joined()))
    let withoutPolicy = try await Self.tables(
      where: "c.relrowsecurity and not exists (select from pg_policy p where p.polrelid = c.oid)")
    #expect(withoutPolicy == [])
  }

  @Test("a service that forgets to say who asks reads nothing", arguments: ServiceName.allCases)
  func nobody(service: ServiceName) async throws {
    let database = try TestDatabase.required()
    // Without a prefix no transaction takes a scope's role.
    let client = PostgresClient(
      configuration: .init(conninfo: database.conninfo, user: service.rawValue, maximum: 1),
      logger: Logger(label: "test"))
    for table in try await Self.tables() {
      await #expect(throws: PostgresError.self, "\(table)") {
        _ = try await client.withTransaction(as: .system("test")) {
          try await $0.first("select count(*)::int from \(unsafeSQL: table)", as: Int.self)
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
        values (\(dossier), \(household), 'DEM', 'G1', 'MARTIN', 'Léa', '2026-03-12', 'martin lea',
          \(ID<Territory>.new()), \(ID<Account>.new()), \(ID<Organisation>.new()))
        """)
    }
    let stranger = Caller(
      account: .new(), name: "PETIT Jean", profile: .referent, scope: scope, territories: [.new()], organisation: .new()
    )
    let client = database.client(.dossiers)
    let seen = try await client.withTransaction(as: stranger) {
      try await $0.first(
        "select (select count(*) from dossiers.dossier)::int + (select count(*) from dossiers.household)::int",
        as: Int.self)
    }
    let changed = try await client.withTransaction(as: stranger) {
      try await $0.execute("update dossiers.dossier set given_name = 'X'")
    }
    #expect(seen == 0 && changed == 0)
    await client.close()
  }
}
