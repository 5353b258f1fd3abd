/// Keeps together what French does not part at the end of a line: `:` and the word before it, « and what it opens,
/// 14 h 30, 12 mars, n° 7, 60 %.
///
/// Services and people write plain spaces. They become non-breaking as the text of a page is written (`HTML`), never
/// within an attribute, which carries addresses and what was typed, nor within a `textarea`.
enum FrenchTypography {
  private static let wide: [UInt8] = [0xC2, 0xA0]
  /// U+202F, before `;`, `?` and `!`.
  private static let narrow: [UInt8] = [0xE2, 0x80, 0xAF]
  private static let left: [UInt8] = Array("«".utf8)
  private static let right: [UInt8] = Array("»".utf8)
  private static let degree: [UInt8] = Array("n°".utf8)
  private static let euro: [UInt8] = Array("€".utf8)
  private static let months = [
    "janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc",
  ].map { Array($0.utf8) }

  /// What a plain space within a text becomes; nil where a line may end.
  static func space(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> [UInt8]? {
    let next = position + 1
    guard next < bytes.count else { return nil }
    switch bytes[next] {
    case UInt8(ascii: ":"): return wide
    case UInt8(ascii: ";"), UInt8(ascii: "?"), UInt8(ascii: "!"): return narrow
    default: break
    }
    if follows(bytes, next, right) || precedes(bytes, position, left) { return wide }
    guard position > 0 else { return nil }
    let isBeforeDigit = isDigit(bytes, next)
    if isBeforeDigit {
      // The second half of 14 h 30, and n° 7.
      if bytes[position - 1] == UInt8(ascii: "h"), position >= 3, bytes[position - 2] == UInt8(ascii: " "),
        isDigit(bytes, position - 3)
      {
        return wide
      }
      return precedes(bytes, position, degree) ? wide : nil
    }
    guard isDigit(bytes, position - 1) || precedes(bytes, position, [0x31, 0x65, 0x72]) else { return nil }
    if bytes[next] == UInt8(ascii: "h"), next + 1 >= bytes.count || !isLetter(bytes[next + 1]) { return wide }
    if bytes[next] == UInt8(ascii: "%") || follows(bytes, next, euro) { return wide }
    return months.contains { follows(bytes, next, $0) } ? wide : nil
  }

  private static func isDigit(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position])
  }

  private static func isLetter(_ byte: UInt8) -> Bool { byte >= 0x80 || (0x61...0x7A).contains(byte | 0x20) }

  private static func follows(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int, _ text: [UInt8]) -> Bool {
    guard bytes[position] == text[0], position + text.count <= bytes.count else { return false }
    return text.indices.allSatisfy { bytes[position + $0] == text[$0] }
  }

  private static func precedes(_ bytes: UnsafeBufferPointer<UInt8>, _ position: Int, _ text: [UInt8]) -> Bool {
    position >= text.count && text.indices.allSatisfy { bytes[position - text.count + $0] == text[$0] }
  }
}
