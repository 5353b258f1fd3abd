import API
import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Synchronization

/// The copies of each process behind, in turn; one that refuses connections is set aside until it answers again.
final class Upstreams: ServiceLifecycle.Service {
  private struct Pool {
    let copies: [String]
    var aside: Set<String> = []
    var turn = 0
  }
  private let pools: Mutex<[String: Pool]>
  private let client: HTTPClient
  private let logger: Logger
  let names: [String]

  init(addresses: [String: [String]], client: HTTPClient, logger: Logger) {
    pools = Mutex(addresses.mapValues { Pool(copies: $0) })
    names = addresses.keys.sorted()
    self.client = client
    self.logger = logger
  }

  /// The copies to try, in order. When all are set aside they are tried all the same: one may just have come back, and
  /// being refused once more costs nothing.
  func candidates(_ process: String) -> [String] {
    pools.withLock { pools in
      guard var pool = pools[process] else { return [] }
      defer { pools[process] = pool }
      let live = pool.copies.filter { !pool.aside.contains($0) }
      let copies = live.isEmpty ? pool.copies : live
      guard !copies.isEmpty else { return [] }
      pool.turn = (pool.turn + 1) % (1 << 30)
      let first = pool.turn % copies.count
      return Array(copies[first...] + copies[..<first])
    }
  }

  func setAside(_ copy: String, of process: String) {
    let isNew = pools.withLock { $0[process]?.aside.insert(copy).inserted ?? false }
    if isNew { logger.warning("a copy is set aside", metadata: ["process": "\(process)", "copy": "\(copy)"]) }
  }

  /// How many copies of each process are live, and how many there are.
  var state: [(process: String, live: Int, all: Int)] {
    pools.withLock { pools in
      pools.map { ($0.key, $0.value.copies.count - $0.value.aside.count, $0.value.copies.count) }.sorted { $0.0 < $1.0 }
    }
  }

  // MARK: Probes

  /// Asks the copies that were set aside, every second, whether they live.
  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        await self.probe()
        do { try await Task.sleep(for: .seconds(1)) } catch { return }
      }
    }
  }

  private func probe() async {
    let aside = pools.withLock { pools in pools.flatMap { name, pool in pool.aside.map { (name, $0) } } }
    await withTaskGroup(of: Void.self) { tasks in
      for (process, copy) in aside { tasks.addTask { await self.probe(copy, of: process) } }
    }
  }

  private func probe(_ copy: String, of process: String) async {
    do {
      let response = try await client.execute(HTTPClientRequest(url: copy + "/health/live"), timeout: .seconds(1))
      _ = try await response.body.collect(upTo: 65_536)
      guard response.status == .ok else { return }
    } catch {
      return logger.trace("a copy is still away", metadata: ["copy": "\(copy)", "error": "\(error)"])
    }
    pools.withLock { _ = $0[process]?.aside.remove(copy) }
    logger.notice("a copy is back", metadata: ["process": "\(process)", "copy": "\(copy)"])
  }

  // MARK: The gateway's own questions

  struct Answer: Sendable {
    let status: Int
    let body: Data
  }

  /// Asks a process something on the gateway's own behalf; what is asked may safely be asked twice.
  /// - Parameter limit: the most bytes that the answer may have.
  /// - Throws: the last failure when no copy answers.
  func call(
    _ process: String, _ method: HTTPMethod, _ path: String, body: Data? = nil, headers: [(String, String)] = [],
    timeout: TimeAmount = .seconds(5), limit: Int = 65_536
  ) async throws -> Answer {
    var failure: any Error = Problem.gatewayUnreachable
    for copy in candidates(process) {
      var request = HTTPClientRequest(url: copy + path)
      request.method = method
      for (name, value) in headers { request.headers.add(name: name, value: value) }
      if let body {
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(body)
      }
      do {
        let response = try await client.execute(request, timeout: timeout)
        let buffer = try await response.body.collect(upTo: limit)
        return Answer(status: Int(response.status.code), body: Data(buffer.readableBytesView))
      } catch {
        if UpstreamFailure(error) == .refused { setAside(copy, of: process) }
        failure = error
      }
    }
    throw failure
  }
}

/// Why a copy gave no answer.
enum UpstreamFailure: Equatable {
  /// It could not be reached: nothing was sent.
  case refused
  /// It did not answer in time.
  case late
  /// The connection ended before the answer: whether it acted is unknown.
  case lost

  init(_ error: any Error) {
    switch error {
    case is NIOConnectionError: self = .refused
    case let error as IOError where error.errnoCode == ECONNREFUSED: self = .refused
    case let error as HTTPClientError where error == .connectTimeout: self = .refused
    case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout: self = .late
    default: self = .lost
    }
  }
}
