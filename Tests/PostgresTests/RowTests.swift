import Domain
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Rows", .database) struct RowTests {
  private struct Person: Decodable, Equatable, Sendable {
    enum Role: String, Decodable { case applicant = "DEM", partner = "CONJ" }
    var familyName: String
    var bornOn: CalendarDate?
    var role: Role
    var children: [String?]
    var contact: Contact
  }
  private struct Contact: Codable, Equatable, Sendable {
    var mail: String
    var since: Date
  }

  private static let row: SQL = """
    select 'MARTIN' as family_name, null::date as born_on, 'CONJ' as role, array['Léa, "Zoé"', null] as children,
      '{"mail": "a@b.fr", "since": "2026-01-01T00:00:00.000Z"}'::jsonb as contact
    """

  @Test("a row is read column by property, with arrays, enumerations, JSON and what is absent")
  func row() async throws {
    let client = try pool()
    let person: Person = try await client.value(Self.row)
    let since = try #require(Moment.parse("2026-01-01T00:00:00Z"))
    #expect(
      person
        == Person(
          familyName: "MARTIN", bornOn: nil, role: .partner, children: ["Léa, \"Zoé\"", nil],
          contact: Contact(mail: "a@b.fr", since: since)))
    await client.close()
  }

  /// The path of the value that could not be read.
  private static func fault<T: Decodable & Sendable>(
    _ sql: SQL, as type: T.Type = Person.self
  ) async throws -> (kind: String, path: [String]) {
    let client = try pool()
    do {
      let value = try await client.value(sql, as: type)
      Issue.record("read as \(value)")
      return ("none", [])
    } catch let error as DecodingError {
      await client.close()
      switch error {
      case .keyNotFound(let key, _): return ("missing", [key.stringValue])
      case .valueNotFound(_, let context): return ("null", context.codingPath.map(\.stringValue))
      case .typeMismatch(_, let context): return ("type", context.codingPath.map(\.stringValue))
      case .dataCorrupted(let context): return ("value", context.codingPath.map(\.stringValue))
      @unknown default: return ("unknown", [])
      }
    }
  }

  @Test("a row that is not what the type says names the column that is at fault")
  func faults() async throws {
    func changed(_ what: String) -> SQL { "select \(unsafeSQL: what) from (\(Self.row)) r" }
    let missing = try await Self.fault(changed("born_on, role, children, contact"))
    #expect(missing == ("missing", ["familyName"]))
    let null = try await Self.fault(changed("null::text as family_name, born_on, role, children, contact"))
    #expect(null == ("null", ["familyName"]))
    let date = try await Self.fault(changed("family_name, 'hier' as born_on, role, children, contact"))
    #expect(date == ("type", ["bornOn"]))
    let choice = try await Self.fault(changed("family_name, born_on, 'ENF' as role, children, contact"))
    #expect(choice == ("value", ["role"]))
    let list = try await Self.fault(changed("family_name, born_on, role, array[[1, 2], [3, 4]] as children, contact"))
    #expect(list == ("type", ["children"]))
    let element = try await Self.fault("select array[1, null]", as: [Int].self)
    #expect(element.kind == "null")
    let json = try await Self.fault(changed("family_name, born_on, role, children, '{}'::jsonb as contact"))
    #expect(json == ("missing", ["mail"]))
  }

  @Test("a value that cannot be read undoes the transaction that asked for it, and the connection serves the next")
  func undone() async throws {
    let client = try pool(maximum: 1)
    try await client.runDirectly("create table t (n int)")
    await #expect(throws: DecodingError.self) {
      try await client.transaction { transaction in
        try await transaction.execute("insert into t values (1)")
        _ = try await transaction.query("select 'x'", as: Int.self)
      }
    }
    #expect(try await client.value("select count(*)::int from t") == 0)
    await client.close()
  }

  @Test("no row is no value, and many are in the order of the answer")
  func several() async throws {
    let client = try pool()
    let (none, many) = try await client.transaction { transaction in
      let none = try await transaction.first("select 1 where false", as: Int.self)
      return (none, try await transaction.query("select generate_series(1, 5000)", as: Int.self))
    }
    #expect(none == nil)
    #expect(many == Array(1...5000))
    let optional = try await client.transaction {
      try await $0.query("select n from (values (1), (null), (3)) v (n)", as: Int?.self)
    }
    #expect(optional == [1, nil, 3])
    await client.close()
  }
}
