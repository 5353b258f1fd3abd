import API
import AsyncHTTPClient
import Domain
import Foundation
import Logging
import NIOCore
import Synchronization

/// The copies of each process behind, in turn. One that refuses connections or keeps silent is set aside, and asked
/// every second until it answers again.
///
/// A late answer alone sets nobody aside: an export takes what it takes. Half a second after a request was sent, unless
/// the copy has answered anything meanwhile, it is asked whether it lives; a copy that leaves that without an answer for
/// a second is stopped, or cut off.
///
/// A name with several addresses is several copies. It is looked up again while it is used, every few seconds, so that
/// copies that come and go are noticed.
public final class Upstreams: Sendable {
  private enum Absence { case refusing, silent }

  private struct Pool {
    let given: [String]
    var copies: [String]
    var turn = 0
    /// When the names were last looked up.
    var lookedUp: ContinuousClock.Instant?
  }

  private struct State {
    var pools: [String: Pool]
    var aside: [String: Absence] = [:]
    /// When a copy last answered anything.
    var signs: [String: ContinuousClock.Instant] = [:]
    /// Copies that are being asked whether they live.
    var doubted: Set<String> = []
  }

  private let state: Mutex<State>
  let logger: Logger
  /// What the copies are asked with, unless the caller has a client of its own.
  public let client: HTTPClient

  /// How long a copy may leave a request without an answer before it is asked whether it lives.
  private static let lateness = Duration.milliseconds(500)
  /// How long it may leave that question without an answer. With the lateness before it, and that of a second try, a page
  /// that cannot do without the copy says so within two seconds.
  private static let patience = Duration.milliseconds(800)
  /// How long the addresses of a name are taken for good.
  private static let memory = Duration.seconds(3)

  private let resolve: CopyAddresses.Resolve

  /// - Parameter addresses: where the copies of each process are, by its name.
  public init(
    addresses: [String: [String]], client: HTTPClient = .betweenProcesses, logger: Logger,
    resolve: @escaping CopyAddresses.Resolve = CopyAddresses.ofMachine
  ) {
    state = Mutex(State(pools: addresses.mapValues { Pool(given: $0, copies: $0) }))
    self.client = client
    self.logger = logger
    self.resolve = resolve
  }

  public var names: [String] { state.withLock { $0.pools.keys.sorted() } }

  /// The copies to try, in order. When all refuse they are tried all the same: one may just have come back, and being
  /// refused once more costs nothing. A silent one is not tried: that would cost the time that its caller has.
  public func candidates(_ process: String) -> [String] {
    lookUp(process)
    return state.withLock { state in
      guard let pool = state.pools[process] else { return [] }
      let live = pool.copies.filter { state.aside[$0] == nil }
      let copies = live.isEmpty ? pool.copies.filter { state.aside[$0] == .refusing } : live
      guard !copies.isEmpty else { return [] }
      let turn = (pool.turn + 1) % (1 << 30)
      state.pools[process]?.turn = turn
      let first = turn % copies.count
      return Array(copies[first...] + copies[..<first])
    }
  }

  /// How many copies of each process are live, and how many there are.
  public var counts: [(process: String, live: Int, all: Int)] {
    state.withLock { state in
      state.pools.map { name, pool in
        (name, pool.copies.count { state.aside[$0] == nil }, pool.copies.count)
      }.sorted { $0.0 < $1.0 }
    }
  }

  // MARK: Names

  /// Looks the names of a process up again, if that was long ago; who asks does not wait for it.
  private func lookUp(_ process: String) {
    let given = state.withLock { state -> [String]? in
      guard let pool = state.pools[process], pool.lookedUp.map({ $0 + Self.memory < .now }) ?? true else { return nil }
      state.pools[process]?.lookedUp = .now
      return pool.given
    }
    guard let given else { return }
    Task { [weak self, resolve] in
      var copies: [String] = []
      for url in given {
        // Unknown for now: what was known is kept.
        guard let found = await CopyAddresses.copies(of: url, resolve) else { return }
        copies += found
      }
      self?.settle(copies, of: process)
    }
  }

  private func settle(_ copies: [String], of process: String) {
    let former = state.withLock { state in
      let former = state.pools[process]?.copies
      state.pools[process]?.copies = copies
      let known = Set(state.pools.values.flatMap(\.copies))
      state.aside = state.aside.filter { known.contains($0.key) }
      state.signs = state.signs.filter { known.contains($0.key) }
      return former
    }
    guard former != copies else { return }
    logger.notice("copies", metadata: ["process": "\(process)", "copies": "\(copies.joined(separator: ", "))"])
  }

  // MARK: Asking

