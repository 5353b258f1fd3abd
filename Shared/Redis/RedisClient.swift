import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Redis, for one process: a command connection that all tasks share, made again whenever it is lost, and connections
/// of their own for blocking reads.
///
/// Somebody must call `run()`; commands issued before it has connected wait for it, up to a second.
public final class RedisClient: Sendable {
  private let configuration: RedisConfiguration
  private let logger: Logger
  private let state = Mutex(State())

  /// How long a command waits while there is no connection.
  private static let connectionWait: TimeAmount = .seconds(1)
  /// How long a command may take. Longer, and the connection is taken for dead.
  private static let commandTimeout: Duration = .seconds(5)

  private struct State {
    enum Phase { case new, running, ended }
    var phase = Phase.new
    var link: RedisConnection?
    var waiters: [Int: CheckedContinuation<RedisConnection, any Error>] = [:]
    var lastWaiter = 0
    /// Connections lent to `withConnection`.
    var lent: [ObjectIdentifier: RedisConnection] = [:]
    /// Why the last attempt to connect failed, for the commands that timed out waiting.
    var failure: RedisError?

    var openLink: RedisConnection? { link.flatMap { $0.isOpen ? $0 : nil } }
  }

  public init(configuration: RedisConfiguration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
  }

  /// Whether the command connection stands, as far as this side knows.
  public var isConnected: Bool { state.withLock { $0.openLink != nil } }

  // MARK: Commands

  /// Sends one command on the shared connection. Not for blocking commands, which would hold up everybody: see
  /// `withConnection`. A cancelled task gets `CancellationError` at once, though its command may still run.
  /// - Throws: `RedisError`: `.server` for an error reply, `.connection` when there is none within 1 s or it is lost,
  ///   `.timeout` after 5 s, `.closed` after `run()` has returned.
  public func command(_ name: String, _ arguments: [String]) async throws -> RedisValue {
    try await connection().command([name] + arguments, timeout: Self.commandTimeout)
  }

  /// Sends one command on the shared connection, as above.
  public func command(_ name: String, _ arguments: String...) async throws -> RedisValue {
    try await command(name, arguments)
  }

  /// Sends several commands in one write and gives their replies in order. A command that the server refuses has
  /// `.error` in its place and does not stop the others; nothing makes them one transaction.
  /// - Throws: `RedisError`, as `command`, except `.server`.
  public func pipeline(_ commands: [[String]]) async throws -> [RedisValue] {
    guard !commands.isEmpty else { return [] }
    return try await connection().send(commands, timeout: Self.commandTimeout)
  }

  /// Opens a connection for `body` alone, for blocking reads, and closes it when `body` is done.
  /// - Throws: `RedisError` when it cannot be opened (there is no second attempt), and what `body` throws.
  public func withConnection<R: Sendable>(
    _ body: @Sendable (RedisConnection) async throws -> R
  ) async throws -> R {
    let connection = try await RedisConnection.open(configuration)
    defer { connection.close() }
    let id = ObjectIdentifier(connection)
    try state.withLock { state in
      guard state.phase != .ended else { throw Self.ended }
      state.lent[id] = connection
    }
    defer { state.withLock { state in state.lent[id] = nil } }
    return try await body(connection)
  }

  // MARK: The connection

  /// Connects, and connects again after every loss, with pauses drawn at random below a bound that grows from 50 ms to
  /// 5 s ("full jitter": the processes of the suite lose Redis together and should not come back together). Returns
  /// when the task is cancelled, with every connection closed.
  public func run() async {
    let mayRun = state.withLock { state in
      defer { state.phase = .running }
      return state.phase != .running
    }
    guard mayRun else { return logger.error("The Redis client is already running") }
    var failures = 0
    while !Task.isCancelled {
      do {
        let connection = try await RedisConnection.open(configuration)
        failures = 0
        await hold(connection)
      } catch is CancellationError {
        break
      } catch {
        failed(RedisError.connection(error), isFirst: failures == 0)
        failures += 1
      }
      do { try await Task.sleep(for: Self.pause(after: failures)) } catch { break }
    }
    end()
  }

  static func pause(after failures: Int) -> Duration {
    let bound = min(5_000, 50 << min(failures, 10))
    return .milliseconds(Int.random(in: 0...bound))
  }

  /// Serves commands over `connection` until it is closed.
  private func hold(_ connection: RedisConnection) async {
    let waiters = state.withLock { state in
      state.link = connection
      state.failure = nil
      defer { state.waiters = [:] }
      return state.waiters.values
    }
    logger.info("Connected to Redis", metadata: ["redis": "\(configuration)"])
    for waiter in waiters { waiter.resume(returning: connection) }
    await withTaskCancellationHandler {
      await connection.closed()
    } onCancel: {
      connection.close()
    }
    state.withLock { $0.link = nil }
    if !Task.isCancelled { logger.warning("Lost the connection to Redis", metadata: ["redis": "\(configuration)"]) }
  }

  private func failed(_ error: RedisError, isFirst: Bool) {
    state.withLock { $0.failure = error }
    // Logged once per outage.
    logger.log(
      level: isFirst ? .warning : .debug, "Cannot connect to Redis",
      metadata: ["redis": "\(configuration)", "error": "\(error)"])
  }

  private func end() {
    let (waiters, lent) = state.withLock { state in
      state.phase = .ended
      state.link = nil
      defer { state.waiters = [:] }
      return (state.waiters.values, state.lent.values)
    }
    for waiter in waiters { waiter.resume(throwing: Self.ended) }
    for connection in lent { connection.close() }
  }

  private static let ended = RedisError(code: .closed, message: "the Redis client has ended")

  /// The shared connection, waited for if there is none.
  private func connection() async throws -> RedisConnection {
    let (link, id) = state.withLock { state in
      state.lastWaiter += 1
      return (state.openLink, state.lastWaiter)
    }
    if let link { return link }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in wait(id, continuation) }
    } onCancel: {
      giveUp(id) { _ in CancellationError() }
    }
  }

  private func wait(_ id: Int, _ continuation: CheckedContinuation<RedisConnection, any Error>) {
    let known: Result<RedisConnection, any Error>? = state.withLock { state in
      if state.phase == .ended { return .failure(Self.ended) }
      if let link = state.openLink { return .success(link) }
      state.waiters[id] = continuation
      return nil
    }
    if let known { return continuation.resume(with: known) }
    // The handler of a task cancelled before this point found nobody to wake.
    if Task.isCancelled { return giveUp(id) { _ in CancellationError() } }
    MultiThreadedEventLoopGroup.singleton.next().scheduleTask(in: Self.connectionWait) {
      self.giveUp(id) { failure in
        RedisError(code: .connection, message: failure?.message ?? "no connection within a second")
      }
    }
  }

  private func giveUp(_ id: Int, _ reason: (RedisError?) -> any Error) {
    let (waiter, failure) = state.withLock { ($0.waiters.removeValue(forKey: id), $0.failure) }
    waiter?.resume(throwing: reason(failure))
  }
}
