import Foundation
import Hummingbird
import NIOCore
import NIOHTTP1

/// What the server leaves undone of HTTP/1 (RFC 9112), below the types that know no version any more:
///
/// - A client of version 1.0, or one that says so in other letters, has its connection closed after the answer.
/// - A request that cannot be read is told why (400, or 431 for a head that is too long), and the connection is closed in
///   a way in which the answer arrives although the client is still sending: ours end first, what comes is thrown away.
/// - A request line that names another host than `Host` does (RFC 9112, 3.2) is refused: it could be read in two ways.
final class HTTP1Rules: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private var version = HTTPVersion.http1_1
  private var closes = false
  /// Between the head of a request and the end of its answer.
  private var isAnswering = false
  private var isOver = false

  /// How long a client may go on sending after it was refused.
  private static let patience = TimeAmount.seconds(2)

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isOver else { return }
    guard case .head(var head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
    guard Self.namesItsHost(head) else { return refuse(.badRequest, context) }
    isAnswering = true
    version = head.version
    closes = !head.isKeepAlive
    if closes { head.headers.replaceOrAdd(name: "connection", value: "close") }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard !isOver else {
      promise?.fail(ChannelError.ioOnClosedChannel)
      return
    }
    switch unwrapOutboundIn(data) {
    case .head(var head):
      if head.headers["connection"].contains("close") { closes = true }
      if version.major == 1, version.minor == 0 { head.version = version }
      if closes { head.headers.replaceOrAdd(name: "connection", value: "close") }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      isAnswering = false
      context.write(data, promise: promise)
      if closes { end(context) }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isOver else { return }
    // In the middle of a body it is told to whoever reads that, and answered there.
    guard let error = error as? HTTPParserError, !isAnswering else { return context.fireErrorCaught(error) }
    refuse(error == .headerOverflow ? .requestHeaderFieldsTooLarge : .badRequest, context)
  }

  /// Whether the request line is a path, or a whole address of the host that `Host` names.
  private static func namesItsHost(_ head: HTTPRequestHead) -> Bool {
    guard !head.uri.hasPrefix("/"), let scheme = head.uri.range(of: "://") else { return true }
    let named = head.uri[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
    return named.lowercased() == head.headers["host"].first?.lowercased()
  }

  /// Answers with a status alone, and ends the connection.
  private func refuse(_ status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
    let headers: HTTPHeaders = ["connection": "close", "content-length": "0", "cache-control": "no-store"]
    context.write(
      wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
    context.write(wrapOutboundOut(.end(nil)), promise: nil)
    end(context)
  }

  /// Ends our side, and soon the connection.
  private func end(_ context: ChannelHandlerContext) {
    isOver = true
    context.flush()
    context.close(mode: .output, promise: nil)
    let channel = context.channel
    context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
  }
}

/// Puts `HTTP1Rules` where versions are still known: the server lets handlers be added further in alone.
final class HTTP1RulesInstaller: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = Any

  func handlerAdded(context: ChannelHandlerContext) {
    do {
      let pipeline = context.pipeline.syncOperations
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      try pipeline.addHandler(HTTP1Rules(), position: .after(decoder))
    } catch {
      context.fireErrorCaught(error)
      context.close(promise: nil)
    }
  }
}
