import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1

extension SMSProvider {
  private struct BrevoMessage: Encodable {
    let sender: String
    let recipient: String
    let content: String
    let type = "transactional"
    let tag: String
    let unicodeEnabled: Bool
    /// Where it says what became of the message.
    let webUrl: String?
  }
  private struct BrevoAnswer: Decodable { let messageId: Int64 }
  private struct BrevoError: Decodable { let code: String }

  /// Brevo's transactional SMS: `POST /v3/transactionalSMS/send` (rule M7). Its protocol has no
  /// idempotency key; ours travels as the tag, for whoever looks in its console.
  /// - Parameters:
  ///   - base: `https://api.brevo.com`, or a server that speaks the same.
  ///   - receipts: the address at which it tells what became of each message; nil where it has none.
  static func brevo(base: String, key: String, receipts: String? = nil) -> SMSProvider {
    SMSProvider(name: "Brevo", knowsKeys: false) { message in
      do {
        var request = HTTPClientRequest(url: base + "/v3/transactionalSMS/send")
        request.method = .POST
        request.headers.add(name: "api-key", value: key)
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(
          try JSONEncoder.jalons.encode(
            BrevoMessage(
              // 3 to 11 letters and digits: a space is refused.
              sender: message.sender.filter { $0.isLetter || $0.isNumber },
              recipient: String(message.recipient.drop { $0 == "+" }), content: message.text, tag: message.key,
              unicodeEnabled: ShortMessage.encoding(of: message.text) == .ucs2, webUrl: receipts)))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(5))
        let body = Data((try await response.body.collect(upTo: 64 * 1024)).readableBytesView)
        return answer(status: Int(response.status.code), body: body)
      } catch {
        return .failed(error)
      }
    }
  }

  /// What Brevo's answer means. Credits, rights, limits and faults of its own pass; a bad number stays bad.
  static func answer(status: Int, body: Data) -> SMSAnswer {
    let code = (try? JSONDecoder().decode(BrevoError.self, from: body))?.code ?? "\(status)"
    switch status {
    case 200..<300:
      guard let accepted = try? JSONDecoder().decode(BrevoAnswer.self, from: body) else { return .unknown("answer") }
      return .accepted(id: String(accepted.messageId))
    case 400 where code == "not_enough_credits": return .notTaken(code)
    case 400, 406, 422: return .rejected(code)
    case 401, 402, 403, 404, 405, 429: return .notTaken(code)
    default: return .unknown(code)
    }
  }
}
