import API
import Crypto
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Service

/// What every request passes, in this order: is it for us, may it be sent from there, whose is it, not too many – and
/// then on to the process that answers.
struct FrontDoor: HTTPResponder {
  typealias Context = GatewayContext

  let settings: GatewaySettings
  let proxy: Proxy
  let sessions: Sessions
  let limits: RateLimits
  let liveEvents: LiveEvents
  let openAPI: OpenAPIMerge
  let readiness: Readiness
  let metrics: Metrics
  let logger: Logger

  private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

  private var cookie: SessionCookie { SessionCookie(isSecure: settings.publicAddress.isSecure) }

  /// Who a request is from, as far as the gateway is concerned.
  private struct Visitor {
    var signedIn: Sessions.SignedIn?
    /// Why the cookie is worth nothing any more.
    var signedOut: String?
  }

  func respond(to request: Request, context: GatewayContext) async throws -> Response {
    let start = ContinuousClock.now
    guard let visit = Visit(request, context, settings) else {
      var response = Problem.malformed("L’adresse demandée est illisible.").response
      SecurityHeaders(isSecure: settings.publicAddress.isSecure).apply(to: &response.headers)
      return response
    }
    var response: Response
    do {
      response = try await answer(visit)
    } catch {
      response = refusal(error, visit)
    }
    SecurityHeaders(isSecure: settings.publicAddress.isSecure).apply(to: &response.headers)
    response.headers[.jalonsTrace] = visit.traceIdentifier
    if [503, 504].contains(response.status.code), response.headers[.retryAfter] == nil {
      response.headers[.retryAfter] = "2"
    }
    // What comes of a body that was given up cannot be told from the next request.
    if [400, 408].contains(response.status.code), visit.hasBody { response.headers[.connection] = "close" }
    Compression().apply(to: &response, for: visit)
    if request.method == .head, response.body.contentLength != 0 { response = response.createHeadResponse() }
    record(visit, response, since: start)
    return response
  }

  private func refusal(_ error: any Error, _ visit: Visit) -> Response {
    var problem: Problem
    if let known = error as? Problem {
      problem = known
    } else {
      logger.error("unexpected", metadata: ["trace": "\(visit.traceIdentifier)", "error": "\(error)"])
      problem = .gatewayFault
    }
    if visit.isRead { problem = problem.ofReading }
    var response = ProblemPage.response(problem, asPage: visit.wantsPage, trace: visit.traceIdentifier)
    if case .integer(let seconds)? = problem.offer?["seconds"] { response.headers[.retryAfter] = "\(seconds)" }
    return response
  }

  private func answer(_ visit: Visit) async throws -> Response {
    switch visit.destination.place {
    // Probes come to an address of the machine's own, under no name.
    case .live: return Self.json("{\"status\":\"ok\"}")
    case .ready: return try await readiness.response()
    case .metrics where settings.isMetricsOpen || visit.isLocal:
      return Response(
        status: .ok, headers: [.contentType: "text/plain; version=0.0.4"],
        body: .init(byteBuffer: ByteBuffer(string: metrics.text(gauges: readiness.gauges()))))
    case .problemStyle: return ProblemPage.styleSheet
    case .metrics, .nowhere: throw Problem.notFound()
    case .openAPI, .liveEvents, .beat, .portal, .service: break
    }
    try check(visit)
    guard visit.destination.isSignIn(visit.request.method) else { return try await answerKnown(visit) }
    if visit.destination.asksForLink {
      try await take([(.signIn, visit.client)])
      return try await answerKnown(visit)
    }
    let (response, seconds) = try await limits.attempting(
      from: visit.client, hasFailed: { (400..<500).contains($0.status.code) }
    ) { try await answerKnown(visit) }
    guard let response else { throw Problem.tooMany(seconds) }
    return response
  }

  private func answerKnown(_ visit: Visit) async throws -> Response {
    let visitor = try await visitor(visit)
    var response = try await serve(visit, visitor)
    // A page that leads on shows nothing: the refused cookie lives until the next one, which is told the reason too.
    let isShown = response.status.kind != .redirection
    let says = response.headers[values: .setCookie].contains { $0.hasPrefix(cookie.name) }
    if isShown, visitor.signedOut != nil, !says {
      response.headers.append(HTTPField(name: .setCookie, value: cookie.clearing))
    }
    return response
  }

