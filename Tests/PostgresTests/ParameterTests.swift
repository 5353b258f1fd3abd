import Domain
import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Bound parameters", .database) struct ParameterTests {
  private static let nasty = [
    "", " ", "'", "''; drop table t; --", "\"", "\\", "\\'", "\\\\\"", "$1 $2", "%s", "{}", "{a,b}", "NULL", "null",
    ",", "a\tb\nc\r\nd", "\u{0301}accent seul", "\"\u{0301} guillemet accentué", "\\\u{0301}", ",\u{0301}",
    "é et e\u{0301}", "👩‍👩‍👧‍👦", "\u{202E}à l’envers", "\u{FFFF}", "\u{10FFFF}", "\u{7F}\u{1}",
  ]

  @Test("a text comes back byte by byte as it went, whatever it holds")
  func texts() async throws {
    let client = try pool()
    for text in Self.nasty {
      let (back, length) = try await client.transaction { transaction in
        let back = try await transaction.first("select \(text)::text", as: String.self)
        return (back, try await transaction.first("select octet_length(\(text)::text)", as: Int.self))
      }
      #expect(Array((back ?? "?").utf8) == Array(text.utf8))
      #expect(length == text.utf8.count)
    }
    await client.close()
  }

  @Test("a list of texts is one array, whose elements the server sees as they were written")
  func lists() async throws {
    let client = try pool()
    let nasty = Self.nasty
    let (back, elements) = try await client.transaction { transaction in
      let back = try await transaction.first("select \(nasty)::text[]", as: [String].self)
      let elements = try await transaction.query(
        "select t from unnest(\(nasty)::text[]) with ordinality as u (t, n) order by n", as: String.self)
      return (back, elements)
    }
    #expect(back?.map { Array($0.utf8) } == nasty.map { Array($0.utf8) })
    #expect(elements.map { Array($0.utf8) } == nasty.map { Array($0.utf8) })
    let none: [Int] = []
    #expect(try await client.value("select \(none)::int[]", as: [Int].self) == [])
    #expect(try await client.value("select 3 = any(\([1, 2, 3]))") == true)
    await client.close()
  }

  @Test("a NUL, which Postgres cannot hold, is taken out of texts, lists and JSON, and nothing else is")
  func nul() async throws {
    let client = try pool()
    #expect(try await client.value("select \("a\0b")::text") == "ab")
    #expect(try await client.value("select (\(["a\0b"])::text[])[1]") == "ab")
    let json = try await client.transaction {
      try await $0.first("select \(json: ["a\0b", #"\u0000 \"#, "\\\0"])::jsonb::text", as: String.self)
    }
    #expect(json == #"["ab", "\\u0000 \\", "\\"]"#)
    await client.close()
  }

  @Test("nothing bound is NULL, of any type")
  func nulls() async throws {
    let client = try pool()
    let (text, number, date, bytes): (String?, Int?, CalendarDate?, Data?) = (nil, nil, nil, nil)
    let profile: Profile? = nil
    let all = try await client.transaction {
      try await $0.first(
        """
        select num_nulls(\(text)::text, \(number)::int, \(date)::date, \(bytes)::bytea, \(profile)::text,
          \(json: text)::jsonb, \(UUID?.none)::uuid, \(Bool?.none)::bool, \(Date?.none)::timestamptz)
        """, as: Int.self)
    }
    #expect(all == 9)
    #expect(try await client.value("select \(["a"])::text[] || null::text", as: [String?].self) == ["a", nil])
    await client.close()
  }

  @Test("numbers keep their last digit, at both ends")
  func numbers() async throws {
    let client = try pool()
    for number in [Int.min, -1, 0, 1, Int.max] {
      #expect(try await client.value("select \(number)::bigint") == number)
    }
    for number in [Int16.min, Int16.max] { #expect(try await client.value("select \(number)::smallint") == number) }
    for number in [Double.pi, -0.1, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude] {
      #expect(try await client.value("select \(number)::float8") == number)
    }
    #expect(try await client.value("select \(Double.nan)::float8", as: Double.self).isNaN)
    #expect(try await client.value("select \(true)::bool and not \(false)::bool") == true)
    await client.close()
  }

  @Test("days and moments are the server's own, before 1970 and on leap days too")
  func dates() async throws {
    let client = try pool()
    for text in ["0001-01-01", "1900-03-01", "1969-12-31", "2024-02-29", "9999-12-31"] {
      let day = try #require(CalendarDate(text))
      #expect(try await client.value("select \(day)::date") == day)
      #expect(try await client.value("select to_char(\(day)::date, 'YYYY-MM-DD')") == text)
      #expect(try await client.value("select \(day)::date - date '1970-01-01'") == day.dayNumber)
    }
    for seconds in [-2_208_988_800, -0.001, 0, 1_772_000_000.123, 4_102_444_799.999] {
      let moment = Date(timeIntervalSince1970: seconds)
      #expect(
        abs(try await client.value("select \(moment)::timestamptz", as: Date.self).timeIntervalSince(moment)) < 0.001)
      let known = try await client.value("select extract(epoch from \(moment)::timestamptz)::float8", as: Double.self)
      #expect(abs(known - seconds) < 0.001)
    }
    let other: Date = try await client.value("select timestamptz '2026-03-12 08:15:00.5+05:30'")
    #expect(other == Moment.parse("2026-03-12T02:45:00.500Z"))
    await client.close()
  }

  @Test("identifiers, bytes and enumerations keep their types")
  func others() async throws {
    let client = try pool()
    let id = ID<Dossier>.new()
    #expect(try await client.value("select \(id)::uuid") == id)
    #expect(try await client.value("select \([id, .new()])::uuid[]", as: [ID<Dossier>].self).first == id)
    #expect(try await client.value("select \(id.value)::uuid::text") == id.description)
    let bytes = Data((0...255).map { UInt8($0) })
    #expect(try await client.value("select \(bytes)::bytea") == bytes)
    #expect(try await client.value("select length(\(bytes)::bytea)") == 256)
    #expect(try await client.value("select \(Data())::bytea") == Data())
    #expect(try await client.value("select \(Profile.chefDeService)::text", as: String.self) == "chef_de_service")
    #expect(try await client.value("select \(Profile.chefDeService)::text", as: Profile.self) == .chefDeService)
    #expect(try await client.value("select \([Scope.own, .none])::text[]", as: [Scope].self) == [.own, .none])
    await client.close()
  }

  private struct Holder: Decodable, Sendable { let form: Form }
  private struct Form: Codable, Equatable, Sendable {
    var title: String
    var answers: [String: [Int]]
    var at: Date
    var nothing: String?
  }

  @Test("a value goes into jsonb and comes back; the server reads its fields")
  func json() async throws {
    let client = try pool()
    let form = Form(
      title: "l’« été » \"\\ \n\u{1F9E1}", answers: ["a": [1, 2], "": []],
      at: Date(timeIntervalSince1970: 1_772_000_000.5))
    let (back, title) = try await client.transaction { transaction in
      let back = try await transaction.first("select \(json: form)::jsonb as form", as: Holder.self)
      return (back, try await transaction.first("select \(json: form)::jsonb->>'title'", as: String.self))
    }
    #expect(back?.form == form)
    #expect(title == form.title)
    await client.close()
  }

  @Test("statements made of parts number their parameters anew")
  func parts() async throws {
    let client = try pool()
    let conditions: [SQL] = (1...12).map { "n <> \($0)" }
    let left = try await client.transaction {
      try await $0.query(
        "select n from generate_series(\(1)::int, \(14)::int) n where \(conditions.joined(separator: " and ")) and n > \(0)",
        as: Int.self)
    }
    #expect(left == [13, 14])
    let end: SQL = "order by n desc limit \(1)"
    #expect(try await client.value("select n from generate_series(\(1)::int, \(3)::int) n" + end) == 3)
    await client.close()
  }
}
