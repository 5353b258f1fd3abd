import API
import Crypto
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Postgres

/// The endpoints that a process serves. A route exists only for a declared endpoint; its caller is known, allowed, and
/// its input checked against the declaration before the handler sees it.
public final class Routes {
  public typealias Context = BasicRequestContext
  public let router: Router<Context>
  public private(set) var descriptions: [EndpointDescription] = []
  /// The methods that each path is served by.
  private var methods: [String: Set<HTTPRequest.Method>] = [:]
  private let way: Way

  public init(
    verifier: TokenVerifier, closed: ClosedSessions = ClosedSessions(), now: Now, postgres: PostgresClient?,
    schema: String, logger: Logger, metrics: Metrics
  ) {
    self.way = Way(
      verifier: verifier, closed: closed, logger: logger, now: now,
      idempotency: postgres.map { IdempotencyStore(postgres: $0, schema: schema) })
    self.router = Router(context: Context.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: ProblemMiddleware(logger: logger, metrics: metrics))
    router.add(middleware: DeadlineMiddleware())
  }

  /// Serves an endpoint whose input and output are JSON.
  public func handle<Input: Payload, Output: Payload>(
    _ endpoint: Endpoint<Input, Output>,
    _ body: @escaping @Sendable (Input, EndpointRequest) async throws -> Output
  ) {
    let (read, way) = (InputReader<Input>(endpoint), way)
    add(endpoint) { request, context, call in
      let (input, fingerprint) = try await read(request, context)
      return try await way.answering(endpoint, call, fingerprint: fingerprint, parameters: context) { request in
        let output = try await body(input, request)
        return try Answer(json: output, status: endpoint.success)
      }
    }
  }

  /// Serves an endpoint that answers with a file.
  public func handle<Input: Payload>(
    _ endpoint: Endpoint<Input, FileOutput>,
    _ body: @escaping @Sendable (Input, EndpointRequest) async throws -> FileOutput
  ) {
    let (read, way) = (InputReader<Input>(endpoint), way)
    add(endpoint) { request, context, call in
      let (input, fingerprint) = try await read(request, context)
      return try await way.answering(endpoint, call, fingerprint: fingerprint, parameters: context) { request in
        Answer(file: try await body(input, request))
      }
    }
  }

  /// Serves an endpoint that takes a file as its body, read by the handler as a stream.
  public func handle<Output: Payload>(
    _ endpoint: Endpoint<StreamInput, Output>,
    _ body: @escaping @Sendable (EndpointRequest) async throws -> Output
  ) {
    let way = way
    add(endpoint) { request, context, call in
      try await way.answering(endpoint, call, fingerprint: nil, parameters: context) { request in
        try Answer(json: try await body(request), status: endpoint.success)
      }
    }
  }

  private func add<I, O>(
    _ endpoint: Endpoint<I, O>, _ respond: @escaping @Sendable (Request, Context, Call) async throws -> Response
  ) {
    descriptions.append(endpoint.description)
    let (allow, versioned, way) = (endpoint.allow, endpoint.versioned, way)
    let permit = Permit(service: endpoint.service.rawValue, writing: endpoint.method != .get)
    let path = "/api/\(endpoint.service.rawValue)/v1/\(endpoint.path)"
    let method = HTTPRequest.Method(endpoint.method.rawValue) ?? .get
    methods[path, default: []].insert(method)
    router.on(RouterPath(path), method: method) { request, context in
      let caller = try await way.caller(of: request, allow: allow, permit: permit)
      let version = request.headers[.ifMatch].flatMap {
        Int($0.trimmingCharacters(in: CharacterSet(charactersIn: "\" W/")))
      }
      if versioned, version == nil { throw Problem.versionMissing }
      return try await respond(request, context, Call(caller: caller, request: request, version: version ?? 0))
    }
  }

