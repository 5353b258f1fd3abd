import Domain
import Foundation
import Testing

@testable import API

enum Sort: String, Codable, CaseIterable, Sendable { case name, date }
struct Inner: Payload {
  var title: String
  var due: CalendarDate?
}
struct Sample: Payload, Constrained {
  var dossier: ID<Dossier>
  var text: String
  var sort: Sort
  var count: Int?
  var items: [Inner]
  static let constraints: [String: Constraint] = ["text": .text(1...10), "count": .range(1...5)]
}

@Suite("A schema derives from the Codable type") struct SchemaTests {
  @Test("a type within another carries its name, so that no two share one in the document")
  func names() {
    #expect(SchemaRecorder.typeName(FeedDeadline.Rule.self) == "FeedDeadlineRule")
    #expect(SchemaRecorder.typeName(FeedSample.Column.self) != SchemaRecorder.typeName(FeedDialect.Column.self))
    #expect(SchemaRecorder.typeName(Page<FeedRun>.self) == "PageOfFeedRun")
    #expect(SchemaRecorder.typeName(Page<FeedDeadline.Rule>.self) == "PageOfFeedDeadlineRule")
  }

  @Test("fields, choices, options and nested types are found")
  func fields() {
    guard case .object("Sample", let properties) = Schema.of(Sample.self) else {
      Issue.record("not an object: \(Schema.of(Sample.self))")
      return
    }
    #expect(properties.map(\.name) == ["dossier", "text", "sort", "count", "items"])
    #expect(properties.map(\.required) == [true, true, true, false, true])
    #expect(properties[1].schema == .string(format: nil, minLength: 1, maxLength: 10, pattern: nil))
    #expect(properties[2].schema == .choice(["name", "date"]))
    #expect(properties[3].schema == .integer(minimum: 1, maximum: 5))
    guard case .array(.object("Inner", let inner), _) = properties[4].schema else {
      Issue.record("items are \(properties[4].schema)")
      return
    }
    #expect(inner.map(\.required) == [true, false])
  }

  @Test(
    "a day that no dossier can hold is not a date", arguments: ["0000-12-31", "1849-12-31", "2201-01-01", "2026-02-30"])
  func beyondOurTime(day: String) {
    let faults = CalendarDate.schema.faults(in: .string(day))
    #expect(faults.map(\.code) == ["format"])
  }

  @Test("every fault is listed at once, each with its field")
  func faults() {
    let value = JSONValue.object([
      "dossier": .string("x"), "text": .string("this is far too long"), "sort": .string("size"), "count": .integer(9),
      "items": .array([.object(["due": .string("2026-02-30")])]), "extra": .null,
    ])
    let faults = Schema.of(Sample.self).faults(in: value)
    #expect(faults.map(\.field) == ["dossier", "text", "sort", "count", "items.0.title", "items.0.due", "extra"])
    #expect(faults.allSatisfy { !$0.message.isEmpty })
  }
}

@Suite("The document") struct OpenAPITests {
  private struct Record: Payload {
    var text: String
    var items: [Int]
  }

  private static func operation(_ endpoint: EndpointDescription) throws -> (operation: JSONValue, schemas: JSONValue) {
    let document = OpenAPI.document(of: [endpoint], title: "")
    let path = "/api/dossiers/v1/\(endpoint.path)"
    return (
      try #require(document["paths"]?[path]?[endpoint.method.rawValue.lowercased()]),
      try #require(document["components"]?["schemas"])
    )
  }

  @Test("limits what is sent, and promises no limits of what is answered")
  func limits() throws {
    let endpoint = Endpoint<Sample, Record>(.dossiers, "x", .post, "x/{dossier}/{list}", allow: .signedIn, summary: "")
    let (operation, schemas) = try Self.operation(endpoint.description)
    #expect(schemas["Sample"]?["properties"]?["text"]?["maxLength"] == .integer(10))
    #expect(schemas["Record"]?["properties"]?["text"] == .object(["type": .string("string")]))
    let items = schemas["Record"]?["properties"]?["items"]
    #expect(items == .object(["type": .string("array"), "items": .object(["type": .string("integer")])]))
    guard case .array(let parameters)? = operation["parameters"] else {
      Issue.record("no parameters")
      return
    }
    #expect(parameters.map { $0["schema"]?["format"]?.text } == ["uuid", nil])
  }

  @Test("names the query of an upload")
  func upload() throws {
    let (operation, _) = try Self.operation(DossiersAPI.importFeed.description)
    guard case .array(let parameters)? = operation["parameters"] else {
      Issue.record("no parameters")
      return
    }
    #expect(parameters.map { $0["name"]?.text } == ["mode", "name", "mapping", "wait"])
    #expect(operation["requestBody"]?["content"]?["application/octet-stream"] != nil)
  }
}
