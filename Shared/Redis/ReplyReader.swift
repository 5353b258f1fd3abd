import CHiredis
import NIOCore

/// Turns bytes, as they come, into whole replies, by hiredis' reader. Belongs to one event loop.
///
/// Bounded in depth (7, hiredis' own), in elements of an array and in the length of one item, so that a server gone
/// mad, or something else that answers on its port, cannot take the process's memory.
final class ReplyReader {
  /// In bytes, of one bulk string or line.
  static let maximumItemLength = 64 << 20
  /// Of one array.
  static let maximumElements = 1 << 20

  private let reader: UnsafeMutablePointer<redisReader>

  init() throws {
    guard let functions = boundedFunctions, let reader = redisReaderCreateWithFunctions(functions) else {
      throw RedisError(code: .connection, message: "hiredis gives no reader")
    }
    self.reader = reader
  }

  deinit { redisReaderFree(reader) }

  /// Adds bytes that came from the server.
  func feed(_ buffer: ByteBuffer) throws {
    let result = buffer.withUnsafeReadableBytes { raw in
      redisReaderFeed(reader, raw.bindMemory(to: CChar.self).baseAddress, raw.count)
    }
    if result != REDIS_OK { throw violation }
  }

  /// The next whole reply, or `nil` until more bytes come.
  /// - Throws: `RedisError` with code `.protocolViolation`; the reader is then of no more use.
  func next() throws -> RedisValue? {
    var reply: UnsafeMutableRawPointer?
    guard redisReaderGetReply(reader, &reply) == REDIS_OK else { throw violation }
    guard let reply else {
      // What the reader keeps is the beginning of one item: "$<length>", the bytes, and two line ends.
      if reader.pointee.len - reader.pointee.pos > Self.maximumItemLength + 32 {
        throw RedisError(code: .protocolViolation, message: "an item above \(Self.maximumItemLength) bytes")
      }
      return nil
    }
    defer { freeReplyObject(reply) }
    return try RedisValue(reply.assumingMemoryBound(to: redisReply.self).pointee)
  }

  private var violation: RedisError {
    let text = withUnsafeBytes(of: reader.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return RedisError(code: .protocolViolation, message: text)
  }
}

extension RedisValue {
  fileprivate init(_ reply: redisReply) throws {
    switch reply.type {
    case REDIS_REPLY_NIL: self = .null
    case REDIS_REPLY_INTEGER: self = .integer(Int(reply.integer))
    case REDIS_REPLY_STRING: self = .bulk([UInt8](reply.bytes))
    case REDIS_REPLY_STATUS: self = .status(String(decoding: reply.bytes, as: UTF8.self))
    case REDIS_REPLY_ERROR: self = .error(String(decoding: reply.bytes, as: UTF8.self))
    case REDIS_REPLY_ARRAY:
      let elements = UnsafeBufferPointer(start: reply.element, count: reply.elements)
      self = .array(try elements.map { try $0.map { try RedisValue($0.pointee) } ?? .null })
    default: throw RedisError(code: .protocolViolation, message: "a reply of unknown type \(reply.type)")
    }
  }
}

extension redisReply {
  fileprivate var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: str, count: len) }
}

/// hiredis' own way to build replies, which it only lends with a reader. Plain function pointers, never written again.
private let standardFunctions: redisReplyObjectFunctions? = {
  guard let reader = redisReaderCreate() else { return nil }
  defer { redisReaderFree(reader) }
  return reader.pointee.fn.pointee
}()

/// The same, except that an array above the bound counts as memory that could not be had: hiredis itself would reserve
/// room for whatever number the header says. Readers keep the pointer, so it lives as long as the process.
private nonisolated(unsafe) let boundedFunctions: UnsafeMutablePointer<redisReplyObjectFunctions>? = {
  guard var functions = standardFunctions else { return nil }
  functions.createArray = { task, count in
    count <= ReplyReader.maximumElements ? standardFunctions?.createArray(task, count) : nil
  }
  let pointer = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
  pointer.initialize(to: functions)
  return pointer
}()