  /// Answers 405 with the methods that there are wherever only another one is served. Said last, once all are known.
  func refuseOtherMethods() {
    for (path, served) in methods {
      let allowed = served.map { $0.rawValue }.sorted().joined(separator: ", ")
      for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] where !served.contains(method) {
        router.on(RouterPath(path), method: method) { _, _ in
          var response = Problem.foreignMethod.response
          response.headers[.allow] = allowed
          return response
        }
      }
    }
  }
}

/// One call on its way to a handler.
struct Call {
  let caller: Caller
  let request: Request
  let version: Int
}

/// What every call passes through: who asks, whether it was asked before, and what the audit log keeps.
struct Way: Sendable {
  let verifier: TokenVerifier
  let closed: ClosedSessions
  let logger: Logger
  let now: Now
  let idempotency: IdempotencyStore?

  func caller(of request: Request, allow: Access, permit: Permit) async throws -> Caller {
    let moment = now()
    let nobody = Caller(
      account: ID(.zero), name: "", profile: nil, scope: .none,
      today: CalendarDate(moment))
    guard let header = request.headers[.authorization], header.hasPrefix("Bearer ") else {
      if case .everyone = allow.who { return nobody }
      throw Problem.signedOut
    }
    let found: Caller?
    do {
      found = try await verifier.caller(of: String(header.dropFirst(7)), at: moment)
    } catch {
      logger.warning("identity's keys did not come", metadata: ["error": "\(error)"])
      throw Problem.busy
    }
    guard let caller = found else {
      if case .everyone = allow.who { return nobody }
      throw Problem.signedOut
    }
    if let session = caller.session, closed.contains(session, at: moment) { throw Problem.sessionClosed }
    // A program does what its token says and the account may; the account itself is a person's business.
    if let permits = caller.permits, allow.who != .everyone {
      guard permits.contains(permit), allow.who != .ownAccount || request.method == .get else {
        throw Problem.beyondToken(permit)
      }
    }
    if caller.profile == nil, !allow.needsNoProfile { throw Problem.secondFactorMissing }
    guard allow.admits(caller.rights) else { throw Problem.forbidden() }
    return caller
  }

  func answering<I, O>(
    _ endpoint: Endpoint<I, O>, _ call: Call, fingerprint: String?, parameters context: Routes.Context,
    _ body: @Sendable (EndpointRequest) async throws -> Answer
  ) async throws -> Response {
    var parameters: [String: String] = [:]
    for name in endpoint.description.parameters { parameters[name] = context.parameters.get(name) }
    var caller = call.caller
    let dossier = try endpoint.allow.reach.map { name -> ID<Dossier> in
      guard let id = parameters[name].flatMap({ ID<Dossier>($0) }) else { throw Problem.notFound("Ce dossier") }
      return id
    }
    if let kind = endpoint.audit, caller.scope != .none || dossier != nil || kind == .write {
      let last = endpoint.description.parameters.last.flatMap { parameters[$0] }
      caller.act = Act(
        name: "\(endpoint.service.rawValue).\(endpoint.name)", kind: kind, dossier: dossier,
        object: last == dossier?.description ? nil : last, address: call.request.headers[.clientAddress],
        trace: call.request.headers[.traceparent])
    }
    let key = endpoint.method == .get ? nil : call.request.headers[.idempotencyKey]
    if let key, let idempotency, let fingerprint {
      guard (8...128).contains(key.count) else { throw Problem.malformed("Idempotency-Key compte 8 à 128 caractères.") }
      caller.idempotency = .init(
        key: key, endpoint: "\(endpoint.service.rawValue).\(endpoint.name)", fingerprint: fingerprint)
      if let kept = try await idempotency.answer(for: caller) { return kept.response }
    }
    let request = EndpointRequest(
      caller: caller, now: now(), version: call.version, headers: call.request.headers, body: call.request.body,
      query: Dictionary(
        call.request.uri.queryParameters.map { (String($0.key), String($0.value)) },
        uniquingKeysWith: { first, _ in first }),
      parameters: parameters)
    do {
      let answer = try await body(request)
      if caller.idempotency != nil { try await idempotency?.keep(answer, for: caller) }
      return answer.response
    } catch let error as PostgresError where error.constraint == "idempotency_pkey" {
      // The same write arrived twice at once; the other one was kept.
      guard let kept = try await idempotency?.answer(for: caller) else { throw Problem.busy }
      return kept.response
    } catch let problem as Problem where caller.idempotency != nil {
      // What stands in the way may be what the same write, arrived at the same time, has just done.
      if let kept = try? await idempotency?.answer(for: caller) { return kept.response }
      throw problem
    }
  }
}

