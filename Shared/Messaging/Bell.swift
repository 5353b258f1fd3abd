import Synchronization

/// Ends somebody's rest: a loop that has nothing to do waits here, and whoever brings it something rings.
public final class Bell: Sendable {
  private struct State {
    var hasRung = false
    var sleeper: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  public init() {}

  /// Wakes the loop, or lets its next rest end at once.
  public func ring() {
    let sleeper = state.withLock { state in
      state.hasRung = true
      defer { state.sleeper = nil }
      return state.sleeper
    }
    sleeper?.resume()
  }

  /// Waits until it rings, or has rung since the last rest began to end; at most for `pause`. One loop alone may wait.
  /// - Returns: whether it rang.
  @discardableResult
  public func wait(atMost pause: Duration) async -> Bool {
    let alarm = Task {
      do { try await Task.sleep(for: pause) } catch { return }
      wake()
    }
    defer { alarm.cancel() }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          // A cancellation before this point found nobody to wake.
          if state.hasRung || Task.isCancelled { return true }
          state.sleeper = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      wake()
    }
    return state.withLock { state in
      defer { state.hasRung = false }
      return state.hasRung
    }
  }

  private func wake() {
    let sleeper = state.withLock { state in
      defer { state.sleeper = nil }
      return state.sleeper
    }
    sleeper?.resume()
  }
}
