import NIOCore
import Synchronization

/// Why a connection is of no more use, once it is; known to every thread from the moment its commands begin to fail.
/// (The channel tells only after its socket is closed, which over TLS takes a while, and never tells why.)
final class Ending: Sendable {
  private let first = Mutex<RedisError?>(nil)
  var error: RedisError? { first.withLock { $0 } }

  /// Keeps the first reason given. Gives whether this is it.
  func record(_ error: RedisError) -> Bool {
    first.withLock { first in
      defer { first = first ?? error }
      return first == nil
    }
  }
}

/// The end of a connection's pipeline: writes batches, and gives replies to them in the order they were written.
///
/// Anything that would break that order (a reply nobody asked for, bytes that are not RESP, no reply in time) closes
/// the connection and fails every batch that waits.
final class ReplyHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = Batch
  typealias OutboundOut = ByteBuffer

  private let reader: ReplyReader
  private var waiting = CircularBuffer<(batch: Batch, deadline: NIODeadline)>()
  /// Replies that already came for the first of `waiting`.
  private var replies: [RedisValue] = []
  private var flushIsDue = false
  private var timer: (task: Scheduled<Void>, deadline: NIODeadline)?
  private let ending: Ending

  init(ending: Ending) throws {
    self.ending = ending
    reader = try ReplyReader()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let batch = unwrapOutboundIn(data)
    if let error = ending.error {
      promise?.fail(error)
      return
    }
    let deadline = NIODeadline.now() + batch.timeout
    waiting.append((batch, deadline))
    context.write(wrapOutboundOut(batch.bytes), promise: promise)
    flushSoon(context)
    watch(deadline, context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard ending.error == nil else { return }
    do {
      try reader.feed(unwrapInboundIn(data))
      while let reply = try reader.next() { try accept(reply) }
    } catch {
      end(RedisError.connection(error), context)
    }
  }

  private func accept(_ reply: RedisValue) throws {
    guard let batch = waiting.first?.batch else {
      throw RedisError(code: .protocolViolation, message: "a reply that no command asked for")
    }
    replies.append(reply)
    guard replies.count == batch.count else { return }
    waiting.removeFirst()
    batch.settle(.success(replies))
    replies = []
  }

  /// Many tasks write in the same turn of the loop; their bytes leave together at its end.
  private func flushSoon(_ context: ChannelHandlerContext) {
    guard !flushIsDue else { return }
    flushIsDue = true
    context.eventLoop.assumeIsolated().execute {
      self.flushIsDue = false
      context.flush()
    }
  }

  /// One timer for all that wait, at the earliest deadline known when it was set.
  private func watch(_ deadline: NIODeadline, _ context: ChannelHandlerContext) {
    if let timer, timer.deadline <= deadline { return }
    timer?.task.cancel()
    let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
      self.timer = nil
      self.checkDeadlines(context)
    }
    timer = (task, deadline)
  }

  private func checkDeadlines(_ context: ChannelHandlerContext) {
    let now = NIODeadline.now()
    guard let earliest = waiting.map(\.deadline).min() else { return }
    guard earliest <= now else { return watch(earliest, context) }
    fail(RedisError(code: .connection, message: "closed after a command had no reply in time"), lateAt: now)
    context.close(promise: nil)
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    fail(RedisError(code: .closed, message: "the connection was closed here"))
    context.close(mode: mode, promise: promise)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    end(RedisError.connection(error), context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(RedisError(code: .connection, message: "the server closed the connection"))
    context.fireChannelInactive()
  }

  private func end(_ error: RedisError, _ context: ChannelHandlerContext) {
    fail(error)
    context.close(promise: nil)
  }

  /// Ends the wait of all, once `ending` has the reason, so that nobody who tries again at once gets this connection.
  /// Those whose time was up at `lateAt` hear of that instead.
  private func fail(_ error: RedisError, lateAt: NIODeadline? = nil) {
    guard ending.record(error) else { return }
    timer?.task.cancel()
    timer = nil
    let late = RedisError(code: .timeout, message: "no reply in time")
    for entry in waiting {
      let isLate = lateAt.map { entry.deadline <= $0 } ?? false
      entry.batch.settle(.failure(isLate ? late : error))
    }
    waiting.removeAll()
  }
}
