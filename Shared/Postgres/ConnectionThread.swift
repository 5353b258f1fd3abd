import Foundation

/// One thread for one connection: libpq blocks, and a thread of our own may block where the cooperative pool may not.
///
/// It is the connection actor's executor, and the preferred one of a task while a transaction's body is lent the
/// connection, which spares a hop between threads for every statement.
final class ConnectionThread: SerialExecutor, TaskExecutor, @unchecked Sendable {
  private let condition = NSCondition()
  private var jobs: [UnownedJob] = []
  private var stopped = false

  init(name: String) {
    let thread = Thread { [self] in run() }
    thread.name = name
    thread.start()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.lock()
    if stopped {
      condition.unlock()
      // A straggler after the end still has to run: it finds the connection closed and says so.
      Thread { self.perform(job) }.start()
      return
    }
    jobs.append(job)
    condition.signal()
    condition.unlock()
  }

  func stop() {
    condition.lock()
    stopped = true
    condition.signal()
    condition.unlock()
  }

  private func perform(_ job: UnownedJob) {
    job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
  }

  private func run() {
    while true {
      condition.lock()
      while jobs.isEmpty && !stopped { condition.wait() }
      let batch = jobs
      jobs.removeAll(keepingCapacity: true)
      let ended = stopped
      condition.unlock()
      for job in batch { perform(job) }
      if ended && batch.isEmpty { return }
    }
  }
}
