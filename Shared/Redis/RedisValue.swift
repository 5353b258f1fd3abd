/// A reply of Redis, in the types of RESP2.
public enum RedisValue: Sendable, Equatable {
  /// No value: a missing key, a blocking read that found nothing, an aborted transaction.
  case null
  case integer(Int)
  /// A simple answer such as `OK` or `PONG`.
  case status(String)
  /// A string of bytes, as it was stored.
  case bulk([UInt8])
  case array([RedisValue])
  /// A refusal by the server, such as `WRONGTYPE …`; it takes the place of one command's reply.
  case error(String)

  /// A bulk string read as UTF-8, a status, or an integer in decimal; `nil` for anything else.
  public var string: String? {
    switch self {
    case .bulk(let bytes): String(decoding: bytes, as: UTF8.self)
    case .status(let text): text
    case .integer(let number): String(number)
    case .null, .array, .error: nil
    }
  }

  /// An integer, or a bulk string or status that spells one; `nil` for anything else.
  public var int: Int? {
    switch self {
    case .integer(let number): number
    case .bulk, .status: string.flatMap { Int($0) }
    case .null, .array, .error: nil
    }
  }

  /// The elements of an array; `nil` for anything else, `null` included.
  public var array: [RedisValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }
}

extension RedisValue {
  /// The value itself, unless it is an error reply.
  /// - Throws: `RedisError` with code `.server`, carrying the server's words.
  func unlessError() throws -> RedisValue {
    if case .error(let message) = self { throw RedisError(code: .server, message: message) }
    return self
  }
}
