import API
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Postgres

/// What a handler gave, ready to be sent, and to be sent again for the same idempotency key.
struct Answer: Sendable {
  let status: Int
  let contentType: String
  let body: Data
  let tag: String?
  let fileName: String?

  init(json value: some Payload, status: Int) throws {
    self.status = status
    self.contentType = "application/json; charset=utf-8"
    self.body = status == 204 ? Data() : try JSONEncoder.jalons.encode(value)
    self.tag = (value as? any Versioned).map { "\"\($0.version)\"" }
    self.fileName = nil
  }

  init(file: FileOutput) {
    self.status = 200
    self.contentType = file.contentType
    self.body = file.bytes
    self.tag = nil
    self.fileName = file.name
  }

  init(status: Int, kept: String) {
    self.status = status
    self.contentType = "application/json; charset=utf-8"
    self.body = Data(kept.utf8)
    self.tag = (try? JSONDecoder().decode(KeptVersion.self, from: body)).map { "\"\($0.version)\"" }
    self.fileName = nil
  }

  var response: Response {
    var headers: HTTPFields = [.cacheControl: "no-store"]
    if status != 204 { headers[.contentType] = contentType }
    if let tag { headers[.eTag] = tag }
    if let fileName {
      let plain = PlainFileName.of(fileName)
      let encoded = fileName.addingPercentEncoding(withAllowedCharacters: .urlPathPart) ?? plain
      headers[.contentDisposition] = "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(encoded)"
    }
    return Response(
      status: .init(code: status), headers: headers,
      body: status == 204 ? .init() : ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}

/// What a `Versioned` answer that was kept says of its version.
private struct KeptVersion: Decodable { let version: Int }

/// Remembers writes by their key, so that the same request sent again is answered, not done again. The key is written
/// in the write's own transaction; the answer just after.
struct IdempotencyStore: Sendable {
  let postgres: PostgresClient
  let schema: String

  private struct Kept: Decodable, Sendable {
    let endpoint: String
    let fingerprint: String
    let status: Int?
    let answer: String?
    /// Its answer may yet come: it is kept just after the write.
    let isRecent: Bool
  }

  /// The answer given before, if any.
  /// - Throws: 422 when the key served another request; 409 when the first was done but its answer was lost.
  func answer(for caller: Caller) async throws -> Answer? {
    guard let key = caller.idempotency else { return nil }
    var kept = try await kept(key, of: caller)
    while let unanswered = kept, unanswered.status == nil, unanswered.isRecent {
      try await Task.sleep(for: .milliseconds(50))
      kept = try await self.kept(key, of: caller)
    }
    guard let kept else { return nil }
    guard kept.endpoint == key.endpoint, kept.fingerprint == key.fingerprint else {
      throw Problem("cle-reutilisee", 422, "Cette clé d’idempotence a déjà servi à une autre demande.")
    }
    guard let status = kept.status, let answer = kept.answer else {
      throw Problem.conflict("deja-enregistre", "Cette demande a déjà été enregistrée.", detail: "Rechargez la page.")
    }
    return Answer(status: status, kept: answer)
  }

  private func kept(_ key: Caller.Idempotency, of caller: Caller) async throws -> Kept? {
    try await postgres.withTransaction(as: .system("idempotency", today: caller.today)) { transaction in
      try await transaction.first(
        """
        select endpoint, fingerprint, status, answer, made_at > clock_timestamp() - interval '5 seconds' as is_recent
        from \(unsafeSQL: schema).idempotency where account = \(caller.account) and key = \(key.key)
        """, as: Kept.self)
    }
  }

  func keep(_ answer: Answer, for caller: Caller) async throws {
    guard let key = caller.idempotency else { return }
    let text = String(decoding: answer.body, as: UTF8.self)
    try await postgres.withTransaction(as: .system("idempotency", today: caller.today)) { transaction in
      _ = try await transaction.execute(
        """
        update \(unsafeSQL: schema).idempotency set status = \(answer.status), answer = \(text)
        where account = \(caller.account) and key = \(key.key)
        """)
    }
  }
}
