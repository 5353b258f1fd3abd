import Hummingbird
import NIOCore

extension LiveEvents {
  /// The answer that goes on until the page, the session or the gateway ends.
  /// - Throws: `Problem`, as `open`.
  func response(to request: Request, account: String, session: String?) throws -> Response {
    let (id, messages) = try open(account: account, session: session)
    let body = ResponseBody { [self] writer in
      defer { close(id) }
      // Reading the (empty) body on is how the end of the connection is noticed before the next heartbeat.
      try await request.body.consumeWithInboundCloseHandler { _ in
        for await message in messages { try await writer.write(ByteBuffer(string: message)) }
        // In here: once this returns the connection is no longer read, and ends.
        try await writer.finish(nil)
      } onInboundClosed: { [self] in
        close(id)
      }
    }
    return Response(
      status: .ok,
      headers: [.contentType: "text/event-stream", .cacheControl: "no-store", .ours("X-Accel-Buffering"): "no"],
      body: body)
  }
}
