import Foundation

/// Where Redis is, and how this process presents itself to it.
public struct RedisConfiguration: Sendable, CustomStringConvertible {
  let host: String
  let port: Int
  let user: String?
  let password: String?
  let database: Int
  let usesTLS: Bool

  /// What `CLIENT LIST` shows, such as `dossiers-1`. No spaces.
  public var clientName = "jalons"
  /// Path of a PEM file with the authorities to trust over `rediss://`, instead of the system's.
  public var certificateAuthority: String?

  /// Reads `redis://[user][:password]@host[:port][/database]`; `rediss://` is the same over TLS, with the server's
  /// certificate and name verified. The port is 6379 and the database 0 unless given; the password may be
  /// percent-encoded.
  /// - Throws: `RedisError` with code `.connection` for anything else. The message never repeats the address, since
  ///   it may hold a password.
  public init(url: String) throws {
    guard let components = URLComponents(string: url), let host = components.host, !host.isEmpty else {
      throw RedisError(code: .connection, message: "the address is not of the form redis://:password@host:port/db")
    }
    switch components.scheme {
    case "redis": usesTLS = false
    case "rediss": usesTLS = true
    default: throw RedisError(code: .connection, message: "the address starts neither with redis:// nor rediss://")
    }
    let path = components.path.drop { $0 == "/" }
    guard let database = path.isEmpty ? 0 : Int(path), database >= 0 else {
      throw RedisError(code: .connection, message: "the database in the address is not a number")
    }
    // An IPv6 address stands in brackets in a URL, not on a socket.
    self.host = host.trimmingCharacters(in: ["[", "]"])
    self.port = components.port ?? 6379
    self.user = components.user.flatMap { $0.isEmpty ? nil : $0 }
    self.password = components.password.flatMap { $0.isEmpty ? nil : $0 }
    self.database = database
  }

  /// The address without user and password, so that it can be logged.
  public var description: String {
    "\(usesTLS ? "rediss" : "redis")://\(host):\(port)/\(database)"
  }

  /// What a new connection says first. The `PING` is there because a server that still loads its data, or wants a
  /// password, accepts the others and refuses it.
  var greeting: [[String]] {
    var commands: [[String]] = []
    if let password { commands.append(["AUTH"] + (user.map { [$0] } ?? []) + [password]) }
    commands.append(["CLIENT", "SETNAME", clientName])
    if database != 0 { commands.append(["SELECT", String(database)]) }
    commands.append(["PING"])
    return commands
  }

  /// Whether `host` is an address: TLS then checks it against the certificate's addresses, and sends no server name.
  var hostIsAddress: Bool {
    host.contains(":") || host.allSatisfy { $0 == "." || ("0"..."9").contains($0) }
  }
}
