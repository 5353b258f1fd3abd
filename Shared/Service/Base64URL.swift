import Crypto
import Foundation

extension Data {
  /// Reads base64 in the alphabet of addresses, without padding (RFC 4648, section 5).
  public init?(base64URL text: some StringProtocol) {
    var plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
    while plain.utf8.count % 4 != 0 { plain += "=" }
    self.init(base64Encoded: plain)
  }

  public var base64URL: String {
    base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
      .replacingOccurrences(of: "=", with: "")
  }

  /// Bytes that nobody can guess.
  public static func random(_ count: Int) -> Data {
    SymmetricKey(size: .init(bitCount: count * 8)).withUnsafeBytes { Data($0) }
  }
}
