import API
import AsyncHTTPClient
import Crypto
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Postgres
import Service
import Synchronization
import TestSupport
import Testing

@testable import Contracts

/// A server that speaks Yousign's API, version 3.
private final class YousignServer: Sendable {
  struct Call: Sendable {
    let address: String
    let authorization: String?
    let body: String
  }
  private let kept = Mutex<[Call]>([])
  var calls: [Call] { kept.withLock { $0 } }

  private func keep(_ request: Request) async throws {
    let buffer = try await request.body.collect(upTo: 4 * 1024 * 1024)
    let call = Call(
      address: "\(request.method.rawValue) \(request.uri.path)", authorization: request.headers[.authorization],
      body: String(decoding: Data(buffer.readableBytesView), as: UTF8.self))
    kept.withLock { $0.append(call) }
  }

  private func answer(_ status: HTTPResponse.Status, _ text: String) -> Response {
    Response(status: status, body: .init(byteBuffer: ByteBuffer(string: text)))
  }

  private var router: Router<BasicRequestContext> {
    let router = Router()
    for (path, made) in [
      ("/v3/signature_requests", "demande-1"), ("/v3/signature_requests/demande-1/documents", "document-1"),
      ("/v3/signature_requests/demande-1/signers", "signataire-1"),
      ("/v3/signature_requests/demande-1/activate", "demande-1"),
    ] {
      router.post(RouterPath(path)) { request, _ -> Response in
        try await self.keep(request)
        return self.answer(.created, "{\"id\":\"\(made)\",\"status\":\"draft\"}")
      }
    }
    router.get("/v3/signature_requests/demande-1/documents/document-1/download") { request, _ -> Response in
      try await self.keep(request)
      return self.answer(.ok, "%PDF-1.7 signé chez Yousign")
    }
    return router
  }

  static func run(_ body: @escaping @Sendable (YousignServer, String) async throws -> Void) async throws {
    let server = YousignServer()
    let (ports, port) = AsyncStream<Int>.makeStream()
    let application = Application(
      router: server.router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in
        port.yield(channel.localAddress?.port ?? 0)
        port.finish()
      }, logger: Logger(label: "yousign"))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await application.run() }
      for await port in ports { try await body(server, "http://127.0.0.1:\(port)/v3") }
      group.cancelAll()
    }
  }
}

@Suite("Signing at Yousign", .database) struct YousignTests {
  private static let secret = "secret-du-webhook"

  private static func message(_ event: String, at moment: Date = march12, name: String = "signature_request.done")
    -> Data
  {
    Data(
      """
      {"event_id":"\(event)","event_name":"\(name)","event_time":"\(Int(moment.timeIntervalSince1970))",
      "sandbox":false,"data":{"signature_request":{"id":"demande-1","status":"done"}}}
      """.utf8)
  }

  private static func signature(of body: Data, under secret: String = secret) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Data(secret.utf8)))
    return "sha256=" + code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// Gives the service a message as Yousign does: the status that it answers.
  private static func deliver(
    _ body: Data, _ signature: String, to service: ServiceUnderTest
  ) async throws -> UInt {
    var request = HTTPClientRequest(url: "\(service.url)/api/contracts/v1/yousign-messages")
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/json")
    request.headers.add(name: "X-Yousign-Signature-256", value: signature)
    request.body = .bytes(body)
    return try await HTTPClient.shared.execute(request, timeout: .seconds(30)).status.code
  }

  @Test("a message is known by the HMAC of its whole body; an old one and one that says something else are not")
  func known() {
    let webhook = YousignWebhook(secret: Self.secret)
    let body = Self.message("evenement-1")
    let signature = Self.signature(of: body)
    let read = webhook.message(body, signature: signature, at: march12)
    #expect(read?.event == "evenement-1" && read?.request == "demande-1" && read?.name == "signature_request.done")
    #expect(webhook.message(body + Data(" ".utf8), signature: signature, at: march12) == nil)
    #expect(webhook.message(body, signature: nil, at: march12) == nil)
    #expect(webhook.message(body, signature: String(signature.dropFirst(7)), at: march12) == nil)
    #expect(webhook.message(body, signature: Self.signature(of: body, under: "autre"), at: march12) == nil)
    #expect(webhook.message(body, signature: signature, at: march12.addingTimeInterval(8 * 86_400)) == nil)
  }

  @Test("the document, the person and their telephone go there; its message files what was signed, once")
  func signing() async throws {
    try await YousignServer.run { server, url in
      let environment = [
        "JALONS_SIGNATURE_PROVIDER": "yousign", "JALONS_YOUSIGN_URL": url, "JALONS_YOUSIGN_KEY": "cle",
        "JALONS_YOUSIGN_WEBHOOK_SECRET": Self.secret,
      ]
      try await ServiceUnderTest.run(ContractsProcess.process, at: march12, environment: environment) { service in
        let scene = try await Scene.one(in: service.database)
        try await scene.phone("0612345678", in: service.database)
        try await service.database.owner { transaction in
          _ = try await transaction.execute(
            "update dossiers.dossier set email = 'lea@exemple.fr' where id = \(scene.dossier)")
        }
        let referent = try await service.client(as: scene.referent)
        let sheet = try await service.drafted(scene)
        let begun = try await referent.call(
          ContractsAPI.startSignature, ["contract": sheet.contract.id], SignatureDraft(), version: sheet.version)
        let path = ["contract": sheet.contract.id.description, "signature": begun.id.description]
        let sent = try await referent.call(
          ContractsAPI.sendSignatureCode, path, SignatureReading(readToEnd: true))
        #expect(sent.status == .sent && sent.isElsewhere)
        let place = "POST /v3/signature_requests"
        #expect(
          server.calls.map(\.address) == [
            place, "\(place)/demande-1/documents", "\(place)/demande-1/signers", "\(place)/demande-1/activate",
          ])
        #expect(server.calls.allSatisfy { $0.authorization == "Bearer cle" })
        #expect(!server.calls[0].body.contains("CER") && server.calls[1].body.contains("%PDF"))
        for word in ["+33612345678", "lea@exemple.fr", "otp_sms", "document-1"] {
          #expect(server.calls[2].body.contains(word), "\(word)")
        }

        let body = Self.message("evenement-1")
        #expect(try await Self.deliver(body, Self.signature(of: body, under: "autre"), to: service) == 403)
        #expect(try await Self.deliver(body, Self.signature(of: body), to: service) == 200)
        #expect(try await Self.deliver(body, Self.signature(of: body), to: service) == 409)
        let signed = try await service.eventually("the document is filed") {
          let found = try await referent.call(ContractsAPI.showSignature, path)
          return found.status == .signed ? found : nil
        }
        #expect(signed.isCurrent)
        let file = try await referent.file(
          ContractsAPI.downloadSignatureFile, path, SignatureFileQuery(kind: .signed))
        #expect(String(decoding: file.bytes, as: UTF8.self) == "%PDF-1.7 signé chez Yousign")
        let contract = try await referent.call(ContractsAPI.showContract, ["contract": sheet.contract.id]).contract
        #expect(contract.consent == .sms && contract.consentAt == march12)
      }
    }
  }
}
