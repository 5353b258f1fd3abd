import API
import AsyncHTTPClient
import Domain
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Service

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
    let upload =
      visit.hasBody ? Upload(visit.request.body, limit: visit.destination.bodyLimit, stall: settings.stall) : nil
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
    let deadline = Deadline(in: patience(for: visit))
    let headers = rules.outgoing(visit, until: deadline, token: token, signedOut: signedOut)
    let isRead = visit.isRead && upload == nil
    do {
      return try await upstreams.ask(
        process, isRead: isRead, until: deadline, trace: visit.traceIdentifier,
        mayMove: { upload?.isTouched != true },
        // A portal that says so speaks of a service behind it: another portal would only find the same, as late.
        isUnable: { process != GatewaySettings.portal && $0.response.status == .serviceUnavailable }
      ) { copy in
        do {
          let response = try await ask(copy, visit, headers, upload, until: deadline)
          return try await passed(response, visit, rules, upload)
        } catch let error as HTTPClientError where error == .invalidURL {
          throw Problem.malformed("L’adresse demandée est illisible.")
        } catch {
          throw upload?.fault ?? error
        }
      }
    } catch let failure as UpstreamFailure {
      switch failure {
      case .refused, .silent: throw Problem.gatewayUnreachable
      case .late: throw Problem.gatewayTimeout
      case .lost: throw Problem.gatewayLost
      }
    }
  }

  /// How long the answer to a request may take.
  private func patience(for visit: Visit) -> Duration {
    if visit.destination.isFeed { return GatewaySettings.feedTimeout }
    let length = visit.headers[.contentLength].flatMap { Int($0) } ?? 0
    return settings.timeout + .seconds(length / Self.slowestLine)
  }

  private func ask(
    _ copy: String, _ visit: Visit, _ headers: HTTPHeaders, _ upload: Upload?, until deadline: Deadline
  ) async throws -> HTTPClientResponse {
    let uri = visit.request.uri
    var request = HTTPClientRequest(url: copy + uri.path + (uri.query.map { "?\($0)" } ?? ""))
    request.method = HTTPMethod(rawValue: visit.request.method.rawValue)
    request.headers = headers
    let length = visit.headers[.contentLength].flatMap { Int64($0) }
    if let upload { request.body = .stream(upload, length: length.map { .known($0) } ?? .unknown) }
    let client = visit.destination.isFeed ? clients.patient : clients.quick
    return try await client.execute(request, timeout: TimeAmount(deadline.left))
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
