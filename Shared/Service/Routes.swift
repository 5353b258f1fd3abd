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
  private let served: ServedMethods
  private let way: Way
  private let cursors: KeySeal

  public init(
    verifier: TokenVerifier, closed: ClosedSessions = ClosedSessions(), now: Now, postgres: PostgresClient?,
    schema: String, cursors: KeySeal, looks: KeySeal, logger: Logger, metrics: Metrics
  ) {
    self.cursors = cursors
    self.way = Way(
      verifier: verifier, closed: closed, looks: looks, logger: logger, now: now,
      answers: postgres.map { KeptAnswers(postgres: $0, schema: schema) })
    self.served = ServedMethods()
    self.router = Router(context: Context.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: ProblemMiddleware(served: served, logger: logger, metrics: metrics))
    router.add(middleware: DeadlineMiddleware())
  }

  /// Serves an endpoint whose input and output are JSON.
  public func handle<Input: Payload, Output: Payload>(
    _ endpoint: Endpoint<Input, Output>,
    _ body: @escaping @Sendable (Input, EndpointRequest) async throws -> Output
  ) {
    let (read, way) = (InputReader<Input>(endpoint), way)
    let cursor = CursorSeal(cursors, list: endpoint.fullName)
    add(endpoint) { context, call in
      let (read, sent) = try await read(call)
      let input = try cursor.opened(read)
      return try await way.answering(call, sent: sent, parameters: context) { request in
        let output = try await cursor.sealed(body(input, request))
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
    add(endpoint) { context, call in
      let (input, sent) = try await read(call)
      return try await way.answering(call, sent: sent, parameters: context) { request in
        Answer(file: try await body(input, request))
      }
    }
  }

  /// Serves an endpoint that takes a file as its body, read by the handler as a stream.
  ///
  /// - Parameter isKeyed: whether an idempotency key counts: the handler then makes its change in one transaction. The same
  ///   request is one with the same address and as many bytes; what the file says is not read for it.
  public func handle<Query: Payload, Output: Payload>(
    _ endpoint: Endpoint<Upload<Query>, Output>, isKeyed: Bool = false,
    _ body: @escaping @Sendable (Query, EndpointRequest) async throws -> Output
  ) {
    let (read, way) = (InputReader<Query>(endpoint), way)
    add(endpoint) { context, call in
      guard call.request.mayHaveBody else { throw Problem.bodyMissing }
      let (query, _) = try await read(call)
      let length = JSONValue.string(call.request.headers[.contentLength] ?? "")
      return try await way.answering(call, sent: isKeyed ? length : nil, parameters: context) { request in
        try Answer(json: try await body(query, request), status: endpoint.success)
      }
    }
  }

  private func add<I, O>(
    _ endpoint: Endpoint<I, O>, _ respond: @escaping @Sendable (Context, Call) async throws -> Response
  ) {
    let (endpoint, way) = (endpoint.description, way)
    descriptions.append(endpoint)
    let permit = Permit(service: endpoint.service.rawValue, writing: endpoint.method != .get)
    let path = "/api/\(endpoint.service.rawValue)/v1/\(endpoint.path)"
    let method = HTTPRequest.Method(endpoint.method.rawValue) ?? .get
    on(path, method) { request, context in
      let caller = try await way.caller(of: request, allow: endpoint.allow, permit: permit)
      let match = endpoint.versioned ? try request.headers[.ifMatch].map(IfMatch.init) : nil
      if endpoint.versioned, match == nil { throw Problem.versionMissing }
      if let type = endpoint.bodyType, !request.names(type: type) { throw Problem.foreignType(type) }
      return try await respond(
        context, Call(endpoint: endpoint, caller: caller, request: request, query: try request.query(), match: match))
    }
  }

  /// Serves a path that is no declared endpoint: health, metrics, the document.
  func serve(_ path: String, _ respond: @escaping @Sendable (Request, Context) async throws -> Response) {
    on(path, .get, respond)
  }

  private func on(
    _ path: String, _ method: HTTPRequest.Method,
    _ respond: @escaping @Sendable (Request, Context) async throws -> Response
  ) {
    served.add(method, at: path)
    router.on(RouterPath(path), method: method, use: respond)
  }
}

/// One call on its way to a handler.
struct Call {
  let endpoint: EndpointDescription
  let caller: Caller
  let request: Request
  let query: [String: String]
  /// What `If-Match` says; there on endpoints that are declared `versioned`.
  let match: IfMatch?

  /// Whether the caller asks only what would be refused. Who is not signed in has nothing to try.
  var isTrial: Bool {
    guard case .everyone = endpoint.allow.who else { return endpoint.method != .get && request.headers[.trial] != nil }
    return false
  }
}

/// What every call passes through: who asks, whether it was asked before, and what the audit log keeps.
struct Way: Sendable {
  let verifier: TokenVerifier
  let closed: ClosedSessions
  let looks: KeySeal
  let logger: Logger
  let now: Now
  let answers: KeptAnswers?

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
      logger.warning("identity's signing keys could not be fetched", metadata: ["error": "\(error)"])
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

  /// - Parameter sent: the input as it came, by which the same request is known again; nil for a file.
  func answering(
    _ call: Call, sent: JSONValue?, parameters context: Routes.Context,
    _ body: @Sendable (EndpointRequest) async throws -> Answer
  ) async throws -> Response {
    let endpoint = call.endpoint
    var parameters: [String: String] = [:]
    for name in endpoint.parameters { parameters[name] = context.parameters.get(name) }
    var caller = call.caller
    if let reach = endpoint.allow.reach {
      guard let id = parameters[reach.rawValue].flatMap(UUID.init(uuidString:)) else { throw reach.missing }
      caller.subject = RequestSubject(kind: reach.rawValue, id: id, isChange: endpoint.method != .get)
    }
    caller.act = endpoint.act(of: caller, on: parameters, request: call.request)
    let look = try look(of: call, &caller)
    caller.isTrial = call.isTrial
    let lock = try lock(of: call, sent: sent)
    if let lock, let sent {
      caller.idempotency = .init(
        key: lock.name, endpoint: endpoint.fullName,
        fingerprint: try call.fingerprint(of: sent))
      if let kept = try await answers?.answer(for: caller, under: lock) { return kept.response }
    }
    let request = EndpointRequest(
      caller: caller, now: now(), version: call.match?.first ?? 0, headers: call.request.headers,
      body: call.request.body, parameters: parameters)
    do {
      let answer = try await matching(call.match, request, body)
      if caller.isTrial { throw Problem.tried }
      if let lock, answer.streamed == nil { try await answers?.keep(answer, for: caller, under: lock) }
      var response = answer.response
      if let look { response.headers[.look] = try look.pass(looks) }
      return response
    } catch let error where caller.isTrial && !(error is Problem) {
      // It went through, or failed on what was left out of it.
      throw Problem.tried
    } catch let error as PostgresError where error.kind == .outOfReach {
      throw endpoint.allow.reach?.missing ?? .notFound("Ce dossier")
    } catch let error as PostgresError where error.constraint == "dossier_archived" {
      throw Problem.archived
    } catch let error as PostgresError where error.constraint == "idempotency_pkey" {
      // The same write arrived twice at once; the other one was kept.
      guard let lock, let kept = try await answers?.answer(for: caller, under: lock) else { throw Problem.busy }
      return kept.response
    } catch let problem as Problem {
      // What stands in the way may be what the same write, arrived at the same time, has just done.
      if let lock, let kept = try? await answers?.answer(for: caller, under: lock) { return kept.response }
      throw problem
    }
  }

  /// The look that an audited read begins: its act bears the names of the reads announced. A read under the pass of a look that
  /// names it leaves no act.
  private func look(of call: Call, _ caller: inout Caller) throws -> Look? {
    guard call.endpoint.audit == .read, call.endpoint.method == .get, caller.act != nil else { return nil }
    if let reads = try Look.announced(by: call.request) {
      let named = ([caller.act?.object].compactMap { $0 } + reads).joined(separator: " ")
      caller.act?.object = named
      return Look(reads, of: caller, at: now())
    }
    if let look = Look(of: call.request, opening: looks),
      look.covers(call.endpoint.fullName, by: caller, at: now())
    {
      caller.act = nil
    }
    return nil
  }

  /// What the client's idempotency key opens; nil where it sent none, or none is of use.
  /// - Throws: 400 for a key too short to be one's own.
  private func lock(of call: Call, sent: JSONValue?) throws -> AnswerLock? {
    guard call.endpoint.method != .get, !call.isTrial, answers != nil, sent != nil,
      let key = call.request.headers[.idempotencyKey]
    else { return nil }
    guard (8...128).contains(key.count) else { throw Problem.malformed("Idempotency-Key compte 8 à 128 caractères.") }
    return AnswerLock(key: key, of: call.caller.account)
  }

  /// Runs a handler with the version that the client saw. Where `If-Match` leaves several, the refusal of the first says
  /// which one is current: nothing has been changed by then.
  private func matching(
    _ match: IfMatch?, _ request: EndpointRequest, _ body: @Sendable (EndpointRequest) async throws -> Answer
  ) async throws -> Answer {
    var request = request
    for _ in 0..<3 {
      do {
        return try await body(request)
      } catch let problem as Problem where problem.status == 412 {
        guard let match, let current = problem.version, current != request.version, match.admits(current) else {
          throw problem
        }
        request.version = current
      }
    }
    throw Problem.busy
  }
}

extension EndpointDescription {
  /// What the audit log keeps of a call; nil where it keeps nothing.
  fileprivate func act(of caller: Caller, on parameters: [String: String], request: Request) -> Act? {
    guard let audit, caller.scope != .none || caller.subject != nil || audit == .write else { return nil }
    let last = self.parameters.last.flatMap { $0 == Reach.dossier.rawValue ? nil : parameters[$0] }
    return Act(
      name: fullName, kind: audit,
      object: last.map { UUID(uuidString: $0)?.text ?? $0 }, address: request.headers[.clientAddress],
      trace: request.headers[.traceparent])
  }
}

extension Problem {
  /// The answer to a trial that nothing refuses.
  fileprivate static let tried = Problem("essai", 422, "Rien d’autre n’est à corriger.")
}

extension HTTPField.Name {
  /// The client asks only what would be refused (`Jalons-Trial: 1`).
  static let trial = HTTPField.Name("Jalons-Trial") ?? .ifMatchFallback
  static let ifMatch = HTTPField.Name("If-Match") ?? .ifMatchFallback
  static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .ifMatchFallback
  static let traceparent = HTTPField.Name("traceparent") ?? .ifMatchFallback
  /// The client's address as the gateway saw it; taken off whatever comes from outside.
  public static let clientAddress = HTTPField.Name("Jalons-Client") ?? .ifMatchFallback
  private static var ifMatchFallback: HTTPField.Name { .accept }
}
