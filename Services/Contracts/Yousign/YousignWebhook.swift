import Crypto
import Domain
import Foundation

/// A message of Yousign's that is proven to be its own.
struct YousignMessage: Sendable, Equatable {
  /// The same for every attempt at the same message.
  let event: String
  /// `signature_request.done`
  let name: String
  let at: Date
  /// Of the signature request that it is about.
  let request: String
}

/// How messages of Yousign's are known: an HMAC of the whole body, in `X-Yousign-Signature-256`.
struct YousignWebhook: Sendable {
  /// It tries again for some days.
  static let days = 7.0

  let secret: String

  private struct Body: Decodable {
    struct Content: Decodable {
      struct Request: Decodable { let id: String }
      let signatureRequest: Request
    }
    let eventId: String
    let eventName: String
    /// Seconds since 1970.
    let eventTime: String
    let data: Content
  }

  /// The message; nil for one that Yousign did not send, or that is too old.
  /// - Parameter signature: `sha256=` and 64 hexadecimal digits.
  func message(_ body: Data, signature: String?, at moment: Date) -> YousignMessage? {
    let key = SymmetricKey(data: Data(secret.utf8))
    guard let digits = signature?.split(separator: "=", maxSplits: 1).last, signature?.hasPrefix("sha256=") == true,
      let code = Data(hexadecimal: String(digits)),
      // Compares in constant time.
      HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: body, using: key)
    else { return nil }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let read: Body
    do {
      read = try decoder.decode(Body.self, from: body)
    } catch {
      return nil
    }
    guard let seconds = Double(read.eventTime) else { return nil }
    let sent = Date(timeIntervalSince1970: seconds)
    guard abs(sent.timeIntervalSince(moment)) < Self.days * 86_400 else { return nil }
    return YousignMessage(
      event: read.eventId, name: read.eventName, at: sent, request: read.data.signatureRequest.id)
  }
}
