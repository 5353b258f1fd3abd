import AsyncHTTPClient
import Crypto
import Domain
import Foundation
import NIOCore
import NIOHTTP1

/// What OVHcloud's API knows us by.
struct OVHAccess: Sendable {
  /// `https://eu.api.ovh.com/1.0`, or a server that speaks the same.
  let base: String
  /// `sms-ab12345-1`
  let service: String
  let applicationKey: String
  let applicationSecret: String
  let consumerKey: String

  /// The signature that each call bears: `$1$` and a SHA-1 in hexadecimal digits, as OVHcloud documents it.
  func signature(of method: String, _ url: String, body: String, at time: String) -> String {
    let text = [applicationSecret, consumerKey, method, url, body, time].joined(separator: "+")
    return "$1$" + Insecure.SHA1.hash(data: Data(text.utf8)).hexadecimal
  }
}

extension SMSProvider {
  private struct OVHJob: Encodable {
    let sender: String
    let message: String
    let receivers: [String]
    let coding: String
    let charset = "UTF-8"
    let priority = "high"
    /// The county advertises nothing.
    let noStopClause = true
    let tag: String
  }
  private struct OVHAnswer: Decodable {
    let ids: [Int64]
    let validReceivers: [String]
    let invalidReceivers: [String]
  }

  /// OVHcloud's SMS: `POST /sms/{serviceName}/jobs`. It has no idempotency key; ours travels as the tag.
  static func ovhcloud(_ access: OVHAccess) -> SMSProvider {
    SMSProvider(name: "OVHcloud", knowsKeys: false) { message in
      do {
        let time = try await ovhTime(access)
        let url = "\(access.base)/sms/\(access.service)/jobs"
        let job = OVHJob(
          sender: message.sender, message: message.text, receivers: [message.recipient],
          coding: ShortMessage.encoding(of: message.text) == .ucs2 ? "8bit" : "7bit", tag: message.key)
        let body = String(decoding: try JSONEncoder.jalons.encode(job), as: UTF8.self)
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json; charset=utf-8")
        request.headers.add(name: "x-ovh-application", value: access.applicationKey)
        request.headers.add(name: "x-ovh-consumer", value: access.consumerKey)
        request.headers.add(name: "x-ovh-timestamp", value: time)
        request.headers.add(
          name: "x-ovh-signature", value: access.signature(of: "POST", url, body: body, at: time))
        request.body = .bytes(Data(body.utf8))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(4))
        let answer = Data((try await response.body.collect(upTo: 64 * 1024)).readableBytesView)
        return ovhAnswer(status: Int(response.status.code), body: answer)
      } catch is OVHTimeMissing {
        return .notTaken("time")
      } catch {
        return .failed(error)
      }
    }
  }

  private struct OVHTimeMissing: Error {}

  /// The second that OVHcloud's clock shows: a signature made at another is refused.
  private static func ovhTime(_ access: OVHAccess) async throws -> String {
    do {
      let response = try await HTTPClient.shared.execute(
        HTTPClientRequest(url: "\(access.base)/auth/time"), timeout: .seconds(2))
      let body = String(buffer: try await response.body.collect(upTo: 1024))
      guard response.status == .ok, let time = Int(body.trimmingCharacters(in: .whitespacesAndNewlines)) else {
        throw OVHTimeMissing()
      }
      return String(time)
    } catch {
      // Nothing was sent yet.
      throw OVHTimeMissing()
    }
  }

  /// What OVHcloud's answer means: a number that will never do stands among the invalid receivers.
  static func ovhAnswer(status: Int, body: Data) -> SMSAnswer {
    switch status {
    case 200..<300:
      guard let answer = try? JSONDecoder().decode(OVHAnswer.self, from: body) else { return .unknown("answer") }
      if let id = answer.ids.first, !answer.validReceivers.isEmpty { return .accepted(id: String(id)) }
      return answer.invalidReceivers.isEmpty ? .unknown("answer") : .rejected("invalid_receiver")
    case 400..<500: return .notTaken("\(status)")
    default: return .unknown("\(status)")
    }
  }
}
