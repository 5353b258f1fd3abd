import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Service

extension Upstreams {
  /// What a process said to a question of the gateway's own.
  struct Reply: Sendable {
    let status: Int
    let body: Data
  }

  /// Asks a process something on the gateway's own behalf; what is asked may safely be asked twice.
  /// - Parameter limit: the most bytes that the answer may have.
  /// - Throws: `UpstreamFailure` when no copy answers.
  func call(
    _ process: String, _ method: HTTPMethod, _ path: String, body: Data? = nil, headers: [(String, String)] = [],
    timeout: Duration = .seconds(5), limit: Int = 65_536
  ) async throws -> Reply {
    let deadline = Deadline(in: timeout)
    return try await ask(process, isRead: true, until: deadline, isUnable: { $0.status == 503 }) { [client] copy in
      var request = HTTPClientRequest(url: copy + path)
      request.method = method
      for (name, value) in headers { request.headers.add(name: name, value: value) }
      if let body {
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(body)
      }
      let response = try await client.execute(request, timeout: TimeAmount(deadline.left))
      let buffer = try await response.body.collect(upTo: limit)
      return Reply(status: Int(response.status.code), body: Data(buffer.readableBytesView))
    }
  }
}
