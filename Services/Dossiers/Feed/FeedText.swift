import Domain
import Foundation

/// The texts of a feed, as people and other systems leave them.
enum FeedText {
  /// The text without blanks at its ends, control characters and marks that nobody sees; canonically composed (NFC), so that
  /// the same name is the same text. Nil when nothing is left.
  static func tidy(_ raw: UnsafeBufferPointer<UInt8>) -> String? {
    var start = 0
    var end = raw.count
    while start < end, raw[start] <= 0x20 { start += 1 }
    while end > start, raw[end - 1] <= 0x20 { end -= 1 }
    guard start < end else { return nil }
    let bytes = UnsafeBufferPointer(rebasing: raw[start..<end])
    let text = String(decoding: bytes, as: UTF8.self)
    // Nearly all are printable ASCII, and a county has millions of them.
    guard bytes.contains(where: { $0 < 0x20 || $0 >= 0x7F }) else { return text }
    return tidied(text)
  }

  private static func tidied(_ text: String) -> String? {
    var scalars = String.UnicodeScalarView()
    var isComposed = true
    for scalar in text.unicodeScalars {
      // A file that says ISO-8859-1 and means Windows-1252: no text holds the controls between 0x80 and 0x9F.
      let seen = (0x80...0x9F).contains(scalar.value) ? Windows1252.scalar(UInt8(scalar.value)) : scalar
      if isBlank(seen) {
        let follows = scalars.last.map { $0 != " " } ?? false
        if follows || seen == " " { scalars.append(" ") }
      } else if !isInvisible(seen) {
        if seen.value >= 0x300 { isComposed = false }
        scalars.append(seen)
      }
    }
    while scalars.last == " " { scalars.removeLast() }
    while scalars.first == " " { scalars.removeFirst() }
    guard !scalars.isEmpty else { return nil }
    return isComposed ? String(scalars) : String(scalars).precomposedStringWithCanonicalMapping
  }

  private static func isBlank(_ scalar: UnicodeScalar) -> Bool {
    scalar.value < 0x20 || scalar.value == 0x7F || scalar.properties.isWhitespace
  }

  /// Marks of direction and of joining, soft hyphens, byte-order marks: what copying from a page brings along.
  private static func isInvisible(_ scalar: UnicodeScalar) -> Bool {
    switch scalar.value {
    case 0x80...0x9F, 0xAD, 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFE00...0xFE0F, 0xFEFF,
      0xFFF9...0xFFFB:
      true
    default: false
    }
  }

  static func withoutBlanks(_ text: String) -> String {
    text.utf8.contains(0x20) ? String(text.unicodeScalars.filter { $0 != " " }) : text
  }

  /// A code of five digits whose first one, a zero, a spreadsheet took away.
  static func withItsZero(_ text: String) -> String {
    text.utf8.count == 4 && text.utf8.allSatisfy(isDigit) ? "0" + text : text
  }

  /// The French numbers of a text that holds several: « 06 12 34 56 78 / 07 00 00 00 01 », « … ou … ».
  static func phones(in text: String) -> [PhoneNumber] {
    var parts = text.split { "/,;|".contains($0) }.map(String.init)
    for word in [" ou ", " et ", " puis "] { parts = parts.flatMap { $0.components(separatedBy: word) } }
    let digits = text.utf8.filter(isDigit)
    if parts.count == 1, digits.count == 20, isNumber(text) {
      parts = [String(decoding: digits.prefix(10), as: UTF8.self)]
    }
    return parts.compactMap { PhoneNumber($0) }
  }

  /// Whether a text can be a telephone number at all, of whatever country.
  static func isNumber(_ text: String) -> Bool {
    text.utf8.count(where: isDigit) >= 6 && text.utf8.allSatisfy { isDigit($0) || "+ .-/()".utf8.contains($0) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

/// What Windows-1252 writes for the bytes that ISO-8859-1 leaves to controls.
enum Windows1252 {
  /// The character of a byte from 0x80; the five holes stand for themselves, as browsers have it.
  static func scalar(_ byte: UInt8) -> UnicodeScalar {
    byte < 0xA0 ? table[Int(byte) - 0x80] : UnicodeScalar(byte)
  }

  private static let table: [UnicodeScalar] = Array(
    "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)
}
