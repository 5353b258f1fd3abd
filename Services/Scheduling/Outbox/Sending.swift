import Logging
import ServiceLifecycle

/// Sends what is due until the process is told to stop, and rests for `pause` when nothing is; what it has begun it ends
/// first.
///
/// - Parameters:
///   - what: « reminders »: what pauses when a batch fails, for the log.
///   - sendDue: sends one batch, and gives how many it took.
func keepSending(
  _ what: String, pause: Duration, logger: Logger, _ sendDue: () async throws -> Int
) async {
  while !Task.isShuttingDownGracefully, !Task.isCancelled {
    do {
      while try await sendDue() > 0, !Task.isShuttingDownGracefully {}
    } catch {
      logger.warning("\(what) pause", metadata: ["error": "\(error)"])
    }
    do {
      try await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
    } catch { return }
  }
}
