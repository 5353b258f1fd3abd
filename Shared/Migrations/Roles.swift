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
        let role = "\(service)_\(scope.rawValue)"
        text += create(role, "nologin")
        text += "grant reach_\(scope.rawValue), \(service)_writer to \(role);\ngrant \(role) to \(service);\n"
      }
    }
    return text
  }()

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
