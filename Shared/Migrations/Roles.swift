import API
import Domain

/// The roles of the database, made from one list: services × scopes.
///
/// A login role can do nothing by itself; each transaction takes the role of its caller's scope. Policies are written to
/// the `reach_…` groups, so that a service's tables and what others publish follow the same rule.
enum Roles {
  static let sql: String = {
    var text = ""
    for scope in Scope.allCases { text += create("reach_\(scope.rawValue)", "nologin") }
    // Owns the functions that look behind the policies to say which dossiers a caller reaches.
    text += create("reach_definer", "nologin") + "grant reach_system to reach_definer;\n"
    for service in ServiceName.allCases {
      text += create(service.rawValue, "login noinherit") + create("\(service)_writer", "nologin")
      for scope in Scope.allCases {
        let (role, reach) = ("\(service)_\(scope.rawValue)", "reach_\(Self.reach(of: service, scope).rawValue)")
        text += create(role, "nologin")
        text += "grant \(reach), \(service)_writer to \(role);\ngrant \(role) to \(service);\n"
        text += leaveOthers(role, but: reach)
      }
    }
    return text
  }()

  /// Whose rows of other services' tables a service sees when it acts in a scope; of its own it sees all those of the scope.
  static func reach(of service: ServiceName, _ scope: Scope) -> Scope {
    switch (service, scope) {
    // Accounts, keys and the audit log need nobody's dossier.
    case (.identity, _): .none
    // What these do in the background is about their own tables; scheduling looks up the telephone of whom it reminds.
    case (.dossiers, .system), (.contracts, .system), (.fse, .system), (.insight, .system): .none
    default: scope
    }
  }

  /// Takes from a role the groups that former versions put it in.
  private static func leaveOthers(_ role: String, but group: String) -> String {
    """
    do $$ declare other text; begin
      for other in select g.rolname from pg_auth_members m join pg_roles g on g.oid = m.roleid
        where m.member = '\(role)'::regrole and g.rolname like 'reach\\_%' and g.rolname <> '\(group)'
      loop execute format('revoke %I from \(role)', other); end loop;
    end $$;

    """
  }

  private static func create(_ role: String, _ options: String) -> String {
    """
    do $$ begin
      if not exists (select from pg_roles where rolname = '\(role)') then create role \(role) \(options); end if;
    exception when duplicate_object or unique_violation then null;
    end $$;

    """
  }

  /// What every schema has: its writers' rights, now and on tables to come.
  static func schema(_ service: ServiceName) -> String {
    """
    create schema if not exists \(service);
    grant usage on schema \(service) to \(service)_writer;
    alter default privileges in schema \(service) grant select, insert, update, delete on tables to \(service)_writer;
    alter default privileges in schema \(service) grant usage on sequences to \(service)_writer;
    alter default privileges in schema \(service) grant execute on functions to \(service)_writer;

    """
  }
}
