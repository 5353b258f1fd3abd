import API
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Service
import Synchronization

/// The services as the portal sees them, from outside: declared endpoints over real HTTP, answering what a test says and
/// remembering what they were asked. What nobody said anything about does not exist.
final class FakeServices: Sendable {
  /// What the portal asked.
  struct Call: Sendable {
    let endpoint: String
    let parameters: [String: String]
    let query: [String: String]
    let headers: HTTPFields
    let body: Data

    var json: JSONValue? { try? JSONDecoder.jalons.decode(JSONValue.self, from: body) }
    var version: String? { headers[.ifMatch] }
    var key: String? { HTTPField.Name("idempotency-key").flatMap { headers[$0] } }
    var timeLeft: Int? { headers[.timeLeft].flatMap { Int($0) } }
  }

  private struct Served: Sendable {
    let name: String
    let method: String
    let path: [String]
    let answer: @Sendable (Call) throws -> (status: Int, body: Data, version: Int?)
  }

  private struct State {
    var served: [Served] = []
    var calls: [Call] = []
    var delays: [String: Duration] = [:]
  }

  private let state = Mutex(State())

  /// From now on the endpoint answers what `make` gives; a `Problem` thrown is answered as such.
  func serve<Input, Output: Payload>(
    _ endpoint: Endpoint<Input, Output>, _ make: @escaping @Sendable (Call) throws -> Output
  ) {
    let path = endpoint.address([:]).split(separator: "/").map(String.init)
    let name = endpoint.fullName
    let served = Served(name: name, method: endpoint.method.rawValue, path: path) { call in
      let value = try make(call)
      return (endpoint.success, try JSONEncoder.jalons.encode(value), (value as? any Versioned)?.version)
    }
    state.withLock { state in
      state.served.removeAll { $0.name == name }
      state.served.append(served)
    }
  }

  func serve<Input, Output: Payload>(_ endpoint: Endpoint<Input, Output>, _ value: Output) {
    serve(endpoint) { _ in value }
  }

  func refuse<Input, Output: Payload>(_ endpoint: Endpoint<Input, Output>, _ problem: Problem) {
    serve(endpoint) { _ in throw problem }
  }

  /// From now on the endpoint answers after so long.
  func delay<Input, Output>(_ endpoint: Endpoint<Input, Output>, by duration: Duration) {
    state.withLock { $0.delays[endpoint.fullName] = duration }
  }

  func calls<Input, Output>(of endpoint: Endpoint<Input, Output>) -> [Call] {
    let name = endpoint.fullName
    return state.withLock { $0.calls.filter { $0.endpoint == name } }
  }

  var calls: [Call] { state.withLock { $0.calls } }

  func router() -> Router<BasicRequestContext> {
    let router = Router()
    for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
      router.on("**", method: method) { [self] request, _ in try await answer(request) }
    }
    return router
  }

  private func answer(_ request: Request) async throws -> Response {
    let body = Data(try await request.body.collect(upTo: 64 * 1024 * 1024).readableBytesView)
    let parts = request.uri.path.split(separator: "/").map(String.init)
    let found = state.withLock { state in
      state.served.first { $0.method == request.method.rawValue && Self.matches($0.path, parts) }
    }
    guard let found else { return Problem.notFound().asResponse }
    let parameters = zip(found.path, parts).filter { $0.0.hasPrefix("{") }
      .map { (String($0.0.dropFirst().dropLast()), $0.1) }
    let call = Call(
      endpoint: found.name, parameters: Dictionary(parameters) { $1 },
      query: Dictionary(
        request.uri.queryParameters.map { (String($0.key), $0.value.removingPercentEncoding ?? "") }
      ) { $1 },
      headers: request.headers, body: body)
    // A trial is no call: nothing comes of it.
    if request.headers[.trial] != nil, found.method != "GET" {
      do {
        _ = try found.answer(call)
        return Problem("essai", 422, "Rien d’autre n’est à corriger.").asResponse
      } catch let problem as Problem {
        return problem.asResponse
      }
    }
    let delay = state.withLock { state in
      state.calls.append(call)
      return state.delays[found.name]
    }
    if let delay { try await Task.sleep(for: delay) }
    do {
      let (status, data, version) = try found.answer(call)
      var headers: HTTPFields = [.contentType: "application/json"]
      if let version { headers[.eTag] = "\"\(version)\"" }
      return Response(
        status: .init(code: status), headers: headers,
        body: status == 204 ? .init() : .init(byteBuffer: ByteBuffer(bytes: data)))
    } catch let problem as Problem {
      return problem.asResponse
    }
  }

  private static func matches(_ pattern: [String], _ path: [String]) -> Bool {
    pattern.count == path.count && zip(pattern, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
  }
}

extension HTTPField.Name {
  fileprivate static let trial = HTTPField.Name("Jalons-Trial") ?? .accept
}

extension Problem {
  fileprivate var asResponse: Response {
    let body = (try? JSONEncoder.jalons.encode(self)) ?? Data()
    return Response(
      status: .init(code: status), headers: [.contentType: "application/problem+json"],
      body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }
}
