import API
import Foundation
import Service

/// The settings of the gateway, read once at the start.
struct GatewaySettings: Sendable {
  let host: String
  let port: Int
  let publicAddress: PublicAddress
  let certificate: String?
  let certificateKey: String?
  /// Where each process's copies are: the portal and every service.
  let addresses: [String: [String]]
  let trustedProxies: TrustedProxies
  let isMetricsOpen: Bool
  /// Failed attempts to sign in, a minute and address.
  let signInLimit: Int
  /// Requests, a minute and account.
  let accountLimit: Int
  /// Requests of people who are not signed in, a minute and address.
  let addressLimit: Int
  /// How long a request may take before its answer begins, besides the time to send its body.
  let timeout: Duration
  let heartbeat: Duration
  /// How long a client may keep silent in the middle of a body.
  let stall: Duration

  static let portal = "portal"
  static let feedTimeout = Duration.seconds(30 * 60)
  static let feedBodyLimit = 300 * 1024 * 1024
  static let bodyLimit = 64 * 1024 * 1024

  /// - Throws: `SettingError` for a value that cannot be read.
  init(_ settings: Settings) throws {
    host = settings.string("JALONS_HOST", default: "127.0.0.1")
    port = try settings.port(of: "gateway")
    publicAddress = try PublicAddress(settings.string("JALONS_PUBLIC_URL", default: "http://localhost:\(port)"))
    certificate = settings.optional("JALONS_TLS_CERTIFICATE")
    certificateKey = settings.optional("JALONS_TLS_KEY")
    guard (certificate == nil) == (certificateKey == nil) else {
      throw SettingError(description: "JALONS_TLS_CERTIFICATE and JALONS_TLS_KEY go together")
    }
    var addresses: [String: [String]] = [:]
    for process in [Self.portal] + ServiceName.allCases.map(\.rawValue) {
      addresses[process] = try settings.addresses(of: process)
    }
    self.addresses = addresses
    trustedProxies = try TrustedProxies(settings.string("JALONS_TRUSTED_PROXIES", default: ""))
    isMetricsOpen = settings.optional("JALONS_METRICS_OPEN") == "1"
    signInLimit = try settings.int("JALONS_LIMIT_SIGN_IN", default: 20)
    accountLimit = try settings.int("JALONS_LIMIT_ACCOUNT", default: 600)
    addressLimit = try settings.int("JALONS_LIMIT_ADDRESS", default: 1500)
    timeout = .seconds(try settings.int("JALONS_REQUEST_SECONDS", default: 30))
    stall = .seconds(try settings.int("JALONS_STALL_SECONDS", default: 20, in: 1...600))
    heartbeat = .milliseconds(try settings.int("JALONS_HEARTBEAT_MILLISECONDS", default: 15_000))
  }

  static func unreadable(_ name: String, _ reason: String) -> SettingError {
    SettingError(description: "\(name) cannot be read: \(reason)")
  }
}

/// The address that people type, in its parts.
struct PublicAddress: Sendable {
  /// `https://jalons.example.fr`, as browsers write it in `Origin`.
  let origin: String
  /// Without port, in lower case.
  let host: String
  let isSecure: Bool

  init(_ text: String) throws {
    guard let parts = URLComponents(string: text), let host = parts.host?.lowercased(), !host.isEmpty,
      let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https"
    else { throw GatewaySettings.unreadable("JALONS_PUBLIC_URL", "not an http address: \(text)") }
    self.host = host
    isSecure = scheme == "https"
    let usual = isSecure ? 443 : 80
    origin = "\(scheme)://\(host)" + (parts.port.flatMap { $0 == usual ? nil : ":\($0)" } ?? "")
  }
}
