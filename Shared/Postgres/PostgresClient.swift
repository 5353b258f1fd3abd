import Domain
import Foundation
import Logging
import Synchronization

/// A pool of connections and the one way to the database: a transaction that says who asks.
public final class PostgresClient: Sendable {
  /// A statement that finds what a caller's transaction is about.
  public struct Opening: Sendable {
    /// The program's own text, without parameters. Where it gives no row, the transaction ends out of reach.
    let statement: String
    /// What its first cell says of the caller.
    let found: @Sendable (String, inout Caller) -> Void

    public init(statement: String, found: @escaping @Sendable (String, inout Caller) -> Void) {
      self.statement = statement
      self.found = found
    }
  }

  /// How busy the pool is, for the metrics page.
  public struct Load: Sendable { public let open: Int, idle: Int, waiting: Int }

  private struct State {
    var idle: [PostgresConnection] = []
    var open = 0
    var waiters: [(id: UInt64, continuation: CheckedContinuation<Place, any Error>)] = []
    var nextWaiter: UInt64 = 0
    var closed = false
  }

  public let configuration: Configuration
  private let logger: Logger
  private let state = Mutex(State())

  public init(configuration: Configuration, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
  }

  public var load: Load { state.withLock { Load(open: $0.open, idle: $0.idle.count, waiting: $0.waiters.count) } }

  /// Runs `body` in one transaction as `caller`: its role is taken and its name told to the policies in the same round
  /// trip as `begin`. Whatever `body` throws undoes everything, and so does the cancellation of the task.
  /// - Parameter retrying: the body is run again, up to three times, when the database asks for it (a deadlock or a
  ///   serialisation failure); it must then do nothing but SQL.
  /// - Parameter timeout: of each statement; by default the configuration's, or what is left until `Deadline.current`.
  /// - Throws: what `body` throws, `PostgresError`, or `CancellationError`.
  public func withTransaction<R: Sendable>(
    as caller: Caller, retrying: Bool = false, timeout: Duration? = nil,
    _ body: @escaping @Sendable (Transaction) async throws -> R
  ) async throws -> R {
    var attempt = 0
    while true {
      do {
        return try await withConnection { connection in
          try await self.transact(on: connection, as: caller, timeout: timeout, body)
        }
      } catch is LostAtRest {
        // Nothing of `body` has run: another connection begins afresh.
        continue
      } catch let error as PostgresError where retrying && error.kind == .conflict && attempt < 3 {
        attempt += 1
        try await Task.sleep(for: .milliseconds(Int.random(in: 5...40) * attempt))
      }
    }
  }

  /// Runs the program's own statements outside any transaction (`create database`); for set-up alone.
  public func runDirectly(_ text: String) async throws {
    try await withConnection { try await $0.simple(text) }
  }

  public func close() async {
    let (idle, waiters) = state.withLock { state in
      state.closed = true
      defer {
        state.idle = []
        state.waiters = []
      }
      state.open -= state.idle.count
      return (state.idle, state.waiters)
    }
    for waiter in waiters { waiter.continuation.resume(throwing: closedError) }
    for connection in idle { await connection.close() }
  }

  private var closedError: PostgresError { PostgresError(state: "08003", message: "the pool is closed") }

  // MARK: A transaction's course

  private func transact<R: Sendable>(
    on connection: PostgresConnection, as caller: Caller, timeout: Duration?,
    _ body: @escaping @Sendable (Transaction) async throws -> R
  ) async throws -> R {
    let caller = caller.dated(by: configuration.now)
    let result: R
    do {
      let caller = try await begin(on: connection, as: caller, timeout: timeout)
      let transaction = Transaction(
        connection: connection, caller: caller, rolePrefix: configuration.rolePrefix)
      result = try await withTaskExecutorPreference(connection.executor) { try await body(transaction) }
      if caller.isTrial { throw TrialEnded() }
      let left = transaction.news.left.withLock { $0 }
      let closing = try left.first.map { try type(of: $0).statements(for: left, schema: transaction.schema) } ?? []
      let last = closing + (try configuration.beforeCommit?(caller) ?? [])
      try await connection.commit(after: last)
      if !last.isEmpty || transaction.news.isThere.load(ordering: .relaxed) { configuration.afterCommit?() }
      let topics = transaction.news.topics.withLock { $0 }
      if !topics.isEmpty { configuration.wake?(topics) }
    } catch {
      await connection.rollBack()
      throw error
    }
    return result
  }

