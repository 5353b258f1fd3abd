import Domain
import Foundation

/// How many sessions were closed together.
public struct ClosedSessions: Payload, Equatable {
  public var closed: Int

  public init(closed: Int) { self.closed = closed }
}

extension IdentityAPI {
  /// Addresses and devices tell where a person works from, so looking leaves a trace.
  public static let listAccountSessions = Endpoint<NoInput, Page<SessionRow>>(
    .identity, "listAccountSessions", .get, "accounts/{account}/sessions", allow: .having(.administer),
    summary: "List the open sessions of an account.", audit: Act.Kind.read)
  public static let closeAccountSession = Endpoint<NoInput, NoOutput>(
    .identity, "closeAccountSession", .delete, "accounts/{account}/sessions/{session}", allow: .having(.administer),
    summary: "Close one of an account's sessions; the person is told why.")
  public static let closeAccountSessions = Endpoint<NoInput, ClosedSessions>(
    .identity, "closeAccountSessions", .post, "accounts/{account}/sessions/closure", allow: .having(.administer),
    summary: "Close all of an account's sessions; the person is told why.")
}
