import Crypto
import Domain
import Foundation

/// Signs requests as Amazon S3 and those who speak like it want them (AWS Signature Version 4).
struct S3Signature: Sendable {
  let accessKey: String
  let secretKey: String
  let region: String

  /// The headers that a request needs, `authorization` among them.
  /// - Parameters:
  ///   - path: percent-encoded.
  ///   - headers: in lower case, `host` among them; all of them are signed.
  ///   - payload: SHA-256 of the body in hexadecimal digits.
  func headers(
    method: String, path: String, headers: [String: String], payload: String, at moment: Date
  ) -> [String: String] {
    let stamp = Self.stamp(moment)
    let day = String(stamp.prefix(8))
    var signed = headers
    signed["x-amz-date"] = stamp
    signed["x-amz-content-sha256"] = payload
    let names = signed.keys.sorted()
    let list = names.joined(separator: ";")
    let lines = names.map { "\($0):\(signed[$0] ?? "")\n" }.joined()
    let canonical = [method, path, "", lines, list, payload].joined(separator: "\n")
    let scope = "\(day)/\(region)/s3/aws4_request"
    let digest = SHA256.hash(data: Data(canonical.utf8)).hexadecimal
    let text = "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(digest)"
    let key = ["\(day)", region, "s3", "aws4_request"].reduce(Data("AWS4\(secretKey)".utf8)) { key, part in
      Self.authenticate(part, key)
    }
    let signature = Self.authenticate(text, key).hexadecimal
    signed["authorization"] =
      "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope),SignedHeaders=\(list),Signature=\(signature)"
    return signed
  }

  private static func authenticate(_ text: String, _ key: Data) -> Data {
    Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: key)))
  }

  /// `20130524T000000Z`.
  private static func stamp(_ moment: Date) -> String {
    var (seconds, parts) = (time_t(moment.timeIntervalSince1970), tm())
    gmtime_r(&seconds, &parts)
    var text = [CChar](repeating: 0, count: 17)
    strftime(&text, text.count, "%Y%m%dT%H%M%SZ", &parts)
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
  }
}