  /// Begins a transaction; gives the caller with what its opening found.
  private func begin(
    on connection: PostgresConnection, as caller: Caller, timeout: Duration?
  ) async throws -> Caller {
    let opening = configuration.opening?(caller)
    var statements = ["begin"]
    // A statement of a request lasts no longer than the time that is left for its answer.
    let left = Deadline.current.map { max(.milliseconds(1), $0.left) }
    if let limit = timeout ?? left, timeout != nil || limit < configuration.statementTimeout {
      statements.append("set local statement_timeout = \(limit.milliseconds)")
    }
    if let prefix = configuration.rolePrefix { statements.append(caller.introduction(rolePrefix: prefix)) }
    if let opening { statements.append(opening.statement) }
    let rows = try await connection.begin(statements.joined(separator: ";"))
    guard let opening else { return caller }
    guard rows.count > 0, let cell = rows.text(0, 0) else {
      throw PostgresError(state: "P0002", message: "out of reach")
    }
    var caller = caller
    opening.found(cell, &caller)
    return caller
  }

  // MARK: The pool

  private func withConnection<R: Sendable>(
    _ body: @Sendable (PostgresConnection) async throws -> R
  ) async throws -> R {
    let connection = try await lease()
    do {
      let result = try await withTaskCancellationHandler {
        try await body(connection)
      } onCancel: {
        connection.cancelRunning()
      }
      await release(connection)
      return result
    } catch {
      await release(connection)
      throw error
    }
  }

  private enum Place {
    case connection(PostgresConnection)
    /// The right to open one: it is counted already.
    case free
  }

  private func lease() async throws -> PostgresConnection {
    switch try await place() {
    case .free: return try await openConnection()
    case .connection(let connection):
      if await connection.isFresh() { return connection }
      await connection.close()
      return try await openConnection()
    }
  }

  /// A place in the pool, waited for in the order of arrival: nobody who comes later is served before.
  private func place() async throws -> Place {
    if let place = try state.withLock({ try take(&$0) }) { return place }
    let id = state.withLock { state in
      state.nextWaiter += 1
      return state.nextWaiter
    }
    let timeout = Task { [configuration] in
      try await Task.sleep(for: configuration.leaseTimeout)
      self.giveUp(id, PostgresError(state: "53300", message: "no connection became free in time"))
    }
    defer { timeout.cancel() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let known: Result<Place, any Error>? = state.withLock { state in
          do {
            // Asked under the lock, so that a cancellation is either seen here or finds the one who waits.
            try Task.checkCancellation()
            if let place = try take(&state) { return .success(place) }
          } catch {
            return .failure(error)
          }
          state.waiters.append((id, continuation))
          return nil
        }
        if let known { continuation.resume(with: known) }
      }
    } onCancel: {
      giveUp(id, CancellationError())
    }
  }

  /// What can be had without waiting.
  private func take(_ state: inout State) throws -> Place? {
    if state.closed { throw closedError }
    if let connection = state.idle.popLast() { return .connection(connection) }
    guard state.open < configuration.maximum else { return nil }
    state.open += 1
    return .free
  }

  private func giveUp(_ id: UInt64, _ reason: any Error) {
    let waiter = state.withLock { state -> CheckedContinuation<Place, any Error>? in
      guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
      return state.waiters.remove(at: index).continuation
    }
    waiter?.resume(throwing: reason)
  }

  private func openConnection() async throws -> PostgresConnection {
    let connection = PostgresConnection(name: "postgres")
    do {
      try await connection.open(configuration.attempts)
      return connection
    } catch {
      await connection.close()
      passOnPlace()
      throw error
    }
  }

  /// A place became free without a connection: the first who waits may open one.
  private func passOnPlace() {
    let waiter = state.withLock { state -> CheckedContinuation<Place, any Error>? in
      if !state.waiters.isEmpty { return state.waiters.removeFirst().continuation }
      state.open -= 1
      return nil
    }
    waiter?.resume(returning: .free)
  }

  private func release(_ connection: PostgresConnection) async {
    guard await connection.settle() else {
      logger.warning("a database connection was lost and is replaced")
      await connection.close()
      passOnPlace()
      return
    }
    let (waiter, closed) = state.withLock { state in
      if state.closed {
        state.open -= 1
        return (nil as CheckedContinuation<Place, any Error>?, true)
      }
      if !state.waiters.isEmpty { return (state.waiters.removeFirst().continuation, false) }
      state.idle.append(connection)
      return (nil, false)
    }
    if closed { await connection.close() }
    waiter?.resume(returning: .connection(connection))
  }
}

extension Duration {
  /// As Postgres counts its time-outs. It takes 0 for none at all, so that only no time gives 0.
  var milliseconds: Int64 {
    let whole = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    return whole == 0 && self > .zero ? 1 : whole
  }
}
