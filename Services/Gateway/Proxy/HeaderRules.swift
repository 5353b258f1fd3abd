import Domain
import HTTPTypes
import NIOHTTP1
import Service

/// Which headers pass, in both directions.
struct HeaderRules: Sendable {
  let publicAddress: PublicAddress

  /// Of one connection only (RFC 9110, 7.6.1), or set anew by the client that sends on.
  private static let hopByHop: Set<String> = [
    "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "proxy-connection",
    "proxy-authenticate", "proxy-authorization", "content-length", "host", "expect",
  ]
  /// What says who the client is: ours to say.
  private static let identifying: Set<String> = ["forwarded", "x-real-ip", "true-client-ip", "cookie", "traceparent"]

  /// What is sent to a process.
  /// - Parameters:
  ///   - deadline: until when the answer is waited for.
  ///   - token: the caller's, from the cookie.
  ///   - signedOut: why the cookie was refused, for the portal.
  func outgoing(_ visit: Visit, until deadline: Deadline, token: String?, signedOut: String?) -> HTTPHeaders {
    var headers = HTTPHeaders()
    let named = Self.named(in: visit.headers)
    let isPortal = !visit.destination.isAPI
    for field in visit.headers {
      let name = field.name.canonicalName
      if Self.hopByHop.contains(name) || Self.identifying.contains(name) || named.contains(name) { continue }
      if name.hasPrefix("jalons-") || name.hasPrefix("x-forwarded-") { continue }
      if name == "authorization", isPortal || token != nil { continue }
      headers.add(name: name, value: field.value)
    }
    if isPortal, let cookies = SessionCookie(isSecure: publicAddress.isSecure).others(in: visit.headers) {
      headers.add(name: "cookie", value: cookies)
    }
    if let token { headers.add(name: "authorization", value: "Bearer \(token)") }
    if let signedOut, isPortal { headers.add(name: "jalons-signed-out", value: signedOut) }
    let scheme = publicAddress.isSecure ? "https" : "http"
    headers.add(name: "jalons-client", value: visit.client)
    headers.add(name: "x-forwarded-for", value: visit.client)
    headers.add(name: "x-forwarded-proto", value: scheme)
    headers.add(name: "x-forwarded-host", value: visit.host)
    let address = visit.client.contains(":") ? "\"[\(visit.client)]\"" : visit.client
    headers.add(name: "forwarded", value: "for=\(address);host=\"\(visit.host)\";proto=\(scheme)")
    headers.add(name: "traceparent", value: visit.traceparent)
    headers.add(name: Deadline.headerName, value: "\(deadline.inner.milliseconds)")
    return headers
  }

  /// What is given back of a process's answer, and what the portal says of the session in `Jalons-Session`.
  func incoming(_ headers: HTTPHeaders, fromPortal: Bool) -> (fields: HTTPFields, session: String?) {
    var fields = HTTPFields()
    var named: Set<String> = []
    for value in headers[canonicalForm: "connection"] { named.insert(value.lowercased()) }
    for (name, value) in headers {
      let lower = name.lowercased()
      let isLength = lower == "content-length"
      if Self.hopByHop.contains(lower) && !isLength || named.contains(lower) { continue }
      if lower.hasPrefix("jalons-") { continue }
      if lower == "server" || lower == "date" || (lower == "set-cookie" && !fromPortal) { continue }
      guard let name = HTTPField.Name(name) else { continue }
      fields.append(HTTPField(name: name, value: value))
    }
    return (fields, fromPortal ? headers.first(name: "jalons-session") : nil)
  }

  private static func named(in headers: HTTPFields) -> Set<String> {
    Set(
      headers[values: .connection].flatMap { $0.split(separator: ",") }.map {
        $0.drop { $0 == " " }.lowercased().replacing(" ", with: "")
      })
  }
}
