import Foundation

/// The moment until which somebody waits for an answer. It travels with the task, and from process to process as the
/// time that is left: their clocks need not agree.
public struct Deadline: Sendable, Equatable {
  /// The deadline of the request that the task works for; nil where nobody waits.
  @TaskLocal public static var current: Deadline?

  public let end: ContinuousClock.Instant

  public init(end: ContinuousClock.Instant) { self.end = end }

  public init(in limit: Duration) { end = .now + limit }

  /// Reads what a process was told in `headerName`.
  public init?(milliseconds text: String?) {
    guard let text, let milliseconds = Int(text), (1...3_600_000).contains(milliseconds) else { return nil }
    self.init(in: .milliseconds(milliseconds))
  }

  /// The header that tells the next process how many milliseconds are left.
  public static let headerName = "Jalons-Time-Left"

  /// Never negative.
  public var left: Duration { max(.zero, end - .now) }

  public var milliseconds: Int { Int(left / .milliseconds(1)) }

  /// What the next process may take: a quarter of a second less, in which this one says what became of it.
  public var inner: Deadline { Deadline(end: end - .milliseconds(250)) }

  /// This one, or the one that ends in `limit` where that comes first.
  public func sooner(in limit: Duration) -> Deadline { Deadline(end: min(end, .now + limit)) }

  /// Runs `body` under this deadline, or under the current one where that comes first.
  public func run<R>(_ body: () async throws -> R) async rethrows -> R {
    let first = Deadline(end: min(end, Self.current?.end ?? end))
    return try await Self.$current.withValue(first) { try await body() }
  }
}

/// What `body` gives, or nil when it has not given anything within `limit`. It is cancelled then, and not waited for.
public func answer<R: Sendable>(
  within limit: Duration, of body: @escaping @Sendable () async throws -> R
) async throws -> R? {
  let (results, result) = AsyncStream<Result<R, any Error>?>.makeStream()
  let work = Task {
    do {
      result.yield(.success(try await body()))
    } catch {
      result.yield(.failure(error))
    }
  }
  let clock = Task {
    try await Task.sleep(for: limit)
    result.yield(nil)
  }
  defer {
    work.cancel()
    clock.cancel()
  }
  for await first in results { return try first?.get() }
  throw CancellationError()
}
