import Foundation
import Hummingbird
import NIOCore
import Synchronization
import TestSupport

/// Identity as far as the gateway knows it: secrets, their tokens, and how often it was asked.
final class IdentityStandIn: Sendable {
  private struct State {
    var tokens: [String: String] = [:]
    var refreshes = 0
    var isAway = false
  }
  private let state = Mutex(State())
  /// How long a token lives, in seconds.
  let lifetime: TimeInterval
  let delay: Duration

  init(lifetime: TimeInterval = 300, delay: Duration = .zero) {
    self.lifetime = lifetime
    self.delay = delay
  }

  var refreshes: Int { state.withLock(\.refreshes) }
  func open(_ secret: String, token: String) { state.withLock { $0.tokens[secret] = token } }
  func close(_ secret: String) { state.withLock { $0.tokens[secret] = nil } }
  func goAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }

  private struct Refresh: Decodable { let secret: String }

  var respond: Upstream.Respond {
    { request, context, upstream in
      guard request.uri.path == "/api/identity/v1/sessions/refresh" else {
        return try await Upstream.echo(request, context, upstream)
      }
      let body = Data(try await request.body.collect(upTo: 65_536).readableBytesView)
      let secret = try JSONDecoder().decode(Refresh.self, from: body).secret
      try await Task.sleep(for: self.delay)
      let (token, isAway) = self.state.withLock { state in
        state.refreshes += 1
        return (state.tokens[secret], state.isAway)
      }
      if isAway { return .text("", status: .serviceUnavailable) }
      guard let token else {
        return .text(
          "{\"type\":\"/problemes/session-expiree\",\"title\":\"Session expirée\",\"status\":401}",
          status: .unauthorized)
      }
      let end = TestClock.present.addingTimeInterval(self.lifetime).formatted(.iso8601)
      return .text("{\"token\":\"\(token)\",\"expiresAt\":\"\(end)\"}", [.contentType: "application/json"])
    }
  }
}