  /// Asks the copies of a process in turn until one answers. A read goes on to the next copy when one refuses, keeps
  /// silent, or loses the connection (once); a write only when nothing of it was sent.
  /// - Parameters:
  ///   - mayMove: whether a write may still go elsewhere: not once a part of its body is gone.
  ///   - isUnable: an answer for which a read is asked of another copy, if there is one: « not now ».
  ///   - body: sends the request to one copy; a `Problem` that it throws is about the request itself and ends all.
  /// - Throws: `UpstreamFailure`, `Problem`, or `CancellationError`.
  public func ask<Answer: Sendable>(
    _ process: String, isRead: Bool, until deadline: Deadline, trace: String? = nil, mayMove: () -> Bool = { true },
    isUnable: (Answer) -> Bool = { _ in false }, _ body: @escaping @Sendable (_ copy: String) async throws -> Answer
  ) async throws -> Answer {
    var copies = candidates(process)
    // A read lost by the only copy is asked of it again: it may have just been restarted.
    if copies.count == 1, isRead { copies.append(copies[0]) }
    var (failure, losses, unable) = (UpstreamFailure.silent, 0, Answer?.none)
    for (index, copy) in copies.enumerated() {
      do {
        let answer = try await asking(copy, of: process, isRead: isRead, until: deadline) { try await body(copy) }
        guard isRead, isUnable(answer), index + 1 < copies.count, copies[index + 1] != copy else { return answer }
        unable = answer
      } catch  where error is Problem || Task.isCancelled {
        throw error
      } catch {
        failure = UpstreamFailure(error)
        tell(failure, error, of: copy, process, trace)
        if failure == .lost { losses += 1 }
        let goesOn =
          switch failure {
          case .refused: isRead || mayMove()
          case .silent: isRead
          case .lost: isRead && losses == 1
          case .late: false
          }
        guard goesOn else { break }
      }
    }
    if let unable { return unable }
    throw failure
  }

  private func tell(
    _ failure: UpstreamFailure, _ error: any Error, of copy: String, _ process: String, _ trace: String?
  ) {
    if failure == .refused { setAside(copy, of: process, .refusing) }
    var told: Logger.Metadata = [
      "process": "\(process)", "copy": "\(copy)", "failure": "\(failure)", "error": "\(error)",
    ]
    if let trace { told["trace"] = "\(trace)" }
    logger.warning("no answer", metadata: told)
  }

  /// One question to one copy, watched while it is open.
  private func asking<Answer: Sendable>(
    _ copy: String, of process: String, isRead: Bool, until deadline: Deadline,
    _ body: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    try await withThrowingTaskGroup(of: Answer.self) { tasks in
      tasks.addTask { try await body() }
      tasks.addTask { try await self.watch(copy, of: process, isRead: isRead, until: deadline) }
      defer { tasks.cancelAll() }
      guard let answer = try await tasks.next() else { throw CancellationError() }
      state.withLock { $0.signs[copy] = .now }
      return answer
    }
  }

  /// Returns by throwing alone: when the time is over, and for a read when the copy is found silent. Whether a write was
  /// done is unknown until its answer comes, so it is waited for.
  private func watch(_ copy: String, of process: String, isRead: Bool, until deadline: Deadline) async throws -> Never {
    try await Task.sleep(for: min(Self.lateness, deadline.left))
    while true {
      if deadline.left == .zero { throw UpstreamFailure.late }
      if isRead, state.withLock({ $0.aside[copy] }) == .silent { throw UpstreamFailure.silent }
      doubt(copy, of: process)
      try await Task.sleep(for: min(.milliseconds(50), deadline.left))
    }
  }

  // MARK: Who lives

  /// Asks a copy whether it lives, unless somebody does, or it has answered something just now.
  private func doubt(_ copy: String, of process: String) {
    let asked = ContinuousClock.now
    let isNew = state.withLock { state in
      if let sign = state.signs[copy], sign > asked - Self.lateness { return false }
      return state.aside[copy] == nil && state.doubted.insert(copy).inserted
    }
    guard isNew else { return }
    Task {
      let failure = await probe(copy)
      let hasSpoken = state.withLock { state in
        state.doubted.remove(copy)
        return state.signs[copy].map { $0 > asked } ?? false
      }
      if failure == .refused { setAside(copy, of: process, .refusing) }
      if failure == .late, !hasSpoken { setAside(copy, of: process, .silent) }
    }
  }

  /// Why a copy does not say that it lives; nil when it does.
  private func probe(_ copy: String) async -> UpstreamFailure? {
    do {
      let answered: Void? = try await answer(within: Self.patience) { [client] in
        let response = try await client.execute(
          HTTPClientRequest(url: copy + "/health/live"), timeout: TimeAmount(Self.patience))
        _ = try await response.body.collect(upTo: 65_536)
      }
      guard answered != nil else { return .late }
      state.withLock { $0.signs[copy] = .now }
      return nil
    } catch {
      return UpstreamFailure(error)
    }
  }

  private func setAside(_ copy: String, of process: String, _ absence: Absence) {
    let isNew = state.withLock { state in
      // A name that was looked up meanwhile is no copy any more.
      guard state.pools[process]?.copies.contains(copy) == true else { return false }
      return state.aside.updateValue(absence, forKey: copy) == nil
    }
    guard isNew else { return }
    logger.warning(
      "a copy is set aside", metadata: ["process": "\(process)", "copy": "\(copy)", "because": "\(absence)"])
    Task { [weak self] in
      repeat { try await Task.sleep(for: .seconds(1)) } while await self?.isStillAway(copy, of: process) == true
    }
  }

  private func isStillAway(_ copy: String, of process: String) async -> Bool {
    let failure = await probe(copy)
    let absence: Absence? = failure.map { $0 == .late ? .silent : .refusing }
    let isKnown = state.withLock { state in
      guard state.aside[copy] != nil else { return false }
      state.aside[copy] = absence
      return true
    }
    // Its name has another address by now.
    guard isKnown else { return false }
    if absence == nil { logger.notice("a copy is back", metadata: ["process": "\(process)", "copy": "\(copy)"]) }
    return absence != nil
  }
}

extension HTTPClient {
  /// For what processes ask each other: a refused connection is answered by the next copy, not by waiting for this one.
  /// Closed with the process.
  public static let betweenProcesses: HTTPClient = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.timeout.connect = .seconds(1)
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()
}
