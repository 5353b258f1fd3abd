import HTTPTypes

/// The browser's cookie: it carries the session's secret and nothing else, and no script can read it.
struct SessionCookie: Sendable {
  let isSecure: Bool

  /// With `__Host-` browsers take the cookie over TLS alone, for this host alone.
  var name: String { isSecure ? "__Host-jalons" : "jalons_session" }

  /// The longest that a county may let a session last. Identity ends one earlier when it sees fit.
  static let lifetime = 86_400

  func secret(in headers: HTTPFields) -> String? {
    for pair in pairs(headers) where pair.name == name {
      let value = String(pair.value)
      return Self.isSecret(value) ? value : nil
    }
    return nil
  }

  /// The other cookies, as a header; the secret is nobody's business behind the gateway.
  func others(in headers: HTTPFields) -> String? {
    let others = pairs(headers).filter { $0.name != name }.map { "\($0.name)=\($0.value)" }
    return others.isEmpty ? nil : others.joined(separator: "; ")
  }

  func setting(_ secret: String) -> String {
    "\(name)=\(secret); Path=/; HttpOnly; SameSite=Lax; Max-Age=\(Self.lifetime)\(isSecure ? "; Secure" : "")"
  }

  var clearing: String { "\(name)=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0\(isSecure ? "; Secure" : "")" }

  /// base64url, as identity makes it.
  static func isSecret(_ text: String) -> Bool {
    (16...512).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95
      }
  }

  private func pairs(_ headers: HTTPFields) -> [(name: Substring, value: Substring)] {
    headers[values: .cookie].flatMap { header in
      header.split(separator: ";").compactMap { item in
        guard let equal = item.firstIndex(of: "=") else { return nil }
        let name = item[..<equal].drop { $0 == " " }
        var value = item[item.index(after: equal)...]
        while value.last == " " { value.removeLast() }
        return (name, value)
      }
    }
  }
}
