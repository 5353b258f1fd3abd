import Domain
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

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
  await repeating(
    atLeastEvery: pause, afterFault: pause, wokenBy: bell, isFinishing: isFinishing, logger: logger,
    complaint: complaint
  ) {
    try await turn()
    return pause
  }
}

/// The same, where a turn knows how long there is nothing to do: it gives that, and `pause` is the longest rest.
/// - Parameter fault: how long it rests after a turn that failed.
public func repeating(
  atLeastEvery pause: Duration, afterFault fault: Duration = .seconds(2), wokenBy bell: Bell = Bell(),
  isFinishing: Bool = false, logger: Logger, complaint: Logger.Message,
  _ turn: @escaping @Sendable () async throws -> Duration
) async {
  var lastComplaint = ""
  while !Task.isCancelled, !Task.isShuttingDownGracefully {
    let rest: Duration
    do {
      if isFinishing {
        rest = try await turn()
      } else {
        rest = try await cancelWhenGracefulShutdown { try await turn() }
      }
      lastComplaint = ""
    } catch is CancellationError where Task.isCancelled || Task.isShuttingDownGracefully {
      return
    } catch {
      let text = String(reflecting: error)
      logger.log(level: text == lastComplaint ? .debug : .error, complaint, metadata: ["error": "\(text)"])
      lastComplaint = text
      rest = fault
    }
    _ = await cancelWhenGracefulShutdown { await bell.wait(atMost: min(rest, pause)) }
  }
}

/// Does what each new day asks for, until the process stops; a turn that failed is done again. That one copy alone does it
/// is for `turn` to see to: at the start, and after a change of the clock, it is asked for a day that has been turned.
public func repeatingEachDay(
  now: Now, logger: Logger, complaint: Logger.Message, _ turn: @escaping @Sendable (Date) async throws -> Void
) async {
  let turned = Mutex<CalendarDate?>(nil)
  await repeating(every: .seconds(5), logger: logger, complaint: complaint) {
    let moment = now()
    let today = CalendarDate(moment)
    guard turned.withLock({ $0 != today }) else { return }
    try await turn(moment)
    turned.withLock { $0 = today }
  }
}

/// Sleeps, unless the process stops.
/// - Throws: `CancellationError` when it stops, or the task is cancelled.
func rest(_ duration: Duration) async throws {
  try await cancelWhenGracefulShutdown { try await Task.sleep(for: duration) }
}
