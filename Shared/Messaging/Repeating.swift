import Logging
import ServiceLifecycle

/// Does something again and again, with a rest between, until the process stops: the one loop under all work in the
/// background. What a turn throws is logged once for as long as it stays the same, and the next turn comes all the same.
/// - Parameters:
///   - pause: how long it rests; a ring of `bell` ends the rest.
///   - isFinishing: a turn that has begun ends, though the process stops; otherwise it is cancelled.
///   - complaint: what the log says of a turn that failed.
public func repeating(
  every pause: Duration, wokenBy bell: Bell = Bell(), isFinishing: Bool = false, logger: Logger,
  complaint: Logger.Message, _ turn: @escaping @Sendable () async throws -> Void
) async {
  var lastComplaint = ""
  while !Task.isCancelled, !Task.isShuttingDownGracefully {
    do {
      if isFinishing { try await turn() } else { try await cancelWhenGracefulShutdown { try await turn() } }
      lastComplaint = ""
    } catch is CancellationError where Task.isCancelled || Task.isShuttingDownGracefully {
      return
    } catch {
      let text = String(reflecting: error)
      logger.log(level: text == lastComplaint ? .debug : .error, complaint, metadata: ["error": "\(text)"])
      lastComplaint = text
    }
    _ = await cancelWhenGracefulShutdown { await bell.wait(atMost: pause) }
  }
}

/// Sleeps, unless the process stops.
/// - Throws: `CancellationError` when it stops, or the task is cancelled.
func rest(_ duration: Duration) async throws {
  try await cancelWhenGracefulShutdown { try await Task.sleep(for: duration) }
}
