import Domain
import Foundation
import Testing

@testable import API

private struct Everything: Payload, Equatable {
  struct Part: Payload, Equatable {
    var day: CalendarDate
    var kinds: [Sort]
  }
  var id: ID<Dossier>
  var text: String
  var absent: String?
  var null: Int?
  var number: Double
  var whole: Double
  var small: Int8
  var yes: Bool
  var moment: Date
  var bytes: Data
  var parts: [Part]
  var words: [String: Int]
  var set: Set<Sort>
  var any: JSONValue
}

@Suite("JSON") struct JSONReaderTests {
  private static let sample = #"""
     {"id":"0190A0B0-0000-7000-8000-000000000001", "text" : "é\u00e9\ud83d\ude00\n\"\/\\ 😀", "null":null,
      "number":-1.5e2,"whole":3,"small":-7,"yes":true,"moment":"2026-03-12T08:15:00.5Z","bytes":"AAEC",
      "parts":[{"day":"2026-02-28","kinds":["name","date"]},{"day":"2024-02-29","kinds":[]}],
      "words":{"a":1,"b":2},"set":["date"],"any":{"x":[1,2.5,"3",null,false,{}]}}
    """#

  @Test("is read and decoded as JSONDecoder does it")
  func same() throws {
    let value = try JSONReader.value(of: Data(Self.sample.utf8))
    let decoded = try value.decoded(as: Everything.self)
    #expect(decoded == (try JSONDecoder.jalons.decode(Everything.self, from: Data(Self.sample.utf8))))
    #expect(decoded.text == "éé😀\n\"/\\ 😀")
    #expect(decoded.number == -150)
    #expect(value == (try JSONDecoder().decode(JSONValue.self, from: Data(Self.sample.utf8))))
    #expect(try JSONValue(encoding: decoded).decoded(as: Everything.self) == decoded)
  }

  @Test(
    "may be any value, with space around it",
    arguments: [
      (" 1 ", JSONValue.integer(1)), ("-0", .integer(0)), ("2.0", .integer(2)), ("1e2", .integer(100)),
      ("0.5", .number(0.5)),
      ("9223372036854775807", .integer(.max)), ("92233720368547758070", .number(92_233_720_368_547_758_080)),
      ("\"\"", .string("")), ("[]", .array([])), ("{\n}", .object([:])), ("\u{FEFF}true", .bool(true)), ("null", .null),
      ("\"a\u{7F}\u{2028}\"", .string("a\u{7F}\u{2028}")),
    ])
  func values(text: String, value: JSONValue) throws { #expect(try JSONReader.value(of: Data(text.utf8)) == value) }

  @Test(
    "is nothing else",
    arguments: [
      "", " ", "{", "}", "[1,]", "[1 2]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "{\"a\":1 \"b\":2}", "tru", "nul", "TRUE",
      "NaN", "1 2",
      "01", "1.", ".5", "+1", "-", "1e", "1e999", "-1e999", "'a'", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
      "\"\\udc00\"",
      "\"\\ud800\\ud800\"", "\"a\nb\"", "\"\u{1}\"", "\u{FEFF}\u{0}", "// x\n1",
    ])
  func refused(text: String) {
    #expect(throws: JSONReader.Refusal.notJSON) { try JSONReader.value(of: Data(text.utf8)) }
  }

  @Test(
    "that is not UTF-8 is refused",
    arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]])
  func notText(bytes: [UInt8]) {
    #expect(throws: JSONReader.Refusal.notJSON) { try JSONReader.value(of: bytes) }
    #expect(throws: JSONReader.Refusal.notJSON) { try JSONReader.value(of: [0x22, 0x5C, 0x6E] + bytes.dropFirst()) }
  }

  @Test("has no key twice, wherever and however it is written")
  func twice() {
    for text in [#"{"a":1,"a":1}"#, #"[{"x":{"a":1,"b":2,"\u0061":3}}]"#] {
      #expect(throws: JSONReader.Refusal.keyTwice("a")) { try JSONReader.value(of: Data(text.utf8)) }
    }
    #expect(throws: Never.self) { try JSONReader.value(of: Data(#"[{"a":1},{"a":1}]"#.utf8)) }
  }

  @Test("lies at most 64 deep")
  func depth() {
    func nested(_ depth: Int) -> Data {
      Data((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    #expect(throws: Never.self) { try JSONReader.value(of: nested(64)) }
    #expect(throws: JSONReader.Refusal.notJSON) { try JSONReader.value(of: nested(65)) }
    #expect(throws: JSONReader.Refusal.notJSON) { try JSONReader.value(of: nested(100_000)) }
  }

  @Test("that does not fit a type says where")
  func misfit() throws {
    let value = try JSONReader.value(of: Data(#"{"day":"2026-02-28","kinds":["name","size"]}"#.utf8))
    let error = try #require(throws: DecodingError.self) { try value.decoded(as: Everything.Part.self) }
    guard case .dataCorrupted(let context) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(context.codingPath.map(\.stringValue) == ["kinds", "1"])
  }
}
