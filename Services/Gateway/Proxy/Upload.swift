import API
import Hummingbird
import NIOCore
import Synchronization

/// A request's body on its way to a process: read only as fast as it is taken, and counted.
///
/// The process may answer before it has read everything. Then its connection still holds on to the body while the
/// server wants to read the next request from the same socket, and two readers at once are an error that would end the
/// gateway; `close` makes sure that there is none left.
final class Upload: AsyncSequence, @unchecked Sendable {
  typealias Element = ByteBuffer

  private struct State {
    var isClosed = false
    var isTouched = false
    var count = 0
    /// What the client did wrong.
    var fault: Problem?
    var reading: Task<ByteBuffer?, any Error>?
  }
  private let state = Mutex(State())
  // One read at a time: `state.reading` is awaited before the next begins.
  private var iterator: RequestBody.AsyncIterator
  private let limit: Int
  private let stall: Duration

  /// How long the end of a request that was answered early is waited for.
  private static let patience = Duration.seconds(5)

  /// - Parameters:
  ///   - limit: the most bytes that it may have.
  ///   - stall: how long the client may keep silent in the middle of it.
  init(_ body: RequestBody, limit: Int, stall: Duration) {
    iterator = body.makeAsyncIterator()
    self.limit = limit
    self.stall = stall
  }

  /// Whether anything was read, so that it cannot be sent to another copy any more.
  var isTouched: Bool { state.withLock(\.isTouched) }
  /// Why the body cannot be passed on, where that is the client's doing.
  var fault: Problem? { state.withLock(\.fault) }

  struct Iterator: AsyncIteratorProtocol {
    let upload: Upload
    func next() async throws -> ByteBuffer? { try await upload.next() }
  }
  func makeAsyncIterator() -> Iterator { Iterator(upload: self) }

  private func next() async throws -> ByteBuffer? {
    let task = state.withLock { state -> Task<ByteBuffer?, any Error>? in
      guard !state.isClosed else { return nil }
      state.isTouched = true
      let task = Task { try await self.read() }
      state.reading = task
      return task
    }
    guard let task else { throw CancellationError() }
    let clock = Task { [stall] in
      try await Task.sleep(for: stall)
      blame(.stalled)
      task.cancel()
    }
    defer { clock.cancel() }
    guard let buffer = try await task.value else { return nil }
    let count = state.withLock { state in
      state.count += buffer.readableBytes
      return state.count
    }
    guard count <= limit else { throw blame(.tooLarge(limit)) }
    return buffer
  }

  @discardableResult private func blame(_ problem: Problem) -> Problem {
    state.withLock { $0.fault = $0.fault ?? problem }
    return problem
  }

  private func read() async throws -> ByteBuffer? {
    let buffer: ByteBuffer?
    do {
      buffer = try await iterator.next()
    } catch {
      // A chunk that is none, or a connection that the client broke off: nobody reads the answer to the latter.
      throw blame(.malformed("Le corps de la demande est illisible."))
    }
    // A read that was given up looks like the end; the process must not take half a body for a whole one.
    try Task.checkCancellation()
    return buffer
  }

  /// Lets nobody read any more, and returns when the last read is over: at once, unless the client is in the middle of
  /// sending, and then it is given a few seconds before the connection is given up.
  func close() async {
    let reading = state.withLock { state in
      state.isClosed = true
      return state.reading
    }
    guard let reading else { return }
    let giveUp = Task {
      try await Task.sleep(for: Self.patience)
      reading.cancel()
    }
    _ = await reading.result
    giveUp.cancel()
  }
}
