import NIOCore
import Synchronization

/// Commands written in one go, and the caller who waits for their replies.
///
/// A caller who is cancelled stops waiting at once, while the batch keeps its place in the connection's queue: its
/// replies are read and dropped when they come, so nobody gets another's.
final class Batch: Sendable {
  let bytes: ByteBuffer
  /// How many replies belong to it.
  let count: Int
  let timeout: TimeAmount

  private enum State {
    case new
    case waiting(CheckedContinuation<[RedisValue], any Error>)
    case settled
  }
  private let state = Mutex(State.new)

  init(_ commands: [[String]], timeout: Duration) throws {
    var bytes = ByteBuffer()
    for command in commands { try CommandFormat.append(command, to: &bytes) }
    self.bytes = bytes
    self.count = commands.count
    self.timeout = TimeAmount(timeout)
  }

  /// Hands the batch to `send` and waits until it is settled.
  /// - Throws: what it was settled with, or `CancellationError`; a task already cancelled sends nothing.
  func replies(_ send: (Batch) -> Void) async throws -> [RedisValue] {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isNew = state.withLock { state in
          guard case .new = state else { return false }
          state = .waiting(continuation)
          return true
        }
        if isNew { send(self) } else { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      settle(.failure(CancellationError()))
    }
  }

  /// Ends the wait. Only the first call counts.
  func settle(_ result: Result<[RedisValue], any Error>) {
    let waiter = state.withLock { state in
      defer { state = .settled }
      guard case .waiting(let waiter) = state else { return nil as CheckedContinuation<[RedisValue], any Error>? }
      return waiter
    }
    waiter?.resume(with: result)
  }
}
