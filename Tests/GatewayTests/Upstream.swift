import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// A process behind the gateway: a real server that answers as a test says and remembers what it was asked.
final class Upstream: Sendable {
  struct Seen: Sendable {
    let method: String
    let path: String
    let headers: HTTPFields
    let body: String

    subscript(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
  }

  struct Context: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
      coreContext = .init(source: source)
      channel = source.channel
    }
  }

  typealias Respond = @Sendable (Request, Context, Upstream) async throws -> Response

  let host: String
  let port: Int
  private let group: ServiceGroup
  private let running: Task<Void, any Error>
  private let remembered: Mutex<[Seen]>

  var url: String { "http://\(host):\(port)" }
  var seen: [Seen] { remembered.withLock { $0 } }

  /// - Parameters:
  ///   - port: 0 for any.
  ///   - isReady: what it says of itself; probes are neither remembered nor answered by `respond`.
  static func start(
    host: String = "127.0.0.1", port: Int = 0, isReady: Bool = true, _ respond: @escaping Respond = Upstream.echo
  ) async throws -> Upstream {
    let (ports, found) = AsyncStream<Int>.makeStream()
    let cell = Cell()
    let responder = CallbackResponder<Context> { request, context in
      guard let upstream = cell.upstream.withLock({ $0 }) else { return Response(status: .serviceUnavailable) }
      if request.uri.path == "/health/live" { return Response(status: .ok) }
      if request.uri.path == "/health/ready" { return Response(status: isReady ? .ok : .serviceUnavailable) }
      return try await respond(request, context, upstream)
    }
    var logger = Logger(label: "upstream")
    logger.logLevel = .critical
    let application = Application(
      responder: responder, configuration: .init(address: .hostname(host, port: port)),
      onServerRunning: { channel in
        found.yield(channel.localAddress?.port ?? 0)
        found.finish()
      }, logger: logger)
    let group = ServiceGroup(services: [application], logger: logger)
    let running = Task {
      defer { found.finish() }
      try await group.run()
    }
    for await port in ports {
      let upstream = Upstream(host: host, port: port, group: group, running: running)
      cell.upstream.withLock { $0 = upstream }
      return upstream
    }
    try await running.value
    throw CancellationError()
  }

  private final class Cell: Sendable {
    let upstream = Mutex<Upstream?>(nil)
  }

  private init(host: String, port: Int, group: ServiceGroup, running: Task<Void, any Error>) {
    self.host = host
    self.port = port
    self.group = group
    self.running = running
    self.remembered = Mutex([])
  }

  func stop() async throws {
    await group.triggerGracefulShutdown()
    try await running.value
  }

  func remember(_ request: Request, body: String = "") {
    let seen = Seen(method: request.method.rawValue, path: request.uri.string, headers: request.headers, body: body)
    remembered.withLock { $0.append(seen) }
  }

  /// Answers with the body that it was sent, or with its own port.
  static let echo: Respond = { request, _, upstream in
    let body = String(buffer: try await request.body.collect(upTo: 1 << 20))
    upstream.remember(request, body: body)
    return .text(body.isEmpty ? "\(upstream.port)" : body)
  }
}

extension Response {
  static func text(_ text: String, _ headers: HTTPFields = [:], status: HTTPResponse.Status = .ok) -> Response {
    Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}
