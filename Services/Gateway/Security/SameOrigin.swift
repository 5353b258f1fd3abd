import HTTPTypes

/// Whether a request that changes something was sent from our own pages. A browser adds the cookie to whatever any
/// site makes it send; these headers it sets itself and no script can change them.
struct SameOrigin: Sendable {
  let publicAddress: PublicAddress

  static func isSafe(_ method: HTTPRequest.Method) -> Bool {
    method == .get || method == .head || method == .options
  }

  /// - Parameters:
  ///   - host: the `Host` header.
  ///   - hasCookie: whether the cookie is what the request is trusted for. Without it and without any word from a
  ///     browser there is nothing to abuse; what a browser says counts in any case, since signing somebody in from
  ///     another site is an attack too.
  func admits(_ headers: HTTPFields, host: String, hasCookie: Bool) -> Bool {
    if let site = headers[.secFetchSite] { return site == "same-origin" || site == "none" }
    if let origin = headers[.origin] { return isOurs(origin, host) }
    if let referer = headers[.referer] { return isOurs(referer, host) }
    return !hasCookie
  }

  private func isOurs(_ address: String, _ host: String) -> Bool {
    let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[0] == "http:" || parts[0] == "https:", parts[1].isEmpty else { return false }
    let origin = "\(parts[0])//\(parts[2])".lowercased()
    return origin == publicAddress.origin || (!host.isEmpty && parts[2].lowercased() == host.lowercased())
  }
}

/// Whether the address that was asked for is ours: a page served under another name would share its cookies and caches.
struct HostCheck: Sendable {
  let publicAddress: PublicAddress

  /// - Parameter host: the `Host` header; its port is not looked at, for a container may publish any.
  func admits(_ host: String) -> Bool {
    let isBracketed = host.hasPrefix("[")
    let name = isBracketed ? host.prefix { $0 != "]" }.dropFirst() : host.prefix { $0 != ":" }
    let port = host.dropFirst(name.count + (isBracketed ? 2 : 0))
    guard port.isEmpty || (port.first == ":" && port.dropFirst().allSatisfy { ("0"..."9").contains($0) }) else {
      return false
    }
    let lower = name.lowercased()
    return lower == publicAddress.host || ["localhost", "127.0.0.1", "::1"].contains(lower)
  }
}

extension HTTPField.Name {
  static let secFetchSite = ours("Sec-Fetch-Site")
  static let forwarded = ours("Forwarded")
  static let host = ours("Host")
  static let forwardedFor = ours("X-Forwarded-For")
  static let traceparent = ours("traceparent")
  static let jalonsSession = ours("Jalons-Session")
  static let jalonsTrace = ours("Jalons-Trace")

  /// A name that is known to be well formed.
  static func ours(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no header name") }
    return name
  }
}
