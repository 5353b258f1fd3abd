/// A French telephone number, of the mainland or of an overseas department.
///
/// Foreign numbers are refused: text messages only go to French ones (rule M6).
public struct PhoneNumber: Hashable, Sendable {
  /// Ten digits, as dialled in France: `0612345678`.
  public let national: String

  /// Reads a number as people and the CNAF write them: ten digits, nine without the leading zero (`698943255`),
  /// `+33…`, `0033…`, `+33 (0)6…`, overseas codes (`+590…`, `+594…`, `+596…`, `+262…`) or +33 in their place, with blanks,
  /// dots, dashes, slashes or invisible marks anywhere. Nil when it is no French number.
  public init?(_ text: String) {
    guard var (digits, plus) = Self.digits(of: text) else { return nil }
    if !plus, digits.starts(with: [0, 0]) {
      digits.removeFirst(2)
      plus = true
    }
    var written: [UInt8]?
    if plus {
      guard let code = Self.codes.first(where: { digits.starts(with: $0) }) else { return nil }
      digits.removeFirst(code.count)
      written = code
    }
    if digits.count == 10, digits[0] == 0 { digits.removeFirst() }
    guard digits.count == 9, (1...9).contains(digits[0]) else { return nil }
    // Overseas numbers are also dialled by the mainland's code, never by one another's.
    if let written, written != Self.mainland, written != Self.code(of: digits) { return nil }
    national = String(decoding: [0x30] + digits.map { $0 + 0x30 }, as: UTF8.self)
  }

  /// The digits of a text, and whether a plus stands before them; nil when it holds anything that no number does.
  private static func digits(of text: String) -> (digits: [UInt8], plus: Bool)? {
    var digits: [UInt8] = []
    var plus = false
    for scalar in text.unicodeScalars {
      switch scalar {
      case "0"..."9": digits.append(UInt8(scalar.value - 0x30))
      case "+":
        guard digits.isEmpty, !plus else { return nil }
        plus = true
      case " ", "\t", ".", "-", "/", "(", ")", "\u{2010}"..."\u{2015}": continue
      // No-break blanks, and marks that come along when a number is copied from a page.
      default: guard scalar.properties.isWhitespace || scalar.properties.generalCategory == .format else { return nil }
      }
    }
    return (digits, plus)
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
    overseas.first { $0.prefixes.contains { digits.starts(with: $0) } }?.code ?? mainland
  }

  /// The beginnings of overseas numbers, without their zero (ARCEP's numbering plan, as libphonenumber 9.0 has it).
  private static let overseas: [(code: [UInt8], prefixes: [[UInt8]])] = [
    ([5, 9, 0], prefixes("590 5987 690 691 7090")), ([5, 9, 4], prefixes("594 5988 694 70930 70931 70932 70933")),
    ([5, 9, 6], prefixes("596 5989 696 697 7091")),
    // 06 39 is Mayotte's, but for 06 39 98 which the regulator keeps for films and tests.
    (
      [2, 6, 2],
      prefixes(
        "262 263 2688 2689 269 692 693 7092 70935 70936 70937 6390 6391 6392 6393 6394 6395 6396 6397 6398 63990 63991 "
          + "63992 63993 63994 63995 63996 63997 63999")
    ),
  ]

  private static func prefixes(_ list: String) -> [[UInt8]] {
    list.split(separator: " ").map { $0.utf8.map { $0 - 0x30 } }
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
