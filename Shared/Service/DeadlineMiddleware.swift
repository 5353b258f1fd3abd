import Domain
import HTTPTypes
import Hummingbird

/// A read is worth nothing to whoever has given it up: its statements end with the time that the caller has. A write
/// goes on, for its caller may ask later what became of it.
struct DeadlineMiddleware<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    guard request.method == .get, let deadline = Deadline(milliseconds: request.headers[.timeLeft]) else {
      return try await next(request, context)
    }
    return try await deadline.run { try await next(request, context) }
  }
}

extension HTTPField.Name {
  /// See `Deadline`; taken off whatever comes from outside.
  public static let timeLeft = HTTPField.Name(Deadline.headerName) ?? .accept
}
