import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// What is known of a connection besides its requests.
struct GatewayContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let peer: String

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    peer = source.channel.remoteAddress?.ipAddress ?? "unknown"
  }
}

/// One request, with what the gateway has made out about it.
struct Visit: Sendable {
  let request: Request
  let destination: Destination
  /// The client's address.
  let client: String
  /// Whether the other end of the connection is on this machine and speaks for itself.
  let isLocal: Bool
  let host: String
  /// W3C trace context; the client's own when it is well formed.
  let traceparent: String
  /// The session's secret, from the cookie.
  let secret: String?

  /// - Returns: nil when it could be read in two ways: an odd path, a second `Host`.
  init?(_ request: Request, _ context: GatewayContext, _ settings: GatewaySettings) {
    guard let destination = Destination(path: request.uri.path), request.headers[values: .host].isEmpty else {
      return nil
    }
    self.request = request
    self.destination = destination
    let forwarded = request.headers[.forwardedFor]
    client = settings.trustedProxies.client(peer: context.peer, forwarded: forwarded)
    isLocal = ["127.0.0.1", "::1"].contains(context.peer) && forwarded == nil && request.headers[.forwarded] == nil
    host = request.head.authority ?? ""
    traceparent = Self.trace(request.headers[.traceparent])
    secret = SessionCookie(isSecure: settings.publicAddress.isSecure).secret(in: request.headers)
  }

  var headers: HTTPFields { request.headers }
  /// Whether it changes nothing, so that it may be asked of another copy.
  var isRead: Bool { request.method == .get || request.method == .head }
  var hasBody: Bool {
    headers[.transferEncoding] != nil || (headers[.contentLength].flatMap { Int($0) } ?? 0) > 0
  }
  /// Whether a browser waits for a page, rather than a program for data.
  var wantsPage: Bool { !destination.isAPI && (headers[.accept] ?? "").contains("text/html") }
  var traceIdentifier: String { String(traceparent.dropFirst(3).prefix(32)) }

  /// `given` when it is a trace context of version 00, else a new one.
  static func trace(_ given: String?) -> String {
    if let given, given.utf8.count == 55 {
      let parts = given.split(separator: "-", omittingEmptySubsequences: false)
      let isHex = parts.allSatisfy { $0.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) } }
      if isHex, parts.map(\.count) == [2, 32, 16, 2], parts[0] == "00", parts[1].contains(where: { $0 != "0" }),
        parts[2].contains(where: { $0 != "0" })
      {
        return given
      }
    }
    func hex(_ value: UInt64) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    return "00-\(hex(.random(in: 1 ... .max)))\(hex(.random(in: 1 ... .max)))-\(hex(.random(in: 1 ... .max)))-01"
  }
}
