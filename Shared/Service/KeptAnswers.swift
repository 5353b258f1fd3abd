import API
import Crypto
import Domain
import Foundation
import Postgres

/// Remembers writes by their key, so that the same request sent again is answered, not done again. The key is written
/// in the write's own transaction; the answer just after.
///
/// What is kept is the client's alone: the row bears a hash of the key, and the answer is sealed under the key itself,
/// which nobody else knows. `Trimming` forgets it after a day.
struct KeptAnswers: Sendable {
  let postgres: PostgresClient
  let schema: String

  private struct Row: Decodable, Sendable {
    let endpoint: String
    let fingerprint: String
    let status: Int?
    let sealed: Data?
    /// Its answer may yet come: it is kept just after the write.
    let isRecent: Bool
  }

  /// The answer given before, if any.
  /// - Throws: 422 when the key served another request; 409 when the first was done but its answer was lost.
  func answer(for caller: Caller, under lock: AnswerLock) async throws -> Answer? {
    guard let key = caller.idempotency else { return nil }
    var row = try await row(key, of: caller)
    while let unanswered = row, unanswered.status == nil, unanswered.isRecent {
      try await Task.sleep(for: .milliseconds(50))
      row = try await self.row(key, of: caller)
    }
    guard let row else { return nil }
    guard row.endpoint == key.endpoint, row.fingerprint == key.fingerprint else {
      throw Problem("cle-reutilisee", 422, "Cette clé d’idempotence a déjà servi à une autre demande.")
    }
    guard let status = row.status, let answer = row.sealed.flatMap({ lock.opened($0, status: status) }) else {
      throw Problem.conflict("deja-enregistre", "Cette demande a déjà été enregistrée.", detail: "Rechargez la page.")
    }
    return answer
  }

  private func row(_ key: Caller.Idempotency, of caller: Caller) async throws -> Row? {
    try await postgres.withTransaction(as: caller.alone) { transaction in
      try await transaction.first(
        """
        select endpoint, fingerprint, status, sealed, made_at > clock_timestamp() - interval '5 seconds' as is_recent
        from \(unsafeSQL: schema).idempotency where account = \(caller.account) and key = \(key.key)
        """, as: Row.self)
    }
  }

  func keep(_ answer: Answer, for caller: Caller, under lock: AnswerLock) async throws {
    guard let key = caller.idempotency else { return }
    let sealed = try lock.sealed(answer)
    try await postgres.withTransaction(as: caller.alone) { transaction in
      _ = try await transaction.execute(
        """
        update \(unsafeSQL: schema).idempotency set status = \(answer.status), sealed = \(sealed)
        where account = \(caller.account) and key = \(key.key)
        """)
    }
  }
}

/// What one idempotency key of one account opens.
struct AnswerLock: Sendable {
  /// By which the row is found.
  let name: String
  private let key: SymmetricKey

  init(key: String, of account: ID<Account>) {
    let secret = SymmetricKey(data: Data("\(account)\n\(key)".utf8))
    name = Data(HMAC<SHA256>.authenticationCode(for: Data("jalons.idempotency.name".utf8), using: secret)).hexadecimal
    self.key = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: secret, info: Data("jalons.idempotency.answer".utf8), outputByteCount: 32)
  }

  private struct Content: Codable {
    let contentType: String
    let tag: String?
    let body: Data
  }

  func sealed(_ answer: Answer) throws -> Data {
    let content = Content(contentType: answer.contentType, tag: answer.tag, body: answer.body)
    let box = try AES.GCM.seal(try JSONEncoder.jalons.encode(content), using: key)
    guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
    return combined
  }

  /// Nil for what was not sealed under this key.
  func opened(_ sealed: Data, status: Int) -> Answer? {
    do {
      let bytes = try AES.GCM.open(AES.GCM.SealedBox(combined: sealed), using: key)
      let content = try JSONDecoder.jalons.decode(Content.self, from: bytes)
      return Answer(status: status, contentType: content.contentType, body: content.body, tag: content.tag)
    } catch {
      return nil
    }
  }
}

extension Caller {
  /// The same person in a transaction that is about nothing but themselves.
  fileprivate var alone: Caller {
    var copy = looking
    copy.subject = nil
    return copy
  }
}
