import API
import Domain
import Foundation
import Logging
import Messaging
import Service
import ServiceLifecycle
import Synchronization

/// The imports that nobody waits for: one after another, in the order in which their files arrived. Who deposited a file
/// looks on at the run's page.
final class FeedQueue: ServiceLifecycle.Service {
  private struct Job: Sendable {
    let run: FeedRun
    let source: FeedSource
  }

  private let importer: FeedImporter
  private let runs: FeedRunStore
  private let now: Now
  private let logger: Logger
  private let jobs: AsyncStream<Job>
  private let entrance: AsyncStream<Job>.Continuation
  /// The runs whose turn has not come.
  private let waiting = Mutex<Set<UUID>>([])

  init(importer: FeedImporter, runs: FeedRunStore, now: Now, logger: Logger) {
    self.importer = importer
    self.runs = runs
    self.now = now
    self.logger = logger
    (jobs, entrance) = AsyncStream.makeStream()
  }

  /// Takes over a run and what it reads; a file is deleted once it has been read.
  /// - Throws: 503 when the process is stopping.
  func add(_ run: FeedRun, source: FeedSource) throws {
    waiting.withLock { _ = $0.insert(run.id) }
    guard case .enqueued = entrance.yield(Job(run: run, source: source)) else {
      waiting.withLock { _ = $0.remove(run.id) }
      discard(source)
      throw Problem.busy
    }
  }

  func run() async throws {
    do {
      try FeedScratch.forgetLeft()
    } catch {
      logger.warning("what was left of feeds could not be deleted", metadata: ["error": "\(error)"])
    }
    await withTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await self.closeAbandoned() }
      await withGracefulShutdownHandler {
        for await job in jobs { await carryOut(job) }
      } onGracefulShutdown: { [entrance] in
        entrance.finish()
      }
    }
  }

  private func carryOut(_ job: Job) async {
    defer { discard(job.source) }
    waiting.withLock { _ = $0.remove(job.run.id) }
    do {
      // The one under way ends; those behind it say that they did nothing, rather than hold up the stop.
      guard !Task.isShuttingDownGracefully else { return try await runs.close(job.run.interrupted(at: now())) }
      let ended = try await importer.carryOut(job.run, source: job.source)
      logger.notice("a feed was read", metadata: ["status": "\(ended.status)", "read": "\(ended.counts.read)"])
    } catch {
      logger.error("a feed's end could not be kept", metadata: ["run": "\(job.run.id)", "error": "\(error)"])
    }
  }

  private func discard(_ source: FeedSource) {
    if let file = source.file { try? FileManager.default.removeItem(at: file) }
  }

  /// What another copy left under way, or waiting, when it died; those that wait here say that they do.
  private func closeAbandoned() async {
    await repeating(every: .seconds(5), logger: logger, complaint: "abandoned feeds could not be closed") {
      try await self.runs.tellWaiting(self.waiting.withLock { Array($0) }, at: self.now())
      try await self.runs.closeAbandoned(startedBefore: self.now())
    }
  }
}
