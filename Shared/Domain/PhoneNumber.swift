/// A French telephone number, of the mainland or of an overseas department.
///
/// Foreign numbers are refused: text messages only go to French ones (domain facts, *SMS*, rules).
public struct PhoneNumber: Hashable, Sendable {
  /// Ten digits, as dialled in France: `0612345678`.
  public let national: String

  /// Reads a number as people and the CNAF write them: ten digits, nine without the leading zero (`698943255`),
  /// `+33…`, `0033…`, `+33 (0)6…`, overseas codes (`+590…`, `+594…`, `+596…`, `+262…`), with blanks, dots, dashes or
  /// slashes anywhere. Nil when it is no French number.
  public init?(_ text: String) {
    var digits: [UInt8] = []
    var plus = false
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39: digits.append(byte - 0x30)
      case UInt8(ascii: "+"):
        guard digits.isEmpty, !plus else { return nil }
        plus = true
      case 0x20, 0x09, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "("), UInt8(ascii: ")"),
        // A no-break space, either of its two UTF-8 bytes: numbers pasted from a word processor carry them.
        0xC2, 0xA0:
        continue
      default: return nil
      }
    }
    if !plus, digits.starts(with: [0, 0]) {
      digits.removeFirst(2)
      plus = true
    }
    if plus {
      guard let code = Self.codes.first(where: { digits.starts(with: $0) }) else { return nil }
      digits.removeFirst(code.count)
      if digits.count == 10, digits[0] == 0 { digits.removeFirst() }
      guard digits.count == 9, Self.code(of: digits) == code else { return nil }
    } else if digits.count == 10, digits[0] == 0 {
      digits.removeFirst()
    }
    guard digits.count == 9, (1...9).contains(digits[0]) else { return nil }
    national = String(decoding: [0x30] + digits.map { $0 + 0x30 }, as: UTF8.self)
  }

  /// The international form: `+33612345678`, `+590690123456`.
  public var e164: String {
    let digits = significant
    let code = Self.code(of: digits)
    return "+" + String(decoding: (code + digits).map { $0 + 0x30 }, as: UTF8.self)
  }

  /// Whether text messages reach it: 06 and 07, overseas mobiles included.
  public var isMobile: Bool { significant[0] == 6 || significant[0] == 7 }

  /// As read in France: `06 12 34 56 78`.
  public var display: String {
    let characters = Array(national)
    return stride(from: 0, to: 10, by: 2).map { String(characters[$0...($0 + 1)]) }.joined(separator: " ")
  }

  /// A stored number as it is read in France; what is no French number stays as it is.
  public static func shown(_ stored: String?) -> String? { stored.map { PhoneNumber($0)?.display ?? $0 } }

  private var significant: [UInt8] { national.utf8.dropFirst().map { $0 - 0x30 } }

  private static let mainland: [UInt8] = [3, 3]
  private static let codes: [[UInt8]] = [[5, 9, 0], [5, 9, 4], [5, 9, 6], [2, 6, 2], mainland]

  /// The country code that a national number (nine digits) is reached through.
  private static func code(of digits: [UInt8]) -> [UInt8] {
    switch (digits[0], digits[1], digits[2]) {
    case (5, 9, 0), (6, 9, 0), (6, 9, 1): [5, 9, 0]
    case (5, 9, 4), (6, 9, 4): [5, 9, 4]
    case (5, 9, 6), (6, 9, 6), (6, 9, 7): [5, 9, 6]
    case (2, 6, 2), (2, 6, 9), (6, 9, 2), (6, 9, 3): [2, 6, 2]
    // 06 39 is Mayotte's, but for 06 39 98 which the regulator keeps for films and tests.
    case (6, 3, 9) where digits[3] != 9 || digits[4] != 8: [2, 6, 2]
    default: mainland
    }
  }
}

extension PhoneNumber: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The two last digits only: a number is never written in a log.
  public var description: String { "•• •• •• •• \(national.suffix(2))" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension PhoneNumber: Codable {
  /// Decodes from any form that `init(_:)` reads.
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let number = PhoneNumber(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a French telephone number"))
    }
    self = number
  }

  /// Encodes the international form.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(e164)
  }
}