  /// What can be told from the headers alone.
  private func check(_ visit: Visit) throws {
    guard Self.methods.contains(visit.request.method.rawValue) else { throw Problem.foreignMethod }
    guard HostCheck(publicAddress: settings.publicAddress).admits(visit.host) else { throw Problem.foreignHost }
    let limit = visit.destination.bodyLimit
    if let length = visit.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw Problem.tooLarge(limit) }
    guard !SameOrigin.isSafe(visit.request.method) else { return }
    // A program with a token of its own is not led by a browser.
    if visit.destination.isAPI, visit.headers[.authorization] != nil { return }
    guard
      SameOrigin(publicAddress: settings.publicAddress)
        .admits(visit.headers, host: visit.host, hasCookie: visit.secret != nil)
    else { throw Problem.foreignOrigin }
  }

  /// Finds out who asks, and counts it.
  private func visitor(_ visit: Visit) async throws -> Visitor {
    if visit.destination.isAsset {
      try await take([(.assets, visit.client)])
      return Visitor()
    }
    if visit.destination.isAPI, let header = visit.headers[.authorization] {
      // The signature is not checked here, so a made-up token must not let its maker count anew each time.
      try await take([(.account, Self.fingerprint(header)), (.tokens, visit.client)])
      if let secret = Self.accessToken(in: header) { return try await program(secret, visit) }
      if let session = TokenReading.of(String(header.dropFirst(7)))?.session,
        await sessions.isClosed(session: session)
      {
        throw Problem.sessionClosed
      }
      return Visitor()
    }
    var visitor = Visitor()
    if let secret = visit.secret {
      if let known = await sessions.known(secret) {
        visitor.signedIn = known
      } else {
        try await take([(.refresh, visit.client)])
        switch try await sessions.signIn(secret) {
        case .signedIn(let signedIn): visitor.signedIn = signedIn
        case .refused(let reason): visitor.signedOut = reason
        }
      }
    }
    if let account = visitor.signedIn?.account {
      try await take([(.account, account)])
    } else {
      try await take([(.address, visit.client)])
    }
    return visitor
  }

  /// The access token of a program, which a service takes for nothing: it is exchanged here as a cookie's secret is.
  private static func accessToken(in header: String) -> String? {
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer", parts[1].hasPrefix(AccessToken.prefix) else {
      return nil
    }
    return SessionCookie.isSecret(String(parts[1])) ? String(parts[1]) : nil
  }

  private func program(_ secret: String, _ visit: Visit) async throws -> Visitor {
    if let known = await sessions.known(secret) { return Visitor(signedIn: known) }
    try await take([(.refresh, visit.client)])
    switch try await sessions.signIn(secret, from: visit.client) {
    case .signedIn(let signedIn): return Visitor(signedIn: signedIn)
    case .refused: throw Problem.tokenRefused
    }
  }

  private func take(_ subjects: [(kind: RateLimits.Kind, who: String)]) async throws {
    if let seconds = await limits.take(subjects) { throw Problem.tooMany(seconds) }
  }

  private func serve(_ visit: Visit, _ visitor: Visitor) async throws -> Response {
    switch visit.destination.place {
    case .openAPI: return try await openAPI.response()
    case .liveEvents:
      guard visit.request.method == .get, let signedIn = visitor.signedIn else { throw Problem.signedOut }
      return try liveEvents.response(
        to: visit.request, account: signedIn.seat, session: signedIn.session?.description)
    case .beat:
      // Somebody types: finding out who it is has kept the session alive.
      guard visit.request.method == .get, visitor.signedIn != nil else { throw Problem.signedOut }
      return Response(status: .noContent)
    case .service(let name):
      return try await proxy.forward(visit, to: name, token: visitor.signedIn?.token, signedOut: nil).response
    default:
      let passed = try await proxy.forward(
        visit, to: GatewaySettings.portal, token: visitor.signedIn?.token, signedOut: visitor.signedOut)
      return await settle(passed, visit)
    }
  }

  /// Does with the cookie what the portal said.
  private func settle(_ passed: Proxy.Passed, _ visit: Visit) async -> Response {
    var response = passed.response
    guard let session = passed.session else { return response }
    if let secret = visit.secret { await sessions.forget(secret) }
    if session == "-" {
      response.headers.append(HTTPField(name: .setCookie, value: cookie.clearing))
    } else if SessionCookie.isSecret(session) {
      response.headers.append(HTTPField(name: .setCookie, value: cookie.setting(session)))
    } else if session != "+" {
      logger.error("the portal gave a session that is none", metadata: ["trace": "\(visit.traceIdentifier)"])
    }
    return response
  }

  private func record(_ visit: Visit, _ response: Response, since start: ContinuousClock.Instant) {
    let elapsed = (ContinuousClock.now - start) / .milliseconds(1)
    let place =
      switch visit.destination.place {
      case .service(let name): name
      case .portal: visit.destination.isAsset ? "assets" : "portal"
      default: "gateway"
      }
    let method = Self.methods.contains(visit.request.method.rawValue) ? visit.request.method.rawValue : "other"
    metrics.count(
      "jalons_http_requests_total",
      [("route", place), ("method", method), ("status", "\(response.status.code)")])
    metrics.observe("jalons_http_seconds", [("route", place)], seconds: elapsed / 1000)
    logger.debug(
      "request",
      metadata: [
        "method": "\(method)", "route": "\(place)", "status": "\(response.status.code)",
        "milliseconds": "\(Int(elapsed))", "trace": "\(visit.traceIdentifier)",
      ])
  }

  private static func json(_ text: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  private static func fingerprint(_ text: String) -> String {
    SHA256.hash(data: Data(text.utf8)).prefix(16).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}