extension HTTPField.Name {
  static let ifMatch = HTTPField.Name("If-Match") ?? .ifMatchFallback
  static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .ifMatchFallback
  static let traceparent = HTTPField.Name("traceparent") ?? .ifMatchFallback
  /// The client's address as the gateway saw it; taken off whatever comes from outside.
  public static let clientAddress = HTTPField.Name("Jalons-Client") ?? .ifMatchFallback
  private static var ifMatchFallback: HTTPField.Name { .accept }
}

/// Reads and checks the input of one endpoint.
struct InputReader<Input: Payload>: Sendable {
  private let schema: Schema
  private let fromQuery: Bool
  private let limit: Int
  private let isNothing: Bool

  init<O>(_ endpoint: Endpoint<Input, O>) {
    schema = Schema.of(Input.self)
    fromQuery = endpoint.method == .get || endpoint.method == .delete
    limit = endpoint.limit
    isNothing = Input.self == NoInput.self
  }

  /// The input and a fingerprint of it, by which the same request is known again.
  func callAsFunction(_ request: Request, _ context: Routes.Context) async throws -> (Input, String) {
    if isNothing {
      return (try JSONDecoder.jalons.decode(Input.self, from: Data("{}".utf8)), request.uri.path)
    }
    let value = fromQuery ? query(request) : try await json(request)
    let faults = schema.faults(in: value)
    if !faults.isEmpty { throw Problem.invalid(faults) }
    let data = try JSONEncoder.jalons.encode(value)
    let digest = SHA256.hash(data: Data(request.uri.path.utf8) + data)
    let fingerprint = digest.map { String(format: "%02x", $0) }.joined()
    do {
      return (try JSONDecoder.jalons.decode(Input.self, from: data), fingerprint)
    } catch let error as DecodingError {
      throw Problem.invalid([Fault(Self.field(of: error), "type", "Cette valeur n’est pas lisible.")])
    }
  }

  private static func field(of error: DecodingError) -> String {
    let path: [any CodingKey]
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
      .dataCorrupted(let context):
      path = context.codingPath
    @unknown default: path = []
    }
    return path.map(\.stringValue).joined(separator: ".")
  }

  private func query(_ request: Request) -> JSONValue {
    guard case .object(_, let properties) = schema else { return .object([:]) }
    var fields: [String: JSONValue] = [:]
    for (name, value) in request.uri.queryParameters {
      let property = properties.first { $0.name == String(name) }
      // An empty field of a form is one that was not filled in.
      if value.isEmpty, property?.required != true { continue }
      fields[String(name)] = property?.schema.value(ofText: String(value)) ?? .string(String(value))
    }
    return .object(fields)
  }

  private func json(_ request: Request) async throws -> JSONValue {
    let buffer: ByteBuffer
    do {
      buffer = try await request.body.collect(upTo: limit)
    } catch is NIOTooManyBytesError {
      throw Problem("trop-volumineux", 413, "La demande dépasse \(limit / 1024) Kio.")
    }
    let data = Data(buffer.readableBytesView)
    if data.isEmpty { return .object([:]) }
    do {
      return try JSONDecoder().decode(JSONValue.self, from: data)
    } catch {
      throw Problem.malformed("Le corps n’est pas du JSON valide.")
    }
  }
}
