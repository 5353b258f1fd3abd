import Foundation

/// A few threads that do slow sums one after another, and a queue of bounded length before them.
final class HashingThreads: @unchecked Sendable {
  /// How far behind everything else the threads stand, from 0 to 19.
  static let niceness: Int32 = 10
  private let condition = NSCondition()
  private let count: Int
  private let mostWaiting: Int
  // Guarded by the condition.
  private var jobs: [@Sendable () -> Void] = []
  private var started = 0
  private var idle = 0
  private var stopped = false

  init(count: Int, mostWaiting: Int) {
    self.count = count
    self.mostWaiting = mostWaiting
  }

  /// - Throws: `PasswordError.busy` when the queue is full.
  func run<R: Sendable>(_ body: @escaping @Sendable () -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
      if !add({ continuation.resume(returning: body()) }) { continuation.resume(throwing: PasswordError.busy) }
    }
  }

  /// Lets the threads end once the queue is empty.
  func stop() {
    condition.lock()
    stopped = true
    condition.broadcast()
    condition.unlock()
  }

  private func add(_ job: @escaping @Sendable () -> Void) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    guard !stopped, jobs.count < mostWaiting else { return false }
    jobs.append(job)
    if idle < jobs.count, started < count {
      started += 1
      let thread = Thread { [self] in work() }
      thread.name = "passwords"
      thread.start()
    }
    condition.signal()
    return true
  }

  private func work() {
    // Whoever hashes waits half a second anyway; everybody else's click goes first. On Linux this is the thread's alone.
    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
    while true {
      condition.lock()
      idle += 1
      while jobs.isEmpty && !stopped { condition.wait() }
      idle -= 1
      guard !jobs.isEmpty else {
        condition.unlock()
        return
      }
      let job = jobs.removeFirst()
      condition.unlock()
      job()
    }
  }
}
