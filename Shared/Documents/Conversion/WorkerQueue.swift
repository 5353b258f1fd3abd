/// Lends a fixed number of workers, in order of demand, to a bounded number of waiting tasks.
actor WorkerQueue<Worker: Sendable> {
  private var idle: [Worker]
  private let limit: Int
  private var waiting: [(ticket: Int, continuation: CheckedContinuation<Worker, any Error>)] = []
  private var nextTicket = 0

  /// `limit`: how many may wait while all workers are lent.
  init(_ workers: [Worker], limit: Int) {
    idle = workers
    self.limit = limit
  }

  /// Runs `body` with a worker of its own. Throws `.busy` at once when too many wait already.
  nonisolated func lend<Result: Sendable>(
    _ body: @Sendable (Worker) async throws -> Result
  ) async throws -> Result {
    let worker = try await take()
    do {
      let result = try await body(worker)
      await giveBack(worker)
      return result
    } catch {
      await giveBack(worker)
      throw error
    }
  }

  private func take() async throws -> Worker {
    try Task.checkCancellation()
    if let worker = idle.popLast() { return worker }
    guard waiting.count < limit else { throw DocumentError.busy }
    nextTicket += 1
    let ticket = nextTicket
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        // Cancelled before it stood in the queue: the handler below has found nothing to remove.
        if Task.isCancelled {
          continuation.resume(throwing: CancellationError())
        } else {
          waiting.append((ticket, continuation))
        }
      }
    } onCancel: {
      Task { await self.leave(ticket) }
    }
  }

  private func leave(_ ticket: Int) {
    guard let index = waiting.firstIndex(where: { $0.ticket == ticket }) else { return }
    waiting.remove(at: index).continuation.resume(throwing: CancellationError())
  }

  private func giveBack(_ worker: Worker) {
    if waiting.isEmpty { idle.append(worker) } else { waiting.removeFirst().continuation.resume(returning: worker) }
  }
}
