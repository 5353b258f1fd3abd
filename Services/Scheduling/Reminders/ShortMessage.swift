import Foundation

/// How a text travels as an SMS (GSM 03.38): which characters cost nothing, and how many messages it makes.
enum ShortMessage {
  enum Encoding: Sendable { case gsm7, ucs2 }

  private static let basic = Set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
      + "abcdefghijklmnopqrstuvwxyzäöñüà")
  /// Characters of the extension table: each takes the place of two.
  private static let extended = Set("^{}\\[~]|€")
  /// What has no accent to take off.
  private static let spelled: [Character: String] = [
    "œ": "oe", "Œ": "OE", "’": "'", "‘": "'", "«": "\"", "»": "\"", "“": "\"", "”": "\"", "…": "...", "–": "-",
    "—": "-", "°": "o", "\u{A0}": " ", "\u{202F}": " ", "•": "-", "\t": " ",
  ]

  static func encoding(of text: String) -> Encoding {
    text.allSatisfy { basic.contains($0) || extended.contains($0) } ? .gsm7 : .ucs2
  }

  /// How many SMS a text is sent as: 160 characters in one or 153 in each of several, 70 and 67 where a single
  /// character is not in GSM-7.
  static func segments(of text: String) -> Int {
    let (length, single, several) =
      switch encoding(of: text) {
      case .gsm7: (text.reduce(0) { $0 + (extended.contains($1) ? 2 : 1) }, 160, 153)
      case .ucs2: (text.utf16.count, 70, 67)
      }
    return length <= single ? 1 : (length + several - 1) / several
  }

  /// The text with nothing outside GSM-7: `ç` becomes `c`, `œ` becomes `oe`, `é` stays. What nobody could read in
  /// another script becomes `?`.
  static func transliterated(_ text: String) -> String {
    var result = ""
    for character in text.precomposedStringWithCanonicalMapping {
      if basic.contains(character) || extended.contains(character) {
        result.append(character)
      } else if let spelling = spelled[character] {
        result += spelling
      } else {
        let plain = String(character).folding(options: .diacriticInsensitive, locale: Locale(identifier: "fr_FR"))
        result += plain.allSatisfy(basic.contains) ? plain : "?"
      }
    }
    return result
  }
}
