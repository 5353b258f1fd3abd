import Foundation
import HTTPTypes
import Hummingbird
import TestSupport
import Testing

@testable import Gateway

/// A client that writes bytes as it likes, over a socket of its own.
private final class RawClient: Sendable {
  private let descriptor: Int32

  init(_ url: String) throws {
    let port = try #require(URL(string: url)?.port)
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let descriptor = descriptor
    let isThere = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    #expect(isThere)
  }

  deinit { close(descriptor) }

  /// - Returns: whether everything could be written.
  @discardableResult func send(_ text: String) async -> Bool {
    let bytes = Array(text.utf8)
    return await onThread { [descriptor] in
      var sent = 0
      while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes {
          Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return false }
        sent += count
      }
      return true
    }
  }

  /// All that comes until the other side ends, or for so many seconds; and whether it ended.
  func received(within seconds: Int) async -> (text: String, isEnded: Bool) {
    await onThread { [descriptor] in
      var (all, buffer) = (Data(), [UInt8](repeating: 0, count: 65_536))
      let end = ContinuousClock.now + .seconds(seconds)
      while ContinuousClock.now < end {
        var wait = timeval(tv_sec: 0, tv_usec: 100_000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count == 0 { return (String(decoding: all, as: UTF8.self), true) }
        if count > 0 { all.append(contentsOf: buffer[..<count]) }
        if count < 0, errno != EAGAIN, errno != EINTR { return (String(decoding: all, as: UTF8.self) + " reset", true) }
      }
      return (String(decoding: all, as: UTF8.self), false)
    }
  }

  private func onThread<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
    await withCheckedContinuation { continuation in
      Thread { continuation.resume(returning: body()) }.start()
    }
  }
}

@Suite("The letters of HTTP", .timeLimit(.minutes(2)))
struct ProtocolTests {
  /// What one connection is answered to these bytes.
  private func said(
    _ text: String, seconds: Int = 6, environment: [String: String] = [:]
  ) async throws -> (text: String, isEnded: Bool, asked: Int) {
    let fse = try await Upstream.start()
    let found = Found<(text: String, isEnded: Bool)>()
    try await GatewayUnderTest.run(["fse": [fse]], environment: environment) { gateway async throws in
      let client = try RawClient(gateway.url)
      await client.send(text)
      found.value = await client.received(within: seconds)
    }
    let asked = fse.seen.count
    try await fse.stop()
    let answer = try #require(found.value)
    return (answer.text, answer.isEnded, asked)
  }

  private static let post = "POST /api/fse/v1/x HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer t\r\n"

  @Test("a chunk that is none is the client's fault", arguments: ["zz\r\nabc\r\n0\r\n\r\n", "5\r\nabc\r\n0\r\n\r\n"])
  func malformedChunk(_ body: String) async throws {
    let answer = try await said(Self.post + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n" + body)
    #expect(answer.text.hasPrefix("HTTP/1.1 400 ") && answer.isEnded, "\(answer.text)")
    #expect(answer.text.contains("/problemes/illisible"))
    #expect(answer.asked == 0)
  }

  @Test("a head that is too long is told so, although its client is still sending")
  func longHead() async throws {
    let long = "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + String(repeating: "a", count: 2_000_000)
    let answer = try await said(long)
    #expect(answer.text.hasPrefix("HTTP/1.1 431 ") && answer.isEnded, "\(answer.text)")
  }

  @Test("what is no request is told so, and its connection ends")
  func noRequest() async throws {
    let answer = try await said("HELO\r\n\r\n" + String(repeating: "x", count: 1_000_000))
    #expect(answer.text.hasPrefix("HTTP/1.1 400 ") && answer.isEnded, "\(answer.text)")
  }

  @Test("a body that stalls is given up with 408, once, and its connection ends")
  func stalled() async throws {
    let answer = try await said(
      Self.post + "Content-Length: 1000\r\n\r\nabc", seconds: 5, environment: ["JALONS_STALL_SECONDS": "1"])
    #expect(answer.text.hasPrefix("HTTP/1.1 408 ") && answer.isEnded, "\(answer.text)")
    #expect(answer.text.contains("/problemes/envoi-interrompu"))
    #expect(answer.text.components(separatedBy: "HTTP/1.1").count == 2)
  }

  @Test("a refusal reaches a client that is still sending, or has stopped in the middle")
  func earlyRefusal() async throws {
    let foreign =
      "POST /x HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nContent-Length: 50000000\r\n\r\n"
    for body in [String(repeating: "x", count: 10_000_000), "x"] {
      let answer = try await said(foreign + body, seconds: 3)
      #expect(answer.text.hasPrefix("HTTP/1.1 403 "), "\(answer.text)")
    }
  }

  @Test("a refusal of the process behind reaches a client that has stopped in the middle")
  func earlyRefusalBehind() async throws {
    let fse = try await Upstream.start { _, _, _ in .text("no", status: .unprocessableContent) }
    try await GatewayUnderTest.run(["fse": [fse]]) { gateway async throws in
      let client = try RawClient(gateway.url)
      await client.send(Self.post + "Content-Length: 50000000\r\n\r\n" + String(repeating: "x", count: 100_000))
      let answer = await client.received(within: 8)
      #expect(answer.text.hasPrefix("HTTP/1.1 422 "), "\(answer.text)")
    }
    try await fse.stop()
  }

  @Test(
    "a request line with a whole address is taken when the address is the host's, and refused otherwise",
    arguments: [
      ("http://localhost/api/fse/v1/x", "200"), ("http://evil.example/api/fse/v1/x", "400"),
      ("http://localhost:1/api/fse/v1/x", "400"), ("http://evil.example@localhost/x", "400"),
    ])
  func absoluteForm(_ target: String, _ status: String) async throws {
    let answer = try await said(
      "GET \(target) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer t\r\nConnection: close\r\n\r\n")
    #expect(answer.text.hasPrefix("HTTP/1.1 \(status) "), "\(answer.text)")
    #expect(answer.asked == (status == "200" ? 1 : 0))
  }

  @Test(
    "a client of version 1.0 is answered in it, and its connection ends", arguments: ["", "Accept-Encoding: gzip\r\n"])
  func version(_ header: String) async throws {
    let answer = try await said("GET /health/live HTTP/1.0\r\n\(header)\r\n", seconds: 3)
    #expect(answer.text.hasPrefix("HTTP/1.0 200 ") && answer.isEnded, "\(answer.text)")
    #expect(!answer.text.lowercased().contains("transfer-encoding"))
    let closing = try await said(
      "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\n", seconds: 3)
    #expect(closing.isEnded)
  }
}

/// A value found inside a closure that returns nothing.
private final class Found<Value: Sendable>: @unchecked Sendable {
  // Set and read one after the other by one test.
  var value: Value?
}
