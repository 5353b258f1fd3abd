import API
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Postgres

/// Turns whatever went wrong into a problem that says what to do, counts, and writes one line a request.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
  let served: ServedMethods
  let logger: Logger
  let metrics: Metrics

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    var response: Response
    do {
      response = try await next(request, context)
    } catch let error as HTTPError where error.status == .notFound && context.endpointPath == "NotFound" {
      response = unserved(request)
    } catch {
      response = Problem(from: error, at: context.endpointPath ?? "none", logger: logger).response
    }
    let elapsed = ContinuousClock.now - start
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    let route = context.endpointPath ?? "none"
    metrics.count(
      "jalons_http_requests_total",
      [("route", route), ("method", request.method.rawValue), ("status", String(response.status.code))])
    metrics.observe("jalons_http_seconds", [("route", route)], seconds: seconds)
    logger.debug(
      "request",
      metadata: [
        "method": "\(request.method.rawValue)", "route": "\(route)", "status": "\(response.status.code)",
        "milliseconds": "\(Int(seconds * 1000))",
      ])
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    return response
  }

  /// No route took the request: nothing is there, or only other methods are.
  private func unserved(_ request: Request) -> Response {
    guard let allowed = served.allowed(at: request.uri.path) else { return Problem.notFound().response }
    var response = Problem.foreignMethod.response
    response.headers[.allow] = allowed
    return response
  }
}

extension Problem {
  /// Maps an error to the problem that the client gets; the details go to the log only.
  /// - Parameter route: the pattern of the address; the address itself may name a person.
  init(from error: any Error, at route: String, logger: Logger) {
    switch error {
    case let problem as Problem: self = problem
    case let error as PostgresError:
      switch error.kind {
      case .outOfReach: self = .notFound("Ce dossier")
      case .unavailable, .cancelled: self = .busy
      case .conflict: self = .conflict("simultane", "Une autre modification est en cours.", detail: "Réessayez.")
      case .permissionDenied:
        // A row that the policies refuse is one that does not exist for the caller.
        logger.notice("refused by the database", metadata: ["route": "\(route)", "error": "\(error)"])
        self = .notFound()
      default:
        logger.error(
          "the database refused", metadata: ["route": "\(route)", "error": "\(String(reflecting: error))"])
        self = Self.internalFault
      }
    case let error as HTTPError where error.status == .notFound: self = .notFound()
    case let error as HTTPError:
      self = Problem("demande", error.status.code, error.body ?? "La demande n’est pas acceptable.")
    case is CancellationError: self = .busy
    case _ where Self.isBrokenOff(error):
      // Nobody is there any more to read this.
      logger.info("a client broke off", metadata: ["route": "\(route)"])
      self = .malformed("L’envoi s’est interrompu.")
    default:
      logger.error(
        "unexpected error", metadata: ["route": "\(route)", "error": "\(String(reflecting: error))"])
      self = Self.internalFault
    }
  }

  /// Whether an error says that the client went away, or sent what is no HTTP, in the middle of a body.
  private static func isBrokenOff(_ error: any Error) -> Bool {
    switch error {
    case is HTTPParserError, is ChannelError: true
    case let error as IOError: [ECONNRESET, EPIPE].contains(error.errnoCode)
    default: false
    }
  }

  private static let internalFault = Problem(
    "erreur", 500, "Une erreur est survenue de notre côté.",
    detail: "Rien n’a été enregistré. Réessayez ; si l’erreur persiste, prévenez l’exploitant.")

  public var response: Response {
    let body = (try? JSONEncoder.jalons.encode(self)) ?? Data()
    var headers: HTTPFields = [.contentType: "application/problem+json; charset=utf-8"]
    if let version { headers[.eTag] = "\"\(version)\"" }
    if status == 503 || status == 504 { headers[.retryAfter] = "2" }
    return Response(
      status: .init(code: status), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
