import API
import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Service

/// Yousign's API, version 3: a person signs on its page, with a code that it sends them by SMS.
/// `POST /signature_requests`, `/documents`, `/signers`, `/activate`, then `GET …/documents/{id}/download`.
struct Yousign: Sendable {
  /// `https://api.yousign.app/v3`, or a server that speaks the same.
  let base: String
  let key: String
  let webhook: YousignWebhook

  /// Nil unless `JALONS_SIGNATURE_PROVIDER` says `yousign`.
  /// - Throws: `SettingError` for another word, or without its keys.
  static func given(_ settings: Settings) throws -> Yousign? {
    switch settings.string("JALONS_SIGNATURE_PROVIDER", default: "embedded") {
    case "embedded": nil
    case "yousign":
      Yousign(
        base: settings.string("JALONS_YOUSIGN_URL", default: "https://api.yousign.app/v3"),
        key: try settings.string("JALONS_YOUSIGN_KEY"),
        webhook: YousignWebhook(secret: try settings.string("JALONS_YOUSIGN_WEBHOOK_SECRET")))
    case let other:
      throw SettingError(description: "JALONS_SIGNATURE_PROVIDER must be embedded or yousign, not \(other)")
    }
  }

  struct Signer: Sendable {
    let givenName: String
    let familyName: String
    let email: String
    /// `+33612345678`
    let phone: String
  }

  /// What it knows a signature by.
  struct Begun: Sendable, Equatable {
    let request: String
    let document: String
  }

  private struct Made: Decodable, Sendable { let id: String }

  /// Gives it a document to have signed; it writes to the person at once.
  /// - Parameters:
  ///   - page: where the signature is shown, from 1.
  ///   - reference: ours, for who looks at its pages.
  /// - Throws: 503 where it does not answer or refuses.
  func begin(
    _ pdf: Data, named name: String, page: Int, signer: Signer, reference: String
  ) async throws -> Begun {
    let request = try await made(
      "signature_requests",
      [
        // Nothing in it says what the document is about: it is the subject of an e-mail.
        "name": .string("Document à signer"), "delivery_mode": .string("email"),
        "timezone": .string(Calendar.france.timeZone.identifier), "external_id": .string(reference),
      ])
    let place = "signature_requests/\(request)"
    let document = try await upload(pdf, named: name, to: "\(place)/documents")
    _ = try await made(
      "\(place)/signers",
      [
        "info": .object([
          "first_name": .string(signer.givenName), "last_name": .string(signer.familyName),
          "email": .string(signer.email), "phone_number": .string(signer.phone), "locale": .string("fr"),
        ]),
        "signature_level": .string("electronic_signature"), "signature_authentication_mode": .string("otp_sms"),
        "fields": .array([
          .object([
            "document_id": .string(document), "type": .string("signature"), "page": .integer(page),
            "x": .integer(360), "y": .integer(740),
          ])
        ]),
      ])
    _ = try await send(.POST, "\(place)/activate", nil)
    return Begun(request: request, document: document)
  }

  /// - Throws: 503 where it does not answer or refuses.
  func signed(_ begun: Begun) async throws -> Data {
    try await send(.GET, "signature_requests/\(begun.request)/documents/\(begun.document)/download", nil)
  }

  // MARK: Calls

  private func made(_ path: String, _ body: [String: JSONValue]) async throws -> String {
    let bytes = try JSONEncoder.jalons.encode(JSONValue.object(body))
    let answer = try await send(.POST, path, (bytes, "application/json"))
    return try JSONDecoder().decode(Made.self, from: answer).id
  }

  private func upload(_ pdf: Data, named name: String, to path: String) async throws -> String {
    let boundary = "jalons-\(UUID().uuidString)"
    let plain = name.filter { $0 != "\"" && !$0.isNewline }
    var body = Data(
      """
      --\(boundary)\r
      Content-Disposition: form-data; name="nature"\r
      \r
      signable_document\r
      --\(boundary)\r
      Content-Disposition: form-data; name="file"; filename="\(plain)"\r
      Content-Type: application/pdf\r
      \r

      """.utf8)
    body.append(pdf)
    body.append(Data("\r\n--\(boundary)--\r\n".utf8))
    let answer = try await send(.POST, path, (body, "multipart/form-data; boundary=\(boundary)"))
    return try JSONDecoder().decode(Made.self, from: answer).id
  }

  private func send(_ method: HTTPMethod, _ path: String, _ body: (bytes: Data, type: String)?) async throws -> Data {
    var request = HTTPClientRequest(url: "\(base)/\(path)")
    request.method = method
    request.headers.add(name: "authorization", value: "Bearer \(key)")
    if let body {
      request.headers.add(name: "content-type", value: body.type)
      request.body = .bytes(body.bytes)
    }
    let answer: HTTPClientResponse
    do {
      answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
    } catch {
      throw Self.away("\(type(of: error))")
    }
    let received = Data(try await answer.body.collect(upTo: 16 * 1024 * 1024).readableBytesView)
    guard (200..<300).contains(Int(answer.status.code)) else { throw Self.away("\(answer.status.code)") }
    return received
  }

  private static func away(_ why: String) -> Problem {
    Problem(
      "signature", 503, "Le service de signature ne répond pas comme prévu (\(why)).",
      detail: "Réessayez dans quelques minutes, ou recueillez l’accord par la case à cocher.")
  }
}
