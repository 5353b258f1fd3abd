import API
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Service

/// Around every page: what a browser may do with it, one count and one time a request, and a page for what has none.
struct PageMiddleware: RouterMiddleware {
  typealias Context = Pages.Context
  let parts: PortalParts

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    let deadline = Deadline(milliseconds: request.headers[.timeLeft]) ?? Deadline(in: .seconds(30))
    var response: Response
    do {
      response = try await deadline.run {
        try await PageTime.$began.withValue(start) { try await next(request, context) }
      }
    } catch {
      response = try answer(to: error, request, at: context.endpointPath ?? "none")
    }
    let elapsed = (ContinuousClock.now - start).components
    let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
    let route = context.endpointPath ?? "none"
    parts.metrics.count(
      "jalons_http_requests_total",
      [("route", route), ("method", request.method.rawValue), ("status", String(response.status.code))])
    parts.metrics.observe("jalons_http_seconds", [("route", route)], seconds: seconds)
    let isPDF = response.headers[.contentType] == "application/pdf"
    response.headers[.contentSecurityPolicy] = Self.policy + (isPDF ? "'self'" : "'none'")
    response.headers[.xContentTypeOptions] = "nosniff"
    if let referrer = HTTPField.Name("Referrer-Policy") { response.headers[referrer] = "same-origin" }
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    return response
  }

  // No script or style but ours, nothing in a frame; but for a PDF, which is shown inside its own page.
  private static let policy =
    "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors "

  private func answer(to error: any Error, _ request: Request, at route: String) throws -> Response {
    let bearer = request.headers[.authorization].map { String($0.dropFirst("Bearer ".count)) }
    let visit = Visit(
      parts: parts, person: bearer.flatMap(Person.init(token:)) ?? .stranger, services: parts.client,
      path: request.uri.path, query: FormAnswers(), form: FormAnswers(), parameters: [:],
      isFragment: request.headers[.htmxRequest] == "true", signedOut: nil, moment: parts.now(), said: nil)
    let problem = Problem(of: error, path: route, logger: parts.logger)
    return try visit.answer(to: problem).response(for: visit)
  }
}
