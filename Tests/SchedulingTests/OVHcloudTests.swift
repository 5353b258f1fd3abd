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

/// A server that speaks OVHcloud's protocol: `GET /auth/time`, `POST /sms/{serviceName}/jobs`.
private final class OVHServer: Sendable {
  struct Call: Sendable {
    let headers: HTTPFields
    let text: String
    let body: JSONValue
  }
  static let time = "1773302400"
  private let calls = Mutex<[Call]>([])
  var received: [Call] { calls.withLock { $0 } }

  /// Runs `body` beside a server that answers each job with `status` and `answer`.
  static func run(
    status: HTTPResponse.Status, answer: String, _ body: @escaping @Sendable (OVHServer, String) async throws -> Void
  ) async throws {
    let server = OVHServer()
    let router = Router()
    router.get("/auth/time") { _, _ in time }
    router.post("/sms/sms-ab12345-1/jobs") { request, _ -> Response in
      let text = String(buffer: try await request.body.collect(upTo: 65_536))
      let json = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
      server.calls.withLock { $0.append(Call(headers: request.headers, text: text, body: json)) }
      return Response(status: status, body: .init(byteBuffer: ByteBuffer(string: answer)))
    }
    let (ports, port) = AsyncStream<Int>.makeStream()
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in
        port.yield(channel.localAddress?.port ?? 0)
        port.finish()
      }, logger: Logger(label: "ovhcloud"))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await application.run() }
      for await port in ports { try await body(server, "http://127.0.0.1:\(port)") }
      group.cancelAll()
    }
  }
}

@Suite("OVHcloud") struct OVHcloudTests {
  private static let taken =
    #"{"totalCreditsRemoved":1,"invalidReceivers":[],"ids":[264758731],"validReceivers":["+33612345678"]}"#
  private let message = OutgoingSMS(
    key: "rappel:1:2", sender: "CDARDECHE", recipient: "+33612345678", text: "Rappel à 10:00")

  private static func access(_ url: String) -> OVHAccess {
    OVHAccess(
      base: url, service: "sms-ab12345-1", applicationKey: "application", applicationSecret: "secret",
      consumerKey: "consumer")
  }

  @Test("a job is signed with the server's own time, as OVHcloud documents it")
  func accepted() async throws {
    try await OVHServer.run(status: .ok, answer: Self.taken) { server, url in
      #expect(await SMSProvider.ovhcloud(Self.access(url)).send(message) == .accepted(id: "264758731"))
      let call = try #require(server.received.first)
      func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { call.headers[$0] } }
      #expect(header("X-Ovh-Application") == "application" && header("X-Ovh-Consumer") == "consumer")
      #expect(header("X-Ovh-Timestamp") == OVHServer.time)
      #expect(
        header("X-Ovh-Signature")
          == Self.access(url).signature(
            of: "POST", "\(url)/sms/sms-ab12345-1/jobs", body: call.text, at: OVHServer.time))
      #expect(call.body["receivers"] == .array([.string("+33612345678")]))
      #expect(call.body["message"] == .string("Rappel à 10:00") && call.body["sender"] == .string("CDARDECHE"))
      #expect(call.body["noStopClause"] == .bool(true) && call.body["coding"] == .string("7bit"))
      #expect(call.body["tag"] == .string("rappel:1:2"))
    }
  }

  @Test("the signature is a SHA-1 that another program makes of the same words")
  func signature() {
    // printf 'secret+consumer+GET+https://eu.api.ovh.com/1.0/sms++1366560945' | sha1sum
    #expect(
      Self.access("").signature(of: "GET", "https://eu.api.ovh.com/1.0/sms", body: "", at: "1366560945")
        == "$1$fec3bb915c6453db5e72d50ce18f7fbd1d4bb576")
  }

  @Test("an invalid receiver is rejected for good; rights and limits pass; a fault of theirs leaves it unknown")
  func refusals() async throws {
    let invalid = #"{"totalCreditsRemoved":0,"invalidReceivers":["+33612345678"],"ids":[],"validReceivers":[]}"#
    let cases: [(HTTPResponse.Status, String, SMSAnswer)] = [
      (.ok, invalid, .rejected("invalid_receiver")), (.ok, "<html>", .unknown("answer")),
      (.forbidden, #"{"class":"Client::Forbidden","message":"This call has not been granted"}"#, .notTaken("403")),
      (.tooManyRequests, "", .notTaken("429")), (.badGateway, "", .unknown("502")),
    ]
    for (status, answer, expected) in cases {
      try await OVHServer.run(status: status, answer: answer) { _, url in
        #expect(await SMSProvider.ovhcloud(Self.access(url)).send(message) == expected)
      }
    }
    #expect(await SMSProvider.ovhcloud(Self.access("http://127.0.0.1:1")).send(message) == .notTaken("time"))
  }

  @Test(
    "the second provider takes what surely did not leave by the first, and nothing else",
    arguments: [
      (.notTaken("503"), .accepted(id: "264758731", by: "OVHcloud")), (.accepted(id: "7"), .accepted(id: "7")),
      (.rejected("number"), .rejected("number")), (.unknown("502"), .unknown("502")),
    ] as [(SMSAnswer, SMSAnswer)])
  func failOver(first: SMSAnswer, expected: SMSAnswer) async throws {
    try await OVHServer.run(status: .ok, answer: Self.taken) { server, url in
      let both = SMSProvider(name: "Brevo", knowsKeys: false) { _ in first }
        .failingOver(to: .ovhcloud(Self.access(url)))
      #expect(await both.send(message) == expected)
      #expect(server.received.count == (first == .notTaken("503") ? 1 : 0))
    }
  }
}
