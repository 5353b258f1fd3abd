import Domain
import Foundation
import Testing

@testable import API

@Suite("Written JSON") struct JSONWriterTests {
  private struct Everything: Payload, Equatable {
    struct Nothing: Payload, Equatable {}
    enum Kind: String, Payload { case one }
    enum Shape: Payload, Equatable { case round(Int), none }
    var text = "a\"b\\c\n\u{1}\u{7F}é😀/"
    var absent: String?
    var numbers = [0, -1, Int.max]
    var doubles = [0.5, 3, -1e-7, 1e21]
    var small: Int8 = -7
    var id = UUID.version7()
    var dossier = ID<Dossier>.new()
    var moment = Date(timeIntervalSince1970: 1_773_303_300.5)
    var day = CalendarDate(dayNumber: 20_000)
    var bytes = Data([0, 1, 2])
    var nested = [["a": [Kind.one]], [:]]
    var nothing = Nothing()
    var shape = Shape.round(3)
    var holes: [Int?] = [1, nil, 3]
    var any = JSONValue.object(["b": .null, "a": .array([.bool(true), .object([:])])])
  }

  @Test("is read back as the value that was written")
  func roundTrip() throws {
    let value = Everything()
    let bytes = try JSONEncoder.jalons.encode(value)
    #expect(try JSONReader.value(of: bytes).decoded(as: Everything.self) == value)
    #expect(try JSONDecoder.jalons.decode(Everything.self, from: bytes) == value)
  }

  @Test("has the fields in their order, identifiers in small letters, objects of any kind in alphabetical order")
  func form() throws {
    let text = String(decoding: try JSONEncoder.jalons.encode(Everything()), as: UTF8.self)
    #expect(text.hasPrefix(#"{"text":"a\"b\\c\n\u0001"#) && text.contains(#""doubles":[0.5,3,-1e-07,1e+21]"#))
    #expect(text.contains(#""any":{"a":[true,{}],"b":null}}"#) && text.contains(#""nothing":{},"#))
    #expect(!text.contains("absent") && text.contains(#""holes":[1,null,3]"#))
    let id = UUID.version7()
    #expect(String(decoding: try JSONEncoder.jalons.encode([id]), as: UTF8.self) == "[\"\(id.text)\"]")
  }

  @Test("may be a single value, and is none for what JSON has no number for")
  func single() throws {
    #expect(String(decoding: try JSONEncoder.jalons.encode("a"), as: UTF8.self) == "\"a\"")
    #expect(String(decoding: try JSONEncoder.jalons.encode([Int]()), as: UTF8.self) == "[]")
    #expect(String(decoding: try JSONEncoder.jalons.encode(Int?.none), as: UTF8.self) == "null")
    #expect(throws: EncodingError.self) { try JSONEncoder.jalons.encode([Double.nan]) }
  }

  @Test("writes texts as Foundation does: the audit log's older lines keep their hashes")
  func texts() throws {
    let foundation = JSONEncoder()
    foundation.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let texts = (0...0x2ff).compactMap { Unicode.Scalar($0).map { "a\($0)é" } } + ["", "🙂/\u{2028}", "D’AÇAÏ \"x\"\\"]
    for text in texts {
      let fields = [text, nil]
      let expected = try foundation.encode(fields)
      #expect(try JSONEncoder.jalons.encode(fields) == expected)
    }
  }
}
