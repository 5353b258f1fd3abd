import HTTPTypes

/// What every answer tells the browser not to do. There is no inline script or style anywhere, hence no exception.
struct SecurityHeaders: Sendable {
  private let fields: [(HTTPField.Name, String)]

  init(isSecure: Bool) {
    var fields: [(HTTPField.Name, String)] = [
      (.contentSecurityPolicy, Self.policy(framedBy: "'none'")),
      (.xContentTypeOptions, "nosniff"),
      (.ours("Referrer-Policy"), "same-origin"),
      (.ours("Permissions-Policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
      (.ours("Cross-Origin-Opener-Policy"), "same-origin"),
      (.ours("Cross-Origin-Resource-Policy"), "same-origin"),
    ]
    if isSecure { fields.append((.strictTransportSecurity, "max-age=31536000")) }
    self.fields = fields
  }

  /// Sets them, whatever the process behind said.
  func apply(to headers: inout HTTPFields) {
    for (name, value) in fields { headers[name] = value }
    // A document of a dossier is shown inside its own page.
    if headers[.contentType] == "application/pdf" {
      headers[.contentSecurityPolicy] = Self.policy(framedBy: "'self'")
    }
    if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
  }

  private static func policy(framedBy ancestors: String) -> String {
    "default-src 'self'; img-src 'self' data:; frame-ancestors \(ancestors); form-action 'self'; base-uri 'none'; "
      + "object-src 'none'"
  }
}
