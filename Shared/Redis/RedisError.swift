/// Why a command got no answer, or a refusal.
public struct RedisError: Error, CustomStringConvertible {
  public enum Code: Sendable, Equatable {
    /// No connection within the time allowed, or the connection went away: the command may or may not have run.
    case connection
    /// No reply in time; the connection is closed, and the command may or may not have run.
    case timeout
    /// The server refused the command (or the password): `message` is its own text, such as `BUSYGROUP …`.
    case server
    /// Bytes that are not RESP2, a reply of an unexpected form, or beyond what is accepted.
    case protocolViolation
    /// The client or connection was closed on this side.
    case closed
  }

  public let code: Code
  /// In English, for logs. Holds no argument of a command and no password.
  public let message: String

  public init(code: Code, message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { "Redis \(code): \(message)" }

  /// `error` as it is if it is one of ours, else as a failure of the connection.
  static func connection(_ error: any Error) -> RedisError {
    error as? RedisError ?? RedisError(code: .connection, message: String(describing: error))
  }
}
