import NIOCore
import NIOPosix
import NIOSSL

/// One socket to Redis. Commands sent side by side are pipelined; a blocking one holds up those after it.
public final class RedisConnection: Sendable {
  private let channel: any Channel
  private let ending: Ending

  private init(channel: any Channel, ending: Ending) {
    self.channel = channel
    self.ending = ending
  }

  /// Connects, over TLS for `rediss://`, and presents itself (`AUTH`, `CLIENT SETNAME`, `SELECT`).
  /// - Throws: `RedisError`: `.connection`, `.timeout`, or `.server` for a wrong password or a server that is loading.
  static func open(_ configuration: RedisConfiguration) async throws -> RedisConnection {
    let connection: RedisConnection
    let ending = Ending()
    do {
      let context = try configuration.usesTLS ? secureContext(configuration) : nil
      let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(.seconds(2))
        .channelOption(.socketOption(.so_keepalive), value: 1)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let context {
              let name = configuration.hostIsAddress ? nil : configuration.host
              try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
            }
            try pipeline.addHandler(ReplyHandler(ending: ending))
          }
        }
      let channel = try await bootstrap.connect(host: configuration.host, port: configuration.port).get()
      connection = RedisConnection(channel: channel, ending: ending)
    } catch {
      throw RedisError.connection(error)
    }
    do {
      let replies = try await connection.send(configuration.greeting, timeout: .seconds(5))
      for reply in replies { _ = try reply.unlessError() }
      return connection
    } catch {
      connection.close()
      throw error
    }
  }

  /// Certificates and names are verified: there is no way to turn that off.
  private static func secureContext(_ configuration: RedisConfiguration) throws -> NIOSSLContext {
    var tls = TLSConfiguration.makeClientConfiguration()
    if let path = configuration.certificateAuthority { tls.trustRoots = .file(path) }
    // A server that no longer answers must not keep a connection that we have given up.
    tls.shutdownTimeout = .milliseconds(200)
    return try NIOSSLContext(configuration: tls)
  }

  /// Sends one command and waits for its reply, at most `timeout`; for a blocking command that is its own time and
  /// some more.
  ///
  /// When the task is cancelled this throws `CancellationError` at once. The command may still run, its reply is
  /// dropped, and later commands get their own.
  /// - Throws: `RedisError`: `.server` for an error reply, `.timeout` (the connection is then closed), `.connection`,
  ///   `.closed`, `.protocolViolation`.
  public func command(_ arguments: [String], timeout: Duration) async throws -> RedisValue {
    let replies = try await send([arguments], timeout: timeout)
    guard let reply = replies.first else {
      throw RedisError(code: .protocolViolation, message: "a batch of one was settled without a reply")
    }
    return try reply.unlessError()
  }

  /// Writes several commands at once; their replies, in order, errors among them.
  func send(_ commands: [[String]], timeout: Duration) async throws -> [RedisValue] {
    guard !commands.isEmpty else { return [] }
    return try await Batch(commands, timeout: timeout).replies { batch in
      let written = channel.eventLoop.makePromise(of: Void.self)
      // Once the channel is closed its handler is gone, and only the promise tells.
      written.futureResult.whenFailure { batch.settle(.failure(self.ending.error ?? RedisError.connection($0))) }
      channel.write(batch, promise: written)
    }
  }

  var isOpen: Bool { channel.isActive && ending.error == nil }

  /// Starts to close; commands that wait fail with `.closed`.
  func close() { channel.close(promise: nil) }

  /// Waits until the socket is closed by either side.
  func closed() async {
    await withCheckedContinuation { continuation in
      channel.closeFuture.whenComplete { _ in continuation.resume() }
    }
  }
}
