import AsyncHTTPClient
import Foundation
import Hummingbird
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// A body made as it is taken, that counts how much was.
private final class Source: AsyncSequence, Sendable {
  typealias Element = ByteBuffer
  static let chunk = 65_536
  let total: Int
  private let made = Mutex(0)

  init(total: Int) { self.total = total }
  var count: Int { made.withLock { $0 } }

  struct Iterator: AsyncIteratorProtocol {
    let source: Source
    func next() async throws -> ByteBuffer? {
      let isDone = source.made.withLock { made in
        if made >= source.total { return true }
        made += Source.chunk
        return false
      }
      return isDone ? nil : ByteBuffer(repeating: 7, count: Source.chunk)
    }
  }
  func makeAsyncIterator() -> Iterator { Iterator(source: self) }
}

/// A door that a test opens.
private final class Gate: Sendable {
  private let isOpen = Mutex(false)
  func open() { isOpen.withLock { $0 = true } }
  func wait() async throws {
    while !isOpen.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
  }
}

@Suite("Streaming", .timeLimit(.minutes(2)))
struct StreamingTests {
  /// Just below what the gateway takes at all.
  private static let sent = 1000 * Source.chunk
  private static let fetched = 3200 * Source.chunk
  /// What may be under way when the far end does not read: the buffers of four sockets, of which a kernel may let those
  /// that receive grow to 32 MiB each; less than the whole.
  private static let mostSent = 55 << 20
  private static let mostFetched = 90 << 20

  /// The count, once it has stopped growing.
  private func settled(_ count: @Sendable () -> Int) async throws -> Int {
    var last = -1
    while last != count() {
      last = count()
      try await Task.sleep(for: .milliseconds(300))
    }
    return last
  }

  @Test("sixty megabytes go up no faster than they are read")
  func upload() async throws {
    let gate = Gate()
    let fse = try await Upstream.start { request, _, _ in
      try await gate.wait()
      var count = 0
      for try await part in request.body { count += part.readableBytes }
      return .text("\(count)")
    }
    try await GatewayUnderTest.run(["fse": [fse]]) { gateway async throws in
      let source = Source(total: Self.sent)
      async let answer = gateway.ask(
        .POST, "/api/fse/v1/files", body: .stream(source, length: .known(Int64(Self.sent))))
      try await eventually("it begins") { source.count > 0 }
      let held = try await settled { source.count }
      #expect(held > 0 && held < Self.mostSent)
      gate.open()
      #expect(try await answer.body == "\(Self.sent)")
      let undeclared = try await gateway.ask(
        .POST, "/api/fse/v1/files", body: .stream(Source(total: Self.sent), length: .unknown))
      #expect(undeclared.body == "\(Self.sent)")
    }
    try await fse.stop()
  }

  @Test("two hundred megabytes come down no faster than they are read")
  func download() async throws {
    let source = Source(total: Self.fetched)
    let fse = try await Upstream.start { _, _, _ in Response(status: .ok, body: .init(asyncSequence: source)) }
    try await GatewayUnderTest.run(["fse": [fse]]) { gateway async throws in
      let response = try await gateway.open(.GET, "/api/fse/v1/files")
      let held = try await settled { source.count }
      #expect(held > 0 && held < Self.mostFetched)
      var count = 0
      for try await part in response.body { count += part.readableBytes }
      #expect(count == Self.fetched)
    }
    try await fse.stop()
  }

  @Test("an answer that comes before the end of the body reaches the client, and the connection goes on being used")
  func earlyAnswer() async throws {
    let fse = try await Upstream.start { request, _, _ in
      request.method == .get ? .text("fine") : .text("no", status: .unprocessableContent)
    }
    try await GatewayUnderTest.run(["fse": [fse]]) { gateway async throws in
      for _ in 0..<20 {
        let source = Source(total: 20 * Source.chunk)
        let answer = try await gateway.ask(
          .POST, "/api/fse/v1/x", body: .stream(source, length: .known(Int64(source.total))))
        #expect(answer.status == 422 && answer.body == "no")
        #expect(try await gateway.get("/api/fse/v1/x").body == "fine")
      }
    }
    try await fse.stop()
  }

  @Test("a body beyond the limit is refused, declared or not; a feed may be larger")
  func tooLarge() async throws {
    let (fse, dossiers) = (
      try await Upstream.start { request, _, upstream in
        for try await _ in request.body {}
        upstream.remember(request)
        return .text("whole")
      },
      try await Upstream.start { request, _, _ in
        var count = 0
        for try await part in request.body { count += part.readableBytes }
        return .text("\(count)")
      }
    )
    try await GatewayUnderTest.run(["fse": [fse], "dossiers": [dossiers]]) { gateway async throws in
      let size = GatewaySettings.bodyLimit + 2 * Source.chunk
      for length in [HTTPClientRequest.Body.Length.known(Int64(size)), .unknown] {
        do {
          let answer = try await gateway.ask(
            .POST, "/api/fse/v1/x", body: .stream(Source(total: size), length: length))
          #expect(answer.status == 413 && answer.body.contains("trop-volumineux"))
        } catch let error as HTTPClientError where error == .remoteConnectionClosed {
          Issue.record("the connection was closed without an answer")
        }
      }
      #expect(fse.seen.isEmpty)
      let feed = try await gateway.ask(
        .POST, "/api/dossiers/v1/feeds", body: .stream(Source(total: size), length: .known(Int64(size))))
      #expect(feed.body == "\(size)")
    }
    try await fse.stop()
    try await dossiers.stop()
  }
}
