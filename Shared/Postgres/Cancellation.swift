import CPostgres
import Foundation
import Synchronization

/// The one thing that another thread may do to a connection: ask the server to stop its statement.
final class Cancellation: Sendable {
  private struct State {
    nonisolated(unsafe) var token: OpaquePointer?
    /// The task that borrowed the connection is cancelled.
    var isAsked = false
    /// A statement is under way.
    var isRunning = false
    /// A thread is at it.
    var isFiring = false
  }
  private let state = Mutex(State())

  func arm(_ token: OpaquePointer?) {
    nonisolated(unsafe) let token = token
    state.withLock { $0.token = token }
  }

  func disarm() {
    state.withLock {
      if let token = $0.token { PQfreeCancel(token) }
      $0.token = nil
    }
  }

  func begin() throws {
    try state.withLock { state in
      if state.isAsked { throw CancellationError() }
      state.isRunning = true
    }
  }

  func end() { state.withLock { $0.isRunning = false } }

  /// The next borrower's task is another.
  func forget() { state.withLock { $0.isAsked = false } }

  func fire() {
    let begins = state.withLock { state in
      state.isAsked = true
      guard state.isRunning, !state.isFiring else { return false }
      state.isFiring = true
      return true
    }
    // libpq opens a second connection for it, and blocks.
    if begins { Thread { self.stopStatement() }.start() }
  }

  /// Asks until the statement has ended: the server forgets a request that overtakes its statement. The lock is held
  /// meanwhile, so that none is on its way when the next statement begins.
  private func stopStatement() {
    while true {
      let goesOn = state.withLock { state in
        guard state.isAsked, state.isRunning, let token = state.token else {
          state.isFiring = false
          return false
        }
        var reason = [CChar](repeating: 0, count: 256)
        _ = PQcancel(token, &reason, 256)
        return true
      }
      guard goesOn else { return }
      usleep(20_000)
    }
  }
}
