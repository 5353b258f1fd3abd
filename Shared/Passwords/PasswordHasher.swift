import COpenSSL
import Foundation

/// Why a password could be neither hashed nor checked.
public enum PasswordError: Error, Equatable {
  /// Too many wait already; nothing was tried.
  case busy
  /// What is stored is not in the form that this code writes.
  case unreadable
  /// The cryptographic library refused, mostly for want of memory.
  case refused
}

/// Hashes passwords with scrypt (RFC 7914) by libssl, which is fast in debug builds as well.
///
/// One hash costs 128 MiB and half a second at the default cost: at most two run at once, on threads of their own, so
/// that neither the memory nor the cooperative pool is theirs. The cost stands in each stored text:
/// `$scrypt$ln=17,r=8,p=1$salt$hash`.
public final class PasswordHasher: Sendable {
  /// OWASP's minimum for scrypt: N = 2^17, r = 8, p = 1.
  public static let recommendedLn = 17
  private let ln: Int
  private let threads: HashingThreads
  private let hashed: (@Sendable () -> Void)?

  /// - Parameters:
  ///   - ln: the logarithm of scrypt's N, from 10 (tests) to 20.
  ///   - hashed: told of each hash that was computed, so that equal work can be seen from outside.
  public init(ln: Int = PasswordHasher.recommendedLn, hashed: (@Sendable () -> Void)? = nil) {
    self.ln = min(max(ln, Scrypt.costs.lowerBound), Scrypt.costs.upperBound)
    self.threads = HashingThreads(count: 2, mostWaiting: 200)
    self.hashed = hashed
  }

  deinit { threads.stop() }

  /// The text to store for a password, with a salt of its own.
  /// - Throws: `PasswordError.busy` when too many wait.
  public func hash(_ password: String) async throws -> String {
    var generator = SystemRandomNumberGenerator()
    let salt = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let made = Scrypt(ln: ln, r: 8, p: 1, salt: salt, hash: [])
    let hash = try await compute(made, password)
    return Scrypt(ln: ln, r: 8, p: 1, salt: salt, hash: hash).text
  }

  /// Whether `password` is the one that was stored. Without a stored one the same work is done and the answer is no, so
  /// that the time tells nobody whether an account exists.
  /// - Throws: `PasswordError`.
  public func verify(_ password: String, against stored: String?) async throws -> Bool {
    guard let stored else {
      let decoy = Scrypt(ln: ln, r: 8, p: 1, salt: [UInt8](repeating: 0, count: 16), hash: [])
      _ = try await compute(decoy, password)
      return false
    }
    guard let known = Scrypt(stored) else { throw PasswordError.unreadable }
    let hash = try await compute(known, password)
    // Every byte is looked at, whatever the first ones say.
    return hash.count == known.hash.count && zip(hash, known.hash).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// Whether what is stored cost less than a hash costs now: it is then made again at the next sign-in.
  public func isOutdated(_ stored: String) -> Bool { (Scrypt(stored)?.ln ?? 0) < ln }

  private func compute(_ scrypt: Scrypt, _ password: String) async throws -> [UInt8] {
    // The same letters typed on two systems are the same password.
    let bytes = Array(password.precomposedStringWithCanonicalMapping.utf8)
    let result = try await threads.run { scrypt.derive(from: bytes) }
    hashed?()
    guard let result else { throw PasswordError.refused }
    return result
  }
}

/// One stored hash and what it was made with.
struct Scrypt: Sendable, Equatable {
  static let costs = 10...20
  let ln: Int
  let r: Int
  let p: Int
  let salt: [UInt8]
  let hash: [UInt8]

  init(ln: Int, r: Int, p: Int, salt: [UInt8], hash: [UInt8]) {
    self.ln = ln
    self.r = r
    self.p = p
    self.salt = salt
    self.hash = hash
  }

  /// Reads `$scrypt$ln=17,r=8,p=1$salt$hash`; nil for anything else, and for costs that would take all the memory.
  init?(_ text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
    var costs: [String: Int] = [:]
    for pair in parts[2].split(separator: ",") {
      let sides = pair.split(separator: "=")
      guard sides.count == 2, let value = Int(sides[1]) else { return nil }
      costs[String(sides[0])] = value
    }
    guard let ln = costs["ln"], Self.costs.contains(ln), let r = costs["r"], (1...16).contains(r), let p = costs["p"],
      (1...4).contains(p), let salt = Self.bytes(parts[3]), let hash = Self.bytes(parts[4]), hash.count == 32
    else { return nil }
    self.init(ln: ln, r: r, p: p, salt: salt, hash: hash)
  }

  var text: String { "$scrypt$ln=\(ln),r=\(r),p=\(p)$\(Self.text(salt))$\(Self.text(hash))" }

  func derive(from password: [UInt8]) -> [UInt8]? {
    var key = [UInt8](repeating: 0, count: 32)
    let blocks = UInt64(128 * r) << UInt64(ln)
    // The library's own limit is 32 MiB; this is what the cost needs, and a margin.
    let most = blocks + UInt64(128 * r * p) + 1 << 20
    let done = password.withUnsafeBufferPointer { password in
      password.withMemoryRebound(to: CChar.self) { characters in
        EVP_PBE_scrypt(
          characters.baseAddress, characters.count, salt, salt.count, 1 << UInt64(ln), UInt64(r), UInt64(p), most, &key,
          key.count)
      }
    }
    return done == 1 ? key : nil
  }

  private static func text(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacingOccurrences(of: "=", with: "")
  }

  private static func bytes(_ text: String) -> [UInt8]? {
    let padded = text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    return Data(base64Encoded: padded).map { [UInt8]($0) }
  }
}
