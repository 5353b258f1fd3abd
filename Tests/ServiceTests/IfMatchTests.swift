import API
import Domain
import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import Service

/// RFC 9110, section 13.1.1, on an endpoint whose thing has the version 3.
@Suite("If-Match", .database) struct IfMatchTests {
  private static let path = "/api/dossiers/v1/thirds/1"

  private static func status(_ subject: ServiceUnderTest, _ header: String?) async throws -> WireAnswer {
    var headers = ["content-type": "application/json"]
    headers["if-match"] = header
    return try await subject.send(
      .PUT, path, as: .someone(.referent), headers: headers, body: Data(#"{"text":"a"}"#.utf8))
  }

  @Test("lets a write through where a strong tag, one of a list or the star names what is current")
  func through() async throws {
    try await Trial().run { subject in
      for header in ["\"3\"", " \"3\" ", "\"2\", \"3\"", "\"9\",\"8\" ,,\"3\"", "W/\"3\", \"3\"", "*", " * "] {
        let answer = try await Self.status(subject, header)
        #expect(answer.status == 200 && answer.headers.first(name: "etag") == "\"4\"", "\(header)")
      }
    }
  }

  @Test("stops it where none does, and says which version is current")
  func stopped() async throws {
    try await Trial().run { subject in
      for header in ["\"2\"", "W/\"3\"", "\"-1\"", "\"03\"", "\"+3\"", "\"\"", "\"a,b\"", "\"2\", W/\"3\", \"4\""] {
        let answer = try await Self.status(subject, header)
        #expect(answer.status == 412 && answer.headers.first(name: "etag") == "\"3\"", "\(header)")
        let problem = try answer.json(Problem.self)
        #expect(problem.version == 3 && problem.current?["text"]?.text == "third", "\(header)")
      }
    }
  }

  @Test("that is not of the standard's form is refused as such, and asked for where it is missing")
  func malformed() async throws {
    try await Trial().run { subject in
      for header in [
        "3", "", ",", "\"3", "3\"", "w/\"3\"", "W/3", "'3'", "*, \"3\"", "\"3\" \"4\"", "\"3\"4", "\"a b\"",
      ] {
        let answer = try await Self.status(subject, header)
        #expect(answer.status == 400, "\(header)")
      }
      let answer = try await Self.status(subject, nil)
      #expect(answer.status == 428)
    }
  }
}
