import Crypto
import Foundation

/// The codes of an authenticator (RFC 6238 over RFC 4226): HMAC-SHA-1, thirty seconds, six digits.
enum TimedCode {
  static let seconds = 30
  /// How many codes before and after the present one are taken, for clocks that differ.
  static let drift = 1
  static let secretLength = 20

  /// The thirty seconds that `moment` lies in, counted from 1970.
  static func step(at moment: Date) -> Int { Int((moment.timeIntervalSince1970 / Double(seconds)).rounded(.down)) }

  static func code(_ secret: Data, step: Int, digits: Int = 6) -> String {
    let counter = withUnsafeBytes(of: UInt64(step).bigEndian) { Data($0) }
    let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
    let offset = Int(mac[mac.count - 1] & 0x0f)
    let number = mac[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
    let text = String(number)
    return String((String(repeating: "0", count: digits) + text).suffix(digits))
  }

  /// The step whose code this is, where it is near `moment` and after the last one taken.
  static func step(of code: String, secret: Data, at moment: Date, after last: Int) -> Int? {
    let now = step(at: moment)
    // All are computed and compared in full, so that the time tells nothing.
    let matching = (now - drift...now + drift).filter { isSame(Self.code(secret, step: $0), code) }
    return matching.filter { $0 > last }.min()
  }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    let (one, other) = (Array(one.utf8), Array(other.utf8))
    return one.count == other.count && zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// What authenticators read from a QR code (Google's Key Uri Format); the values that it leaves out are the defaults.
  static func address(secret: Data, account: String) -> String {
    var plain = CharacterSet.alphanumerics
    plain.insert(charactersIn: "-._~@")
    let label = account.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    return "otpauth://totp/Jalons:\(label)?secret=\(base32(secret))&issuer=Jalons"
  }

  /// RFC 4648, without padding.
  static func base32(_ bytes: Data) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var (text, buffer, count) = ("", 0, 0)
    for byte in bytes {
      (buffer, count) = ((buffer << 8 | Int(byte)) & 0xfff, count + 8)
      while count >= 5 {
        count -= 5
        text.append(alphabet[buffer >> count & 31])
      }
    }
    if count > 0 { text.append(alphabet[buffer << (5 - count) & 31]) }
    return text
  }
}

/// What somebody typed where a code is asked for.
enum TypedCode: Equatable, Sendable {
  case timed(String)
  case recovery(String)

  /// Nil for what can be neither: spaces and dashes are no matter, nor are letters that look like digits.
  init?(_ text: String) {
    let plain = text.uppercased().filter { !$0.isWhitespace && $0 != "-" }
    if plain.utf8.count == 6, plain.utf8.allSatisfy({ (48...57).contains($0) }) {
      self = .timed(plain)
      return
    }
    let letters = plain.map { ["O": "0", "I": "1", "L": "1"][$0] ?? $0 }
    guard letters.count == RecoveryCode.length, letters.allSatisfy(RecoveryCode.alphabet.contains) else { return nil }
    self = .recovery(String(letters))
  }
}

/// A code for the day the authenticator is lost: sixty bits in letters that are hard to mistake.
enum RecoveryCode {
  static let count = 10
  static let length = 12
  /// Crockford's: without I, L, O and U.
  static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

  static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return String((0..<length).map { _ in alphabet[Int.random(in: 0..<32, using: &generator)] })
  }

  /// `K7QF-3MZD-9A2B`, as it is shown.
  static func shown(_ code: String) -> String {
    let letters = Array(code)
    return stride(from: 0, to: letters.count, by: 4).map { String(letters[$0..<min($0 + 4, letters.count)]) }
      .joined(separator: "-")
  }
}
