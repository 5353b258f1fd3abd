import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A server that speaks as much SMTP as one e-mail needs, and keeps what it was told.
final class SMTPStandIn: Sendable {
  private struct State {
    var lines: [String] = []
    var refusal: String?
  }
  private let state = Mutex(State())
  private let channel: Mutex<(any Channel)?> = Mutex(nil)

  var lines: [String] { state.withLock(\.lines) }
  /// How the next recipients are answered; nil takes them.
  func refuse(_ answer: String?) { state.withLock { $0.refusal = answer } }

  func start() async throws -> String {
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Dialogue(self)) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    channel.withLock { $0 = server }
    return "smtp://127.0.0.1:\(server.localAddress?.port ?? 0)"
  }

  func stop() async throws { try await channel.withLock { $0 }?.close() }

  fileprivate func answer(_ line: String, isText: inout Bool) -> String? {
    state.withLock { state in
      state.lines.append(line)
      if isText {
        guard line == "." else { return nil }
        isText = false
        return "250 kept"
      }
      switch line.prefix(4).uppercased() {
      case "EHLO", "HELO": return "250 stand-in"
      case "MAIL": return "250 ok"
      case "RCPT": return state.refusal ?? "250 ok"
      case "DATA":
        isText = true
        return "354 go on"
      case "QUIT": return "221 bye"
      default: return "500 what"
      }
    }
  }

  private final class Dialogue: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let server: SMTPStandIn
    private var rest = ""
    private var isText = false

    init(_ server: SMTPStandIn) { self.server = server }

    func channelActive(context: ChannelHandlerContext) { say("220 stand-in", context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      rest += String(buffer: unwrapInboundIn(data))
      while let end = rest.range(of: "\r\n") {
        let line = String(rest[..<end.lowerBound])
        rest = String(rest[end.upperBound...])
        if let answer = server.answer(line, isText: &isText) { say(answer, context) }
      }
    }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text + "\r\n")), promise: nil)
    }
  }
}
