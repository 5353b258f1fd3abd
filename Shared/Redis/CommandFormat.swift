import CHiredis
import NIOCore

/// Commands as the bytes that Redis reads, by hiredis.
enum CommandFormat {
  /// The longest command that is sent, in bytes. hiredis counts in 32 bits; nothing stored here comes near.
  static let maximumLength = ReplyReader.maximumItemLength

  /// Appends the wire form of one command.
  /// - Throws: `RedisError` with code `.protocolViolation` for a command without words or above `maximumLength`.
  static func append(_ arguments: [String], to buffer: inout ByteBuffer) throws {
    var bytes: [UInt8] = []
    var lengths: [Int] = []
    for argument in arguments {
      bytes.append(contentsOf: argument.utf8)
      lengths.append(argument.utf8.count)
    }
    guard !arguments.isEmpty, bytes.count <= maximumLength else {
      throw RedisError(code: .protocolViolation, message: "a command of \(bytes.count) bytes cannot be sent")
    }
    // One more byte, so that the array has an address even when every argument is empty.
    bytes.append(0)
    var formatted: UnsafeMutablePointer<CChar>?
    let length = bytes.withUnsafeBytes { raw in
      var start = raw.bindMemory(to: CChar.self).baseAddress
      var starts: [UnsafePointer<CChar>?] = []
      for length in lengths {
        starts.append(start)
        start = start?.advanced(by: length)
      }
      return redisFormatCommandArgv(&formatted, Int32(arguments.count), &starts, lengths)
    }
    guard length > 0, let formatted else {
      throw RedisError(code: .protocolViolation, message: "hiredis cannot format a command of \(bytes.count) bytes")
    }
    defer { redisFreeCommand(formatted) }
    buffer.writeBytes(UnsafeRawBufferPointer(start: formatted, count: Int(length)))
  }
}
