import API
import Domain
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("The caller of a transaction", .database) struct CallerTests {
  private struct Seen: Decodable, Equatable, Sendable {
    var role: String
    var account: String
    var profile: String
    var territories: String
    var organisation: String
    var today: String
  }

  private static let look: SQL = """
    select current_user as role, current_setting('jalons.account') as account,
      current_setting('jalons.profile') as profile, current_setting('jalons.territories') as territories,
      current_setting('jalons.organisation') as organisation, current_setting('jalons.today') as today
    """

  /// Fails when the connection, between two transactions, still is anybody.
  private static let nobody = """
    do $$ begin
      if current_user <> session_user or concat(current_setting('jalons.account', true),
        current_setting('jalons.profile', true), current_setting('jalons.territories', true),
        current_setting('jalons.organisation', true), current_setting('jalons.today', true)) <> ''
      then raise exception 'somebody was left over'; end if;
    end $$
    """

  private struct ChangeOfMind: Error {}

  @Test("is known to the policies inside it, and forgotten by the connection when it ends, well or not")
  func settings() async throws {
    let client = try pool(user: "dossiers", maximum: 1, rolePrefix: "dossiers")
    let (territories, organisation) = ([ID<Territory>.new(), .new()], ID<Organisation>.new())
    var referent = Caller.someone(
      .referent, name: "O'BRIEN \\ \"Zoé\"", territories: territories, organisation: organisation)
    referent.today = try #require(CalendarDate("2024-02-29"))
    let asked = referent
    let seen = try await client.withTransaction(as: asked) { try await $0.first(Self.look, as: Seen.self) }
    #expect(
      seen
        == Seen(
          role: "dossiers_own", account: asked.account.description, profile: "referent",
          territories: "{\(territories[0]),\(territories[1])}", organisation: organisation.description,
          today: "2024-02-29"))
    try await client.runDirectly(Self.nobody)

    await #expect(throws: ChangeOfMind.self) {
      try await client.withTransaction(as: asked) { _ in throw ChangeOfMind() }
    }
    try await client.runDirectly(Self.nobody)

    let head = Caller.someone(.siege)
    let other = try await client.withTransaction(as: head) { try await $0.first(Self.look, as: Seen.self) }
    #expect(other?.role == "dossiers_county" && other?.account == head.account.description)
    #expect(other?.organisation == "" && other?.territories == "{}")
    await client.close()
  }

  @Test("the day of a moment is counted by the county's hours") func hours() async throws {
    let client = try pool(user: "dossiers", maximum: 1, rolePrefix: "dossiers")
    let evening: SQL = "select caller.day('2026-03-12 21:00+00')"
    let (paris, reunion) = try await client.withTransaction(as: .someone(.siege)) { transaction in
      let here = try await transaction.first(evening, as: CalendarDate.self)
      try await transaction.execute("select set_config('jalons.zone', 'Indian/Reunion', true)")
      return (here, try await transaction.first(evening, as: CalendarDate.self))
    }
    #expect(paris == CalendarDate("2026-03-12") && reunion == CalendarDate("2026-03-13"))
    await client.close()
  }

  @Test("background work that names no day has the day of its service's clock, in France") func day() async throws {
    let midnight = try #require(CalendarDate("2028-03-01")).moment(hour: 0)
    let client = PostgresClient(
      configuration: .init(
        conninfo: try TestDatabase.required().conninfo, user: "dossiers", maximum: 1, rolePrefix: "dossiers",
        now: Now { midnight }), logger: silent)
    let today: SQL = "select caller.today()::text"
    let clock = try await client.withTransaction(as: .system("test")) { try await $0.first(today, as: String.self) }
    let named = try await client.withTransaction(as: .system("test", today: CalendarDate("2024-02-29"))) {
      try await $0.first(today, as: String.self)
    }
    await client.close()
    #expect(clock == "2028-03-01" && named == "2024-02-29")
  }

  @Test("has a role of its own for every scope, that may do nothing in another service's schema")
  func roles() async throws {
    let client = try pool(user: "dossiers", maximum: 1, rolePrefix: "dossiers")
    for scope in Scope.allCases {
      let caller = Caller(account: .new(), name: "", profile: nil, scope: scope)
      let role = try await client.withTransaction(as: caller) {
        try await $0.first("select current_user::text", as: String.self)
      }
      #expect(role == "dossiers_\(scope.rawValue)")
      let error = await #expect(throws: PostgresError.self) {
        try await client.withTransaction(as: caller) { try await $0.execute("delete from identity.account") }
      }
      #expect(error?.kind == .permissionDenied)
    }
    await client.close()
  }

  @Test("a transaction begins with what the hook asks for: no row, and the body is not even begun")
  func outOfReach() async throws {
    let client = try pool(user: "dossiers", maximum: 1, rolePrefix: "dossiers") { caller in
      caller.subject.map { subject in
        PostgresClient.Opening(statement: "select '\(subject.id)' where '\(subject.kind)' = 'near'") { found, caller in
          caller.name = found
        }
      }
    }
    var caller = Caller.someone(.referent)
    caller.subject = RequestSubject(kind: "far", id: .zero)
    let far = caller
    let error = await #expect(throws: PostgresError.self) {
      try await client.withTransaction(as: far) { _ in Issue.record("the body ran") }
    }
    #expect(error?.kind == .outOfReach)
    caller.subject = RequestSubject(kind: "near", id: .zero)
    let near = caller
    let found = try await client.withTransaction(as: near) { $0.caller.name }
    #expect(found == UUID.zero.uuidString)
    caller.subject = nil
    let about = caller
    let unasked = try await client.withTransaction(as: about) { $0.caller.name }
    #expect(unasked == about.name)
    try await client.runDirectly(Self.nobody)
    await client.close()
  }
}
