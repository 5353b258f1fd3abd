import API
import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Service
import Synchronization
import TestSupport
import Testing

/// What the trial's endpoints take and give.
struct TrialDraft: Payload, Constrained {
  var text: String
  var number: Int?
  static let constraints: [String: Constraint] = ["text": .text(1...200), "number": .range(1...10)]
}
struct TrialRecord: Payload, Versioned, Equatable {
  var place: Int
  var text: String
  var version: Int
}

extension Endpoint where Input == TrialDraft, Output == TrialRecord {
  static var keepTrial: Self {
    Endpoint(.dossiers, "keepTrial", .post, "trials", allow: .signedIn, summary: "", success: 201, limit: 64 * 1024)
  }
  static var keepOther: Self {
    Endpoint(.dossiers, "keepOther", .post, "others", allow: .having(.operate), summary: "", success: 201)
  }
  static var changeTrial: Self {
    Endpoint(.dossiers, "changeTrial", .put, "trials/{trial}", allow: .signedIn, summary: "", versioned: true)
  }
  /// Of a thing whose version is 3.
  static var changeThird: Self {
    Endpoint(.dossiers, "changeThird", .put, "thirds/{third}", allow: .signedIn, summary: "", versioned: true)
  }
}
extension Endpoint where Input == NoInput, Output == TrialRecord {
  static var waitForTrial: Self {
    Endpoint(.dossiers, "waitForTrial", .get, "trials/slow", allow: .everyone, summary: "")
  }
  static var failTrial: Self {
    Endpoint(.dossiers, "failTrial", .get, "trials/fault/{code}", allow: .everyone, summary: "")
  }
}

/// A process of the house with endpoints that only these tests know.
final class Trial: Sendable {
  let reached = Signal()
  let letGo = Signal()

  struct Inside: Error, CustomStringConvertible { let description = "SECRET of MARTIN" }

  var process: ServiceProcess {
    ServiceProcess(.dossiers, schemaVersion: { 1 }) { [self] parts in
      Assembly { routes in
        let keep: @Sendable (TrialDraft, EndpointRequest) async throws -> TrialRecord = { draft, request in
          try await self.keep(draft, for: request.caller, in: parts.postgres)
        }
        routes.handle(.keepTrial, keep)
        routes.handle(.keepOther, keep)
        routes.handle(.changeTrial) { draft, request in
          TrialRecord(place: 0, text: draft.text, version: request.version + 1)
        }
        routes.handle(.changeThird) { draft, request in
          let third = TrialRecord(place: 3, text: "third", version: 3)
          guard request.version == third.version else { throw Problem.stale(try JSONValue(encoding: third)) }
          return TrialRecord(place: 3, text: draft.text, version: 4)
        }
        routes.handle(.waitForTrial) { _, _ in
          self.reached.happen()
          await self.letGo.wait()
          return TrialRecord(place: 1, text: "late", version: 1)
        }
        routes.handle(.failTrial) { _, request in try await self.fail(request.word("code"), in: parts.postgres) }
      }
    }
  }

  private func keep(_ draft: TrialDraft, for caller: Caller, in postgres: PostgresClient) async throws -> TrialRecord {
    try await postgres.withTransaction(as: caller) { transaction in
      if draft.text == "refused" { throw Problem.conflict("refus", "Refusé.") }
      let place = try await transaction.first(
        "insert into dossiers.trial (text) values (\(draft.text)) returning place", as: Int.self)
      return TrialRecord(place: place ?? 0, text: draft.text, version: 7)
    }
  }

  private func fail(_ kind: String, in postgres: PostgresClient) async throws -> TrialRecord {
    switch kind {
    case "inside": throw Inside()
    case "sql":
      _ = try await postgres.withTransaction(as: .system("test")) { try await $0.execute("select secret_column") }
    case "busy": throw PostgresError(state: "53300", message: "SECRET")
    case "hidden": throw PostgresError(state: "42501", message: "SECRET")
    default: throw Problem("propre", 418, "Je suis une théière.")
    }
    throw Inside()
  }

  /// Runs the process, with the table that its endpoints write.
  func run(
    environment: [String: String] = [:], _ body: @escaping @Sendable (ServiceUnderTest) async throws -> Void
  ) async throws {
    try await TestDatabase.required().owner {
      try await $0.script("create table dossiers.trial (place int generated always as identity, text text)")
    }
    try await ServiceUnderTest.run(process, environment: environment, body)
  }
}

/// An answer as it came over the wire.
struct WireAnswer: Sendable {
  let status: Int
  let headers: HTTPHeaders
  let body: Data
  var text: String { String(decoding: body, as: UTF8.self) }
  func json<T: Decodable>(_ type: T.Type) throws -> T { try JSONDecoder.jalons.decode(type, from: body) }
}

extension ServiceUnderTest {
  /// One request, byte for byte as said.
  func send(
    _ method: HTTPMethod, _ path: String, as caller: Caller? = nil, headers: [String: String] = [:], body: Data? = nil
  ) async throws -> WireAnswer {
    var request = HTTPClientRequest(url: url + path)
    request.method = method
    if let caller {
      let token = try await TestKeys.shared.token(for: caller, at: clock.now())
      request.headers.add(name: "authorization", value: "Bearer \(token)")
    }
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body { request.body = .bytes(body) }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
    let bytes = Data(try await response.body.collect(upTo: 1 << 24).readableBytesView)
    return WireAnswer(status: Int(response.status.code), headers: response.headers, body: bytes)
  }

  func kept() async throws -> [String] {
    try await database.owner { try await $0.query("select text from dossiers.trial order by place", as: String.self) }
  }
}

/// Something that happened once, waited for by whoever has to come after it.
final class Signal: Sendable {
  private let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
  func happen() { continuation.yield() }
  func wait() async { for await _ in stream { return } }
}

/// How long something took, measured from where it began in another task.
final class Moments: Sendable {
  private let start = Mutex<ContinuousClock.Instant?>(nil)
  func begin() { start.withLock { $0 = .now } }
  var sinceBegin: Duration { start.withLock { $0 }.map { $0.duration(to: .now) } ?? .zero }
}
