import API
import Domain
import Foundation
import NIOHTTP1
import Service
import TestSupport
import Testing

@Suite("What goes wrong", .database) struct ProblemTests {
  private struct Case {
    let method: HTTPMethod
    let path: String
    var caller: Caller?
    var headers: [String: String] = [:]
    var body: String?
    let status: Int
    let type: String
  }

  private static let trials = "/api/dossiers/v1/trials"

  private static var cases: [Case] {
    let somebody = Caller.someone(.referent)
    func post(_ body: String?, _ status: Int, _ type: String, _ headers: [String: String] = [:]) -> Case {
      Case(method: .POST, path: trials, caller: somebody, headers: headers, body: body, status: status, type: type)
    }
    return [
      Case(method: .GET, path: "/", status: 404, type: "introuvable"),
      Case(method: .GET, path: "/api/dossiers/v1/nowhere", status: 404, type: "introuvable"),
      Case(method: .GET, path: "/%00%ff/..%2f", status: 404, type: "introuvable"),
      Case(method: .DELETE, path: trials, caller: somebody, status: 405, type: "methode"),
      Case(method: .POST, path: "/health/live", body: "", status: 405, type: "methode"),
      Case(method: .OPTIONS, path: trials, status: 405, type: "methode"),
      Case(method: .RAW(value: "PROPFIND"), path: trials + "/1", caller: somebody, status: 405, type: "methode"),
      Case(method: .POST, path: trials, body: "{}", status: 401, type: "non-connecte"),
      Case(
        method: .POST, path: trials, headers: ["authorization": "Bearer a.b.c"], body: "{}", status: 401,
        type: "non-connecte"),
      Case(
        method: .POST, path: "/api/dossiers/v1/others", caller: somebody, body: "{}", status: 403, type: "interdit"),
      post("{", 400, "illisible"), post("nonsense", 400, "illisible"), post("\u{FEFF}\u{0}", 400, "illisible"),
      post(String(repeating: "[", count: 20_000), 400, "illisible"),
      post("[]", 422, "saisie"), post("null", 422, "saisie"), post("3", 422, "saisie"), post("", 400, "illisible"),
      post(nil, 400, "illisible"),
      post(#"{"text":1}"#, 422, "saisie"), post(#"{"text":"a","number":11}"#, 422, "saisie"),
      post(#"{"text":"a","other":1}"#, 422, "saisie"), post(#"{"text":"a\#u{1}"}"#, 400, "illisible"),
      post(#"{"text":"\u0000"}"#, 422, "saisie"), post(#"{"text":"a","text":"b"}"#, 400, "illisible"),
      post(#"{"text":"a"}"#, 415, "type-de-contenu", ["content-type": "text/plain"]),
      post(#"{"text":"a"}"#, 415, "type-de-contenu", ["content-type": "application/json; charset=utf-16"]),
      post("text=a", 415, "type-de-contenu", ["content-type": "application/x-www-form-urlencoded"]),
      Case(
        method: .POST, path: trials + "?x=1&x=2", caller: somebody, body: #"{"text":"a"}"#, status: 400,
        type: "illisible"),
      post(#"{"text":""# + String(repeating: "x", count: 70_000) + "\"}", 413, "trop-volumineux"),
      post(#"{"text":"a"}"#, 400, "illisible", ["idempotency-key": "short"]),
      post(#"{"text":"refused"}"#, 409, "refus"),
      Case(
        method: .PUT, path: trials + "/1", caller: somebody, body: #"{"text":"a"}"#, status: 428,
        type: "version-attendue"),
      Case(method: .GET, path: trials + "/fault/inside", status: 500, type: "erreur"),
      Case(method: .GET, path: trials + "/fault/sql", status: 500, type: "erreur"),
      Case(method: .GET, path: trials + "/fault/busy", status: 503, type: "indisponible"),
      Case(method: .GET, path: trials + "/fault/hidden", status: 404, type: "introuvable"),
      Case(method: .GET, path: trials + "/fault/teapot", status: 418, type: "propre"),
    ]
  }

  @Test("is a problem in JSON of a known type, in French, kept by no cache, that tells nothing of the inside")
  func problems() async throws {
    try await Trial().run { subject in
      for item in Self.cases {
        let answer = try await subject.send(
          item.method, item.path, as: item.caller, headers: item.headers, body: item.body.map { Data($0.utf8) })
        let name = "\(item.method) \(item.path) \((item.body ?? "").prefix(40))"
        #expect(answer.status == item.status, "\(name)")
        #expect(answer.headers.first(name: "content-type") == "application/problem+json; charset=utf-8", "\(name)")
        #expect(answer.headers.first(name: "cache-control") == "no-store", "\(name)")
        let problem = try answer.json(Problem.self)
        #expect(problem.status == item.status && problem.type == "/problemes/\(item.type)", "\(name)")
        #expect(!problem.title.isEmpty)
        #expect(!answer.text.contains("SECRET") && !answer.text.lowercased().contains("select"), "\(name)")
      }
      #expect(try await subject.kept() == [])
    }
  }

  @Test("in an input is told all at once, field by field")
  func faults() async throws {
    try await Trial().run { subject in
      let answer = try await subject.send(
        .POST, Self.trials, as: .someone(.referent), body: Data(#"{"number":0,"surprise":true}"#.utf8))
      let problem = try answer.json(Problem.self)
      #expect(Set(problem.faults?.map(\.field) ?? []) == ["text", "number", "surprise"])
    }
  }

  @Test("is nothing at the limit: the largest body that is allowed is taken")
  func limit() async throws {
    try await Trial().run { subject in
      let head = #"{"text":"a""#
      let body = head + String(repeating: " ", count: 64 * 1024 - head.utf8.count - 1) + "}"
      let answer = try await subject.send(
        .POST, Self.trials, as: .someone(.referent), body: Data(body.utf8))
      #expect(answer.status == 201)
      let larger = try await subject.send(
        .POST, Self.trials, as: .someone(.referent), body: Data((body + " ").utf8))
      #expect(larger.status == 413)
    }
  }

  @Test("with the method says which ones there are")
  func methods() async throws {
    try await Trial().run { subject in
      for (path, allowed) in [
        (Self.trials, "POST"), (Self.trials + "/1", "PUT"), (Self.trials + "/fault/x", "GET, HEAD"),
        ("/openapi.json", "GET, HEAD"),
      ] {
        let answer = try await subject.send(.RAW(value: "PURGE"), path)
        #expect(answer.status == 405 && answer.headers.first(name: "allow") == allowed, "\(path)")
      }
      let head = try await subject.send(.HEAD, Self.trials)
      #expect(head.status == 405 && head.headers.first(name: "allow") == "POST")
    }
  }
}
