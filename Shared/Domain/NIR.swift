/// A French social security number (numéro d'inscription au répertoire), valid in form and in key.
///
/// It holds the thirteen characters; the key is computed, since the CAF often leaves it out. Its `description` is
/// masked, so that writing one into a log by mistake gives nothing away.
public struct NIR: Hashable, Sendable {
  /// The thirteen characters without the key, letters of Corsica in upper case: what two numbers are compared on.
  public let characters: String

  /// Why a text is not a NIR.
  public enum Fault: Error, Hashable, Sendable {
    /// Neither 13 nor 15 characters once blanks are taken away.
    case length
    /// A character that has no place there (a letter other than Corsica's, a punctuation mark).
    case character
    /// The first digit is none of 1, 2 (registered), 3, 4 (awaiting registration), 7, 8 (provisional).
    case sex
    /// The month is neither 01–12 nor one of the fictitious 20–99.
    case month
    /// The department is none of 01–99, 2A, 2B.
    case department
    /// The two last characters are not the key of the thirteen first.
    case key(expected: Int)
  }

  /// Reads 13 or 15 characters; blanks, dots and dashes between groups are ignored.
  ///
  /// - Throws: `Fault`, the first thing wrong from left to right.
  public init(_ text: String) throws(Fault) {
    var bytes: [UInt8] = []
    for byte in text.utf8 where !Self.separators.contains(byte) {
      bytes.append((0x61...0x7A).contains(byte) ? byte - 0x20 : byte)
    }
    guard bytes.count == 13 || bytes.count == 15 else { throw .length }
    for (index, byte) in bytes.enumerated() where !Self.isDigit(byte) {
      guard index == 6, byte == UInt8(ascii: "A") || byte == UInt8(ascii: "B") else { throw .character }
      guard bytes[5] == UInt8(ascii: "2") else { throw .department }
    }
    guard [1, 2, 3, 4, 7, 8].contains(Self.value(bytes[0..<1])) else { throw .sex }
    let month = Self.value(bytes[3..<5])
    guard (1...12).contains(month) || month >= 20 else { throw .month }
    guard bytes[5] != UInt8(ascii: "0") || bytes[6] != UInt8(ascii: "0") else { throw .department }
    let key = Self.key(of: bytes)
    if bytes.count == 15 {
      guard Self.value(bytes[13..<15]) == key else { throw .key(expected: key) }
    }
    characters = String(decoding: bytes[0..<13], as: UTF8.self)
  }

  /// The key, 1 to 97: 97 less the remainder by 97 of the number, in which 2A counts as 19 and 2B as 18.
  public var key: Int { Self.key(of: Array(characters.utf8)) }

  /// The thirteen characters and the two digits of the key.
  public var complete: String { characters + Self.twoDigits(key) }

  /// Whether the number is a provisional one (it starts with 3, 4, 7 or 8), given while the identity is being checked.
  public var isProvisional: Bool { characters.utf8.first.map { $0 > UInt8(ascii: "2") } ?? false }

  /// The two last digits of the year of birth, 0 to 99.
  public var yearOfBirth: Int { Self.value(Array(characters.utf8)[1..<3]) }

  /// The month of birth, 1 to 12; nil when the registry did not know it (20 and over).
  public var monthOfBirth: Int? {
    let month = Self.value(Array(characters.utf8)[3..<5])
    return month <= 12 ? month : nil
  }

  /// Whether the number can be that of somebody of this sex. A provisional number is never contradicted, since it is
  /// made before the civil status is established.
  public func agrees(withMale male: Bool) -> Bool {
    isProvisional || male == (characters.utf8.first == UInt8(ascii: "1"))
  }

  /// Whether the number can be that of somebody born then. A provisional number is never contradicted.
  ///
  /// - Parameter month: 1 to 12, or nil when only the year is known.
  public func agrees(withYear year: Int, month: Int?) -> Bool {
    if isProvisional { return true }
    guard year % 100 == yearOfBirth else { return false }
    guard let month, let own = monthOfBirth else { return true }
    return month == own
  }

  /// What may be shown on a page: sex, year and month of birth, the rest hidden: `1 85 07 •• ••• ••• ••`.
  public var masked: String {
    let text = Array(characters)
    return "\(text[0]) \(text[1])\(text[2]) \(text[3])\(text[4]) •• ••• ••• ••"
  }

  /// Whole, in the groups in which it is read aloud: `1 85 07 07 186 042 77`. Only for callers with the right to see it.
  public var spelled: String {
    let text = Array(complete)
    let groups = [1, 2, 2, 2, 3, 3, 2].reduce(into: [Range<Int>]()) { ranges, length in
      let start = ranges.last?.upperBound ?? 0
      ranges.append(start..<start + length)
    }
    return groups.map { String(text[$0]) }.joined(separator: " ")
  }

  /// The key of a thirteen-digit number, Corsica's letters already replaced (2A by 19, 2B by 18).
  public static func key(ofNumber number: Int) -> Int { 97 - number % 97 }

  /// A no-break space among them, either of its two UTF-8 bytes.
  private static let separators: Set<UInt8> = [0x20, 0x09, UInt8(ascii: "."), UInt8(ascii: "-"), 0xC2, 0xA0]

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func value(_ digits: ArraySlice<UInt8>) -> Int {
    digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
  }

  private static func key(of bytes: [UInt8]) -> Int {
    var digits = Array(bytes[0..<13])
    if digits[6] == UInt8(ascii: "A") { (digits[5], digits[6]) = (UInt8(ascii: "1"), UInt8(ascii: "9")) }
    if digits[6] == UInt8(ascii: "B") { (digits[5], digits[6]) = (UInt8(ascii: "1"), UInt8(ascii: "8")) }
    return key(ofNumber: value(digits[...]))
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension NIR: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { masked }
  public var debugDescription: String { masked }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension NIR: Codable {
  /// Decodes from a string of 13 or 15 characters.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    do {
      try self.init(text)
    } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "NIR: \(error)"))
    }
  }

  /// Encodes the fifteen characters in clear: only for what is encrypted or authorised to carry them.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(complete)
  }
}
