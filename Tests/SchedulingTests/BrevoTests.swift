import API
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Scheduling

/// A server that speaks Brevo's protocol: `POST /v3/transactionalSMS/send`.
private final class BrevoServer: Sendable {
  struct Call: Sendable {
    let key: String?
    let body: JSONValue
  }
  private let calls = Mutex<[Call]>([])
  var received: [Call] { calls.withLock { $0 } }

  /// Runs `body` beside a server that answers with `status` and `answer`.
  static func run(
    status: HTTPResponse.Status, answer: String, _ body: @escaping @Sendable (BrevoServer, String) async throws -> Void
  ) async throws {
    let server = BrevoServer()
    let router = Router()
    router.post("/v3/transactionalSMS/send") { request, _ -> Response in
      let buffer = try await request.body.collect(upTo: 65_536)
      let json = try JSONDecoder().decode(JSONValue.self, from: Data(String(buffer: buffer).utf8))
      let key = HTTPField.Name("api-key").flatMap { request.headers[$0] }
      server.calls.withLock { $0.append(Call(key: key, body: json)) }
      return Response(status: status, body: .init(byteBuffer: ByteBuffer(string: answer)))
    }
    let (ports, port) = AsyncStream<Int>.makeStream()
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in
        port.yield(channel.localAddress?.port ?? 0)
        port.finish()
      }, logger: Logger(label: "brevo"))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await application.run() }
      for await port in ports { try await body(server, "http://127.0.0.1:\(port)") }
      group.cancelAll()
    }
  }
}

@Suite("Brevo") struct BrevoTests {
  private let message = OutgoingSMS(
    key: "rappel:1:2", sender: "CD ARDECHE", recipient: "+33612345678", text: "Rappel à 10:00")

  @Test("a message is posted as Brevo documents it, and its number is kept")
  func accepted() async throws {
    try await BrevoServer.run(status: .created, answer: #"{"messageId":1511882900176220}"#) { server, url in
      let answer = await SMSProvider.brevo(base: url, key: "secret").send(message)
      #expect(answer == .accepted(id: "1511882900176220"))
      let call = try #require(server.received.first)
      #expect(call.key == "secret")
      #expect(call.body["sender"] == .string("CDARDECHE"))
      #expect(call.body["recipient"] == .string("33612345678"))
      #expect(call.body["content"] == .string("Rappel à 10:00"))
      #expect(call.body["type"] == .string("transactional"))
      #expect(call.body["tag"] == .string("rappel:1:2"))
      #expect(call.body["unicodeEnabled"] == .bool(false))
    }
  }

  @Test("a bad number is rejected for good; missing credits and limits pass; a fault of theirs leaves it unknown")
  func refusals() async throws {
    let cases: [(HTTPResponse.Status, String, SMSAnswer)] = [
      (.badRequest, #"{"code":"invalid_parameter","message":"Invalid phone number"}"#, .rejected("invalid_parameter")),
      (.badRequest, #"{"code":"not_enough_credits","message":"…"}"#, .notTaken("not_enough_credits")),
      (.init(code: 402), #"{"code":"not_enough_credits","message":"…"}"#, .notTaken("not_enough_credits")),
      (.unauthorized, #"{"code":"unauthorized","message":"Key not found"}"#, .notTaken("unauthorized")),
      (.tooManyRequests, "", .notTaken("429")),
      (.badGateway, "<html>", .unknown("502")),
    ]
    for (status, answer, expected) in cases {
      try await BrevoServer.run(status: status, answer: answer) { _, url in
        #expect(await SMSProvider.brevo(base: url, key: "secret").send(message) == expected)
      }
    }
  }

  @Test("where nobody listens it surely did not leave")
  func absent() async throws {
    let answer = await SMSProvider.brevo(base: "http://127.0.0.1:1", key: "secret").send(message)
    #expect(answer == .notTaken("connection"))
  }
}
