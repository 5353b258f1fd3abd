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
    var reading: Task<ByteBuffer?, any Error>?
  }
  private let state = Mutex(State())
  // One read at a time: `state.reading` is awaited before the next begins.
  private var iterator: RequestBody.AsyncIterator
  private let limit: Int

  /// How long the end of a request that was answered early is waited for.
  private static let patience = Duration.seconds(5)

  init(_ body: RequestBody, limit: Int) {
    iterator = body.makeAsyncIterator()
    self.limit = limit
  }

  /// Whether anything was read, so that it cannot be sent to another copy any more.
  var isTouched: Bool { state.withLock(\.isTouched) }
  var isTooLarge: Bool { state.withLock { $0.count > limit } }

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
    guard let buffer = try await task.value else { return nil }
    let count = state.withLock { state in
      state.count += buffer.readableBytes
      return state.count
    }
    guard count <= limit else { throw Problem.tooLarge(limit) }
    return buffer
  }

  private func read() async throws -> ByteBuffer? {
    let buffer = try await iterator.next()
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
