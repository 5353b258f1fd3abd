import API
import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// Passes requests on to a live copy of a process, and its answers back, both as streams.
struct Proxy: Sendable {
  let settings: GatewaySettings
  let upstreams: Upstreams
  let clients: Clients
  let logger: Logger

  /// An answer, and what the portal said of the session.
  struct Passed: Sendable {
    var response: Response
    var session: String?
  }

  /// A body up to this many bytes is fetched whole before the answer begins: one write, and a read that breaks off in
  /// it can still be asked of another copy.
  private static let small = 65_536
  /// The slowest line on which an upload is waited for, in bytes a second.
  private static let slowestLine = 100_000

  /// - Throws: `Problem` 413, 502, 503 or 504.
  func forward(_ visit: Visit, to process: String, token: String?, signedOut: String?) async throws -> Passed {
    let upload = visit.hasBody ? Upload(visit.request.body, limit: visit.destination.bodyLimit) : nil
    do {
      return try await send(visit, to: process, token: token, signedOut: signedOut, upload: upload)
    } catch {
      await upload?.close()
      throw error
    }
  }

  private func send(
    _ visit: Visit, to process: String, token: String?, signedOut: String?, upload: Upload?
  ) async throws -> Passed {
    let rules = HeaderRules(publicAddress: settings.publicAddress)
    let headers = rules.outgoing(visit, token: token, signedOut: signedOut)
    let isRead = (visit.request.method == .get || visit.request.method == .head) && upload == nil
    var copies = upstreams.candidates(process)
    // A read lost by the only copy is asked of it again: it may have just been restarted.
    if copies.count == 1, isRead { copies.append(copies[0]) }
    var last = UpstreamFailure.refused
    var losses = 0
    for copy in copies {
      do {
        let response = try await ask(copy, visit, headers, upload)
        return try await passed(response, visit, rules, upload)
      } catch let error as HTTPClientError where error == .invalidURL {
        throw Problem.malformed("L’adresse demandée est illisible.")
      } catch {
        if upload?.isTooLarge == true { throw Problem.tooLarge(visit.destination.bodyLimit) }
        last = UpstreamFailure(error)
        logger.warning(
          "no answer",
          metadata: [
            "process": "\(process)", "copy": "\(copy)", "trace": "\(visit.traceIdentifier)", "failure": "\(last)",
            "error": "\(error)",
          ])
        if last == .refused { upstreams.setAside(copy, of: process) }
        if last == .lost { losses += 1 }
        // Nothing was sent to a copy that refused; what was lost on the way may be asked once more if it only reads.
        let mayGoOn = last == .refused ? upload?.isTouched != true : last == .lost && isRead && losses == 1
        guard mayGoOn else { break }
      }
    }
    switch last {
    case .refused: throw Problem.gatewayUnreachable
    case .late: throw Problem.gatewayTimeout
    case .lost: throw Problem.gatewayLost
    }
  }

  private func ask(
    _ copy: String, _ visit: Visit, _ headers: HTTPHeaders, _ upload: Upload?
  ) async throws -> HTTPClientResponse {
    let uri = visit.request.uri
    var request = HTTPClientRequest(url: copy + uri.path + (uri.query.map { "?\($0)" } ?? ""))
    request.method = HTTPMethod(rawValue: visit.request.method.rawValue)
    request.headers = headers
    let length = visit.headers[.contentLength].flatMap { Int64($0) }
    if let upload { request.body = .stream(upload, length: length.map { .known($0) } ?? .unknown) }
    let isFeed = visit.destination.isFeed
    let sending = Duration.seconds(Int(length ?? 0) / Self.slowestLine)
    let timeout = isFeed ? GatewaySettings.feedTimeout : settings.timeout + sending
    return try await (isFeed ? clients.patient : clients.quick).execute(request, timeout: TimeAmount(timeout))
  }

  private func passed(
    _ answer: HTTPClientResponse, _ visit: Visit, _ rules: HeaderRules, _ upload: Upload?
  ) async throws -> Passed {
    let (fields, session) = rules.incoming(answer.headers, fromPortal: !visit.destination.isAPI)
    let status = HTTPResponse.Status(code: Int(answer.status.code))
    let length = fields[.contentLength].flatMap { Int($0) }
    if visit.request.method == .head || status.code == 204 || status.code == 304 {
      for try await _ in answer.body {}
      var response = Response(status: status, headers: fields)
      if status.code != 200 || length == nil { response.headers[.contentLength] = nil }
      await upload?.close()
      return Passed(response: response, session: session)
    }
    let body: ResponseBody
    if let length, length <= Self.small {
      let buffer = try await answer.body.collect(upTo: Self.small)
      await upload?.close()
      body = ResponseBody(byteBuffer: buffer)
    } else {
      body = Self.stream(answer.body, length: length, upload: upload)
    }
    return Passed(response: Response(status: status, headers: fields, body: body), session: session)
  }

  private static func stream(_ body: HTTPClientResponse.Body, length: Int?, upload: Upload?) -> ResponseBody {
    ResponseBody(contentLength: length) { writer in
      do {
        for try await chunk in body { try await writer.write(chunk) }
        try await writer.finish(nil)
      } catch {
        await upload?.close()
        throw error
      }
      await upload?.close()
    }
  }
}
