import CPostgres
import Foundation
import Synchronization

/// One connection to Postgres. Everything that touches libpq runs on its own thread, which may block.
actor PostgresConnection {
  private nonisolated let thread: ConnectionThread
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
  /// Where a task's own code runs while it is lent this connection.
  nonisolated var executor: any TaskExecutor { thread }

  private var handle: OpaquePointer?
  private let cancellation = Cancellation()
  private var prepared: [String: String] = [:]
  /// Every statement prepared gets a number of its own: one that was dropped here may live on at the server.
  private var preparedSoFar = 0
  private var seenOnce: Set<String> = []
  private var idleSince = ContinuousClock.now
  private var hasServed = false

  /// How many statements a connection keeps prepared before it starts again.
  private static let preparedLimit = 200

  init(name: String) { self.thread = ConnectionThread(name: name) }

  /// Opens the connection with the first that the server takes.
  /// - Throws: `PostgresError` of state 08001 with the server's reason against the last.
  func open(_ attempts: [String]) throws {
    var refusal = PostgresError(state: "08001", message: "nothing to connect with")
    for conninfo in attempts {
      guard let handle = PQconnectdb(conninfo) else {
        throw PostgresError(state: "08001", message: "out of memory while connecting")
      }
      if PQstatus(handle) == CONNECTION_OK { return take(handle) }
      refusal = PostgresError(state: "08001", message: String(cString: PQerrorMessage(handle)))
      PQfinish(handle)
    }
    throw refusal
  }

  private func take(_ handle: OpaquePointer) {
    PQsetNoticeProcessor(handle, { _, _ in }, nil)
    self.handle = handle
    cancellation.arm(PQgetCancel(handle))
  }

  func close() {
    cancellation.disarm()
    if let handle { PQfinish(handle) }
    handle = nil
    thread.stop()
  }

  var isOpen: Bool { handle.map { PQstatus($0) == CONNECTION_OK } ?? false }
  var isIdle: Bool { handle.map { PQtransactionStatus($0) == PQTRANS_IDLE } ?? false }

  /// Whether the server still answers; asked only of a connection that has rested for half a minute.
  func isFresh() -> Bool {
    guard let handle, PQstatus(handle) == CONNECTION_OK else { return false }
    if ContinuousClock.now - idleSince < .seconds(30) { return true }
    guard let result = PQexec(handle, "select 1") else { return false }
    defer { PQclear(result) }
    return PQresultStatus(result) == PGRES_TUPLES_OK
  }

  /// Makes the connection ready for the next borrower; false when it must be thrown away.
  func settle() -> Bool {
    cancellation.forget()
    guard let handle, PQstatus(handle) == CONNECTION_OK else { return false }
    if PQtransactionStatus(handle) != PQTRANS_IDLE { return false }
    idleSince = .now
    hasServed = true
    return true
  }

  /// Asks the server to stop what runs; until the lease ends, no other statement of the borrower's begins.
  nonisolated func cancelRunning() { cancellation.fire() }

  // MARK: Statements

  /// Begins a transaction; gives the rows of the last statement.
  /// - Throws: `LostAtRest` when it turns out that the connection was lost since it last served.
  func begin(_ text: String) throws -> PostgresRows {
    do {
      return try cancellable { try check(PQexec(try opened(), text), text) }
    } catch let error as PostgresError {
      if hasServed, !isOpen { throw LostAtRest() }
      throw error
    }
  }

  /// Several statements without parameters in one round trip; the program's own text only.
  func simple(_ text: String) throws {
    try cancellable { _ = try check(PQexec(try opened(), text), text) }
  }

  /// Undoes the transaction, if there still is one. A cancelled task is no reason to leave it open.
  func rollBack() {
    guard let handle, PQstatus(handle) == CONNECTION_OK, !isIdle else { return }
    // Where it fails, `settle` finds the transaction open and the connection is thrown away.
    PQclear(PQexec(handle, "rollback"))
  }

  /// Commits, after the statements of `last`, in one round trip.
  /// - Throws: `PostgresError` when the server rolled back instead, because a refused statement was passed over.
  func commit(after last: [SQL]) throws {
    let answer = last.isEmpty ? try execute("commit") : try pipeline(last + ["commit"]).last
    guard answer?.command == "COMMIT" else {
      throw PostgresError(state: "25P02", message: "the transaction had failed and was rolled back")
    }
  }

  func execute(_ sql: SQL) throws -> PostgresRows { try cancellable { try run(sql) } }

  private func run(_ sql: SQL) throws -> PostgresRows {
    let handle = try opened()
    guard let name = try prepare(sql) else {
      let result = withParameters(sql.parameters) { values in
        PQexecParams(handle, sql.text, Int32(sql.parameters.count), nil, values, nil, nil, 0)
      }
      return try check(result, sql.text)
    }
    let result = withParameters(sql.parameters) { values in
      PQexecPrepared(handle, name, Int32(sql.parameters.count), values, nil, nil, 0)
    }
    do {
      return try check(result, sql.text)
    } catch let error as PostgresError where error.state == "26000" || error.state == "0A000" {
      // A migration changed what the statement answers: it is prepared anew next time.
      prepared[sql.text] = nil
      guard PQtransactionStatus(handle) == PQTRANS_IDLE else { throw error }
      return try run(sql)
    }
  }

  /// Statements in one round trip; the first refusal is thrown and nothing after it has run.
  func pipeline(_ statements: [SQL]) throws -> [PostgresRows] {
    try cancellable { try runPipeline(statements) }
  }

  private func runPipeline(_ statements: [SQL]) throws -> [PostgresRows] {
    let handle = try opened()
    guard PQenterPipelineMode(handle) == 1 else { throw lastError("pipeline") }
    defer { PQexitPipelineMode(handle) }
    for sql in statements {
      let sent = withParameters(sql.parameters) { values in
        PQsendQueryParams(handle, sql.text, Int32(sql.parameters.count), nil, values, nil, nil, 0)
      }
      guard sent == 1 else { throw lastError(sql.text) }
    }
    guard PQpipelineSync(handle) == 1 else { throw lastError("sync") }
    var rows: [PostgresRows] = []
    var failure: PostgresError?
    for sql in statements {
      while let result = PQgetResult(handle) {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK: rows.append(PostgresRows(result))
        case PGRES_PIPELINE_ABORTED: PQclear(result)
        default:
          failure = failure ?? error(of: result, sql.text)
          PQclear(result)
        }
      }
    }
    while let result = PQgetResult(handle) {
      let isSync = PQresultStatus(result) == PGRES_PIPELINE_SYNC
      PQclear(result)
      if isSync { break }
    }
    if let failure { throw failure }
    return rows
  }

  // MARK: COPY

  func startCopy(_ statement: String) throws {
    try cancellable {
      guard let result = PQexec(try opened(), statement) else { throw lastError(statement) }
      defer { PQclear(result) }
      guard PQresultStatus(result) == PGRES_COPY_IN else { throw error(of: result, statement) }
    }
  }

  func copy(_ bytes: [UInt8]) throws {
    try cancellable {
      let handle = try opened()
      let sent = bytes.withUnsafeBytes {
        PQputCopyData(handle, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count))
      }
      guard sent == 1 else { throw lastError("copy") }
    }
  }

  /// Ends a copy, well or with the reason why not; gives the number of rows taken.
  func endCopy(failing reason: String?) throws -> Int {
    let handle = try opened()
    guard reason == nil else { return try finishCopy(handle, failing: reason) }
    return try cancellable { try finishCopy(handle, failing: nil) }
  }

  private func finishCopy(_ handle: OpaquePointer, failing reason: String?) throws -> Int {
    guard PQputCopyEnd(handle, reason) == 1 else { throw lastError("copy") }
    // What follows a refusal is read too: a pipeline begins on a connection that has nothing left to say.
    defer { while let rest = PQgetResult(handle) { PQclear(rest) } }
    return try check(PQgetResult(handle), "copy").affected
  }

  // MARK: Underneath

  /// Runs what the borrower's cancelled task is to stop.
  /// - Throws: `CancellationError` when it is cancelled already: nothing is sent then.
  private func cancellable<R>(_ body: () throws -> R) throws -> R {
    try cancellation.begin()
    defer { cancellation.end() }
    return try body()
  }

  private func opened() throws -> OpaquePointer {
    guard let handle else { throw PostgresError(state: "08003", message: "the connection is closed") }
    return handle
  }

  /// A statement is prepared the second time it is seen: one-off texts do not fill the cache.
  private func prepare(_ sql: SQL) throws -> String? {
    if let name = prepared[sql.text] { return name }
    if seenOnce.insert(sql.text).inserted { return nil }
    if prepared.count >= Self.preparedLimit {
      _ = try check(PQexec(try opened(), "deallocate all"), "deallocate all")
      prepared.removeAll()
      seenOnce.removeAll()
    }
    let name = "s\(preparedSoFar)"
    preparedSoFar += 1
    _ = try check(PQprepare(try opened(), name, sql.text, 0, nil), sql.text)
    prepared[sql.text] = name
    return name
  }

  private func withParameters<R>(_ parameters: [String?], _ body: ([UnsafePointer<CChar>?]) -> R) -> R {
    let copies = parameters.map { $0.flatMap { strdup($0) } }
    defer { for copy in copies { free(copy) } }
    return body(copies.map { UnsafePointer($0) })
  }

  @discardableResult
  private func check(_ result: OpaquePointer?, _ statement: String) throws -> PostgresRows {
    guard let result else { throw lastError(statement) }
    switch PQresultStatus(result) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return PostgresRows(result)
    default:
      defer { PQclear(result) }
      throw error(of: result, statement)
    }
  }

  private func error(of result: OpaquePointer, _ statement: String) -> PostgresError {
    func field(_ code: Character) -> String? {
      PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
    }
    return PostgresError(
      state: field("C") ?? "08006", message: field("M") ?? String(cString: PQresultErrorMessage(result)),
      constraint: field("n"), statement: statement)
  }

  private func lastError(_ statement: String) -> PostgresError {
    PostgresError(
      state: "08006", message: handle.map { String(cString: PQerrorMessage($0)) } ?? "closed", statement: statement)
  }
}

/// A connection that rested was lost meanwhile, and nothing was done on it since.
struct LostAtRest: Error {}
