import Logging
import ServiceLifecycle

/// Does something again and again, with a pause between, until the process stops. What it throws is logged, and the next
/// turn comes all the same.
/// - Parameter complaint: what the log says of a turn that failed.
public func repeating(
  every pause: Duration, logger: Logger, complaint: Logger.Message, _ turn: @escaping @Sendable () async throws -> Void
) async {
  await cancelWhenGracefulShutdown {
    while !Task.isCancelled {
      do {
        try await turn()
      } catch {
        logger.error(complaint, metadata: ["error": "\(String(reflecting: error))"])
      }
      do { try await Task.sleep(for: pause) } catch { return }
    }
  }
}
