import API
import Domain
import Foundation
import NIOHTTP1
import Service
import Synchronization
import TestSupport
import Testing

/// An input that counts how often it is decoded: for its schema, and for what was sent.
private struct CountedDraft: Payload {
  static let decoded = Mutex(0)
  var text: String

  enum CodingKeys: String, CodingKey { case text }
  init(from decoder: any Decoder) throws {
    Self.decoded.withLock { $0 += 1 }
    text = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .text)
  }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(text, forKey: .text)
  }
}

@Suite("A route", .database) struct RouteTests {
  @Test("records the schema of its endpoint when it is added, never for a request")
  func schemaOnce() async throws {
    let process = ServiceProcess(.dossiers, schemaVersion: { 1 }) { _ in
      Assembly { routes in
        routes.handle(
          Endpoint<CountedDraft, CountedDraft>(
            .dossiers, "count", .post, "counted/{word}", allow: .signedIn, summary: "")
        ) { draft, _ in draft }
      }
    }
    try await ServiceUnderTest.run(process) { subject in
      let before = CountedDraft.decoded.withLock { $0 }
      for _ in 0..<3 {
        let answer = try await subject.send(
          .POST, "/api/dossiers/v1/counted/x", as: .someone(.referent), headers: ["content-type": "application/json"],
          body: Data(#"{"text":"a"}"#.utf8))
        #expect(answer.status == 200)
      }
      #expect(CountedDraft.decoded.withLock { $0 } == before + 3)
    }
  }
}
